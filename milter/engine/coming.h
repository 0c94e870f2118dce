/* What cadences are going to have for a customer, as the held messages that it will become. For the plan alone: nothing
 * of it is in the store. */
#pragma once

#include "facts.h"
#include "repertoire.h"

typedef struct {
    Custody *custody; /* id: the cadence's name; due when the cadence has it, never before `at`. Whoever takes it over
                         leaves NULL */
    const Piece *piece;
} Coming;
void coming_free(Coming *coming);

/* Appends to list (a GPtrArray of Coming) the next of each cadence that the customer is to get as things stand, and of
 * rules what else comes within the 31 days after `at`. begun: when each piece's cadence was first configured, in the
 * order of the repertoire (`at` where the planner has not met it yet). */
bool coming_read(Transaction *transaction, const Facts *facts, const Policy *policy, const Repertoire *repertoire,
                 const GArray *begun, Instant at, GPtrArray *list, GError **error);

/* When each cadence of the repertoire was first configured: a GArray of Instant. */
bool coming_begun(Store *store, const Repertoire *repertoire, Instant at, GArray **out, GError **error);

/* Moves it to another instant, with the deadline that it gets from there. */
void coming_move(Custody *custody, Instant due, Duration hold_max);
