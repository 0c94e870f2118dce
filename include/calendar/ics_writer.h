/* Events as iCalendar text (RFC 5545) for calendar programs to open: times in UTC, lines folded, text escaped. */
#pragma once

#include "base/instant.h"

/* Text is escaped; what is no UTF-8, and control characters but newlines, are written as replacements. Empty text is
 * left out. */
typedef struct {
    const char *uid; /* the same for the same event whenever it is written; a program knows it by that. Not empty */
    Instant at;      /* of the years 1 to 3000, as far as libical goes */
    const char *summary, *description;
    const char *category; /* without a comma, which would make two of it */
} IcsEvent;

/* One VCALENDAR of these (a GArray of IcsEvent), written at `stamp`. They take no time: who looks for a free hour finds
 * it. Free with g_free. */
char *ics_write(const GArray *events, Instant stamp);
