/* A time as iCalendar writes it: a date, or the time on a wall of a named zone, or of whatever wall the reader looks at
 * (floating). */
#pragma once

#include "ics.h"
#include "zone.h"

typedef struct {
    Wall wall;
    const Zone *zone; /* NULL: floating */
    bool is_date;     /* then wall is its midnight and the zone NULL */
} Moment;

/* All three want ics_lock(). */
bool moment_read(const IcsProperty *property, Moment *out, GError **error);
bool moment_from_ical(icaltimetype time, const IcsProperty *property, Moment *out, GError **error);
icaltimetype moment_to_ical(Wall wall, bool is_date);

/* A floating moment is in the zone given. */
Instant moment_first(const Moment *moment, const Zone *floating);
Instant moment_last(const Moment *moment, const Zone *floating);
