/* Civil days, weeks and months of a zone. A day is counted from 1970-01-01, which is day 0.
 *
 * A day ends with the last second at which the wall shows its date: where clocks are set back over midnight (St. John's
 * did at 00:01), the first taste of the new date belongs to the old day still, so that days follow one another without
 * gap or overlap. A date that a zone skipped (Apia's 2011-12-30) is a day without an instant. */
#pragma once

#include "policy/window.h"
#include "zone.h"

gint64 civil_date(Wall wall);                   /* the day whose date the wall shows */
int civil_weekday(gint64 day);                  /* Monday is 0 */
GDate civil_to_date(gint64 day);                /* of the years 1 to 9999 */
gint64 civil_day(int year, int month, int day); /* of a date of the years 1 to 9999 that there is */
/* As Almanac.period. */
void civil_period(const Zone *zone, WindowKind kind, Instant x, Instant *start, Instant *end);
