/* Random small cases for the oracle and the engine, and the almanac that answers the engine from the oracle's tables.
 * The days have odd lengths, as clock changes make them. */
#pragma once

#include "oracle.h"

#include "policy/wishes.h"

#define MOST_RULES 4
#define KINDS (RULE_QUIET + 1)
#define SPACE 40 /* contacts and events of a case lie in [0, SPACE) */

static const World *world_of(const Almanac *almanac) {
    return (const World *)(const void *)almanac; /* its first member */
}

static void table_period(const Almanac *almanac, WindowKind kind, Instant x, Instant *start, Instant *end) {
    const int *period = world_of(almanac)->period[kind];
    g_assert(kind != WINDOW_ROLLING && x >= 0 && x < SECONDS);
    for (*start = x; *start > 0 && period[*start - 1] == period[x];)
        --*start;
    for (*end = x + 1; *end < SECONDS && period[*end] == period[x];)
        ++*end;
}

static bool table_answer(const World *world, const bool *table, Instant x, Instant *change) {
    g_assert(x >= 0 && x < SECONDS);
    for (*change = x + 1; *change < SECONDS && table[*change] == table[x];)
        ++*change;
    if (*change == SECONDS)
        *change = INSTANT_NEVER;
    else if (world->cautious)
        *change = MIN(*change, x + 1 + x % 3);
    return table[x];
}

static bool table_is_open(const Almanac *almanac, const Hours *hours, Instant x, Instant *change) {
    return table_answer(world_of(almanac), world_of(almanac)->open[hours->days], x, change);
}

static bool table_is_quiet(const Almanac *almanac, Instant x, Instant *change) {
    return table_answer(world_of(almanac), world_of(almanac)->quiet, x, change);
}

/* ---- random cases ---- */

static void number_periods(GRand *random, int *periods, int shortest, int longest) {
    for (int at = 0, number = 0; at < SECONDS; number++)
        for (int length = g_rand_int_range(random, shortest, longest + 1); length > 0 && at < SECONDS; length--)
            periods[at++] = number;
}

/* Weeks and months are of whole days. */
static void group_days(GRand *random, const int *days, int *periods, int shortest, int longest) {
    int group[SECONDS];
    number_periods(random, group, shortest, longest);
    for (int at = 0; at < SECONDS; at++)
        periods[at] = group[days[at]];
}

static void fill_spans(GRand *random, bool *table, int longest_true, int longest_false) {
    bool now = g_rand_boolean(random);
    for (int at = 0; at < SECONDS; now = !now)
        for (int length = g_rand_int_range(random, 1, (now ? longest_true : longest_false) + 1);
             length > 0 && at < SECONDS; length--)
            table[at++] = now;
}

static int by_event_time(const void *a, const void *b) {
    Instant left = ((const Event *)a)->at, right = ((const Event *)b)->at;
    return (left > right) - (left < right);
}

static const char *any_event(GRand *random) {
    static const char *const kinds[] = {"complaint", "resolved", "purchase"};
    return kinds[g_rand_int_range(random, 0, 3)];
}

static World *any_world(GRand *random) {
    World *world = g_new0(World, 1);
    world->almanac = (Almanac){table_period, table_is_open, table_is_quiet};
    number_periods(random, world->period[WINDOW_DAY], 5, 9);
    group_days(random, world->period[WINDOW_DAY], world->period[WINDOW_WEEK], 2, 3);
    group_days(random, world->period[WINDOW_DAY], world->period[WINDOW_MONTH], 3, 5);
    for (int clock = 0; clock < CLOCKS; clock++)
        if (g_rand_int_range(random, 0, 8) > 0) /* else it never opens */
            fill_spans(random, world->open[clock], 9, 7);
    if (g_rand_int_range(random, 0, 8) > 0)
        fill_spans(random, world->quiet, 5, 12);
    world->cautious = g_rand_boolean(random);
    world->event_count = g_rand_int_range(random, 0, MOST_EVENTS + 1);
    for (int i = 0; i < world->event_count; i++)
        world->events[i] = (Event){any_event(random), g_rand_int_range(random, 0, SPACE)};
    qsort(world->events, (size_t)world->event_count, sizeof(Event), by_event_time);
    world->relational_earlier = g_rand_int_range(random, 0, 3);
    return world;
}

static const char *any_topic(GRand *random) {
    static const char *const topics[] = {NULL, "loans", "tips"};
    return topics[g_rand_int_range(random, 0, 3)];
}

static const char *any_campaign(GRand *random) {
    static const char *const campaigns[] = {NULL, NULL, "spring", "autumn"};
    return campaigns[g_rand_int_range(random, 0, 4)];
}

static Candidate any_candidate(GRand *random) {
    return (Candidate){g_rand_int_range(random, 0, 3) == 0 ? CLASS_RELATIONAL : CLASS_SALES, any_topic(random),
                       any_campaign(random)};
}

static Window any_window(GRand *random) {
    Duration length = g_rand_int_range(random, 1, 14);
    WindowKind kind = (WindowKind)g_rand_int_range(random, 0, WINDOW_MONTH + 1);
    return g_rand_boolean(random) ? (Window){WINDOW_ROLLING, length} : (Window){kind, length};
}

static Filter any_filter(GRand *random) {
    return (Filter){.class = (MailClass)g_rand_int_range(random, 0, 3),
                    .topic = g_rand_int_range(random, 0, 3) == 0 ? g_strdup(any_topic(random)) : NULL,
                    .campaign = g_rand_int_range(random, 0, 4) == 0 ? g_strdup(any_campaign(random)) : NULL};
}

static gint64 any_limit(GRand *random) {
    return g_rand_int_range(random, 0, 12) == 0 ? 0 : g_rand_int_range(random, 1, 4);
}

static void fill_gate(GRand *random, Rule *rule) {
    rule->filter.class = (MailClass)g_rand_int_range(random, 0, 3);
    rule->gate.event = g_strdup(any_event(random));
    rule->gate.until = g_rand_boolean(random) ? g_strdup(any_event(random)) : NULL;
    rule->gate.cool = g_rand_int_range(random, 0, 10);
}

static void fill_rule(GRand *random, Rule *rule) {
    switch (rule->kind) {
    case RULE_CAP:
        rule->filter = any_filter(random);
        rule->cap.limit = any_limit(random);
        rule->cap.window = any_window(random);
        break;
    case RULE_RATIO:
        rule->ratio.relational = g_rand_int_range(random, 0, 5);
        rule->ratio.sales = g_rand_int_range(random, 1, 4);
        rule->ratio.allowance = g_rand_int_range(random, 0, 3);
        rule->ratio.window = any_window(random);
        break;
    case RULE_GAP:
        rule->filter = any_filter(random);
        rule->gap.has_after = g_rand_boolean(random);
        rule->gap.after = (MailClass)g_rand_int_range(random, 0, 2);
        rule->gap.min = g_rand_int_range(random, 1, 14);
        break;
    case RULE_FIRST:
        rule->first.relational = g_rand_int_range(random, 0, 5);
        break;
    case RULE_GATE:
        fill_gate(random, rule);
        break;
    case RULE_HOURS:
        rule->hours = (Hours){.days = (guint8)g_rand_int_range(random, 0, CLOCKS)};
        break;
    case RULE_PAUSE:
        rule->pause.until = g_rand_int_range(random, 0, 8) == 0 ? INSTANT_NEVER : g_rand_int_range(random, 0, SPACE);
        break;
    case RULE_QUIET:
        break;
    }
}

static Rule any_rule(GRand *random) {
    bool by_almanac = g_rand_int_range(random, 0, 4) == 0; /* or hardly a case would be free */
    RuleKind kind = (RuleKind)g_rand_int_range(random, by_almanac ? RULE_HOURS : 0, by_almanac ? KINDS : RULE_HOURS);
    Rule rule = {.kind = kind, .own = kind > RULE_HOURS, .name = g_strdup(""), .filter.class = CLASS_ANY};
    fill_rule(random, &rule);
    return rule;
}

static char *any_own_cap(GRand *random) {
    static const char *const civil[] = {NULL, "day", "week", "month"};
    Window window = any_window(random);
    g_autofree char *length = duration_format(window.length);
    return g_strdup_printf("%s %d/%s", class_name((MailClass)g_rand_int_range(random, 0, 3)), (int)any_limit(random),
                           window.kind == WINDOW_ROLLING ? length : civil[window.kind]);
}

static void add_any_wishes(GRand *random, GArray *rules) {
    g_autofree char *one = any_own_cap(random), *other = any_own_cap(random);
    g_autofree char *both = g_strdup_printf("%s, %s", one, other);
    Instant paused_until = g_rand_boolean(random) ? g_rand_int_range(random, 0, SPACE) : INSTANT_ALWAYS;
    const char *limits[] = {NULL, one, both};
    bool read =
        wishes_to_rules(paused_until, limits[g_rand_int_range(random, 0, 3)], g_rand_boolean(random), rules, NULL);
    g_assert(read);
}

static int by_time(const void *a, const void *b) {
    Instant left = ((const Contact *)a)->at, right = ((const Contact *)b)->at;
    return (left > right) - (left < right);
}

static Case any_case(GRand *random) {
    Case c = {.world = any_world(random), .rules = g_array_new(FALSE, FALSE, sizeof(Rule))};
    c.past.world = c.world;
    g_array_set_clear_func(c.rules, (GDestroyNotify)rule_clear);
    for (int rules = g_rand_int_range(random, 0, MOST_RULES + 1); rules > 0; rules--) {
        Rule rule = any_rule(random);
        g_array_append_val(c.rules, rule);
    }
    if (g_rand_int_range(random, 0, 6) == 0)
        add_any_wishes(random, c.rules);
    for (int contacts = g_rand_int_range(random, 0, MOST_CONTACTS + 1); contacts > 0; contacts--) {
        Candidate past = any_candidate(random);
        c.past = with(&c.past, &past, g_rand_int_range(random, 0, SPACE / 2));
    }
    qsort(c.past.contacts, (size_t)c.past.count, sizeof(Contact), by_time);
    c.candidate = any_candidate(random);
    c.waiting_count = g_rand_int_range(random, 0, MOST_WAITING + 1);
    for (int i = 0; i < c.waiting_count; i++)
        c.waiting[i] = any_candidate(random);
    c.x = g_rand_int_range(random, 0, SPACE / 2 + 5);
    c.horizon = c.x + g_rand_int_range(random, -1, SPACE / 2);
    return c;
}

static void case_clear(Case *c) {
    g_array_unref(c->rules);
    g_free(c->world);
}

static History history_of(const Case *c) {
    return (History){.contacts = c->past.contacts,
                     .count = (gsize)c->past.count,
                     .relational_earlier = (guint64)c->world->relational_earlier,
                     .events = c->world->events,
                     .event_count = (gsize)c->world->event_count,
                     .almanac = &c->world->almanac};
}
