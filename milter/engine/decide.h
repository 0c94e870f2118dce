/* Judge: what happens to one message for one customer, given every fact. No store, no clock: the same question always
 * gets the same answer, which is why `try`, the planner and a release agree with the milter. */
#pragma once

#include "outcome.h"
#include "party.h"

typedef struct {
    const Party *party;
    History history;          /* without the contact of this very message */
    const Candidate *waiting; /* the customer's held messages that go before this one */
    gsize waiting_count;
} Question;

/* Fills the outcome's action, would, class, until, reasons and missing. */
void decide(const Question *question, Outcome *outcome);

/* Whether the rules, no overtaking included, let this candidate go at `at`; else *until is the first instant at which
 * they will. */
bool decide_is_free(const Policy *policy, const History *history, const Candidate *candidate, const Candidate *waiting,
                    gsize waiting_count, Instant at, Instant horizon, Instant *until);
