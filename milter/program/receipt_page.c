/* What was done, with what, by which rules, and what would have changed it: in this order, because that is the order in
 * which people ask. Receipts of all ages are read; what one does not say is left out. */
#include "receipt_page.h"

#include "engine/reason.h"
#include "program/output.h"

#include <glib.h>
#include <stdbool.h>

#define EVIDENCE_MOST 3 /* of many, the heaviest come first */

/* ---- what was done ---- */

static const struct {
    const char *action, *done, *would;
} actions[] = {
    {"pass", "passed", "have passed"},
    {"rewrite", "passed without its sales part", "have passed without its sales part"},
    {"hold", "held", "have been held"},
    {"refuse", "refused", "have been refused"},
    {"drop", "dropped", "have been dropped"},
};

static const char *done(const char *action) {
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
        if (g_str_equal(actions[i].action, action))
            return actions[i].done;
    return action;
}

static const char *would_have(const char *action) {
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
        if (g_str_equal(actions[i].action, action))
            return actions[i].would;
    return action;
}

static void print_action(const json_t *verdict, const json_t *receipt) {
    const char *action = output_string(verdict, "action", ""), *until = output_string(verdict, "until", NULL);
    g_autofree char *at = reason_time(output_string(verdict, "at", ""));
    g_autofree char *due = until ? reason_time(until) : NULL;
    bool open_end = !until && g_str_equal(action, "hold");
    output_line("%s  %s%s%s%s", at, done(action), due ? " until " : "", due ? due : "",
                open_end ? ", no instant is known at which it may go" : "");
    output_line("    message %s.%" JSON_INTEGER_FORMAT " to %s (customer %s)", output_string(verdict, "message", ""),
                json_integer_value(json_object_get(verdict, "ordinal")), output_string(verdict, "address", ""),
                output_string(verdict, "customer", ""));
    const char *would = output_string(receipt, "would", NULL);
    if (would)
        output_line("    the policy only observes; else it would %s", would_have(would));
    if (json_is_true(json_object_get(receipt, "returned")))
        output_line("    its sender got a notice, as others got the message");
}

/* ---- what it was taken for ---- */

static void append_word(GString *line, const char *before, const char *word) {
    if (word)
        g_string_append_printf(line, "%s%s", before, word);
}

static void print_evidence(const json_t *message) {
    GString *line = g_string_new("    because ");
    const json_t *evidence = json_object_get(message, "evidence");
    size_t i;
    json_t *text;
    json_array_foreach (evidence, i, text)
        if (i < EVIDENCE_MOST)
            g_string_append_printf(line, "%s%s", i ? "; " : "", json_string_value(text));
    if (json_array_size(evidence) > 0)
        output_line("%s", line->str);
    g_string_free(line, TRUE);
}

static void print_message(const json_t *receipt) {
    const json_t *message = json_object_get(receipt, "message");
    GString *line = g_string_new("    taken for ");
    append_word(line, "", output_string(message, "class", NULL));
    g_string_append(line, " mail");
    append_word(line, ", by law ", output_string(message, "legal", NULL));
    append_word(line, ", topic ", output_string(message, "topic", NULL));
    append_word(line, ", campaign ", output_string(message, "campaign", NULL));
    append_word(line, ", from stream ", output_string(message, "stream", NULL));
    if (output_string(message, "class", NULL))
        output_line("%s", line->str);
    g_string_free(line, TRUE);
    print_evidence(message);
    output_leftovers(message);
}

/* ---- what was asked ---- */

static bool is_among(const json_t *rule, const json_t *reasons) {
    size_t i;
    json_t *reason;
    json_array_foreach ((json_t *)reasons, i, reason)
        if (g_str_equal(output_string(reason, "rule", ""), output_string(rule, "rule", "")) &&
            g_str_equal(output_string(reason, "name", ""), output_string(rule, "name", "")))
            return true;
    return false;
}

static void print_asked(const json_t *asked, const json_t *reasons) {
    size_t i;
    json_t *rule;
    json_array_foreach ((json_t *)asked, i, rule) {
        g_autofree char *sentence = reason_count_sentence(rule);
        if (!is_among(rule, reasons))
            output_line("    free:   %s", sentence);
    }
}

static void print_reasons(const json_t *reasons, const char *word) {
    size_t i;
    json_t *reason;
    json_array_foreach ((json_t *)reasons, i, reason) {
        g_autofree char *sentence = reason_sentence(reason);
        output_line("    %s %s", word, sentence);
    }
}

static bool goes(const json_t *verdict) {
    return g_str_equal(output_string(verdict, "action", ""), "pass");
}

/* Why no rule was asked, where none was. */
static const char *unasked(const json_t *receipt) {
    const json_t *matter = json_object_get(receipt, "matter");
    if (json_is_true(json_object_get(matter, "exempt")) && json_is_true(json_object_get(matter, "has_sales")))
        return "no rule was asked, as its topic is exempt; such mail goes without its sales part";
    if (json_is_true(json_object_get(matter, "exempt")))
        return "no rule was asked, as its topic is exempt";
    if (json_is_true(json_object_get(matter, "forced")))
        return "no rule was asked, as it was released by hand or came to its deadline";
    return "no rule had a say";
}

/* The first release did not record which rules it asked. */
static char *rules_asked(const json_t *receipt) {
    const json_t *asked = json_object_get(receipt, "asked");
    gsize count = json_array_size(asked);
    if (!asked)
        return g_strdup("");
    if (count == 0)
        return g_strconcat(": ", unasked(receipt), NULL);
    return g_strdup_printf(": %zu %s asked", count, count == 1 ? "rule was" : "rules were");
}

static void print_policy(const json_t *receipt) {
    const char *policy = output_string(receipt, "policy", NULL), *hash = output_string(receipt, "policy_hash", NULL);
    g_autofree char *rules = rules_asked(receipt);
    if (policy)
        output_line("    policy \"%s\"%s%s%s%s", policy, hash ? " (hash " : "", hash ? hash : "", hash ? ")" : "",
                    rules);
}

static void print_rules(const json_t *verdict, const json_t *receipt) {
    const json_t *reasons = json_object_get(receipt, "reasons");
    print_policy(receipt);
    print_reasons(reasons, goes(verdict) && !json_object_get(receipt, "would") ? "noted: " : "blocks:");
    print_asked(json_object_get(receipt, "asked"), reasons);
}

/* ---- what would have changed it ---- */

static void print_rest(const json_t *verdict, const json_t *receipt) {
    if (json_is_true(json_object_get(receipt, "rest")) && json_is_string(json_object_get(verdict, "until")))
        output_line("    by then it may go without its sales part, or by its fallback");
}

static void print_free_at(const json_t *receipt) {
    const char *free_at = output_string(receipt, "free_at", NULL);
    g_autofree char *time = free_at ? reason_time(free_at) : NULL;
    if (time)
        output_line("    it could go from %s, which is later than it may be held", time);
}

static void print_remedies(const json_t *verdict) {
    const json_t *remedies = json_object_get(verdict, "sooner");
    size_t i;
    json_t *remedy;
    json_array_foreach ((json_t *)remedies, i, remedy)
        output_line("    sooner: %s", json_string_value(remedy));
    if (json_array_size(remedies) == 0 && json_is_string(json_object_get(verdict, "until")))
        output_line("    sooner: not by anything; only time frees it");
}

void receipt_page_print(const json_t *verdict) {
    const json_t *receipt = json_object_get(verdict, "receipt");
    print_action(verdict, receipt);
    print_message(receipt);
    print_rules(verdict, receipt);
    print_rest(verdict, receipt);
    print_free_at(receipt);
    print_remedies(verdict);
    output_fallback(receipt);
    output_withheld(json_object_get(receipt, "withheld"));
}
