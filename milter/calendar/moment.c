/* libical takes month 13 and February 30th for dates and lets them overflow; here they are faults. A TZID must be a
 * zone of this machine's database, by its own name or behind the prefix that calendar programs put before it
 * ("/mozilla.org/20050126_1/Europe/Berlin"): a VTIMEZONE inside the text is not followed, since its rules are as easily
 * out of date as they are hostile. */
#include "moment.h"

#include "civil.h"

#include <string.h>

static const Zone *find_zone(const char *name) {
    const Zone *zone = zone_find(name);
    if (*name != '/')
        return zone;
    while (zone == NULL && (name = strchr(name + 1, '/')) != NULL)
        zone = zone_find(name + 1);
    return zone;
}

static bool read_zone(icaltimetype time, const IcsProperty *property, Moment *moment, GError **error) {
    icalparameter *parameter = icalproperty_get_first_parameter(property->property, ICAL_TZID_PARAMETER);
    const char *name = icaltime_is_utc(time) ? "UTC" : parameter == NULL ? NULL : icalparameter_get_tzid(parameter);
    if (name == NULL || moment->is_date)
        return true;
    moment->zone = find_zone(name);
    if (moment->zone != NULL)
        return true;
    g_autofree char *shown = g_utf8_make_valid(name, -1);
    g_autofree char *found = g_strdup_printf("time zone \"%s\"", shown);
    ics_error(error, property->line, found, "a zone of this machine's database (Europe/Warsaw)");
    return false;
}

bool moment_from_ical(icaltimetype time, const IcsProperty *property, Moment *out, GError **error) {
    bool is_valid = time.year >= 1 && time.year <= 9999 && time.month >= 1 && time.month <= 12 && time.day >= 1 &&
                    g_date_valid_dmy((GDateDay)time.day, (GDateMonth)time.month, (GDateYear)time.year);
    if (!is_valid || time.hour < 0 || time.hour > 23 || time.minute < 0 || time.minute > 59 || time.second < 0 ||
        time.second > 60) {
        ics_error(error, property->line, "a date or time that no calendar has", "one that exists");
        return false;
    }
    Moment moment = {.is_date = time.is_date};
    moment.wall = civil_day(time.year, time.month, time.day) * SECONDS_A_DAY;
    if (!time.is_date)
        moment.wall += time.hour * 3600 + time.minute * 60 + MIN(time.second, 59);
    if (!read_zone(time, property, &moment, error))
        return false;
    *out = moment;
    return true;
}

bool moment_read(const IcsProperty *property, Moment *out, GError **error) {
    icalvalue *value = icalproperty_get_value(property->property);
    switch (icalvalue_isa(value)) {
    case ICAL_DATE_VALUE:
        return moment_from_ical(icalvalue_get_date(value), property, out, error);
    case ICAL_DATETIME_VALUE:
        return moment_from_ical(icalvalue_get_datetime(value), property, out, error);
    case ICAL_PERIOD_VALUE:
        return moment_from_ical(icalvalue_get_period(value).start, property, out, error);
    case ICAL_DATETIMEPERIOD_VALUE:
        return moment_from_ical(icalvalue_get_datetimeperiod(value).time, property, out, error);
    default:
        ics_error(error, property->line, "another kind of value", "a date or a date and time");
        return false;
    }
}

icaltimetype moment_to_ical(Wall wall, bool is_date) {
    gint64 day = civil_date(wall);
    int second = (int)(wall - day * SECONDS_A_DAY);
    GDate date = civil_to_date(day);
    icaltimetype time = icaltime_null_time();
    time.year = g_date_get_year(&date);
    time.month = (int)g_date_get_month(&date);
    time.day = g_date_get_day(&date);
    time.is_date = is_date;
    if (!is_date) {
        time.hour = second / 3600;
        time.minute = second / 60 % 60;
        time.second = second % 60;
    }
    return time;
}

Instant moment_first(const Moment *moment, const Zone *floating) {
    return zone_first(moment->zone != NULL ? moment->zone : floating, moment->wall);
}

Instant moment_last(const Moment *moment, const Zone *floating) {
    return zone_last(moment->zone != NULL ? moment->zone : floating, moment->wall);
}
