/* libical gives the dates, one rule at a time and without zones; only the date that is asked for is then looked up in
 * the zone, as everywhere in this room. What a rule may say is what an event's rule may say: it is tried as one.
 *
 * A date and not an instant is what an occurrence is known by: it stays the same one though the customer moves to
 * another zone. */
#include "calendar/recurrence.h"

#include "base/error.h"
#include "civil.h"
#include "event.h"

#include <string.h>

#define LAST_DAY (ZONE_LAST_INSTANT / SECONDS_A_DAY)
#define STEPS_MAX 50000 /* every day from 1970 to 2100, and a few */

struct Recurrence {
    struct icalrecurrencetype rule;
    bool is_anniversary; /* yearly and nothing else: the month and the day are the first date's */
};

/* ---- reading ---- */

static bool refuse(const char *found, GError **error) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "found %s, expected a rule by the day such as FREQ=WEEKLY;BYDAY=TU", found);
    return false;
}

static bool check_text(const char *rule, GError **error) {
    if (!g_regex_match_simple("^[A-Za-z0-9=;,+-]{1,1000}$", rule, G_REGEX_DOLLAR_ENDONLY, 0))
        return refuse("text that no rule has", error);
    return !g_regex_match_simple("BY(HOUR|MINUTE|SECOND)=", rule, G_REGEX_CASELESS, 0) ||
           refuse("a time of the day", error);
}

/* Wants ics_lock(). */
static bool check_as_event(const char *rule, GError **error) {
    g_autofree char *text = g_strdup_printf("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\n"
                                            "RRULE:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                                            rule);
    g_autoptr(GError) reason = NULL;
    g_autoptr(IcsComponent) root = ics_read(text, &reason);
    g_autoptr(GPtrArray) events = root ? events_read(root->children, ICAL_VEVENT_COMPONENT, &reason) : NULL;
    if (events)
        return true;
    const char *sentence = strstr(reason->message, ": ");
    g_set_error_literal(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, sentence ? sentence + 2 : reason->message);
    return false;
}

static bool is_anniversary(const struct icalrecurrencetype *rule) {
    return rule->freq == ICAL_YEARLY_RECURRENCE && rule->by_month[0] == ICAL_RECURRENCE_ARRAY_MAX &&
           rule->by_month_day[0] == ICAL_RECURRENCE_ARRAY_MAX && rule->by_day[0] == ICAL_RECURRENCE_ARRAY_MAX &&
           rule->by_year_day[0] == ICAL_RECURRENCE_ARRAY_MAX && rule->by_week_no[0] == ICAL_RECURRENCE_ARRAY_MAX;
}

Recurrence *recurrence_parse(const char *rule, GError **error) {
    if (!check_text(rule, error))
        return NULL;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(ics_lock());
    if (!check_as_event(rule, error))
        return NULL;
    g_autoptr(Recurrence) recurrence = g_new0(Recurrence, 1);
    recurrence->rule = icalrecurrencetype_from_string(rule);
    recurrence->is_anniversary = is_anniversary(&recurrence->rule);
    if (icaltime_is_null_time(recurrence->rule.until))
        recurrence->rule.until = moment_to_ical(ZONE_LAST_INSTANT, true);
    recurrence->rule.until.is_date = 1;
    return g_steal_pointer(&recurrence);
}

void recurrence_free(Recurrence *recurrence) {
    g_free(recurrence);
}

/* ---- dates ---- */

static bool is_leap_day(gint64 day) {
    GDate date = civil_to_date(day);
    return g_date_get_month(&date) == G_DATE_FEBRUARY && g_date_get_day(&date) == 29;
}

/* A rule with COUNT must be followed from its beginning; another is picked up where it is looked at. */
static icalrecur_iterator *open_rule(const Recurrence *recurrence, gint64 first, gint64 from) {
    icalerror_clear_errno();
    icalrecur_iterator *iterator =
        icalrecur_iterator_new(recurrence->rule, moment_to_ical(first * SECONDS_A_DAY, true));
    if (iterator && recurrence->rule.count == 0 && from > first)
        icalrecur_iterator_set_start(iterator, moment_to_ical(from * SECONDS_A_DAY, true));
    return iterator;
}

/* The rule's first date at or after from. One that begins on February 29th is followed from the 28th, and put right in
 * leap years. */
static bool next_day(const Series *series, gint64 from, gint64 *out) {
    bool is_leapling = series->rule->is_anniversary && is_leap_day(series->first);
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(ics_lock());
    icalrecur_iterator *iterator = open_rule(series->rule, series->first - is_leapling, from - is_leapling);
    if (!iterator)
        return false;
    bool found = false;
    for (int step = 0; step < STEPS_MAX && !found; step++) {
        icaltimetype time = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(time))
            break;
        gint64 day = civil_day(time.year, time.month, time.day);
        day += is_leapling && is_leap_day(day + 1);
        found = day >= from && day >= series->first;
        if (found)
            *out = day;
    }
    icalrecur_iterator_free(iterator);
    return found;
}

/* ---- instants ---- */

static const Zone *zone_or_utc(const char *name) {
    const Zone *zone = zone_find(name);
    return zone ? zone : zone_utc();
}

static Instant instant_on(const Zone *zone, gint64 day, int minute) {
    return zone_first(zone, day * SECONDS_A_DAY + minute * 60);
}

bool recurrence_next(const Series *series, gint64 after_day, Instant after, Occurrence *out) {
    const Zone *zone = zone_or_utc(series->zone);
    gint64 around = after < ZONE_FIRST_INSTANT ? 0 : after > ZONE_LAST_INSTANT ? LAST_DAY : civil_date(after) - 2;
    gint64 from = MAX(around, series->first);
    if (after_day >= from)
        from = after_day + 1;
    Occurrence occurrence;
    for (; from < LAST_DAY && next_day(series, from, &occurrence.day); from = occurrence.day + 1) {
        occurrence.at = instant_on(zone, occurrence.day, series->minute);
        if (occurrence.at <= after)
            continue;
        *out = occurrence;
        return true;
    }
    return false;
}

bool recurrence_date_parse(const char *text, gint64 *day) {
    if (!g_regex_match_simple("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text, G_REGEX_DOLLAR_ENDONLY, 0))
        return false;
    int year = (int)g_ascii_strtoull(text, NULL, 10);
    int month = (int)g_ascii_strtoull(text + 5, NULL, 10);
    int number = (int)g_ascii_strtoull(text + 8, NULL, 10);
    if (year == 0 || !g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year))
        return false;
    *day = civil_day(year, month, number);
    return true;
}

gint64 recurrence_date_from(const char *zone, int minute, Instant x) {
    const Zone *own = zone_or_utc(zone);
    gint64 day = civil_date(zone_wall(own, x, NULL));
    return instant_on(own, day, minute) >= x ? day : day + 1;
}
