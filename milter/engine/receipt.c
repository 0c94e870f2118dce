/* Verdicts as JSON. A receipt says all that a person needs to check the verdict by hand, and enough to answer the same
 * again. It is written with every verdict, on the thread that all verdicts pass: so the form of everything is that of
 * its text, and who wants a tree gets it read from that. */
#include "engine/receipt.h"

#include "base/json_put.h"
#include "engine/reason.h"

#define USUAL_BYTES 1024

static void put_instant(GString *json, const char *key, Instant at, const char *zone) {
    g_autofree char *text = instant_format(at, zone);
    json_put_text(json, key, text);
}

static void put_texts(GString *json, const char *key, const GPtrArray *texts) {
    json_put_begin(json, key, '[');
    for (guint i = 0; texts && i < texts->len; i++)
        json_put_text(json, NULL, texts->pdata[i]);
    json_put_end(json, ']');
}

/* ---- reasons ---- */

static void put_count(GString *json, const Reason *reason) {
    json_put_text(json, "rule", reason->rule);
    json_put_text(json, "name", reason->name);
    if (reason->have >= 0)
        json_put_integer(json, "have", reason->have);
    if (reason->limit >= 0)
        json_put_integer(json, "limit", reason->limit);
}

static void put_relational(GString *json, const Reason *reason) {
    if (reason->relational > 0)
        json_put_integer(json, "relational", reason->relational);
}

static void put_reason(GString *json, const Reason *reason, const char *zone) {
    json_put_begin(json, NULL, '{');
    put_count(json, reason);
    put_instant(json, "until", reason->until, zone);
    put_relational(json, reason);
    json_put_end(json, '}');
}

static void put_reasons(GString *json, const char *key, const GPtrArray *reasons, const char *zone) {
    json_put_begin(json, key, '[');
    for (guint i = 0; i < reasons->len; i++)
        put_reason(json, reasons->pdata[i], zone);
    json_put_end(json, ']');
}

/* Without an instant: of those that block it stands with the reasons. */
static void put_asked(GString *json, const GPtrArray *asked) {
    json_put_begin(json, "asked", '[');
    for (guint i = 0; i < asked->len; i++) {
        json_put_begin(json, NULL, '{');
        put_count(json, asked->pdata[i]);
        put_relational(json, asked->pdata[i]);
        json_put_end(json, '}');
    }
    json_put_end(json, ']');
}

static void put_needs(GString *json, const GPtrArray *reasons) {
    gint64 relational = 0;
    for (guint i = 0; i < reasons->len; i++)
        relational = MAX(relational, ((Reason *)reasons->pdata[i])->relational);
    json_put_begin(json, "needs", '{');
    if (relational > 0)
        json_put_integer(json, "relational", relational);
    json_put_end(json, '}');
}

char *reasons_text(const GPtrArray *reasons, const char *zone) {
    GString *json = g_string_sized_new(USUAL_BYTES);
    put_reasons(json, NULL, reasons, zone);
    return g_string_free(json, FALSE);
}

/* ---- outcomes ---- */

static void put_withheld(GString *json, const GPtrArray *withheld) {
    json_put_begin(json, "withheld", '[');
    for (guint i = 0; i < withheld->len; i++) {
        const Withheld *one = withheld->pdata[i];
        json_put_begin(json, NULL, '{');
        json_put_text(json, "name", one->name);
        json_put_text(json, "why", one->why);
        json_put_text(json, "detail", one->detail);
        json_put_flag(json, "asked", one->asked);
        json_put_end(json, '}');
    }
    json_put_end(json, ']');
}

/* What is seldom. */
static void put_particulars(GString *json, const Outcome *outcome) {
    if (outcome->missing->len > 0)
        put_texts(json, "missing", outcome->missing);
    if (outcome->withheld->len > 0)
        put_withheld(json, outcome->withheld);
    if (outcome->fallback)
        json_put_text(json, "fallback", outcome->fallback);
    if (outcome->rest)
        json_put_flag(json, "rest", true);
    if (outcome->returned)
        json_put_flag(json, "returned", true);
    if (outcome->free_at != INSTANT_NEVER)
        put_instant(json, "free_at", outcome->free_at, outcome->timezone);
}

static void put_outcome(GString *json, const Outcome *outcome) {
    json_put_text(json, "address", outcome->address);
    json_put_text(json, "customer", outcome->customer);
    json_put_text(json, "action", action_name(outcome->action));
    if (outcome->would != outcome->action)
        json_put_text(json, "would", action_name(outcome->would));
    json_put_text(json, "class", class_name(outcome->class));
    put_instant(json, "until", outcome->until, outcome->timezone);
    put_reasons(json, "reasons", outcome->reasons, outcome->timezone);
    put_needs(json, outcome->reasons);
    json_put_text(json, "policy", outcome->policy);
    put_particulars(json, outcome);
}

/* ---- the message ---- */

static void put_doubt(GString *json, const Review *review) {
    json_put_begin(json, "doubt", '{');
    json_put_text(json, "kind", doubt_name(review->doubt));
    json_put_text(json, "reads_as", class_name(review->class));
    json_put_real(json, "confidence", review->confidence);
    json_put_text(json, "review", review->id);
    json_put_end(json, '}');
}

static void put_confidence(GString *json, const Classification *classification) {
    if (classification)
        json_put_real(json, "confidence", classification->confidence);
    else
        json_put_text(json, "confidence", NULL);
    put_texts(json, "evidence", classification ? classification->evidence : NULL);
}

static void put_message(GString *json, const Judgement *judgement) {
    const Classification *classification = judgement->classification;
    json_put_begin(json, "message", '{');
    json_put_text(json, "id", judgement->id);
    json_put_text(json, "class", classification ? class_name(classification->class) : NULL);
    json_put_text(json, "legal", classification ? legal_name(classification->legal) : NULL);
    json_put_text(json, "topic", judgement->topic);
    json_put_text(json, "campaign", judgement->campaign);
    json_put_text(json, "stream", judgement->stream);
    if (judgement->leftovers)
        put_texts(json, "leftovers", judgement->leftovers);
    put_confidence(json, classification);
    if (judgement->review)
        put_doubt(json, judgement->review);
    if (classification && classification->sales_part) {
        json_put_text(json, "sales_part", classification->sales_part);
        json_put_flag(json, "separable", classification->separable);
    }
    json_put_end(json, '}');
}

void receipt_put(GString *json, const Judgement *judgement, const Outcome *outcome) {
    put_outcome(json, outcome);
    put_asked(json, outcome->asked);
    put_message(json, judgement);
}

/* ---- as trees ---- */

static json_t *tree_of(GString *text) {
    json_t *json = json_loadb(text->str, text->len, 0, NULL);
    g_assert(json); /* we wrote it */
    g_string_free(text, TRUE);
    return json;
}

json_t *reason_json(const Reason *reason, const char *zone) {
    GString *json = g_string_sized_new(USUAL_BYTES);
    put_reason(json, reason, zone);
    return tree_of(json);
}

json_t *reasons_json(const GPtrArray *reasons, const char *zone) {
    GString *json = g_string_sized_new(USUAL_BYTES);
    put_reasons(json, NULL, reasons, zone);
    return tree_of(json);
}

static void put_recipients(GString *json, const Judgement *judgement) {
    json_put_begin(json, "recipients", '[');
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        json_put_begin(json, NULL, '{');
        put_outcome(json, judgement->outcomes->pdata[i]);
        json_put_end(json, '}');
    }
    json_put_end(json, ']');
}

static void put_reply(GString *json, const Judgement *judgement) {
    json_put_begin(json, "reply", '{');
    json_put_text(json, "code", judgement->reply_code);
    json_put_text(json, "status", judgement->reply_status);
    json_put_text(json, "text", judgement->reply_text);
    json_put_end(json, '}');
}

json_t *judgement_json(const Judgement *judgement) {
    GString *json = g_string_sized_new(USUAL_BYTES);
    json_put_begin(json, NULL, '{');
    put_message(json, judgement);
    put_recipients(json, judgement);
    if (judgement->reply_text)
        put_reply(json, judgement);
    json_put_end(json, '}');
    return tree_of(json);
}

/* ---- as a sentence ---- */

char *outcome_refusal(const Outcome *outcome) {
    g_autofree char *until = instant_format(outcome->free_at, outcome->timezone);
    GString *sentence = g_string_new("this message may not go to the recipient");
    for (guint i = 0; i < outcome->reasons->len; i++) {
        json_auto_t *json = reason_json(outcome->reasons->pdata[i], outcome->timezone);
        g_autofree char *reason = reason_sentence(json);
        g_string_append_printf(sentence, "%s%s", i == 0 ? ": " : "; ", reason);
    }
    if (until)
        g_string_append_printf(sentence, "; it may from %s", until);
    return g_string_free(sentence, FALSE);
}
