/* A customer's quiet times, read once and worked out for the time that is asked about. One thread at a time. */
#pragma once

#include "zone.h"

typedef struct Quiet Quiet;

#define QUIET_MAX (64 * 1024) /* bytes of text */

/* Floating times are in the zone. PERMANENT, "LINE: what was found, what was expected". */
Quiet *quiet_new(const char *text, const Zone *zone, GError **error);
Quiet *quiet_always(void); /* the strict reading of what cannot be read */
void quiet_free(Quiet *quiet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Quiet, quiet_free)

/* As Almanac.is_quiet. */
bool quiet_holds(Quiet *quiet, Instant x, Instant *change);
