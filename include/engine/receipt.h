/* Verdicts as JSON: the receipt that is stored with each verdict, and what `try`, `explain` and `held` print. Keys are
 * stable. */
#pragma once

#include "engine/engine.h"

#include <jansson.h>

/* {"rule", "name", "have", "limit", "until", "relational"}; until in the zone, null for none; have and limit only where
 * something is counted, relational only where relational mail would free it. */
json_t *reason_json(const Reason *reason, const char *zone);
json_t *reasons_json(const GPtrArray *reasons, const char *zone);
/* The same as text, the form in which custody keeps them. Free with g_free. */
char *reasons_text(const GPtrArray *reasons, const char *zone);
/* {"message": {…}, "recipients": [{"address", "customer", "action", "until", "reasons", "needs", …}]}: the whole answer
 * of `try --json`. */
json_t *judgement_json(const Judgement *judgement);

/* What is stored with a verdict: the outcome, with what the message was taken for and every rule that was asked, as
 * the members of an object that is begun (base/json_put.h). */
void receipt_put(GString *json, const Judgement *judgement, const Outcome *outcome);

/* Why the message may not go to this recipient, in one sentence fit for an SMTP reply and a notice. Free with g_free.
 */
char *outcome_refusal(const Outcome *outcome);
