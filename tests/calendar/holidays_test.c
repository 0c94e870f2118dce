/* Holiday files: which days they make, how far they reach, and what is said of broken ones. */
#include "calendar/calendar.h"

#include "../shared_data.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#define EVENT(lines)                                                                                                   \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"

static Holidays *load(const char *path, GError **error) {
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_ptr_array_add(paths, (gpointer)path);
    return holidays_load(paths, error);
}

static char *write_file(const char *text) {
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "cadence-XXXXXX.ics", NULL);
    int file = g_mkstemp(path);
    assert_true(file >= 0);
    g_close(file, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return g_steal_pointer(&path);
}

static Instant instant(const char *text) {
    Instant at;
    assert_true(instant_parse(text, &at));
    return at;
}

/* Whether mail may go at noon of the day, at any hour of any weekday but for holidays. */
static bool is_holiday(const Holidays *holidays, char *path, const char *zone, const char *date) {
    char *paths[] = {path, NULL};
    Hours hours = {.days = 0x7f, .from = 0, .until = 1440, .holidays = paths};
    Almanac *almanac = calendar_almanac_new(holidays, zone, NULL, NULL);
    g_autofree char *text = g_strconcat(date, "T10:30:00Z", NULL);
    Instant start, end, change;
    almanac->period(almanac, WINDOW_DAY, instant(text), &start, &end);
    bool open = almanac->is_open(almanac, &hours, start, &change);
    calendar_almanac_free(almanac);
    return !open;
}

typedef struct {
    const char *text;
    const char *yes[4], *no[4];
    const char *zone; /* NULL: Europe/Warsaw */
    Instant end;      /* 0: not looked at */
} Case;

static const Case cases[] = {
    {EVENT("DTSTART;VALUE=DATE:20251225\r\n"),
     {"2025-12-25"},
     {"2025-12-24", "2025-12-26", "2026-12-25"},
     NULL,
     1766707200},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nDTEND;VALUE=DATE:20251227\r\n"),
     {"2025-12-25", "2025-12-26"},
     {"2025-12-24", "2025-12-27"},
     "Pacific/Apia",
     1766793600},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nDTEND:20251225T050001Z\r\n"), {"2025-12-25"}, {"2025-12-26"}, NULL, 0},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nDTEND;VALUE=DATE:20251225\r\n"), {"2025-12-25"}, {"2025-12-26"}, NULL, 0},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nDURATION:P3D\r\n"), {"2025-12-25", "2025-12-27"}, {"2025-12-28"}, NULL, 0},
    {EVENT("DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY\r\n"),
     {"2000-12-25", "2026-12-25", "2099-12-25"},
     {"1999-12-25", "2026-12-24"},
     "America/New_York",
     INSTANT_NEVER},
    {EVENT("DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n"),
     {"2025-01-01", "2026-01-01"},
     {"2027-01-01"},
     NULL,
     1767312000},
    {EVENT("DTSTART;VALUE=DATE:20200308\r\nRRULE:FREQ=YEARLY;UNTIL=20220308T000000Z\r\n"),
     {"2022-03-08"},
     {"2023-03-08"},
     NULL,
     0},
    {EVENT("DTSTART;VALUE=DATE:20251127\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n"),
     {"2025-11-27", "2026-11-26"},
     {"2026-11-27"},
     NULL,
     0},
    {EVENT("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20210101,20220101\r\n"),
     {"2020-01-01", "2023-01-01"},
     {"2021-01-01", "2022-01-01"},
     NULL,
     0},
    {EVENT("DTSTART;VALUE=DATE:20200501\r\nRDATE;VALUE=DATE:20210502,20220503\r\n"),
     {"2020-05-01", "2021-05-02", "2022-05-03"},
     {"2021-05-01"},
     NULL,
     0},
    {EVENT("DTSTART:20250501T100000\r\nDTEND:20250501T130000\r\n"), {"2025-05-01"}, {"2025-05-02"}, "Asia/Kolkata", 0},
    {EVENT("DTSTART:20250501T130000\r\nDTEND:20250501T150000\r\n"), {NULL}, {"2025-05-01"}, NULL, 0},
    {EVENT("DTSTART:20250501T093000Z\r\nDTEND:20250501T103000Z\r\n"),
     {"2025-05-01"},
     {NULL},
     "Europe/Warsaw",
     1746144000},
    {EVENT("DTSTART:20250501T093000Z\r\nDTEND:20250501T103000Z\r\n"), {NULL}, {"2025-05-01"}, "Europe/London", 0},
    {EVENT("DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20250501T053000\r\nDURATION:PT1H\r\n"),
     {"2025-05-01"},
     {NULL},
     NULL,
     0},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nSTATUS:CANCELLED\r\n"), {NULL}, {"2025-12-25"}, NULL, INSTANT_ALWAYS},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nTRANSP:TRANSPARENT\r\nDESCRIPTION:\r\nFOO:bar\r\n"),
     {"2025-12-25"},
     {NULL},
     NULL,
     0},
    {EVENT("DTSTART;VALUE=DATE:2025\r\n 12\r\n 25\r\n"), {"2025-12-25"}, {NULL}, NULL, 0},
    {"\xef\xbb\xbf" EVENT("DTSTART;VALUE=DATE:20251225\r\n"), {"2025-12-25"}, {NULL}, NULL, 0},
    {EVENT("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\n"
           "RECURRENCE-ID;VALUE=DATE:20230101\r\nDTSTART;VALUE=DATE:20230102\r\n"),
     {"2022-01-01", "2023-01-02"},
     {"2023-01-01", "2022-01-02"},
     NULL,
     0},
    {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", {NULL}, {"2025-12-25"}, NULL, INSTANT_ALWAYS},
};

static void files_make_days(void **state) {
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *this = &cases[i];
        g_autofree char *path = write_file(this->text);
        g_autoptr(GError) error = NULL;
        g_autoptr(Holidays) holidays = load(path, &error);
        if (holidays == NULL)
            fail_msg("case %zu: %s", i, error->message);
        const char *zone = this->zone == NULL ? "Europe/Warsaw" : this->zone;
        for (int j = 0; j < 4 && this->yes[j] != NULL; j++)
            if (!is_holiday(holidays, path, zone, this->yes[j]))
                fail_msg("case %zu: %s is no holiday", i, this->yes[j]);
        for (int j = 0; j < 4 && this->no[j] != NULL; j++)
            if (is_holiday(holidays, path, zone, this->no[j]))
                fail_msg("case %zu: %s is a holiday", i, this->no[j]);
        if (this->end != 0)
            assert_int_equal(holidays_end(holidays, path), this->end);
        g_unlink(path);
    }
}

static void broken_files_are_named_with_their_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *says;
    } broken[] = {
        {"", 1, "expected BEGIN:VCALENDAR"},
        {"garbage\n", 1, "expected BEGIN:VCALENDAR"},
        {"BEGIN:VEVENT\nEND:VEVENT\n", 1, "expected BEGIN:VCALENDAR"},
        {"BEGIN:VCALENDAR\nVERSION:2.0\n", 2, "expected END:VCALENDAR"},
        {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250101\nEND:VCALENDAR\n", 4, "expected END:VEVENT"},
        {"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", 3, "expected BEGIN:VCALENDAR"},
        {"BEGIN:VCALENDAR\n<html>\nEND:VCALENDAR\n", 2, "expected NAME:VALUE"},
        {EVENT("DTSTART:soon\r\n"), 5, "expected a date"},
        {EVENT("DTSTART;VALUE=DATE:20251301\r\n"), 5, "expected one that exists"},
        {EVENT("DTSTART;VALUE=DATE:20250230\r\n"), 5, "expected one that exists"},
        {EVENT("SUMMARY:no start\r\n"), 3, "expected DTSTART"},
        {EVENT("DTSTART;TZID=Mars/Olympus:20250101T000000\r\n"), 5, "Mars/Olympus"},
        {EVENT("DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=SOMETIMES\r\n"), 6, "expected a recurrence rule"},
        {EVENT("DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=DAILY;INTERVAL=0\r\n"), 6, "expected a recurrence rule"},
        {EVENT("DTSTART:20250101T000000\r\nRRULE:FREQ=SECONDLY\r\n"), 6, "by the hour or faster"},
        {EVENT("DTSTART;VALUE=DATE:20250101\r\nDTEND;VALUE=DATE:20241231\r\n"), 6, "before the start"},
        {EVENT("DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"), 6, "never comes true"},
        {EVENT("DTSTART;VALUE=DATE:20250101\r\nSUMMARY:fol\r\n ded\r\nDURATION:banana\r\n"), 8, "expected a duration"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree char *path = write_file(broken[i].text);
        g_autofree char *where = g_strdup_printf("%s:%d: ", path, broken[i].line);
        g_autoptr(GError) error = NULL;
        g_autoptr(Holidays) holidays = load(path, &error);
        if (holidays != NULL)
            fail_msg("case %zu is taken", i);
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
        if (!g_str_has_prefix(error->message, where) || strstr(error->message, broken[i].says) == NULL)
            fail_msg("case %zu: %s", i, error->message);
        g_unlink(path);
    }
}

static void a_missing_file_is_an_error(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_null(load("/nowhere/holidays.ics", &error));
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
    assert_true(g_str_has_prefix(error->message, "/nowhere/holidays.ics:"));
}

static void hours_end_before_holidays_and_begin_after(void **state) {
    (void)state;
    g_autofree char *path = write_file(EVENT("DTSTART;VALUE=DATE:20251225\r\nDTEND;VALUE=DATE:20251227\r\n"));
    g_autoptr(Holidays) holidays = load(path, NULL);
    char *paths[] = {path, NULL};
    Hours hours = {.days = 0x3f, .from = 480, .until = 1200, .holidays = paths};
    Almanac *almanac = calendar_almanac_new(holidays, "Europe/Warsaw", NULL, NULL);
    Instant change;
    assert_true(almanac->is_open(almanac, &hours, instant("2025-12-24T19:59:59+01:00"), &change));
    assert_int_equal(change, instant("2025-12-24T20:00:00+01:00"));
    assert_false(almanac->is_open(almanac, &hours, change, &change));
    assert_int_equal(change, instant("2025-12-27T08:00:00+01:00"));
    hours.days = 0;
    assert_false(almanac->is_open(almanac, &hours, 0, &change));
    assert_int_equal(change, INSTANT_NEVER);
    calendar_almanac_free(almanac);
    g_unlink(path);
}

static void real_calendars_are_read(void **state) {
    (void)state;
    g_autofree char *folder = shared_data_or_skip("calendars");
    g_autofree char *polish = g_build_filename(folder, "PolishHolidays.ics", NULL);
    static const char *const others[] = {"GermanHolidays.ics", "USHolidays.ics", "UkraineHolidays.ics"};
    g_autoptr(Holidays) holidays = load(polish, NULL);
    assert_non_null(holidays);
    static const char *const days[] = {"2025-12-25", "2026-01-01", "2026-05-03", "2026-11-11", "2026-08-15"};
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++)
        if (!is_holiday(holidays, polish, "Europe/Warsaw", days[i]))
            fail_msg("%s", days[i]);
    assert_false(is_holiday(holidays, polish, "Europe/Warsaw", "2026-11-25"));
    assert_int_equal(holidays_end(holidays, polish), INSTANT_NEVER);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *path = g_build_filename(folder, others[i], NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Holidays) other = load(path, &error);
        if (other == NULL)
            fail_msg("%s", error->message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_make_days),
        cmocka_unit_test(broken_files_are_named_with_their_line),
        cmocka_unit_test(a_missing_file_is_an_error),
        cmocka_unit_test(hours_end_before_holidays_and_begin_after),
        cmocka_unit_test(real_calendars_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
