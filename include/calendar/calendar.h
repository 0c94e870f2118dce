/* Calendars: holidays, civil periods, contact hours and quiet times (libical; RFC 5545, RFC 7953).
 *
 * A Holidays is what a configuration's .ics files say, read once, never changed, shared by all threads by reference. An
 * almanac answers the rules' questions for one customer; it belongs to one thread at a time and borrows the Holidays.
 * libical keeps its errors in globals: every call into it is behind one lock of this room. Calendars are known up to
 * 2100; a TZID is a name of this machine's database; rules that recur by the hour or faster are a fault. */
#pragma once

#include "policy/almanac.h"

#include <glib.h>

typedef struct Holidays Holidays;

/* Reads the files (char *, each path once). An error is CADENCE_ERROR_CONFIG, "file:line: what was found, what was
 * expected". */
Holidays *holidays_load(const GPtrArray *paths, GError **error);
Holidays *holidays_ref(Holidays *holidays);
void holidays_unref(Holidays *holidays);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Holidays, holidays_unref)

/* The last day, as the instant of its end in UTC, on which this file has an event; INSTANT_NEVER where a rule recurs
 * for ever, INSTANT_ALWAYS where it has none. For `check`: a calendar that has run out. */
Instant holidays_end(const Holidays *holidays, const char *path);

/* A day is a holiday where an all-day event, or any event, of the file covers its noon by the wall clock of the
 * customer's zone: all-day events are days by name, wherever the customer lives; recurrences and exceptions are
 * followed. */

/* zone: an IANA name; one that is unknown is taken as UTC and *fault (may be NULL) says so. quiet: the text of an .ics
 * file or NULL. Its quiet times are: VEVENTs that are not TRANSPARENT; and, with VAVAILABILITY, whatever is not
 * AVAILABLE inside it (RFC 7953), higher priorities winning. Floating times are in the zone. Text that cannot be read
 * makes all time quiet (the strict reading), and *fault says so; *fault is g_free'd by the caller. */
Almanac *calendar_almanac_new(const Holidays *holidays, const char *zone, const char *quiet, char **fault);
void calendar_almanac_free(Almanac *almanac);

/* Whether the text can be read as quiet times; PERMANENT with the line and what was expected. */
bool calendar_check_quiet(const char *quiet, GError **error);
