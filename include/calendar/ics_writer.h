/* Events as iCalendar text (RFC 5545) for calendar programs to open: times in UTC, lines folded, text escaped. */
#pragma once

#include "base/instant.h"

typedef struct {
    const char *uid; /* the same for the same event whenever it is written, so that a program knows it again */
    Instant at;      /* of the years 1 to 9999 */
    const char *summary, *description, *category; /* text; what is no UTF-8 and control characters but newlines are
                                                     written as replacements */
} IcsEvent;

/* One VCALENDAR of these (a GArray of IcsEvent), written at `stamp`. They take no time: who looks for a free hour finds
 * it. Free with g_free. */
char *ics_write(const GArray *events, Instant stamp);
