/* Instants and durations. All decisions are taken on a grid of whole seconds: fractions are dropped when a time is
 * read, so that an instant that is printed and read back is the same instant. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef gint64 Instant;  /* seconds since 1970-01-01T00:00:00Z */
typedef gint64 Duration; /* seconds */

#define INSTANT_NEVER G_MAXINT64  /* later than every instant */
#define INSTANT_ALWAYS G_MININT64 /* earlier than every instant */

Instant instant_now(void);

/* Reads an RFC 3339 date-time ("2026-11-25T09:00:00+01:00"; a 'T' or a blank between date and time; the offset is
 * required). Other text, years outside 1 to 9999 included, gives false and leaves *out alone. */
bool instant_parse(const char *text, Instant *out);

/* RFC 3339 in the IANA zone, UTC where the zone is NULL or unknown. INSTANT_NEVER and what
 * else lies outside the years 1 to 9999 gives NULL. Free with g_free. */
char *instant_format(Instant at, const char *zone);

/* True where the name is a time zone of this machine's database. */
bool zone_is_known(const char *name);

/* Reads "90s", "15m", "48h", "7d" or "2w": digits and one unit, no blank, more than zero, at most 100 years. */
bool duration_parse(const char *text, Duration *out);

/* The shortest of the forms above that is exact: 172800 gives "2d". What is no duration of the above
 * comes out in seconds ("0s"). Free with g_free. */
char *duration_format(Duration duration);
