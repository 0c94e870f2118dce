/* What hours ask of holidays; how they are loaded says calendar/calendar.h. */
#pragma once

#include "calendar/calendar.h"
#include "zone.h"

/* Whether the day, of any zone, is a holiday of this file there. A file that was never loaded has only holidays: the
 * strict reading. */
bool holidays_has(const Holidays *holidays, const char *path, const Zone *zone, gint64 day);
