/* What is allowed and yet will bite. Only what the file alone makes certain is said: a warning that may be wrong teaches
 * admins to pass over warnings. Whether mail of a topic ever comes, and what a calendar holds, the file cannot know. */
#include "config/config.h"

#include <string.h>

#define DAYS_OF_WEEK 7
#define DAY ((Duration)24 * 3600)

typedef struct {
    const Policy *policy;
    GPtrArray *warnings;
} Look;

G_GNUC_PRINTF(2, 3)
static void warn(GPtrArray *warnings, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(warnings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static bool has_over(const Policy *policy, Over wanted) {
    for (guint i = 0; i < policy->over->len; i++)
        if (g_array_index(policy->over, Over, i) == wanted)
            return true;
    return false;
}

static const Rule *rule_at(const Look *look, guint i) {
    return &g_array_index(look->policy->rules, Rule, i);
}

static char *describe(const Rule *rule) {
    const char *kind = rule_kind_name(rule);
    return *rule->name ? g_strdup_printf("%s \"%s\"", kind, rule->name) : g_strdup_printf("the %s", kind);
}

static void look_at_cap_of_nought(const Look *look, const Rule *cap) {
    if (cap->kind == RULE_CAP && cap->cap.limit == 0)
        warn(look->warnings,
             "policy \"%s\": cap \"%s\" has limit = 0, which lets nothing pass ever; leave the cap out for no limit",
             look->policy->name, cap->name);
}

/* Whether an outer window that ends with or after the inner one always holds all of it. A rolling window may lie over
 * two civil ones, and a week over two months. */
static bool window_covers(const Window *outer, const Window *inner) {
    if (outer->kind == WINDOW_ROLLING)
        return outer->length >= window_reach(inner);
    return outer->kind == inner->kind || inner->kind == WINDOW_DAY;
}

static bool caps_all_relational(const Rule *rule) {
    return rule->kind == RULE_CAP && rule->filter.class != CLASS_SALES && !rule->filter.topic && !rule->filter.campaign;
}

/* The relational contacts that the first sales message in a window needs. */
static gint64 needed_for_one(const Rule *ratio) {
    gint64 owed = (1 - ratio->ratio.allowance) * ratio->ratio.relational;
    return owed > 0 ? (owed + ratio->ratio.sales - 1) / ratio->ratio.sales : 0;
}

static void look_at_ratio(const Look *look, const Rule *ratio) {
    if (ratio->kind != RULE_RATIO)
        return;
    gint64 needed = needed_for_one(ratio);
    for (guint i = 0; i < look->policy->rules->len; i++) {
        const Rule *cap = rule_at(look, i);
        if (caps_all_relational(cap) && cap->cap.limit < needed &&
            window_covers(&cap->cap.window, &ratio->ratio.window))
            warn(look->warnings,
                 "policy \"%s\": the ratio wants %" G_GINT64_FORMAT " relational messages in its window before a sales "
                 "message, and cap \"%s\" lets %" G_GINT64_FORMAT " through: sales mail can pass only after relational "
                 "mail that no rule stops, such as that of exempt topics",
                 look->policy->name, needed, cap->name, cap->cap.limit);
    }
}

static bool may_hold(const Policy *policy) {
    return has_over(policy, OVER_HOLD);
}

static void look_at_gap(const Look *look, const Rule *gap) {
    Duration hold = look->policy->hold_max;
    if (gap->kind != RULE_GAP || gap->gap.min <= hold || !may_hold(look->policy))
        return;
    g_autofree char *min = duration_format(gap->gap.min), *max = duration_format(hold);
    g_autofree char *early = duration_format(gap->gap.min - hold);
    warn(look->warnings,
         "policy \"%s\": gap \"%s\" has min = %s, and mail is held for %s at most: what comes within %s of the last "
         "message is refused, not held",
         look->policy->name, gap->name, min, max, early);
}

/* How long a rule may at least keep a sales message back once its window is full; 0 where no clock frees it. */
static Duration shortest_wait(const Rule *rule) {
    if (rule->filter.class == CLASS_RELATIONAL)
        return 0;
    switch (rule->kind) {
    case RULE_CAP:
        return rule->cap.limit ? window_reach(&rule->cap.window) : 0;
    case RULE_RATIO:
        return window_reach(&rule->ratio.window);
    case RULE_GAP:
        return rule->gap.min;
    default:
        return 0;
    }
}
