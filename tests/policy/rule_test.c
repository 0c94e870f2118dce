/* The rules by hand: the edges of windows, what blocks say, and numbers that no sane configuration holds. */
#include "policy/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR 3600
#define DAY (24 * HOUR)

static const Candidate offer = {CLASS_SALES, "loans", "spring"};
static const Candidate tip = {CLASS_RELATIONAL, "tips", NULL};

static Rule cap(MailClass class, gint64 limit, Duration window) {
    return (Rule){.kind = RULE_CAP, .filter.class = class, .cap = {limit, {.length = window}}};
}

static Rule ratio(gint64 relational, gint64 sales, gint64 allowance, Duration window) {
    return (Rule){
        .kind = RULE_RATIO, .filter.class = CLASS_ANY, .ratio = {relational, sales, allowance, {.length = window}}};
}

static Rule gap(MailClass class, Duration min) {
    return (Rule){.kind = RULE_GAP, .filter.class = class, .gap = {.min = min}};
}

static bool blocks(Rule rule, History history, const Candidate *candidate, Instant x, Block *block) {
    return rule_blocks(&rule, &history, candidate, x, INSTANT_NEVER, block);
}

static void cap_frees_when_the_contact_leaves_the_window(void **state) {
    (void)state;
    const Contact contacts[] = {{1000, CLASS_SALES, "loans", NULL}, {2000, CLASS_SALES, "cards", NULL}};
    const History history = {.contacts = contacts, .count = 2};
    static const struct {
        gint64 limit;
        Instant x;
        bool blocked;
        Instant until;
    } cases[] = {
        {1, 999, false, 0},  {1, 1000, true, 2000 + DAY}, {1, 1000 + DAY, true, 2000 + DAY}, {1, 2000 + DAY, false, 0},
        {2, 1999, false, 0}, {2, 2000, true, 1000 + DAY}, {2, 999 + DAY, true, 1000 + DAY},  {2, 1000 + DAY, false, 0},
        {3, 2000, false, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Block block = {.until = 0};
        assert_int_equal(blocks(cap(CLASS_SALES, cases[i].limit, DAY), history, &offer, cases[i].x, &block),
                         cases[i].blocked);
        assert_int_equal(block.until, cases[i].until);
    }
}

static void cap_of_zero_blocks_always(void **state) {
    (void)state;
    Block block;
    assert_true(blocks(cap(CLASS_SALES, 0, DAY), (History){.count = 0}, &offer, 5, &block));
    assert_int_equal(block.have, 0);
    assert_int_equal(block.limit, 0);
    assert_int_equal(block.until, INSTANT_NEVER);
    assert_int_equal(block.relational, 0);
    assert_false(blocks(cap(CLASS_SALES, 0, DAY), (History){.count = 0}, &tip, 5, NULL));
}

static void filters_must_match_on_both_sides(void **state) {
    (void)state;
    const Contact contacts[] = {{10, CLASS_SALES, "loans", "spring"}, {20, CLASS_SALES, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2};
    Rule rule = cap(CLASS_ANY, 1, DAY);
    rule.filter.topic = (char *)"loans";
    assert_true(blocks(rule, history, &offer, 30, NULL));
    assert_false(blocks(rule, history, &tip, 30, NULL));
    rule.cap.limit = 2;
    assert_false(blocks(rule, history, &offer, 30, NULL));
    rule = cap(CLASS_SALES, 1, DAY);
    rule.filter.campaign = (char *)"spring";
    assert_true(blocks(rule, history, &offer, 30, NULL));
    assert_false(blocks(rule, history, &(Candidate){CLASS_SALES, "loans", NULL}, 30, NULL));
}

static void ratio_says_how_many_relational_are_needed(void **state) {
    (void)state;
    const Contact contacts[] = {
        {10, CLASS_RELATIONAL, NULL, NULL}, {20, CLASS_SALES, NULL, NULL}, {30, CLASS_RELATIONAL, NULL, NULL}};
    static const struct {
        gint64 relational, sales, allowance, have, limit, missing; /* limit -1: free */
    } cases[] = {
        {3, 1, 0, 2, 6, 4},  {1, 1, 0, 2, -1, 0}, {3, 2, 0, 2, 3, 1}, {3, 1, 1, 2, 3, 1},
        {3, 1, 2, 2, -1, 0}, {0, 1, 0, 2, -1, 0}, {5, 3, 0, 2, 4, 2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Rule rule = ratio(cases[i].relational, cases[i].sales, cases[i].allowance, DAY);
        Block block;
        bool blocked = blocks(rule, (History){.contacts = contacts, .count = 3}, &offer, 40, &block);
        assert_int_equal(blocked, cases[i].limit >= 0);
        if (!blocked)
            continue;
        assert_int_equal(block.have, cases[i].have);
        assert_int_equal(block.limit, cases[i].limit);
        assert_int_equal(block.relational, cases[i].missing);
    }
    assert_false(blocks(ratio(3, 1, 0, DAY), (History){.contacts = contacts, .count = 3}, &tip, 40, NULL));
}

static void ratio_survives_absurd_numbers(void **state) {
    (void)state;
    const Contact contacts[] = {{10, CLASS_SALES, NULL, NULL}, {20, CLASS_RELATIONAL, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2};
    Block block;
    assert_true(blocks(ratio(G_MAXINT64, 1, 0, DAY), history, &offer, 40, &block));
    assert_int_equal(block.limit, G_MAXINT64);
    assert_int_equal(block.relational, G_MAXINT64 - 1);
    assert_false(blocks(ratio(G_MAXINT64, G_MAXINT64, G_MAXINT64, DAY), history, &offer, 40, NULL));
    assert_true(blocks(ratio(G_MAXINT64, G_MAXINT64, 0, DAY), history, &offer, 40, &block));
    assert_int_equal(block.limit, 2);
}

static void gap_is_free_exactly_at_its_end(void **state) {
    (void)state;
    const Contact contacts[] = {{100, CLASS_SALES, "cards", NULL}, {500, CLASS_RELATIONAL, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2};
    Block block;
    assert_true(blocks(gap(CLASS_SALES, 1000), history, &offer, 1099, &block));
    assert_int_equal(block.have, 999);
    assert_int_equal(block.limit, 1000);
    assert_int_equal(block.until, 1100);
    assert_false(blocks(gap(CLASS_SALES, 1000), history, &offer, 1100, NULL));
    assert_false(blocks(gap(CLASS_SALES, 1000), (History){.contacts = contacts + 1, .count = 1}, &offer, 600, NULL));
}

static void gap_after_looks_at_the_class_alone(void **state) {
    (void)state;
    const Contact contacts[] = {{100, CLASS_SALES, "cards", "autumn"}, {500, CLASS_RELATIONAL, "tips", NULL}};
    const History history = {.contacts = contacts, .count = 2};
    Rule rule = gap(CLASS_SALES, 1000);
    rule.filter.topic = (char *)"loans";
    assert_false(blocks(rule, history, &offer, 600, NULL));
    rule.gap.has_after = true;
    rule.gap.after = CLASS_RELATIONAL;
    Block block;
    assert_true(blocks(rule, history, &offer, 600, &block));
    assert_int_equal(block.have, 100);
    assert_false(blocks(rule, history, &tip, 600, NULL));
    rule.gap.after = CLASS_SALES;
    assert_true(blocks(rule, history, &offer, 600, &block));
    assert_int_equal(block.until, 1100);
}

static void contacts_of_the_future_count_from_their_own_instant(void **state) {
    (void)state;
    const Contact contacts[] = {{1000, CLASS_SALES, NULL, NULL}, {1500, CLASS_SALES, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2};
    assert_false(blocks(cap(CLASS_SALES, 1, 600), history, &offer, 999, NULL));
    Block block;
    assert_true(blocks(gap(CLASS_SALES, 600), history, &offer, 1000, &block));
    assert_int_equal(block.until, 2100);
    assert_true(blocks(gap(CLASS_SALES, 400), history, &offer, 1000, &block));
    assert_int_equal(block.until, 1400);
}

static Instant earliest(Rule *rules, guint count, History history, Instant from, Instant horizon) {
    g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_append_vals(array, rules, count);
    return rules_earliest(array, &history, &offer, from, horizon);
}

static void earliest_is_the_first_instant_that_all_leave(void **state) {
    (void)state;
    const Contact contacts[] = {{0, CLASS_RELATIONAL, NULL, NULL}, {10, CLASS_SALES, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2};
    Rule rules[] = {gap(CLASS_SALES, 100), cap(CLASS_SALES, 1, 300), ratio(1, 1, 0, 1000)};
    assert_int_equal(earliest(rules, 1, history, 20, INSTANT_NEVER), 110);
    assert_int_equal(earliest(rules, 2, history, 20, INSTANT_NEVER), 310);
    assert_int_equal(earliest(rules, 3, history, 20, INSTANT_NEVER), INSTANT_NEVER);
    assert_int_equal(earliest(rules, 2, history, 20, 310), 310);
    assert_int_equal(earliest(rules, 2, history, 20, 309), INSTANT_NEVER);
    assert_int_equal(earliest(rules, 2, history, 400, 400), 400);
    assert_int_equal(earliest(rules, 2, history, 400, 399), INSTANT_NEVER);
    assert_int_equal(earliest(rules, 0, history, 20, 20), 20);
}

/* A contact that leaves may close a ratio again: the instant between is the earliest. */
static void earliest_finds_the_instant_between_two_blocks(void **state) {
    (void)state;
    const Contact contacts[] = {{0, CLASS_SALES, NULL, NULL}, {5, CLASS_RELATIONAL, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2};
    Rule rules[] = {ratio(1, 1, 0, 100)};
    assert_int_equal(earliest(rules, 1, history, 10, 1000), 100);
    assert_int_equal(earliest(rules, 1, history, 104, 1000), 104);
    assert_int_equal(earliest(rules, 1, history, 105, 1000), INSTANT_NEVER);
}

static void instants_at_the_end_of_time_do_not_wrap(void **state) {
    (void)state;
    const Contact contacts[] = {{G_MAXINT64 - 5, CLASS_SALES, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 1};
    Block block;
    assert_true(blocks(cap(CLASS_SALES, 1, DAY), history, &offer, G_MAXINT64 - 1, &block));
    assert_int_equal(block.until, INSTANT_NEVER);
    assert_false(blocks(cap(CLASS_SALES, 1, DAY), history, &offer, G_MININT64, NULL));
}

static void rules_block_names_each_that_blocks_in_order(void **state) {
    (void)state;
    const Contact contacts[] = {{10, CLASS_SALES, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 1};
    const Rule given[] = {gap(CLASS_SALES, 100), cap(CLASS_SALES, 2, 300), cap(CLASS_SALES, 1, 300)};
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_append_vals(rules, given, 3);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Block));
    assert_true(rules_block(rules, &history, &offer, 20, INSTANT_NEVER, found));
    assert_int_equal(found->len, 2);
    assert_ptr_equal(g_array_index(found, Block, 0).rule, &g_array_index(rules, Rule, 0));
    assert_ptr_equal(g_array_index(found, Block, 1).rule, &g_array_index(rules, Rule, 2));
}

/* ---- civil windows ---- */

/* Days of 24, 23, 25 and 24 hours, as around clock changes. The first three are a week; every day is a month. */
static const Instant midnights[] = {0, 24 * HOUR, 47 * HOUR, 72 * HOUR, 96 * HOUR};

static void short_and_long_days(G_GNUC_UNUSED const Almanac *almanac, WindowKind kind, Instant x, Instant *start,
                                Instant *end) {
    int day = 0;
    while (x >= midnights[day + 1])
        day++;
    bool in_week = kind == WINDOW_WEEK && day < 3;
    *start = midnights[in_week ? 0 : day];
    *end = midnights[in_week ? 3 : day + 1];
}

static const Almanac four_days = {.period = short_and_long_days};

static void civil_windows_begin_and_end_with_their_period(void **state) {
    (void)state;
    const Contact contacts[] = {{24 * HOUR - 1, CLASS_SALES, NULL, NULL}, {47 * HOUR, CLASS_SALES, NULL, NULL}};
    const History history = {.contacts = contacts, .count = 2, .almanac = &four_days};
    static const struct {
        WindowKind kind;
        Instant x;
        gint64 limit;
        bool blocked;
        Instant until;
    } cases[] = {
        {WINDOW_DAY, 24 * HOUR - 2, 1, false, 0},     {WINDOW_DAY, 24 * HOUR - 1, 1, true, 24 * HOUR},
        {WINDOW_DAY, 24 * HOUR, 1, false, 0},         {WINDOW_DAY, 47 * HOUR - 1, 1, false, 0},
        {WINDOW_DAY, 47 * HOUR, 1, true, 72 * HOUR},  {WINDOW_MONTH, 72 * HOUR - 1, 1, true, 72 * HOUR},
        {WINDOW_WEEK, 30 * HOUR, 1, true, 72 * HOUR}, {WINDOW_WEEK, 47 * HOUR - 1, 2, false, 0},
        {WINDOW_WEEK, 47 * HOUR, 2, true, 72 * HOUR},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Rule rule = cap(CLASS_SALES, cases[i].limit, 0);
        rule.cap.window.kind = cases[i].kind;
        Block block = {.until = 0};
        bool blocked = rule_blocks(&rule, &history, &offer, cases[i].x, 72 * HOUR, &block);
        assert_int_equal(blocked, cases[i].blocked);
        assert_int_equal(block.until, cases[i].until);
    }
}

/* With nothing left to count, no number of midnights changes anything: a search without horizon ends at once. */
static void an_empty_civil_window_does_not_change(void **state) {
    (void)state;
    const History history = {.almanac = &four_days};
    Rule none = cap(CLASS_SALES, 0, 0), balance = ratio(3, 1, 0, 0);
    none.cap.window.kind = balance.ratio.window.kind = WINDOW_DAY;
    Block block;
    assert_true(blocks(none, history, &offer, 5, &block));
    assert_int_equal(block.until, INSTANT_NEVER);
    assert_true(blocks(balance, history, &offer, 5, &block));
    assert_int_equal(block.until, INSTANT_NEVER);
    assert_int_equal(block.relational, 3);
}

/* ---- first and gate ---- */

static void first_counts_what_is_older_than_the_history(void **state) {
    (void)state;
    const Contact contacts[] = {{10, CLASS_RELATIONAL, NULL, NULL},
                                {20, CLASS_SALES, NULL, NULL},
                                {30, CLASS_RELATIONAL, NULL, NULL},
                                {40, CLASS_RELATIONAL, NULL, NULL}};
    static const struct {
        guint64 earlier;
        Instant x;
        gint64 have;
        Instant until; /* -1: free */
    } cases[] = {
        {0, 9, 0, 40},  {0, 10, 1, 40}, {0, 39, 2, 40}, {0, 40, 3, -1},
        {1, 10, 2, 30}, {2, 9, 2, 10},  {3, 0, 3, -1},  {G_MAXUINT64, 20, G_MAXINT64, -1},
    };
    const Rule rule = {.kind = RULE_FIRST, .first.relational = 3};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const History history = {.contacts = contacts, .count = 4, .relational_earlier = cases[i].earlier};
        Block block = {.until = -1, .have = cases[i].have, .limit = 3, .relational = 3 - cases[i].have};
        assert_int_equal(blocks(rule, history, &offer, cases[i].x, &block), cases[i].until >= 0);
        assert_int_equal(block.until, cases[i].until);
        assert_int_equal(block.have, cases[i].have);
        assert_int_equal(block.limit, 3);
        assert_int_equal(block.relational, 3 - cases[i].have);
    }
    const History two = {.contacts = contacts, .count = 2};
    Block block;
    assert_true(blocks(rule, two, &offer, 50, &block));
    assert_int_equal(block.until, INSTANT_NEVER);
    assert_false(blocks(rule, two, &tip, 50, NULL));
}

static Rule gate(const char *until, Duration cool) {
    return (Rule){.kind = RULE_GATE,
                  .filter.class = CLASS_SALES,
                  .gate = {.event = (char *)"complaint", .until = (char *)until, .cool = cool}};
}

static void gate_opens_after_the_end_has_cooled_off(void **state) {
    (void)state;
    const Event events[] = {{"resolved", 50},  {"complaint", 100}, {"resolved", 200}, {"resolved", 250},
                            {"purchase", 260}, {"complaint", 400}, {"resolved", 400}, {"complaint", 500}};
    const History history = {.events = events, .event_count = G_N_ELEMENTS(events)};
    static const struct {
        const char *end;
        Duration cool;
        Instant x, until; /* -1: free */
    } cases[] = {
        {"resolved", 20, 99, -1},
        {"resolved", 20, 100, 220}, /* the old resolution resolves nothing */
        {"resolved", 20, 199, 220},
        {"resolved", 20, 219, 220},
        {"resolved", 20, 220, -1},
        {"resolved", 60, 200, 310}, /* the last resolution counts */
        {"resolved", 60, 310, -1},
        {"resolved", 0, 199, 200},
        {"resolved", 0, 200, -1},
        {"resolved", 0, 400, -1}, /* resolved in the second of the complaint */
        {"resolved", 5, 400, 405},
        {"resolved", 5, 500, INSTANT_NEVER},
        {NULL, 30, 100, 130},
        {NULL, 30, 130, -1},
        {NULL, 300, 150, 800}, /* the next complaint comes in the second in which this one has cooled off */
        {"apology", 5, 100, INSTANT_NEVER},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Block block = {.until = -1, .have = -1, .limit = -1};
        assert_int_equal(blocks(gate(cases[i].end, cases[i].cool), history, &offer, cases[i].x, &block),
                         cases[i].until >= 0);
        assert_int_equal(block.until, cases[i].until);
        assert_int_equal(block.have, -1);
        assert_int_equal(block.limit, -1);
    }
    assert_false(blocks(gate("resolved", 20), history, &tip, 150, NULL));
}

static void names_and_reach(void **state) {
    (void)state;
    const struct {
        Rule rule;
        const char *name;
        Duration reach;
    } cases[] = {
        {cap(CLASS_SALES, 1, 7), "cap", 7},
        {ratio(3, 1, 0, 8), "ratio", 8},
        {gap(CLASS_SALES, 9), "gap", 9},
        {{.kind = RULE_CAP, .cap.window.kind = WINDOW_DAY}, "cap", 25 * HOUR},
        {{.kind = RULE_RATIO, .ratio.window.kind = WINDOW_WEEK}, "ratio", 7 * DAY + HOUR},
        {{.kind = RULE_FIRST}, "first", 0},
        {gate("resolved", 10), "gate", 0},
        {{.kind = RULE_HOURS}, "hours", 0},
        {{.kind = RULE_QUIET, .own = true}, "own", 0},
        {{.kind = RULE_PAUSE, .own = true}, "own", 0},
        {{.kind = RULE_CAP, .own = true, .cap.window.kind = WINDOW_MONTH}, "own", 31 * DAY + HOUR},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_string_equal(rule_kind_name(&cases[i].rule), cases[i].name);
        assert_int_equal(rule_reach(&cases[i].rule), cases[i].reach);
    }
}

/* For the sanitizers to judge. */
static void rules_are_cleared_with_all_they_hold(void **state) {
    (void)state;
    Rule held[] = {
        {.kind = RULE_GATE, .gate = {.event = g_strdup("complaint"), .until = g_strdup("resolved")}},
        {.kind = RULE_GATE, .gate = {.event = g_strdup("complaint")}},
        {.kind = RULE_HOURS, .hours.holidays = g_strsplit("pl.ics de.ics", " ", 0)},
        {.kind = RULE_HOURS, .name = g_strdup("")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(held); i++)
        rule_clear(&held[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cap_frees_when_the_contact_leaves_the_window),
        cmocka_unit_test(cap_of_zero_blocks_always),
        cmocka_unit_test(filters_must_match_on_both_sides),
        cmocka_unit_test(ratio_says_how_many_relational_are_needed),
        cmocka_unit_test(ratio_survives_absurd_numbers),
        cmocka_unit_test(gap_is_free_exactly_at_its_end),
        cmocka_unit_test(gap_after_looks_at_the_class_alone),
        cmocka_unit_test(contacts_of_the_future_count_from_their_own_instant),
        cmocka_unit_test(earliest_is_the_first_instant_that_all_leave),
        cmocka_unit_test(earliest_finds_the_instant_between_two_blocks),
        cmocka_unit_test(instants_at_the_end_of_time_do_not_wrap),
        cmocka_unit_test(rules_block_names_each_that_blocks_in_order),
        cmocka_unit_test(civil_windows_begin_and_end_with_their_period),
        cmocka_unit_test(an_empty_civil_window_does_not_change),
        cmocka_unit_test(first_counts_what_is_older_than_the_history),
        cmocka_unit_test(gate_opens_after_the_end_has_cooled_off),
        cmocka_unit_test(names_and_reach),
        cmocka_unit_test(rules_are_cleared_with_all_they_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
