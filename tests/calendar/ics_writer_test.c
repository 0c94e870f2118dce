/* What is written is read back, by libical, and held to RFC 5545 line by line. */
#include "calendar/ics_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libical/ical.h>

#define NOON 1795348800 /* 2026-11-22T12:00:00Z */

static char *write_events(const IcsEvent *events, guint count) {
    g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(IcsEvent));
    g_array_append_vals(array, events, count);
    return ics_write(array, NOON);
}

static icalcomponent *read_back(const char *text) {
    icalcomponent *calendar = icalparser_parse_string(text);
    assert_non_null(calendar);
    assert_int_equal(icalcomponent_isa(calendar), ICAL_VCALENDAR_COMPONENT);
    icalrestriction_check(calendar);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    return calendar;
}

static void assert_instant(icaltimetype time, Instant expected) {
    assert_true(icaltime_is_utc(time));
    assert_int_equal(icaltime_as_timet(time), expected);
}

/* What is empty is not written at all. */
static void assert_text(const char *found, const char *expected) {
    assert_string_equal(found ? found : "", expected);
}

static const char *category_of(icalcomponent *event) {
    return icalproperty_get_categories(icalcomponent_get_first_property(event, ICAL_CATEGORIES_PROPERTY));
}

static void no_events_are_a_calendar_too(G_GNUC_UNUSED void **state) {
    g_autofree char *text = write_events(NULL, 0);
    icalcomponent *calendar = icalparser_parse_string(text);
    assert_non_null(calendar);
    assert_null(icalcomponent_get_first_component(calendar, ICAL_ANY_COMPONENT));
    icalcomponent_free(calendar);
}

static void what_is_written_is_read_back(G_GNUC_UNUSED void **state) {
    const IcsEvent events[] = {
        {"0a.0@x", NOON + 3600, "sales loans to C1", "cap \"sales a week\": 2 of 2; gap, 48h\\n\nhours", "sales"},
        {"0a.1@x", 0, "", "", "relational"},
        {"0a.2@x", 32503679999 /* 2999-12-31T23:59:59Z */, "Zażółć gęślą jaźń: 你好", "a,b;c:d\\e\"f", "sales"},
    };
    g_autofree char *text = write_events(events, G_N_ELEMENTS(events));
    icalcomponent *calendar = read_back(text);
    guint count = 0;
    for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        const IcsEvent *expected = &events[count++];
        assert_string_equal(icalcomponent_get_uid(event), expected->uid);
        assert_instant(icalcomponent_get_dtstart(event), expected->at);
        assert_instant(icalcomponent_get_dtstamp(event), NOON);
        assert_text(icalcomponent_get_summary(event), expected->summary);
        assert_text(icalcomponent_get_description(event), expected->description);
        assert_string_equal(category_of(event), expected->category);
    }
    assert_int_equal(count, G_N_ELEMENTS(events));
    icalcomponent_free(calendar);
}

static void lines_are_folded_between_characters(G_GNUC_UNUSED void **state) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 200; i++)
        g_string_append(text, i % 3 ? "ż" : "x你");
    const IcsEvent event = {"1@x", NOON, text->str, text->str, "sales"};
    g_autofree char *written = write_events(&event, 1);
    g_auto(GStrv) lines = g_strsplit(written, "\r\n", -1);
    for (char **line = lines; *line; line++) {
        assert_true(strlen(*line) <= 75);
        assert_true(g_utf8_validate(*line, -1, NULL));
        assert_null(strpbrk(*line, "\r\n"));
    }
    icalcomponent *calendar = read_back(written);
    assert_string_equal(icalcomponent_get_summary(calendar), text->str);
    icalcomponent_free(calendar);
}

static void what_no_calendar_takes_is_replaced(G_GNUC_UNUSED void **state) {
    const IcsEvent event = {"1@x", NOON, "a\r\nb\x1b[1m\x7f", "bad \xff byte\nEND:VEVENT", "sales"};
    g_autofree char *written = write_events(&event, 1);
    icalcomponent *calendar = read_back(written);
    assert_string_equal(icalcomponent_get_summary(calendar), "a?\nb?[1m?");
    assert_string_equal(icalcomponent_get_description(calendar), "bad \xef\xbf\xbd byte\nEND:VEVENT");
    icalcomponent_free(calendar);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_events_are_a_calendar_too),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(lines_are_folded_between_characters),
        cmocka_unit_test(what_no_calendar_takes_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
