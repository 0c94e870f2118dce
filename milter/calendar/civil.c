/* Periods are found on the calendar, as whole days, and only their two edges are then looked up in the zone: so no
 * clock change inside a week or a month can move them. */
#include "civil.h"

#define DAYS_TO_1970 719163 /* GDate counts 0001-01-01 as day 1 */
#define FIRST_DAY (1 - DAYS_TO_1970)
#define LAST_DAY 2932896 /* 9999-12-31 */

gint64 civil_date(Wall wall) {
    return (wall >= 0 ? wall : wall - SECONDS_A_DAY + 1) / SECONDS_A_DAY;
}

int civil_weekday(gint64 day) {
    return (int)(((day + 3) % 7 + 7) % 7);
}

GDate civil_to_date(gint64 day) {
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, (guint32)(day + DAYS_TO_1970));
    return date;
}

gint64 civil_day(int year, int month, int day) {
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    return (gint64)g_date_get_julian(&date) - DAYS_TO_1970;
}

static Instant day_start(const Zone *zone, gint64 day) {
    return zone_last(zone, day * SECONDS_A_DAY);
}

static gint64 day_of(const Zone *zone, Instant x) {
    gint64 day = civil_date(zone_wall(zone, x, NULL));
    return day_start(zone, day) > x ? day - 1 : day;
}

static void month_of(gint64 day, gint64 *first, gint64 *next) {
    GDate date = civil_to_date(day);
    *first = day - g_date_get_day(&date) + 1;
    *next = *first + g_date_get_days_in_month(g_date_get_month(&date), g_date_get_year(&date));
}

static void days_of(WindowKind kind, gint64 day, gint64 *first, gint64 *next) {
    if (kind == WINDOW_MONTH) {
        month_of(day, first, next);
    } else if (kind == WINDOW_WEEK) {
        *first = day - civil_weekday(day);
        *next = *first + 7;
    } else {
        *first = day;
        *next = day + 1;
    }
}

/* Outside the years 1 to 9999 there is no calendar, and one period without end. */
void civil_period(const Zone *zone, WindowKind kind, Instant x, Instant *start, Instant *end) {
    const Instant first_instant = (Instant)FIRST_DAY * SECONDS_A_DAY;
    const Instant last_instant = (Instant)LAST_DAY * SECONDS_A_DAY;
    if (x < first_instant + 2 * SECONDS_A_DAY) {
        *start = INSTANT_ALWAYS;
        *end = first_instant + 2 * SECONDS_A_DAY;
    } else if (x >= last_instant - 2 * SECONDS_A_DAY) {
        *start = last_instant - 2 * SECONDS_A_DAY;
        *end = INSTANT_NEVER;
    } else {
        gint64 first, next;
        days_of(kind, day_of(zone, x), &first, &next);
        *start = day_start(zone, first);
        *end = day_start(zone, next);
    }
}
