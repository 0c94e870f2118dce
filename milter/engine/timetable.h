/* When a cadence has something for a customer: reckoned from the customer's facts as the transaction sees them, and put
 * into the schedule. */
#pragma once

#include "repertoire.h"
#include "store/store.h"

typedef struct {
    const Config *config;
    const Piece *piece;
    const Customer *customer;
} Timetable;

/* Puts the first occurrence after floor that has not been yet. */
bool timetable_reckon(Transaction *transaction, const Timetable *timetable, Instant floor, GError **error);
/* The first occurrence of the rule on a later date than after_day and at a later instant than after; out->at is
 * INSTANT_NEVER where there is none. */
bool timetable_occurrence(Transaction *transaction, const Timetable *timetable, gint64 after_day, Instant after,
                          Occurrence *out, GError **error);
/* When it will have been quiet for long enough, if nothing relational goes until then. */
bool timetable_quiet_until(Transaction *transaction, const Timetable *timetable, Instant *due, GError **error);
