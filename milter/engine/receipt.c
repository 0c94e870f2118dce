/* Verdicts as JSON. A receipt says all that a person needs to check the verdict by hand, and enough to answer the same
 * again. */
#include "engine/receipt.h"

#include "engine/reason.h"
#include "outcome.h"

/* Bytes of mail may be anything; JSON is UTF-8. */
static json_t *json_text(const char *bytes) {
    g_autofree char *text = g_utf8_make_valid(bytes, -1);
    return json_string(text);
}

static json_t *json_text_or_null(const char *bytes) {
    return bytes ? json_text(bytes) : json_null();
}

static json_t *json_instant(Instant at, const char *zone) {
    g_autofree char *text = instant_format(at, zone);
    return json_text_or_null(text);
}

static json_t *json_strings(const GPtrArray *strings) {
    json_t *array = json_array();
    for (guint i = 0; i < strings->len; i++)
        json_array_append_new(array, json_text(strings->pdata[i]));
    return array;
}

json_t *reason_json(const Reason *reason, const char *zone) {
    json_t *json = json_object();
    json_object_set_new(json, "rule", json_text(reason->rule));
    json_object_set_new(json, "name", json_text(reason->name));
    if (reason->have >= 0)
        json_object_set_new(json, "have", json_integer(reason->have));
    if (reason->limit >= 0)
        json_object_set_new(json, "limit", json_integer(reason->limit));
    json_object_set_new(json, "until", json_instant(reason->until, zone));
    if (reason->relational > 0)
        json_object_set_new(json, "relational", json_integer(reason->relational));
    return json;
}

json_t *reasons_json(const GPtrArray *reasons, const char *zone) {
    json_t *array = json_array();
    for (guint i = 0; i < reasons->len; i++)
        json_array_append_new(array, reason_json(reasons->pdata[i], zone));
    return array;
}

char *reasons_text(const GPtrArray *reasons, const char *zone) {
    json_auto_t *json = reasons_json(reasons, zone);
    return json_dumps(json, JSON_COMPACT);
}

static json_t *needs_json(const GPtrArray *reasons) {
    gint64 relational = 0;
    for (guint i = 0; i < reasons->len; i++)
        relational = MAX(relational, ((Reason *)reasons->pdata[i])->relational);
    return relational > 0 ? json_pack("{s:I}", "relational", (json_int_t)relational) : json_object();
}

static json_t *withheld_json(const GPtrArray *withheld) {
    json_t *array = json_array();
    for (guint i = 0; i < withheld->len; i++) {
        const Withheld *one = withheld->pdata[i];
        json_array_append_new(array, json_pack("{s:o, s:s, s:o, s:b}", "name", json_text(one->name), "why", one->why,
                                               "detail", json_text(one->detail), "asked", (int)one->asked));
    }
    return array;
}

json_t *outcome_json(const Outcome *outcome) {
    json_t *json = json_object();
    json_object_set_new(json, "address", json_text(outcome->address));
    json_object_set_new(json, "customer", json_text_or_null(outcome->customer));
    json_object_set_new(json, "action", json_string(action_name(outcome->action)));
    if (outcome->would != outcome->action)
        json_object_set_new(json, "would", json_string(action_name(outcome->would)));
    json_object_set_new(json, "class", json_string(class_name(outcome->class)));
    json_object_set_new(json, "until", json_instant(outcome->until, outcome->timezone));
    json_object_set_new(json, "reasons", reasons_json(outcome->reasons, outcome->timezone));
    json_object_set_new(json, "needs", needs_json(outcome->reasons));
    json_object_set_new(json, "policy", json_text_or_null(outcome->policy));
    if (outcome->missing->len > 0)
        json_object_set_new(json, "missing", json_strings(outcome->missing));
    if (outcome->withheld->len > 0)
        json_object_set_new(json, "withheld", withheld_json(outcome->withheld));
    if (outcome->fallback)
        json_object_set_new(json, "fallback", json_text(outcome->fallback));
    if (outcome->returned)
        json_object_set_new(json, "returned", json_true());
    if (outcome->free_at != INSTANT_NEVER)
        json_object_set_new(json, "free_at", json_instant(outcome->free_at, outcome->timezone));
    return json;
}

static json_t *doubt_json(const Review *review) {
    return json_pack("{s:s, s:s, s:f, s:s}", "kind", doubt_name(review->doubt), "reads_as", class_name(review->class),
                     "confidence", review->confidence, "review", review->id);
}

static json_t *message_json(const Judgement *judgement) {
    const Classification *classification = judgement->classification;
    json_t *json = json_object();
    json_object_set_new(json, "id", json_text_or_null(judgement->id));
    json_object_set_new(json, "class", json_text_or_null(classification ? class_name(classification->class) : NULL));
    json_object_set_new(json, "legal", json_text_or_null(classification ? legal_name(classification->legal) : NULL));
    json_object_set_new(json, "topic", json_text_or_null(judgement->topic));
    json_object_set_new(json, "campaign", json_text_or_null(judgement->campaign));
    json_object_set_new(json, "stream", json_text_or_null(judgement->stream));
    if (judgement->leftovers)
        json_object_set_new(json, "leftovers", json_strings(judgement->leftovers));
    json_object_set_new(json, "confidence", classification ? json_real(classification->confidence) : json_null());
    json_object_set_new(json, "evidence", classification ? json_strings(classification->evidence) : json_array());
    if (judgement->review)
        json_object_set_new(json, "doubt", doubt_json(judgement->review));
    if (classification && classification->sales_part) {
        json_object_set_new(json, "sales_part", json_text(classification->sales_part));
        json_object_set_new(json, "separable", json_boolean(classification->separable));
    }
    return json;
}

json_t *judgement_json(const Judgement *judgement) {
    json_t *recipients = json_array();
    for (guint i = 0; i < judgement->outcomes->len; i++)
        json_array_append_new(recipients, outcome_json(judgement->outcomes->pdata[i]));
    json_t *json = json_pack("{s:o, s:o}", "message", message_json(judgement), "recipients", recipients);
    if (judgement->reply_text)
        json_object_set_new(json, "reply",
                            json_pack("{s:s, s:s, s:s}", "code", judgement->reply_code, "status",
                                      judgement->reply_status, "text", judgement->reply_text));
    return json;
}

/* Without an instant: of those that block it stands with the reasons. */
static json_t *asked_json(const GPtrArray *asked) {
    json_t *array = json_array();
    for (guint i = 0; i < asked->len; i++) {
        json_t *rule = reason_json(asked->pdata[i], NULL);
        json_object_del(rule, "until");
        json_array_append_new(array, rule);
    }
    return array;
}

json_t *receipt_json(const Judgement *judgement, const Outcome *outcome) {
    json_t *json = outcome_json(outcome);
    json_object_set_new(json, "asked", asked_json(outcome->asked));
    json_object_set_new(json, "message", message_json(judgement));
    return json;
}

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
