/* No overtaking (DESIGN.md section 4, point 6): capacity that a held message of higher or equal priority to the same
 * customer waits for is not given to a later one.
 *
 * The waiting messages are planned in their order: each gets the first instant at which no rule blocks it and it keeps
 * none of those before it from going at theirs. A candidate overtakes iff its own contact at x would keep a waiting
 * message from going at its planned instant. */
#pragma once

#include "policy/rule.h"

/* waiting: the customer's held messages of higher or equal priority that arrived before the candidate, in the order in
 * which they are to go. Returns whether the candidate must wait for any of them; *until then becomes the first instant
 * after x at which it may go itself, supposing that all of them go as planned (INSTANT_NEVER: none up to the horizon),
 * and *ahead how many of them go before it. Else both are left alone. Called only where no rule blocks at x. */
bool overtaking_blocks(const GArray *rules, const History *history, const Candidate *candidate, Instant x,
                       Instant horizon, const Candidate *waiting, gsize waiting_count, Instant *until, gsize *ahead);
