/* Between two clock changes the wall runs evenly, so the answer can change only where it shows `from`, `until` or
 * midnight, or at a clock change. The search goes from one such instant to the next until the answer is really another.
 */
#include "hours.h"

#include "civil.h"

#define ALL_WEEK ((1u << DAYS_A_WEEK) - 1)

static bool is_holiday(const Zone *zone, const Holidays *holidays, const Hours *hours, gint64 day) {
    for (char **path = hours->holidays; path != NULL && *path != NULL; path++)
        if (holidays_has(holidays, *path, zone, day))
            return true;
    return false;
}

static bool wall_is_open(const Zone *zone, const Holidays *holidays, const Hours *hours, Wall wall) {
    gint64 day = civil_date(wall);
    gint64 second = wall - day * SECONDS_A_DAY;
    return (hours->days >> civil_weekday(day) & 1) != 0 && second >= hours->from * 60 && second < hours->until * 60 &&
           !is_holiday(zone, holidays, hours, day);
}

/* The next time after `wall` at which the hours begin or end or a day does. */
static Wall next_edge(const Hours *hours, Wall wall) {
    Wall midnight = civil_date(wall) * SECONDS_A_DAY;
    gint64 second = wall - midnight;
    if (second < hours->from * 60)
        return midnight + hours->from * 60;
    if (second < hours->until * 60)
        return midnight + hours->until * 60;
    return midnight + SECONDS_A_DAY;
}

static bool never_changes(const Hours *hours) {
    bool has_holidays = hours->holidays != NULL && *hours->holidays != NULL;
    bool always =
        (hours->days & ALL_WEEK) == ALL_WEEK && hours->from == 0 && hours->until == MINUTES_A_DAY && !has_holidays;
    return always || (hours->days & ALL_WEEK) == 0;
}

bool hours_open(const Zone *zone, const Holidays *holidays, const Hours *hours, Instant x, Instant *change) {
    Instant clock_change;
    Wall wall = zone_wall(zone, x, &clock_change);
    bool open = wall_is_open(zone, holidays, hours, wall);
    *change = INSTANT_NEVER;
    if (never_changes(hours) || x >= INSTANT_NEVER - ALMANAC_REACH)
        return open;
    for (Instant at = x; at - x <= ALMANAC_REACH;) {
        at = MIN(at + next_edge(hours, wall) - wall, clock_change);
        wall = zone_wall(zone, at, &clock_change);
        if (wall_is_open(zone, holidays, hours, wall) != open) {
            *change = at;
            break;
        }
    }
    return open;
}
