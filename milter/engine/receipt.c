/* Verdicts as JSON. A receipt says all that a person needs to check the verdict by hand, and enough to answer the same
 * again. */
#include "engine/receipt.h"

#include "consents.h"
#include "outcome.h"

#include <string.h>

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

json_t *receipt_json(const Judgement *judgement, const Outcome *outcome) {
    json_t *json = outcome_json(outcome);
    json_object_set_new(json, "message", message_json(judgement));
    return json;
}

/* ---- sentences ---- */

static const char *text_of(const json_t *reason, const char *key) {
    const char *text = json_string_value(json_object_get(reason, key));
    return text ? text : "";
}

/* Names of ours are words; what is no word is told as it is. */
static void append_placeholder(GString *sentence, const char *name) {
    if (g_ascii_ispunct(*name) || (guchar)*name >= 0x80)
        g_string_append_printf(sentence, "the sender left %s unfilled", name);
    else if (strchr(name, ' '))
        g_string_append_printf(sentence, "a placeholder cannot be read: %s", name);
    else
        g_string_append_printf(sentence, "nothing to fill in for %s", name);
}

static void append_subject(GString *sentence, const json_t *reason) {
    const char *rule = text_of(reason, "rule"), *name = text_of(reason, "name");
    if (g_str_equal(rule, "expires"))
        g_string_append(sentence, "it has expired");
    else if (g_str_equal(rule, "consent") && g_str_equal(name, CONSENTS_OBJECTION))
        g_string_append(sentence, "the customer has objected to sales mail");
    else if (g_str_equal(rule, "consent"))
        g_string_append_printf(sentence, "there is no consent to \"%s\"", name);
    else if (g_str_equal(rule, "requires"))
        g_string_append_printf(sentence, "Cadence-Requires does not hold: %s", name);
    else if (g_str_equal(rule, "review"))
        g_string_append_printf(sentence, "a person is to say what it is: cadencectl classify label %s", name);
    else if (g_str_equal(rule, "placeholder"))
        append_placeholder(sentence, name);
    else if (g_str_equal(rule, "custody"))
        g_string_append_printf(sentence, "custody ended: %s", name);
    else if (g_str_equal(rule, "request"))
        g_string_append(sentence, name);
    else if (g_str_equal(rule, "overtaking"))
        g_string_append(sentence, "held mail that came before it goes first");
    else if (*name)
        g_string_append_printf(sentence, "%s \"%s\"", rule, name);
    else
        g_string_append(sentence, rule);
}

static void append_count(GString *sentence, const json_t *reason) {
    const char *rule = text_of(reason, "rule");
    json_int_t have = json_integer_value(json_object_get(reason, "have"));
    json_int_t limit = json_integer_value(json_object_get(reason, "limit"));
    if (!json_object_get(reason, "have") || g_str_equal(rule, "overtaking"))
        return;
    if (g_str_equal(rule, "gap")) {
        g_autofree char *since = duration_format(have), *least = duration_format(limit);
        g_string_append_printf(sentence, ": %s since the last, %s between", since, least);
    } else if (g_str_equal(rule, "ratio") || g_str_equal(rule, "first")) {
        g_string_append_printf(
            sentence, ": %" JSON_INTEGER_FORMAT " relational of the %" JSON_INTEGER_FORMAT " it takes", have, limit);
    } else {
        g_string_append_printf(sentence, ": %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT, have, limit);
    }
}

char *reason_sentence(const json_t *reason) {
    GString *sentence = g_string_new(NULL);
    append_subject(sentence, reason);
    append_count(sentence, reason);
    if (json_is_string(json_object_get(reason, "until")))
        g_string_append_printf(sentence, ", free %s", text_of(reason, "until"));
    return g_string_free(sentence, FALSE);
}

char *outcome_refusal(const Outcome *outcome) {
    g_autofree char *until = instant_format(outcome->until, outcome->timezone);
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
