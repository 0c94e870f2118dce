/* Recurrences against an oracle that tries every date, and every minute of it by the C library's clock. */
#include "calendar/recurrence.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define DAY 86400

static const char *const zones[] = {"Europe/Warsaw",  "America/New_York", "Australia/Lord_Howe",
                                    "Asia/Kathmandu", "America/Havana",   "Pacific/Apia"};

static struct tm date_of(gint64 day) {
    time_t seconds = (time_t)(day * DAY);
    struct tm date;
    gmtime_r(&seconds, &date);
    return date;
}

/* The first minute at which the wall shows the date and minute, or later. */
static Instant slow_instant(gint64 day, int minute) {
    for (Instant x = (day - 2) * DAY;; x += 60) {
        time_t seconds = (time_t)x;
        struct tm wall;
        localtime_r(&seconds, &wall);
        struct tm flat = wall;
        gint64 shown = timegm(&flat) / 60;
        if (shown >= day * 1440 + minute)
            return x;
    }
}

typedef struct {
    const char *rule;
    bool (*is_on)(const struct tm *date, const struct tm *first, gint64 days);
    int count; /* 0: for ever */
} Case;

static bool on_tuesday(const struct tm *date, const struct tm *first, gint64 days) {
    (void)first, (void)days;
    return date->tm_wday == 2;
}

static bool every_third_day(const struct tm *date, const struct tm *first, gint64 days) {
    (void)date, (void)first;
    return days % 3 == 0;
}

static bool on_the_31st(const struct tm *date, const struct tm *first, gint64 days) {
    (void)first, (void)days;
    return date->tm_mday == 31;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool on_the_birthday(const struct tm *date, const struct tm *first, gint64 days) {
    (void)days;
    bool moved = first->tm_mon == 1 && first->tm_mday == 29 && !is_leap(date->tm_year + 1900);
    return date->tm_mon == first->tm_mon && date->tm_mday == first->tm_mday - moved;
}

static const Case cases[] = {
    {"FREQ=WEEKLY;COUNT=4;BYDAY=TU", on_tuesday, 4}, {"FREQ=WEEKLY;BYDAY=TU", on_tuesday, 0},
    {"FREQ=DAILY;INTERVAL=3", every_third_day, 0},   {"FREQ=DAILY;INTERVAL=3;COUNT=5", every_third_day, 5},
    {"FREQ=MONTHLY;BYMONTHDAY=31", on_the_31st, 0},  {"FREQ=YEARLY", on_the_birthday, 0},
    {"FREQ=YEARLY;COUNT=3", on_the_birthday, 3},
};

static void compare(const Case *rule, const Series *series, gint64 until) {
    struct tm first = date_of(series->first);
    gint64 last = G_MININT64;
    int seen = 0;
    for (gint64 day = series->first; day < until; day++) {
        struct tm date = date_of(day);
        if (!rule->is_on(&date, &first, day - series->first) || (rule->count && seen == rule->count))
            continue;
        Occurrence found = {0};
        if (!recurrence_next(series, last, INSTANT_ALWAYS, &found))
            fail_msg("%s in %s: nothing after %" G_GINT64_FORMAT, rule->rule, series->zone, last);
        if (found.day != day || found.at != slow_instant(day, series->minute))
            fail_msg("%s from %" G_GINT64_FORMAT " in %s: day %" G_GINT64_FORMAT " at %" G_GINT64_FORMAT
                     ", expected day %" G_GINT64_FORMAT " at %" G_GINT64_FORMAT,
                     rule->rule, series->first, series->zone, found.day, found.at, day,
                     slow_instant(day, series->minute));
        last = day;
        seen++;
    }
    Occurrence none;
    if (rule->count)
        assert_false(recurrence_next(series, last, INSTANT_ALWAYS, &none));
}

static void it_agrees_with_the_oracle(void **state) {
    (void)state;
    static const gint64 firsts[] = {20780 /* a Tuesday, 2026-11-24 */, 20778, 19782 /* 2024-02-29 */, 18326, 20543};
    static const int minutes[] = {0, 150, 600, 1439};
    for (gsize z = 0; z < G_N_ELEMENTS(zones); z++) {
        setenv("TZ", zones[z], 1);
        tzset();
        for (gsize c = 0; c < G_N_ELEMENTS(cases); c++) {
            g_autoptr(Recurrence) rule = recurrence_parse(cases[c].rule, NULL);
            assert_non_null(rule);
            for (gsize i = 0; i < G_N_ELEMENTS(firsts); i++) {
                Series series = {rule, zones[z], minutes[(i + c) % G_N_ELEMENTS(minutes)], firsts[i]};
                gint64 length = g_str_has_prefix(cases[c].rule, "FREQ=YEARLY") ? 9 * 366 : 400;
                compare(&cases[c], &series, firsts[i] + length);
            }
        }
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

static gint64 day_of(const char *text) {
    gint64 day = 0;
    assert_true(recurrence_date_parse(text, &day));
    return day;
}

static void what_is_asked_for_after_an_instant_is_later(void **state) {
    (void)state;
    g_autoptr(Recurrence) rule = recurrence_parse("FREQ=DAILY", NULL);
    Series series = {rule, "Europe/Warsaw", 600, day_of("2026-11-01")};
    Occurrence next;
    Instant ten = 1795338000; /* 2026-11-22T10:00:00+01:00 */
    assert_true(recurrence_next(&series, G_MININT64, ten, &next));
    assert_int_equal(next.at, ten + DAY);
    assert_true(recurrence_next(&series, G_MININT64, ten - 1, &next));
    assert_int_equal(next.at, ten);
    assert_true(recurrence_next(&series, day_of("2026-11-25"), ten, &next));
    assert_int_equal(next.day, day_of("2026-11-26"));
}

static void a_birthday_may_lie_before_1970(void **state) {
    (void)state;
    g_autoptr(Recurrence) rule = recurrence_parse("FREQ=YEARLY", NULL);
    Series series = {rule, "UTC", 540, day_of("1948-02-29")};
    Occurrence next;
    assert_true(recurrence_next(&series, G_MININT64, day_of("2026-11-22") * DAY, &next));
    assert_int_equal(next.day, day_of("2027-02-28"));
    assert_true(recurrence_next(&series, next.day, next.at, &next));
    assert_int_equal(next.day, day_of("2028-02-29"));
}

static void a_rule_ends_with_its_until_and_with_the_century(void **state) {
    (void)state;
    g_autoptr(Recurrence) rule = recurrence_parse("FREQ=DAILY;UNTIL=20261124T120000Z", NULL);
    Series series = {rule, "UTC", 600, day_of("2026-11-23")};
    Occurrence next;
    assert_true(recurrence_next(&series, day_of("2026-11-23"), INSTANT_ALWAYS, &next));
    assert_int_equal(next.day, day_of("2026-11-24"));
    assert_false(recurrence_next(&series, next.day, next.at, &next));
    g_autoptr(Recurrence) endless = recurrence_parse("FREQ=DAILY", NULL);
    series.rule = endless;
    assert_false(recurrence_next(&series, G_MININT64, INSTANT_NEVER, &next));
}

static void who_came_after_the_hour_begins_the_next_day(void **state) {
    (void)state;
    Instant noon = 1795345200; /* 2026-11-22T12:00:00+01:00 */
    assert_int_equal(recurrence_date_from("Europe/Warsaw", 600, noon), day_of("2026-11-23"));
    assert_int_equal(recurrence_date_from("Europe/Warsaw", 720, noon), day_of("2026-11-22"));
    assert_int_equal(recurrence_date_from("Pacific/Apia", 30, noon), day_of("2026-11-23"));
}

static void what_is_no_rule_is_refused(void **state) {
    (void)state;
    static const char *const rules[] = {
        "",
        "weekly",
        "FREQ=HOURLY",
        "FREQ=SECONDLY",
        "FREQ=SOMETIMES",
        "BYDAY=TU",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;COUNT=x",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY\r\nDTSTART:20260101",
        "FREQ=YEARLY;RSCALE=HEBREW",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Recurrence) rule = recurrence_parse(rules[i], &error);
        if (rule)
            fail_msg("\"%s\" was taken", rules[i]);
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
        assert_non_null(strstr(error->message, "expected"));
    }
}

static void a_date_has_one_form(void **state) {
    (void)state;
    static const char *const texts[] = {"", "2026-2-3", "2026-02-30", "03.02.2026", "2026-02-03 ", "0000-01-01"};
    gint64 day;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_false(recurrence_date_parse(texts[i], &day));
    assert_int_equal(day_of("1970-01-02"), 1);
    assert_int_equal(day_of("1969-12-31"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_the_oracle),
        cmocka_unit_test(what_is_asked_for_after_an_instant_is_later),
        cmocka_unit_test(a_birthday_may_lie_before_1970),
        cmocka_unit_test(a_rule_ends_with_its_until_and_with_the_century),
        cmocka_unit_test(who_came_after_the_hour_begins_the_next_day),
        cmocka_unit_test(what_is_no_rule_is_refused),
        cmocka_unit_test(a_date_has_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
