/* A time zone as a table of its clock changes: immutable, shared by all threads, never freed.
 *
 * Wall time is what the clock on the wall shows, as seconds since 1970-01-01 00:00 by that clock. Changes from 1970 up
 * to 2100 are known; before and after, the first and the last offset go on. */
#pragma once

#include "base/instant.h"

#define SECONDS_A_DAY 86400
#define ZONE_FIRST_INSTANT ((Instant)0)
#define ZONE_LAST_INSTANT ((Instant)4102444800) /* 2100-01-01T00:00:00Z */

typedef gint64 Wall;
typedef struct Zone Zone;

const Zone *zone_utc(void);
const Zone *zone_find(const char *name); /* an IANA name; NULL: unknown */

/* What the wall shows at x. *end, which may be NULL, becomes the next clock change after x; INSTANT_NEVER: none. */
Wall zone_wall(const Zone *zone, Instant x, Instant *end);

/* When the wall first shows this time or a later one. A time that the clock jumps over is the instant of the jump. */
Instant zone_first(const Zone *zone, Wall wall);
/* The instant from which on the wall never again shows an earlier time: where clocks are set back, the second time. */
Instant zone_last(const Zone *zone, Wall wall);
