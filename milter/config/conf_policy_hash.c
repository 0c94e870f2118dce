/* The hash of a policy: equal where two policies judge alike. So each rule becomes a line, the lines are sorted, and
 * what only a reader sees (the names of the policy and of its rules) stays out. Of a calendar its bytes count, not its
 * path: who copies a configuration to try it has the same policy, who adds a holiday has another. Topics, campaigns and
 * events are words, so '*' is free to mean any. */
#include "conf_error.h"
#include "conf_file.h"
#include "conf_sections.h"

#include "base/names.h"

static const char *or_any(const char *word) {
    return word ? word : "*";
}

static void append_sorted(GString *text, GPtrArray *lines, char end) {
    g_ptr_array_sort(lines, names_compare);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s%c", (const char *)lines->pdata[i], end);
}

static void append_window(GString *line, const Window *window) {
    static const char *const civil[] = {[WINDOW_DAY] = "day", [WINDOW_WEEK] = "week", [WINDOW_MONTH] = "month"};
    if (window->kind == WINDOW_ROLLING)
        g_string_append_printf(line, " %" G_GINT64_FORMAT, window->length);
    else
        g_string_append_printf(line, " %s", civil[window->kind]);
}

static void append_cap(GString *line, const Rule *rule) {
    g_string_append_printf(line, " %" G_GINT64_FORMAT, rule->cap.limit);
    append_window(line, &rule->cap.window);
}

static void append_ratio(GString *line, const Rule *rule) {
    g_string_append_printf(line, " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, rule->ratio.relational,
                           rule->ratio.sales, rule->ratio.allowance);
    append_window(line, &rule->ratio.window);
}

static char *calendar_digest(const char *path, GError **error) {
    g_autoptr(GError) reason = NULL;
    gsize length;
    g_autofree char *bytes = conf_file_load(path, &length, &reason);
    if (bytes)
        return g_compute_checksum_for_string(G_CHECKSUM_SHA256, bytes, (gssize)length);
    conf_refuse(error, path, 1, "no readable file was found, a calendar was expected (%s)", reason->message);
    return NULL;
}

static bool append_holidays(GString *line, char *const *holidays, GError **error) {
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(g_free);
    for (; holidays && *holidays; holidays++) {
        char *digest = calendar_digest(*holidays, error);
        if (!digest)
            return false;
        g_ptr_array_add(digests, digest);
    }
    append_sorted(line, digests, ' ');
    return true;
}

static bool append_hours(GString *line, const Hours *hours, GError **error) {
    g_string_append_printf(line, " %x %d %d ", hours->days, hours->from, hours->until);
    return append_holidays(line, hours->holidays, error);
}

static bool append_limits(GString *line, const Rule *rule, GError **error) {
    switch (rule->kind) {
    case RULE_CAP:
        append_cap(line, rule);
        break;
    case RULE_RATIO:
        append_ratio(line, rule);
        break;
    case RULE_GAP:
        g_string_append_printf(line, " %s %" G_GINT64_FORMAT, rule->gap.has_after ? class_name(rule->gap.after) : "*",
                               rule->gap.min);
        break;
    case RULE_FIRST:
        g_string_append_printf(line, " %" G_GINT64_FORMAT, rule->first.relational);
        break;
    case RULE_GATE:
        g_string_append_printf(line, " %s %s %" G_GINT64_FORMAT, rule->gate.event, or_any(rule->gate.until),
                               rule->gate.cool);
        break;
    case RULE_HOURS:
        return append_hours(line, &rule->hours, error);
    case RULE_PAUSE:
    case RULE_QUIET:
        g_assert_not_reached(); /* the customer's own are in no policy */
    }
    return true;
}

static char *rule_line(const Rule *rule, GError **error) {
    g_autoptr(GString) line = g_string_new(rule_kind_name(rule));
    g_string_append_printf(line, " %s %s %s", class_name(rule->filter.class), or_any(rule->filter.topic),
                           or_any(rule->filter.campaign));
    return append_limits(line, rule, error) ? g_string_free(g_steal_pointer(&line), FALSE) : NULL;
}

static bool append_rules(GString *text, const GArray *rules, GError **error) {
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rules->len; i++) {
        char *line = rule_line(&g_array_index(rules, Rule, i), error);
        if (!line)
            return false;
        g_ptr_array_add(lines, line);
    }
    append_sorted(text, lines, '\n');
    return true;
}

char *conf_policy_hash(const Policy *policy, GError **error) {
    g_autoptr(GString) text = g_string_new(NULL);
    if (!append_rules(text, policy->rules, error))
        return NULL;
    g_string_append(text, "over");
    for (guint i = 0; i < policy->over->len; i++)
        g_string_append_printf(text, " %s", over_name(g_array_index(policy->over, Over, i)));
    g_string_append_printf(text, "\nhold %" G_GINT64_FORMAT " %s\n%s\n", policy->hold_max, then_name(policy->hold_then),
                           policy->observe ? "observe" : "enforce");
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
    return g_strndup(digest, 16);
}
