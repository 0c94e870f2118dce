/* What is allowed and yet will bite. Only what the file alone makes certain is said: a warning that may be wrong
 * teaches admins to pass over warnings. Whether mail of a topic ever comes, and what a calendar holds, the file cannot
 * know. */
#include "config/config.h"

#include "base/names.h"

#include <string.h>

static void warn(GPtrArray *warnings, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void warn(GPtrArray *warnings, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(warnings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static const Rule *rule_at(const Policy *policy, guint i) {
    return &g_array_index(policy->rules, Rule, i);
}

static void look_at_cap(const Policy *policy, const Rule *cap, GPtrArray *warnings) {
    if (cap->kind == RULE_CAP && cap->cap.limit == 0)
        warn(warnings,
             "policy \"%s\": cap \"%s\" has limit = 0, which lets nothing pass ever; leave the cap out for no limit",
             policy->name, cap->name);
}

/* Whether each inner window lies inside one outer window. A rolling window may lie over two civil ones, and a week over
 * two months. */
static bool window_covers(const Window *outer, const Window *inner) {
    if (outer->kind == WINDOW_ROLLING)
        return outer->length >= window_reach(inner);
    return outer->kind == inner->kind || inner->kind == WINDOW_DAY;
}

static bool caps_all_relational(const Rule *rule) {
    return rule->kind == RULE_CAP && rule->filter.class != CLASS_SALES && !rule->filter.topic && !rule->filter.campaign;
}

static bool defeats(const Rule *rule, const Rule *ratio) {
    return caps_all_relational(rule) && rule->cap.limit < ratio_needs(ratio, 0) &&
           window_covers(&rule->cap.window, &ratio->ratio.window);
}

static void look_at_ratio(const Policy *policy, const Rule *ratio, GPtrArray *warnings) {
    if (ratio->kind != RULE_RATIO)
        return;
    for (guint i = 0; i < policy->rules->len; i++) {
        const Rule *cap = rule_at(policy, i);
        if (defeats(cap, ratio))
            warn(warnings,
                 "policy \"%s\": the ratio wants %" G_GINT64_FORMAT " relational messages before a sales message, and "
                 "cap \"%s\" lets %" G_GINT64_FORMAT " pass: only relational mail that no rule stops, such as that of "
                 "exempt topics, can open the way for sales mail",
                 policy->name, ratio_needs(ratio, 0), cap->name, cap->cap.limit);
    }
}

/* What stands in over after refuse or drop is never tried. */
static bool may_hold(const Policy *policy) {
    guint i = 0;
    while (i < policy->over->len && g_array_index(policy->over, Over, i) == OVER_REWRITE)
        i++;
    return i < policy->over->len && g_array_index(policy->over, Over, i) == OVER_HOLD;
}

static void look_at_gap(const Policy *policy, const Rule *gap, GPtrArray *warnings) {
    if (gap->kind != RULE_GAP || gap->gap.min <= policy->hold_max || !may_hold(policy))
        return;
    g_autofree char *min = duration_format(gap->gap.min);
    g_autofree char *most = duration_format(policy->hold_max);
    g_autofree char *early = duration_format(gap->gap.min - policy->hold_max);
    warn(warnings,
         "policy \"%s\": gap \"%s\" has min = %s, longer than hold max = %s: a message that comes sooner than %s after "
         "the last one is refused, not held",
         policy->name, gap->name, min, most, early);
}

/* The window or gap of a rule that sales mail meets; G_MAXINT64 where no length of time says when it frees. */
static Duration sales_span(const Rule *rule) {
    if (rule->filter.class == CLASS_RELATIONAL)
        return G_MAXINT64;
    if (rule->kind == RULE_CAP && rule->cap.limit > 0)
        return window_reach(&rule->cap.window);
    if (rule->kind == RULE_RATIO)
        return window_reach(&rule->ratio.window);
    return rule->kind == RULE_GAP ? rule->gap.min : G_MAXINT64;
}

static const Rule *shortest_sales_rule(const Policy *policy) {
    const Rule *shortest = NULL;
    for (guint i = 0; i < policy->rules->len; i++) {
        const Rule *rule = rule_at(policy, i);
        if (sales_span(rule) < (shortest ? sales_span(shortest) : G_MAXINT64))
            shortest = rule;
    }
    return shortest;
}

/* A gap that is too long has had its own warning. */
static void look_at_hold(const Policy *policy, GPtrArray *warnings) {
    const Rule *rule = shortest_sales_rule(policy);
    if (!rule || rule->kind == RULE_GAP || sales_span(rule) <= policy->hold_max || !may_hold(policy))
        return;
    g_autofree char *most = duration_format(policy->hold_max);
    g_autofree char *name = rule->kind == RULE_CAP ? g_strdup_printf("cap \"%s\"", rule->name) : g_strdup("the ratio");
    warn(
        warnings,
        "policy \"%s\": hold max = %s is shorter than the window of every rule for sales mail, the shortest being that "
        "of %s: most of what they stop is refused, not held",
        policy->name, most, name);
}

static bool opens_on(const Policy *policy, guint day) {
    int from = 0, until = MINUTES_A_DAY;
    for (guint i = 0; i < policy->rules->len; i++) {
        const Rule *rule = rule_at(policy, i);
        if (rule->kind != RULE_HOURS)
            continue;
        if (!(rule->hours.days & (1u << day)))
            return false;
        from = MAX(from, rule->hours.from);
        until = MIN(until, rule->hours.until);
    }
    return from < until;
}

static void look_at_hours(const Policy *policy, GPtrArray *warnings) {
    for (guint day = 0; day < DAYS_A_WEEK; day++)
        if (opens_on(policy, day))
            return;
    warn(warnings, "policy \"%s\": its hours never open, for no time of the week is in all of them", policy->name);
}

static void look_at_use(const Config *config, const Policy *policy, GPtrArray *warnings) {
    if (g_str_equal(policy->name, "default"))
        return;
    for (guint i = 0; i < config->segments->len; i++)
        if (g_str_equal(((const Segment *)config->segments->pdata[i])->policy, policy->name))
            return;
    warn(warnings, "policy \"%s\": no segment names it, so no customer has it", policy->name);
}

static void look_at_policy(const Config *config, const Policy *policy, GPtrArray *warnings) {
    for (guint i = 0; i < policy->rules->len; i++) {
        look_at_cap(policy, rule_at(policy, i), warnings);
        look_at_ratio(policy, rule_at(policy, i), warnings);
        look_at_gap(policy, rule_at(policy, i), warnings);
    }
    look_at_hold(policy, warnings);
    look_at_hours(policy, warnings);
    look_at_use(config, policy, warnings);
}

static void look_at_segment(const GPtrArray *segments, guint which, GPtrArray *warnings) {
    const Segment *segment = segments->pdata[which];
    for (guint i = 0; i < which; i++) {
        const Segment *earlier = segments->pdata[i];
        if (!g_str_equal(earlier->text, segment->text))
            continue;
        warn(warnings, "segment \"%s\": it is never reached, for segment \"%s\" before it has the same condition",
             segment->name, earlier->name);
        return;
    }
}

/* An address has an @, and a glob that names none and leaves nothing open is a domain's name. */
static void look_at_senders(const Stream *stream, GPtrArray *warnings) {
    for (char **sender = stream->sender; sender && *sender; sender++)
        if (!strpbrk(*sender, "@*?"))
            warn(warnings,
                 "stream \"%s\": sender \"%s\" is no address and matches none; for all of a domain say \"*@%s\"",
                 stream->name, *sender, *sender);
}

static void look_at_stream(const Stream *stream, GPtrArray *warnings) {
    look_at_senders(stream, warnings);
    if (stream->uncertain != UNCERTAIN_SALES && stream->class != STREAM_CLASS_AUTO)
        warn(warnings, "stream \"%s\": uncertain is never asked, for class says what all of its mail is", stream->name);
}

static bool takes_all_mail(const Stream *stream) {
    return !stream->login && !stream->client && !stream->header &&
           (!stream->sender || g_strv_contains((const char *const *)stream->sender, "*"));
}

static void look_behind_streams(const GPtrArray *streams, GPtrArray *warnings) {
    const Stream *all = NULL;
    for (guint i = 0; i < streams->len; i++) {
        const Stream *stream = streams->pdata[i];
        if (all)
            warn(warnings, "stream \"%s\": it is never reached, for stream \"%s\" before it takes all mail",
                 stream->name, all->name);
        else if (takes_all_mail(stream))
            all = stream;
    }
}

static bool trusts_anybody(const Config *config) {
    for (guint i = 0; i < config->streams->len; i++)
        if (((const Stream *)config->streams->pdata[i])->trust)
            return true;
    return false;
}

/* Only Cadence-Topic and Cadence-Template name a topic, and only a trusted stream is heard. */
static void look_at_topics(const Config *config, GPtrArray *warnings) {
    if (config->streams->len == 0 || trusts_anybody(config))
        return;
    g_autoptr(GPtrArray) names = names_of(config->topics);
    for (guint i = 0; i < names->len; i++)
        warn(warnings, "topic \"%s\": nobody can use it, for no stream has trust = true", (char *)names->pdata[i]);
}

GPtrArray *config_warnings(const Config *config) {
    GPtrArray *warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) names = names_of(config->policies);
    for (guint i = 0; i < names->len; i++)
        look_at_policy(config, config_policy(config, names->pdata[i]), warnings);
    for (guint i = 0; i < config->segments->len; i++)
        look_at_segment(config->segments, i, warnings);
    for (guint i = 0; i < config->streams->len; i++)
        look_at_stream(config->streams->pdata[i], warnings);
    look_behind_streams(config->streams, warnings);
    look_at_topics(config, warnings);
    return warnings;
}
