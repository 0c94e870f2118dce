/* Times and durations as text. */
#include "base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static void instants_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        Instant at;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2026-11-25T09:00:00+01:00", 1795593600},
        {"2026-11-25 08:00:00Z", 1795593600},
        {"2026-11-25T08:00:00.999999999Z", 1795593600},
        {"2026-11-25T03:30:00-04:30", 1795593600},
        {"2026-11-25T08:00:00-00:00", 1795593600},
        {"2024-02-29T00:00:00Z", 1709164800},
        {"2000-02-29T12:00:00Z", 951825600},
        {"2016-12-31T23:59:60Z", 1483228800},
        {"2017-01-01T00:59:60+01:00", 1483228800},
        {"0001-01-01T00:00:00Z", -62135596800},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Instant at = 42;
        if (!instant_parse(cases[i].text, &at))
            fail_msg("%s: refused", cases[i].text);
        assert_int_equal(at, cases[i].at);
    }
}

static void other_text_is_no_instant(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "now",
        "2026-11-25",
        "2026-11-25T09:00:00",
        "2026-11-25T09:00Z",
        "2026-11-25T09:00:00+0100",
        "2026-11-25T09:00:00+01",
        "2026-11-25T09:00:00Z ",
        " 2026-11-25T09:00:00Z",
        "2026-11-25T09:00:00.Z",
        "2026-11-25  09:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T23:59:61Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+00:60",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z",
        "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "2026-1-01T00:00:00Z",
        "2026-01-01T0:00:00Z",
        "20260101T000000Z",
        "2026-W01-1T00:00:00Z",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        Instant at = 42;
        if (instant_parse(texts[i], &at))
            fail_msg("%s: taken", texts[i]);
        assert_int_equal(at, 42);
    }
}

static void instants_are_written_in_the_zone(void **state) {
    (void)state;
    static const struct {
        Instant at;
        const char *zone, *text;
    } cases[] = {
        {0, NULL, "1970-01-01T00:00:00+00:00"},
        {1795593600, "UTC", "2026-11-25T08:00:00+00:00"},
        {1795593600, "Europe/Warsaw", "2026-11-25T09:00:00+01:00"},
        {1795593600, "America/St_Johns", "2026-11-25T04:30:00-03:30"},
        {1795593600, "No/Such", "2026-11-25T08:00:00+00:00"},
        {1795593600, "../../etc/passwd", "2026-11-25T08:00:00+00:00"},
        /* the hour that summer time repeats */
        {1792886400, "Europe/Warsaw", "2026-10-25T02:00:00+02:00"},
        {1792890000, "Europe/Warsaw", "2026-10-25T02:00:00+01:00"},
        /* an offset with seconds cannot be written */
        {-5000000000, "America/New_York", "1811-07-23T15:06:40+00:00"},
        {-62135596800, "UTC", "0001-01-01T00:00:00+00:00"},
        {253402300799, "UTC", "9999-12-31T23:59:59+00:00"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = instant_format(cases[i].at, cases[i].zone);
        assert_string_equal(text, cases[i].text);
    }
    assert_null(instant_format(INSTANT_NEVER, "UTC"));
    assert_null(instant_format(INSTANT_ALWAYS, "UTC"));
}

static void what_is_written_is_read_as_the_same(void **state) {
    (void)state;
    static const char *const zones[] = {
        "UTC",          "Europe/Warsaw", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Monrovia",
        "Europe/Dublin"};
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    for (int i = 0; i < 2000; i++) {
        Instant at = (Instant)g_rand_double_range(random, -62135596800.0, 253402300799.0), again = 0;
        g_autofree char *text = instant_format(at, zones[i % G_N_ELEMENTS(zones)]);
        assert_true(instant_parse(text, &again));
        assert_int_equal(again, at);
    }
}

static void zones_are_those_of_the_database(void **state) {
    (void)state;
    static const char *const known[] = {"UTC", "Europe/Warsaw", "America/Argentina/Buenos_Aires", "Etc/GMT+5"};
    static const char *const unknown[] = {"",
                                          "europe/warsaw",
                                          "Europe",
                                          "Europe/",
                                          "Warsaw",
                                          "+01:00",
                                          "XYZ5",
                                          "/etc/localtime",
                                          "zone.tab",
                                          "../zoneinfo/UTC",
                                          "Europe/Warsaw ",
                                          "Z",
                                          "CET-1CEST,M3.5.0,M10.5.0/3",
                                          "Europe//Warsaw"};
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (!zone_is_known(known[i]))
            fail_msg("%s: unknown", known[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++)
        if (zone_is_known(unknown[i]))
            fail_msg("%s: known", unknown[i]);
    assert_false(zone_is_known(NULL));
}

static void durations_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        Duration duration; /* 0: refused */
    } cases[] = {
        {"90s", 90},
        {"15m", 900},
        {"48h", 172800},
        {"7d", 604800},
        {"2w", 1209600},
        {"007d", 604800},
        {"36525d", 3155760000},
        {"36526d", 0},
        {"3155760000s", 3155760000},
        {"3155760001s", 0},
        {"99999999999999999999s", 0},
        {"0s", 0},
        {"", 0},
        {"s", 0},
        {"7", 0},
        {"7 d", 0},
        {" 7d", 0},
        {"7d ", 0},
        {"-7d", 0},
        {"+7d", 0},
        {"7D", 0},
        {"7y", 0},
        {"1d12h", 0},
        {"1.5h", 0},
        {"day", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Duration duration = -1;
        if (duration_parse(cases[i].text, &duration) != (cases[i].duration > 0))
            fail_msg("\"%s\"", cases[i].text);
        assert_int_equal(duration, cases[i].duration > 0 ? cases[i].duration : -1);
    }
}

static void durations_are_written_short(void **state) {
    (void)state;
    static const struct {
        Duration duration;
        const char *text;
    } cases[] = {
        {172800, "2d"}, {604800, "1w"}, {2592000, "30d"}, {1209600, "2w"}, {90, "90s"}, {120, "2m"},
        {5400, "90m"},  {86400, "1d"},  {3601, "3601s"},  {0, "0s"},       {-5, "-5s"}, {3600, "1h"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = duration_format(cases[i].duration);
        assert_string_equal(text, cases[i].text);
        Duration again = 0;
        if (cases[i].duration > 0)
            assert_true(duration_parse(text, &again) && again == cases[i].duration);
    }
}

/* ---- many at once ---- */

static gpointer write_often(gpointer user) {
    static const struct {
        const char *zone, *text;
    } rows[] = {{"Europe/Warsaw", "2026-11-22T13:00:00+01:00"},
                {"Asia/Tokyo", "2026-11-22T21:00:00+09:00"},
                {"America/New_York", "2026-11-22T07:00:00-05:00"},
                {"Asia/Kathmandu", "2026-11-22T17:45:00+05:45"},
                {"Nowhere/Land", "2026-11-22T12:00:00+00:00"}};
    const gsize *first = user;
    for (gsize i = 0; i < 200; i++) {
        gsize row = (*first + i) % G_N_ELEMENTS(rows);
        g_autofree char *text = instant_format(1795348800, rows[row].zone);
        if (strcmp(text, rows[row].text) != 0)
            return (gpointer)rows[row].zone;
    }
    return NULL;
}

static void threads_share_the_zones(void **state) {
    (void)state;
    static const gsize firsts[] = {0, 1, 2, 3};
    GThread *threads[G_N_ELEMENTS(firsts)];
    for (gsize i = 0; i < G_N_ELEMENTS(firsts); i++)
        threads[i] = g_thread_new("writer", write_often, (gpointer)&firsts[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(firsts); i++)
        assert_null(g_thread_join(threads[i]));
}

static void now_is_now(void **state) {
    (void)state;
    Instant before = (Instant)time(NULL), now = instant_now();
    assert_true(before <= now && now <= before + 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_read),
        cmocka_unit_test(other_text_is_no_instant),
        cmocka_unit_test(instants_are_written_in_the_zone),
        cmocka_unit_test(what_is_written_is_read_as_the_same),
        cmocka_unit_test(zones_are_those_of_the_database),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(durations_are_written_short),
        cmocka_unit_test(threads_share_the_zones),
        cmocka_unit_test(now_is_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
