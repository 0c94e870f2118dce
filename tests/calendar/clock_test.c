/* Periods and contact hours around every clock change of a dozen zones, minute by minute, against the C library: a slow
 * and obvious oracle that shares nothing with the code under test. */
#include "calendar/calendar.h"

#include "../../milter/calendar/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const zones[] = {
    "Europe/Warsaw",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
};

#define POINTS 10000

typedef struct {
    Instant at;
    gint64 minute; /* of the day, by the wall */
    gint64 day;    /* by the wall, since 1970 */
    int weekday;   /* Monday is 0 */
    int month;     /* since year 0 */
    gint64 period; /* of the kind that is asked about */
    bool open;
} Point;

static void set_zone(const char *name) {
    setenv("TZ", name, 1);
    tzset();
}

static void look(Instant at, Point *point) {
    time_t seconds = (time_t)at;
    struct tm wall;
    localtime_r(&seconds, &wall);
    struct tm midnight = {.tm_year = wall.tm_year, .tm_mon = wall.tm_mon, .tm_mday = wall.tm_mday};
    *point = (Point){
        .at = at,
        .minute = wall.tm_hour * 60 + wall.tm_min,
        .day = timegm(&midnight) / 86400,
        .weekday = (wall.tm_wday + 6) % 7,
        .month = wall.tm_year * 12 + wall.tm_mon,
    };
}

static long offset(Instant at) {
    time_t seconds = (time_t)at;
    struct tm wall;
    localtime_r(&seconds, &wall);
    return wall.tm_gmtoff;
}

static void look_around(Instant middle, int step, Point *points) {
    for (int i = 0; i < POINTS; i++)
        look(middle + (Instant)(i - POINTS / 2) * step, &points[i]);
}

static void compare_hours(const Almanac *almanac, const Hours *hours, Point *points) {
    for (int i = 0; i < POINTS; i++)
        points[i].open = (hours->days >> points[i].weekday & 1) != 0 && points[i].minute >= hours->from &&
                         points[i].minute < hours->until;
    Instant next = 0;
    for (int i = POINTS - 2; i >= 0; i--) {
        if (points[i].open != points[i + 1].open)
            next = points[i + 1].at;
        Instant change;
        assert_int_equal(almanac->is_open(almanac, hours, points[i].at, &change), points[i].open);
        if (next != 0)
            assert_int_equal(change, next);
    }
}

/* A period lasts until no later point shows an earlier one. */
static void compare_periods(const Almanac *almanac, WindowKind kind, Point *points) {
    for (int i = POINTS - 1; i >= 0; i--) {
        gint64 shown = kind == WINDOW_DAY    ? points[i].day
                       : kind == WINDOW_WEEK ? (points[i].day + 3) / 7
                                             : points[i].month;
        points[i].period = i == POINTS - 1 ? shown : MIN(shown, points[i + 1].period);
    }
    for (int first = 1; first < POINTS;) {
        int end = first;
        while (end < POINTS && points[end].period == points[first].period)
            end++;
        for (int i = first; i < end && end < POINTS && points[first - 1].period != points[first].period; i++) {
            Instant start, stop;
            almanac->period(almanac, kind, points[i].at, &start, &stop);
            assert_int_equal(start, points[first].at);
            assert_int_equal(stop, points[end].at);
        }
        first = end;
    }
}

static void compare_around(const Almanac *almanac, Instant change) {
    static const Hours some[] = {
        {.days = 0x3f, .from = 8 * 60, .until = 20 * 60},    {.days = 0x7f, .from = 0, .until = 150},
        {.days = 0x40, .from = 90, .until = 1440},           {.days = 0x7f, .from = 0, .until = 1440},
        {.days = 0x60, .from = 23 * 60 + 30, .until = 1440},
    };
    static Point points[POINTS];
    look_around(change, 60, points);
    for (gsize i = 0; i < G_N_ELEMENTS(some); i++)
        compare_hours(almanac, &some[i], points);
    compare_periods(almanac, WINDOW_DAY, points);
    look_around(change, 900, points);
    compare_periods(almanac, WINDOW_WEEK, points);
    compare_periods(almanac, WINDOW_MONTH, points);
}

static int compare_years(const char *zone, Instant from, Instant until) {
    set_zone(zone);
    char *fault;
    Almanac *almanac = calendar_almanac_new(NULL, zone, NULL, &fault);
    assert_null(fault);
    int changes = 0;
    for (Instant at = from; at < until; at += 900)
        if (offset(at) != offset(at - 900)) {
            compare_around(almanac, at);
            changes++;
        }
    compare_around(almanac, from);
    calendar_almanac_free(almanac);
    return changes;
}

static void answers_agree_with_the_c_library(void **state) {
    (void)state;
    int changes = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
        changes += compare_years(zones[i], 1293840000, 1356998400); /* 2011 and 2012 */
        changes += compare_years(zones[i], 1704067200, 1767225600); /* 2024 and 2025 */
    }
    assert_true(changes > 60);
}

/* Every zone of the database up to 2037, so that no two changes hide in one probe. */
static void every_zone_agrees(void **state) {
    (void)state;
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/usr/share/zoneinfo/tzdata.zi", &text, NULL, NULL)) {
        print_message("tzdata.zi is not here: skipped\n");
        skip();
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    int compared = 0;
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", 3);
        if (g_strv_length(words) < 3 || strcmp(words[0], "Z") != 0)
            continue;
        const Zone *zone = zone_find(words[1]);
        assert_non_null(zone);
        set_zone(words[1]);
        for (Instant at = ZONE_FIRST_INSTANT; at < 2145916800; at += 2 * SECONDS_A_DAY + 3607)
            if (zone_wall(zone, at, NULL) - at != offset(at))
                fail_msg("%s at %" G_GINT64_FORMAT, words[1], at);
        compared++;
    }
    assert_true(compared > 300);
}

static Instant instant(const char *text) {
    Instant at;
    assert_true(instant_parse(text, &at));
    return at;
}

static void days_have_their_lengths(void **state) {
    (void)state;
    static const struct {
        const char *zone, *at, *start, *end;
    } days[] = {
        {"Europe/Warsaw", "2025-03-30T12:00:00Z", "2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00"},
        {"Europe/Warsaw", "2025-10-26T12:00:00Z", "2025-10-26T00:00:00+02:00", "2025-10-27T00:00:00+01:00"},
        {"Australia/Lord_Howe", "2025-04-06T00:00:00Z", "2025-04-06T00:00:00+11:00", "2025-04-07T00:00:00+10:30"},
        {"America/Sao_Paulo", "2017-10-15T12:00:00Z", "2017-10-15T01:00:00-02:00", "2017-10-16T00:00:00-02:00"},
        {"America/Sao_Paulo", "2018-02-17T12:00:00Z", "2018-02-17T00:00:00-02:00", "2018-02-18T00:00:00-03:00"},
        {"America/Havana", "2025-11-02T12:00:00Z", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00"},
        {"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"},
        {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
        Almanac *almanac = calendar_almanac_new(NULL, days[i].zone, NULL, NULL);
        Instant start, end;
        almanac->period(almanac, WINDOW_DAY, instant(days[i].at), &start, &end);
        assert_int_equal(start, instant(days[i].start));
        assert_int_equal(end, instant(days[i].end));
        calendar_almanac_free(almanac);
    }
}

static void no_instant_is_outside_its_period(void **state) {
    (void)state;
    static const Instant far[] = {INSTANT_ALWAYS, -62135596800, -1, 0, 253402300799, INSTANT_NEVER - 1};
    Almanac *almanac = calendar_almanac_new(NULL, "America/New_York", NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(far); i++)
        for (int kind = WINDOW_DAY; kind <= WINDOW_MONTH; kind++) {
            Instant start, end;
            almanac->period(almanac, (WindowKind)kind, far[i], &start, &end);
            assert_true(start <= far[i] && far[i] < end);
        }
    calendar_almanac_free(almanac);
}

static void an_unknown_zone_is_utc_and_said_so(void **state) {
    (void)state;
    static const char *const unknown[] = {"Europe/Atlantis", "", "../etc/passwd", "CET-1"};
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_autofree char *fault = NULL;
        Almanac *almanac = calendar_almanac_new(NULL, unknown[i], NULL, &fault);
        assert_non_null(fault);
        assert_non_null(strstr(fault, unknown[i]));
        Instant start, end;
        almanac->period(almanac, WINDOW_DAY, 86399, &start, &end);
        assert_int_equal(start, 0);
        assert_int_equal(end, 86400);
        calendar_almanac_free(almanac);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_agree_with_the_c_library),
        cmocka_unit_test(every_zone_agrees),
        cmocka_unit_test(days_have_their_lengths),
        cmocka_unit_test(no_instant_is_outside_its_period),
        cmocka_unit_test(an_unknown_zone_is_utc_and_said_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
