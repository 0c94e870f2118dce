/* Making, copying and restoring the parts of a judgement. */
#pragma once

#include "engine/engine.h"

Reason *reason_new(const char *rule, const char *name);
void reason_free(Reason *reason);

/* An array of Reason that frees them. */
GPtrArray *reasons_new(void);

/* Whether the message goes now. */
bool action_goes(Action action);

Outcome *outcome_new(int ordinal, const char *address);
void outcome_free(Outcome *outcome);
/* Forgets what was decided, so that it can be decided again. */
void outcome_reset(Outcome *outcome);
void outcome_add_reason(Outcome *outcome, Reason *reason);
/* The decision of one recipient for another address of the same customer. */
void outcome_copy_decision(Outcome *outcome, const Outcome *from);
/* Reads back what a receipt says was decided. */
void outcome_restore(Outcome *outcome, const VerdictRecord *record);

Judgement *judgement_new(void);
/* What Postfix is told: "550" "5.6.0" and a sentence. */
void judgement_answer(Judgement *judgement, Reply reply, const char *code, const char *status, const char *text);
