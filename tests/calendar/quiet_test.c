/* Quiet times: events that recur, availabilities that hide one another, clock changes, and texts that mean harm. */
#include "calendar/calendar.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CALENDAR(lines) "BEGIN:VCALENDAR\r\n" lines "END:VCALENDAR\r\n"
#define EVENT(lines) CALENDAR("BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n")
#define NIGHTLY "DTSTART:20240101T220000\r\nDTEND:20240102T070000\r\nRRULE:FREQ=DAILY\r\n"
#define OFFICE                                                                                                          \
    "BEGIN:AVAILABLE\r\nDTSTART:20240101T090000\r\nDTEND:20240101T170000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n" \
    "END:AVAILABLE\r\n"

static Instant instant(const char *text) {
    Instant at;
    assert_true(instant_parse(text, &at));
    return at;
}

typedef struct {
    const char *text, *at;
    bool quiet;
    const char *change; /* NULL: never */
} Case;

static const Case cases[] = {
    {EVENT(NIGHTLY), "2025-06-10T21:59:59+02:00", false, "2025-06-10T22:00:00+02:00"},
    {EVENT(NIGHTLY), "2025-06-10T22:00:00+02:00", true, "2025-06-11T07:00:00+02:00"},
    {EVENT(NIGHTLY), "2025-03-30T01:00:00+01:00", true, "2025-03-30T07:00:00+02:00"},
    {EVENT(NIGHTLY), "2025-10-26T01:00:00+02:00", true, "2025-10-26T07:00:00+01:00"},
    {EVENT(NIGHTLY), "2023-06-10T23:00:00+02:00", false, "2024-01-01T22:00:00+01:00"},
    {EVENT("DTSTART:20240101T010000\r\nDTEND:20240101T023000\r\nRRULE:FREQ=DAILY\r\n"), "2025-10-26T02:15:00+02:00",
     true, "2025-10-26T02:30:00+01:00"},
    {EVENT("DTSTART:20240101T023000\r\nDTEND:20240101T040000\r\nRRULE:FREQ=DAILY\r\n"), "2025-03-30T00:00:00+01:00",
     false, "2025-03-30T03:00:00+02:00"},
    {EVENT("DTSTART;VALUE=DATE:20240107\r\nRRULE:FREQ=WEEKLY;BYDAY=SU\r\n"), "2025-06-14T12:00:00+02:00", false,
     "2025-06-15T00:00:00+02:00"},
    {EVENT("DTSTART;VALUE=DATE:20240107\r\nRRULE:FREQ=WEEKLY;BYDAY=SU\r\n"), "2025-06-15T12:00:00+02:00", true,
     "2025-06-16T00:00:00+02:00"},
    {EVENT(NIGHTLY "TRANSP:TRANSPARENT\r\n"), "2025-06-10T23:00:00+02:00", false, NULL},
    {EVENT(NIGHTLY "STATUS:CANCELLED\r\n"), "2025-06-10T23:00:00+02:00", false, NULL},
    {EVENT(NIGHTLY "EXDATE:20250610T220000\r\n"), "2025-06-10T12:00:00+02:00", false, "2025-06-11T22:00:00+02:00"},
    {EVENT(NIGHTLY "EXDATE:20250610T200000Z\r\n"), "2025-06-10T12:00:00+02:00", false, "2025-06-11T22:00:00+02:00"},
    {EVENT("DTSTART:20250610T100000Z\r\nDURATION:PT2H\r\n"), "2025-06-10T12:00:00+02:00", true,
     "2025-06-10T14:00:00+02:00"},
    {EVENT("DTSTART;TZID=America/New_York:20250610T100000\r\nDURATION:PT2H\r\n"), "2025-06-10T12:00:00+02:00", false,
     "2025-06-10T16:00:00+02:00"},
    {EVENT("DTSTART:20250610T100000\r\nDURATION:PT2H\r\n"), "2025-06-10T12:00:00+02:00", false, NULL},
    {EVENT("DTSTART:20250101T100000\r\nDURATION:PT2H\r\nRRULE:FREQ=YEARLY\r\n"), "2025-06-10T12:00:00+02:00", false,
     "2026-01-01T10:00:00+01:00"},
    {EVENT("DTSTART:20240101T000000\r\nDURATION:P1D\r\nRRULE:FREQ=DAILY\r\n"), "2025-06-10T12:00:00+02:00", true, NULL},
    {EVENT("DTSTART:20250601T000000\r\nDURATION:PT1H\r\nRDATE;VALUE=PERIOD:20250610T080000Z/PT3H\r\n"),
     "2025-06-10T10:00:00+02:00", true, "2025-06-10T13:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\n" OFFICE "END:VAVAILABILITY\r\n"), "2025-06-10T12:00:00+02:00", false,
     "2025-06-10T17:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\n" OFFICE "END:VAVAILABILITY\r\n"), "2025-06-13T17:00:00+02:00", true,
     "2025-06-16T09:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\n" OFFICE "END:VAVAILABILITY\r\nBEGIN:VEVENT\r\nDTSTART:20250610T130000\r\n"
              "DURATION:PT1H\r\nEND:VEVENT\r\n"),
     "2025-06-10T12:00:00+02:00", false, "2025-06-10T13:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\nDTSTART:20250601T000000\r\nDTEND:20250701T000000\r\nEND:VAVAILABILITY\r\n"),
     "2025-05-10T12:00:00+02:00", false, "2025-06-01T00:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\nDTSTART:20250601T000000\r\nDURATION:P2D\r\nEND:VAVAILABILITY\r\n"),
     "2025-06-02T12:00:00+02:00", true, "2025-06-03T00:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\nEND:VAVAILABILITY\r\n"), "2025-06-02T12:00:00+02:00", true, NULL},
    /* On holiday, said with more weight, mail is welcome all day; and with less weight, no sooner than after it. */
    {CALENDAR("BEGIN:VAVAILABILITY\r\n" OFFICE "END:VAVAILABILITY\r\n"
              "BEGIN:VAVAILABILITY\r\nPRIORITY:1\r\nDTSTART:20250610T000000\r\nDTEND:20250611T000000\r\n"
              "BEGIN:AVAILABLE\r\nDTSTART:20250610T000000\r\nDTEND:20250611T000000\r\nEND:AVAILABLE\r\n"
              "END:VAVAILABILITY\r\n"),
     "2025-06-10T03:00:00+02:00", false, "2025-06-11T00:00:00+02:00"},
    {CALENDAR(
         "BEGIN:VAVAILABILITY\r\nPRIORITY:1\r\nDTSTART:20250610T000000\r\nDTEND:20250611T000000\r\nEND:VAVAILABILITY\r\n"
         "BEGIN:VAVAILABILITY\r\nPRIORITY:9\r\n" OFFICE "END:VAVAILABILITY\r\n"),
     "2025-06-10T12:00:00+02:00", true, "2025-06-11T09:00:00+02:00"},
    {CALENDAR("BEGIN:VAVAILABILITY\r\n" OFFICE "END:VAVAILABILITY\r\n"
              "BEGIN:VAVAILABILITY\r\nDTSTART:20250610T000000\r\nDTEND:20250611T000000\r\nEND:VAVAILABILITY\r\n"),
     "2025-06-10T12:00:00+02:00", true, "2025-06-11T09:00:00+02:00"},
};

static void quiet_times_are_kept(void **state) {
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *fault = NULL;
        Almanac *almanac = calendar_almanac_new(NULL, "Europe/Warsaw", cases[i].text, &fault);
        if (fault != NULL)
            fail_msg("case %zu: %s", i, fault);
        Instant change;
        if (almanac->is_quiet(almanac, instant(cases[i].at), &change) != cases[i].quiet)
            fail_msg("case %zu: wrong", i);
        Instant expected = cases[i].change == NULL ? INSTANT_NEVER : instant(cases[i].change);
        if (change != expected)
            fail_msg("case %zu: changes at %" G_GINT64_FORMAT " and not %" G_GINT64_FORMAT, i, change, expected);
        calendar_almanac_free(almanac);
    }
}

/* An almanac that has been asked before answers like a new one, whatever the order. */
static void answers_do_not_depend_on_what_was_asked(void **state) {
    (void)state;
    const char *text = EVENT(NIGHTLY "RRULE:FREQ=MONTHLY;BYDAY=2MO;INTERVAL=3\r\nEXDATE:20250610T220000\r\n");
    Almanac *old = calendar_almanac_new(NULL, "America/New_York", text, NULL);
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    for (int i = 0; i < 2000; i++) {
        Instant x = 1700000000 + g_rand_int_range(random, 0, 100000000), asked, fresh;
        Almanac *new = calendar_almanac_new(NULL, "America/New_York", text, NULL);
        assert_int_equal(old->is_quiet(old, x, &asked), new->is_quiet(new, x, &fresh));
        assert_int_equal(asked, fresh);
        calendar_almanac_free(new);
    }
    calendar_almanac_free(old);
}

static char *repeated(const char *rule, const char *more) {
    return g_strdup_printf(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240103T100000\nDURATION:PT1H\nRRULE:%s%s\nEND:VEVENT\n"
        "END:VCALENDAR\n",
        rule, more);
}

/* A window deep in the life of a rule finds what counting from its first day finds: FREQ, INTERVAL and BY parts stay in
 * step. */
static void windows_stay_in_step_with_their_rules(void **state) {
    (void)state;
    static const char *const rules[] = {"FREQ=DAILY;INTERVAL=3",
                                        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
                                        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31",
                                        "FREQ=MONTHLY;BYDAY=-1FR",
                                        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29",
                                        "FREQ=WEEKLY;INTERVAL=3"};
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autofree char *endless = repeated(rules[i], "");
        g_autofree char *counted = repeated(rules[i], ";COUNT=9999");
        Almanac *jumps = calendar_almanac_new(NULL, "UTC", endless, NULL);
        Almanac *counts = calendar_almanac_new(NULL, "UTC", counted, NULL);
        Instant x = instant("2029-05-01T00:00:00Z");
        for (int j = 0; j < 20 && x != INSTANT_NEVER; j++) {
            Instant one, other;
            assert_int_equal(jumps->is_quiet(jumps, x, &one), counts->is_quiet(counts, x, &other));
            if (one != other)
                fail_msg("%s: %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, rules[i], one, other);
            x = one;
        }
        calendar_almanac_free(jumps);
        calendar_almanac_free(counts);
    }
}

static void what_cannot_be_read_is_quiet_for_ever(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } broken[] = {
        {"", "line 1: "},
        {"quiet, please", "line 1: "},
        {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250101\nEND:VEVENT\n", "line 4: "},
        {EVENT("DTSTART:tomorrow\r\n"), "line 3: "},
        {EVENT("DTSTART:20250101T000000\r\nRRULE:FREQ=SECONDLY\r\n"), "line 4: "},
        {EVENT("DTSTART:20250101T000000\r\nRRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30\r\n"), "line 4: "},
        {EVENT("DTSTART;TZID=Nowhere:20250101T000000\r\n"), "line 3: "},
        {CALENDAR("BEGIN:VAVAILABILITY\r\nPRIORITY:10\r\nEND:VAVAILABILITY\r\n"), "line 3: "},
        {CALENDAR("BEGIN:VAVAILABILITY\r\nDURATION:PT1H\r\nEND:VAVAILABILITY\r\n"), "line 3: "},
        {CALENDAR("BEGIN:VAVAILABILITY\r\nBEGIN:AVAILABLE\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\n"), "line 3: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(calendar_check_quiet(broken[i].text, &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
        if (!g_str_has_prefix(error->message, broken[i].says))
            fail_msg("case %zu: %s", i, error->message);
        g_autofree char *fault = NULL;
        Almanac *almanac = calendar_almanac_new(NULL, "Europe/Warsaw", broken[i].text, &fault);
        assert_non_null(strstr(fault, broken[i].says));
        Instant change;
        assert_true(almanac->is_quiet(almanac, 1750000000, &change));
        assert_int_equal(change, INSTANT_NEVER);
        calendar_almanac_free(almanac);
    }
}

static void hostile_rules_end_soon_and_strictly(void **state) {
    (void)state;
    static const char *const rules[] = {
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9",
        "FREQ=DAILY;COUNT=2000000000",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=YEARLY;INTERVAL=32767",
        "FREQ=YEARLY;BYSETPOS=366;BYDAY=MO",
    };
    gint64 began = g_get_monotonic_time();
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autofree char *text =
            g_strdup_printf("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:19700101T000000\nDURATION:PT1S\n"
                            "RRULE:%s\nEND:VEVENT\nEND:VCALENDAR\n",
                            rules[i]);
        Almanac *almanac = calendar_almanac_new(NULL, "UTC", text, NULL);
        Instant change;
        bool quiet = almanac->is_quiet(almanac, instant("2025-06-10T12:00:05Z"), &change);
        assert_true(i != 1 || (quiet && change == INSTANT_NEVER)); /* 10,000 days from 1970 on, and no end */
        almanac->is_quiet(almanac, instant("2026-06-10T12:00:05Z"), &change);
        calendar_almanac_free(almanac);
    }
    assert_true(g_get_monotonic_time() - began < 10 * G_USEC_PER_SEC);
}

static void faults_are_told_together(void **state) {
    (void)state;
    g_autofree char *fault = NULL;
    Almanac *almanac = calendar_almanac_new(NULL, "Nowhere", "nothing", &fault);
    assert_non_null(strstr(fault, "Nowhere"));
    assert_non_null(strstr(fault, "line 1"));
    calendar_almanac_free(almanac);
    calendar_almanac_free(calendar_almanac_new(NULL, "Nowhere", "nothing", NULL));
    assert_true(calendar_check_quiet(EVENT(NIGHTLY), NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_times_are_kept),
        cmocka_unit_test(answers_do_not_depend_on_what_was_asked),
        cmocka_unit_test(windows_stay_in_step_with_their_rules),
        cmocka_unit_test(what_cannot_be_read_is_quiet_for_ever),
        cmocka_unit_test(hostile_rules_end_soon_and_strictly),
        cmocka_unit_test(faults_are_told_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
