/* Judge: what happens to one message for one customer, given every fact. No store, no clock: the same question always
 * gets the same answer, which is why `try`, the planner and a release agree with the milter. */
#pragma once

#include "matter.h"
#include "outcome.h"
#include "policy/policy.h"

typedef struct {
    const Matter *matter;
    const Policy *policy;     /* NULL: nobody of ours, or a stream that is not enforced; it passes */
    const GArray *rules;      /* of Rule: the policy's and the customer's own */
    History history;          /* without the contact of this very message */
    const Candidate *waiting; /* the customer's held messages that go before this one */
    gsize waiting_count;
} Question;

/* Fills the outcome's action, would, class, until, free_at, rest, reasons, missing and fallback. */
void decide(const Question *question, Outcome *outcome);

/* Every rule that was asked about the message whole, with what it counts: appended to asked (of Reason). Nothing where
 * the rules had no say. */
void decide_asked(const Question *question, GPtrArray *asked);

/* What is asked of the rules alone: may this candidate join that history now? */
typedef struct {
    const GArray *rules; /* of Rule */
    History history;     /* without the contact of this very message */
    Candidate candidate;
    const Candidate *waiting; /* those that it may not overtake */
    gsize waiting_count;
    Instant at, horizon;
} RuleQuestion;

/* True where it may. Else *until is the first instant at which no rule blocks (INSTANT_NEVER: none up to the horizon),
 * and a Reason for each that does, or for whom it would overtake, is added to reasons. */
bool decide_by_rules(const RuleQuestion *question, GPtrArray *reasons, Instant *until);
