/* The parts of a judgement: reasons and outcomes. A receipt that was stored can be turned into an outcome again, which
 * is how a sender who tries again is told the same. */
#include "outcome.h"

#include <jansson.h>

static void strings_copy(GPtrArray *to, const GPtrArray *from) {
    g_ptr_array_set_size(to, 0);
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(from->pdata[i]));
}

Reason *reason_new(const char *rule, const char *name) {
    Reason *reason = g_new0(Reason, 1);
    reason->rule = g_strdup(rule);
    reason->name = g_strdup(name ? name : "");
    reason->have = reason->limit = -1;
    reason->until = INSTANT_NEVER;
    return reason;
}

void reason_free(Reason *reason) {
    g_free(reason->rule);
    g_free(reason->name);
    g_free(reason);
}

GPtrArray *reasons_new(void) {
    return g_ptr_array_new_with_free_func((GDestroyNotify)reason_free);
}

static void withheld_free(gpointer data) {
    Withheld *withheld = data;
    g_free(withheld->name);
    g_free(withheld->why);
    g_free(withheld->detail);
    g_free(withheld);
}

Outcome *outcome_new(int ordinal, const char *address) {
    Outcome *outcome = g_new0(Outcome, 1);
    outcome->ordinal = ordinal;
    outcome->address = g_strdup(address);
    outcome->until = outcome->free_at = INSTANT_NEVER;
    outcome->reasons = reasons_new();
    outcome->asked = reasons_new();
    outcome->missing = g_ptr_array_new_with_free_func(g_free);
    outcome->withheld = g_ptr_array_new_with_free_func(withheld_free);
    return outcome;
}

void outcome_free(Outcome *outcome) {
    g_free(outcome->address);
    g_free(outcome->customer);
    g_free(outcome->timezone);
    g_free(outcome->policy);
    g_ptr_array_unref(outcome->reasons);
    g_ptr_array_unref(outcome->asked);
    g_ptr_array_unref(outcome->missing);
    g_ptr_array_unref(outcome->withheld);
    g_free(outcome->fallback);
    g_free(outcome);
}

void outcome_reset(Outcome *outcome) {
    outcome->action = outcome->would = ACTION_PASS;
    outcome->until = outcome->free_at = INSTANT_NEVER;
    outcome->rest = outcome->custody = outcome->returned = false;
    g_clear_pointer(&outcome->fallback, g_free);
    g_ptr_array_set_size(outcome->reasons, 0);
    g_ptr_array_set_size(outcome->asked, 0);
    g_ptr_array_set_size(outcome->missing, 0);
}

void outcome_add_reason(Outcome *outcome, Reason *reason) {
    g_ptr_array_add(outcome->reasons, reason);
}

static void reasons_copy(GPtrArray *to, const GPtrArray *from) {
    for (guint i = 0; i < from->len; i++) {
        const Reason *reason = from->pdata[i];
        Reason *copy = g_memdup2(reason, sizeof *reason);
        copy->rule = g_strdup(reason->rule);
        copy->name = g_strdup(reason->name);
        g_ptr_array_add(to, copy);
    }
}

void outcome_copy_decision(Outcome *outcome, const Outcome *from) {
    outcome_reset(outcome);
    outcome->action = from->action;
    outcome->would = from->would;
    outcome->class = from->class;
    outcome->until = from->until;
    outcome->free_at = from->free_at;
    outcome->rest = from->rest;
    reasons_copy(outcome->reasons, from->reasons);
    reasons_copy(outcome->asked, from->asked);
    strings_copy(outcome->missing, from->missing);
    outcome->fallback = g_strdup(from->fallback);
}

bool action_goes(Action action) {
    return action == ACTION_PASS || action == ACTION_REWRITE;
}

bool outcome_goes(const Outcome *outcome) {
    return action_goes(outcome->action);
}

bool outcome_stays(const Outcome *outcome) {
    return outcome_goes(outcome) && !outcome->custody;
}

/* ---- receipts ---- */

static Instant instant_of(const json_t *object, const char *key) {
    Instant at = INSTANT_NEVER;
    const char *text = json_string_value(json_object_get(object, key));
    if (text)
        instant_parse(text, &at);
    return at;
}

static gint64 count_of(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

static Reason *reason_restore(const json_t *json) {
    const char *rule = json_string_value(json_object_get(json, "rule"));
    Reason *reason = reason_new(rule ? rule : "", json_string_value(json_object_get(json, "name")));
    reason->have = count_of(json, "have");
    reason->limit = count_of(json, "limit");
    reason->until = instant_of(json, "until");
    reason->relational = MAX(count_of(json, "relational"), 0);
    return reason;
}

void outcome_restore(Outcome *outcome, const VerdictRecord *record) {
    json_auto_t *receipt = json_loads(record->receipt, 0, NULL);
    outcome_reset(outcome);
    outcome->action = outcome->would = record->action;
    outcome->until = record->until;
    outcome->custody = record->custody;
    const char *class = json_string_value(json_object_get(receipt, "class"));
    if (class)
        class_parse(class, &outcome->class);
    outcome->free_at = instant_of(receipt, "free_at");
    outcome->rest = json_is_true(json_object_get(receipt, "rest"));
    outcome->returned = json_is_true(json_object_get(receipt, "returned"));
    outcome->fallback = g_strdup(json_string_value(json_object_get(receipt, "fallback")));

    size_t i;
    json_t *json;
    json_array_foreach (json_object_get(receipt, "reasons"), i, json)
        outcome_add_reason(outcome, reason_restore(json));
}

/* ---- judgements ---- */

Judgement *judgement_new(void) {
    Judgement *judgement = g_new0(Judgement, 1);
    judgement->outcomes = g_ptr_array_new_with_free_func((GDestroyNotify)outcome_free);
    judgement->notes = g_ptr_array_new_with_free_func(g_free);
    return judgement;
}

void judgement_answer(Judgement *judgement, Reply reply, const char *code, const char *status, const char *text) {
    judgement->reply = reply;
    judgement->reply_code = g_strdup(code);
    judgement->reply_status = g_strdup(status);
    judgement->reply_text = g_strdup(text);
}

void judgement_free(Judgement *judgement) {
    if (!judgement)
        return;
    g_free(judgement->id);
    g_free(judgement->stream);
    g_free(judgement->topic);
    g_free(judgement->campaign);
    g_clear_pointer(&judgement->classification, classification_free);
    g_clear_pointer(&judgement->review, review_free);
    g_ptr_array_unref(judgement->outcomes);
    g_free(judgement->reply_code);
    g_free(judgement->reply_status);
    g_free(judgement->reply_text);
    g_clear_pointer(&judgement->rewrite, rewrite_free);
    g_clear_pointer(&judgement->leftovers, g_ptr_array_unref);
    g_ptr_array_unref(judgement->notes);
    g_free(judgement);
}
