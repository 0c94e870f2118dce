/* The hash of a policy: equal where two policies judge alike. So each rule becomes a line, the lines are sorted, and
 * what only a reader sees (the names of the policy and of its rules) stays out. Topics and campaigns are words, so '*'
 * is free to mean any. */
#include "conf_sections.h"

#include <string.h>

static const char *or_any(const char *word) {
    return word ? word : "*";
}

static void append_limits(GString *line, const Rule *rule) {
    switch (rule->kind) {
    case RULE_CAP:
        g_string_append_printf(line, " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, rule->cap.limit, rule->cap.window);
        break;
    case RULE_RATIO:
        g_string_append_printf(line,
                               " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                               rule->ratio.relational, rule->ratio.sales, rule->ratio.allowance, rule->ratio.window);
        break;
    case RULE_GAP:
        g_string_append_printf(line, " %s %" G_GINT64_FORMAT, rule->gap.has_after ? class_name(rule->gap.after) : "*",
                               rule->gap.min);
        break;
    }
}

static char *rule_line(const Rule *rule) {
    GString *line = g_string_new(rule_kind_name(rule->kind));
    g_string_append_printf(line, " %s %s %s", class_name(rule->filter.class), or_any(rule->filter.topic),
                           or_any(rule->filter.campaign));
    append_limits(line, rule);
    return g_string_free(line, FALSE);
}

static int compare_lines(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void append_rules(GString *text, const GArray *rules) {
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rules->len; i++)
        g_ptr_array_add(lines, rule_line(&g_array_index(rules, Rule, i)));
    g_ptr_array_sort(lines, compare_lines);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)lines->pdata[i]);
}

char *conf_policy_hash(const Policy *policy) {
    g_autoptr(GString) text = g_string_new(NULL);
    append_rules(text, policy->rules);
    g_string_append(text, "over");
    for (guint i = 0; i < policy->over->len; i++)
        g_string_append_printf(text, " %s", over_name(g_array_index(policy->over, Over, i)));
    g_string_append_printf(text, "\nhold %" G_GINT64_FORMAT " %s\n%s\n", policy->hold_max, then_name(policy->hold_then),
                           policy->observe ? "observe" : "enforce");
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
    return g_strndup(digest, 16);
}
