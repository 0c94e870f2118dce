/* Recurrences by the day (RFC 5545 rules, libical): on which dates something happens, and when that is by the clock on
 * the wall of a zone. A date is counted in days from 1970-01-01, which is day 0. */
#pragma once

#include "base/instant.h"

typedef struct Recurrence Recurrence;

/* A rule such as "FREQ=WEEKLY;COUNT=4;BYDAY=TU". PERMANENT, with what was found and expected, where it cannot be read,
 * contradicts itself, or recurs by anything shorter than a day. */
Recurrence *recurrence_parse(const char *rule, GError **error);
void recurrence_free(Recurrence *recurrence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recurrence, recurrence_free)

/* A rule laid on a life: the dates that it gives from the first one on, each at this minute of the day. The first date
 * counts where the rule gives it, else not. A yearly rule from February 29th comes on the 28th in common years. */
typedef struct {
    const Recurrence *rule;
    const char *zone; /* an IANA name; one that is unknown is taken as UTC */
    int minute;       /* from 0 to 1439 */
    gint64 first;     /* the date from which the rule begins and COUNT counts */
} Series;

typedef struct {
    gint64 day;
    Instant at; /* a time that the clock jumps over is the instant of the jump; one that comes twice is the first */
} Occurrence;

/* The first occurrence on a later date than after_day and at a later instant than after; false where there is none up
 * to 2100. */
bool recurrence_next(const Series *series, gint64 after_day, Instant after, Occurrence *out);

/* "2026-11-24" and no other form; a date that no calendar has is false. */
bool recurrence_date_parse(const char *text, gint64 *day);
/* The first date whose minute is at or after x in the zone. */
gint64 recurrence_date_from(const char *zone, int minute, Instant x);
