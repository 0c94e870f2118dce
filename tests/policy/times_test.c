/* Contact hours, quiet times and pauses by hand, and searches that would never end. */
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

/* Days of the week and minutes in UTC. 1970-01-01 was a Thursday. */
static bool utc_is_open(G_GNUC_UNUSED const Almanac *almanac, const Hours *hours, Instant x, Instant *change) {
    Instant day = x - x % DAY, opens = day + hours->from * 60, closes = day + hours->until * 60;
    bool listed = hours->days >> ((x / DAY + 3) % 7) & 1;
    *change = !listed || x >= closes ? day + DAY : x < opens ? opens : closes;
    return listed && opens <= x && x < closes;
}

static bool quiet_at_noon(G_GNUC_UNUSED const Almanac *almanac, Instant x, Instant *change) {
    Instant day = x - x % DAY, begins = day + 11 * HOUR, ends = day + 13 * HOUR;
    *change = x < begins ? begins : x < ends ? ends : begins + DAY;
    return begins <= x && x < ends;
}

static bool always_quiet(G_GNUC_UNUSED const Almanac *almanac, G_GNUC_UNUSED Instant x, Instant *change) {
    *change = INSTANT_NEVER;
    return true;
}

static const Almanac utc = {.is_open = utc_is_open, .is_quiet = quiet_at_noon};
static const History in_utc = {.almanac = &utc};
static const Rule quiet = {.kind = RULE_QUIET, .own = true};

static Rule hours(guint8 days, int from, int until) {
    return (Rule){.kind = RULE_HOURS, .hours = {.days = days, .from = from * 60, .until = until * 60}};
}

static Rule pause_until(Instant until) {
    return (Rule){.kind = RULE_PAUSE, .own = true, .pause.until = until};
}

static bool blocks(Rule rule, const Candidate *candidate, Instant x, Block *block) {
    return rule_blocks(&rule, &in_utc, candidate, x, INSTANT_NEVER, block);
}

static Instant earliest(const Rule *rules, guint count, History history, Instant from, Instant horizon) {
    g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_append_vals(array, rules, count);
    return rules_earliest(array, &history, &offer, from, horizon);
}

static void hours_free_when_they_open(void **state) {
    (void)state;
    const Rule mon_to_sat = hours(0x3f, 8, 20);
    static const struct {
        Instant x, until; /* -1: free */
    } cases[] = {
        {8 * HOUR - 1, 8 * HOUR},
        {8 * HOUR, -1},
        {20 * HOUR - 1, -1},
        {20 * HOUR, DAY + 8 * HOUR},
        {2 * DAY + 20 * HOUR, 4 * DAY + 8 * HOUR}, /* from Saturday to Monday */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Block block = {.until = -1, .limit = -1};
        assert_int_equal(blocks(mon_to_sat, &tip, cases[i].x, &block), cases[i].until >= 0);
        assert_int_equal(block.until, cases[i].until);
        assert_int_equal(block.limit, -1);
    }
}

static void own_times_hold_every_class(void **state) {
    (void)state;
    const Candidate *const candidates[] = {&offer, &tip};
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        Block block;
        assert_true(blocks(quiet, candidates[i], 12 * HOUR, &block));
        assert_int_equal(block.until, 13 * HOUR);
        assert_false(blocks(quiet, candidates[i], 13 * HOUR, NULL));
        assert_true(blocks(pause_until(1000), candidates[i], 999, &block));
        assert_int_equal(block.until, 1000);
        assert_false(blocks(pause_until(1000), candidates[i], 1000, NULL));
        assert_true(blocks(pause_until(INSTANT_NEVER), candidates[i], 1000, &block));
        assert_int_equal(block.until, INSTANT_NEVER);
    }
}

static void earliest_leaps_over_nights_and_quiet_times(void **state) {
    (void)state;
    const Rule rules[] = {hours(0x3f, 10, 12), quiet, pause_until(2 * DAY + 11 * HOUR)};
    assert_int_equal(earliest(rules, 2, in_utc, 10 * HOUR, INSTANT_NEVER), 10 * HOUR);
    assert_int_equal(earliest(rules, 2, in_utc, 11 * HOUR, INSTANT_NEVER), DAY + 10 * HOUR);
    assert_int_equal(earliest(rules, 3, in_utc, 0, INSTANT_NEVER), 4 * DAY + 10 * HOUR);
    assert_int_equal(earliest(rules, 3, in_utc, 0, 4 * DAY + 10 * HOUR - 1), INSTANT_NEVER);
}

static void what_never_opens_ends_the_search(void **state) {
    (void)state;
    Block block;
    assert_true(blocks(hours(0, 0, 24), &tip, 5, &block));
    assert_int_equal(block.until, INSTANT_NEVER);
    const Rule monday_and_tuesday[] = {hours(1, 0, 24), hours(2, 0, 24)},
               noon_and_quiet[] = {hours(0x7f, 11, 13), quiet};
    assert_int_equal(earliest(monday_and_tuesday, 2, in_utc, 5, INSTANT_NEVER), INSTANT_NEVER);
    assert_int_equal(earliest(noon_and_quiet, 2, in_utc, 5, INSTANT_NEVER), INSTANT_NEVER);
    const Almanac closed = {.is_quiet = always_quiet};
    const Rule alone[] = {quiet};
    assert_int_equal(earliest(alone, 1, (History){.almanac = &closed}, 5, INSTANT_NEVER), INSTANT_NEVER);
}

/* The years of a pause are not years of closed doors. */
static void hours_are_found_after_a_long_pause(void **state) {
    (void)state;
    const Instant end = 7300 * DAY;
    const Rule rules[] = {hours(0x7f, 8, 20), pause_until(end)};
    assert_int_equal(earliest(rules, 2, in_utc, 0, INSTANT_NEVER), end + 8 * HOUR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_free_when_they_open),
        cmocka_unit_test(own_times_hold_every_class),
        cmocka_unit_test(earliest_leaps_over_nights_and_quiet_times),
        cmocka_unit_test(what_never_opens_ends_the_search),
        cmocka_unit_test(hours_are_found_after_a_long_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
