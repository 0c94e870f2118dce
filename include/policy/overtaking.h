/* No overtaking (DESIGN.md section 4, point 6): capacity that a held message of higher or equal priority to the same
 * customer waits for is not given to a later one.
 *
 * A candidate overtakes a waiting message iff its own contact at x would move the first instant at which the waiting one may
 * go to a later one (or to none up to the horizon). */
#pragma once

#include "policy/rule.h"

/* waiting: the customer's held messages of higher or equal priority that arrived before the candidate, in the order in which
 * they are to go. Returns whether the candidate must wait for any of them; *until then becomes the first instant at which it
 * may go itself, supposing that each of those it waits for goes at its first instant (INSTANT_NEVER: none up to the
 * horizon), and *ahead how many it waits for. Called only where no rule blocks the candidate at x. */
bool overtaking_blocks(const GArray *rules, const History *history, const Candidate *candidate, Instant x, Instant horizon,
                       const Candidate *waiting, gsize waiting_count, Instant *until, gsize *ahead);
