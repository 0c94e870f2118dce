/* Something that takes time, once or again and again: a VEVENT or an AVAILABLE, as plain data that libical no longer
 * has a hand in.
 *
 * Lengths are by the clock on the wall: 22:00 to 07:00 ends at 07:00 in every night, whatever the clock does in
 * between. */
#pragma once

#include "moment.h"
#include "spans.h"

typedef struct Event Event;

/* The events of this kind among the components, without those that are cancelled. What a RECURRENCE-ID says of one
 * occurrence replaces that occurrence. Wants ics_lock(). */
GPtrArray *events_read(const GPtrArray *components, icalcomponent_kind kind, GError **error);

bool event_is_transparent(const Event *event);
bool event_is_floating(const Event *event); /* by the clock on any wall; else at instants */
bool event_is_endless(const Event *event);
guint event_line(const Event *event);

/* The length in seconds that DTEND or DURATION give a component from its DTSTART on; false: neither is there. Wants
 * ics_lock(). */
bool event_length(const IcsComponent *component, const Moment *start, gint64 *length, GError **error);

/* How a time that comes twice is read: as much of it as may be, or as little. */
typedef enum { EVENT_WIDE, EVENT_NARROW } EventReading;

/* Adds to spans, unsettled, when the event takes place between two instants, which lie from 1970 to 2100; floating
 * times are in the zone. Rules are followed for as many occurrences as `limit`: false says that there were more; read
 * widely, all time after them is then taken. Takes ics_lock() itself. */
bool event_expand(const Event *event, const Zone *zone, EventReading reading, Instant from, Instant until, guint limit,
                  GArray *spans);
