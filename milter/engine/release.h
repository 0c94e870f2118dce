/* The question whether one held message may go: put in the same words by the planner, by whoever reckons anew when it
 * may, and by the plan. */
#pragma once

#include "rulebook.h"

/* Whether rules have a say in it under this configuration: not where the policy observes, the topic is exempt, the
 * stream is not to be touched or the recipient is no customer. Whether it then goes is for the milter to say. */
bool release_asks_rules(const Custody *custody, const Config *config, const Policy *policy);

/* ahead (of Candidate; NULL: none) are those it may not overtake. True where it may go at `at`, whole or as what `over`
 * leaves of it, which *as says; *until is the first instant up to its deadline at which it may (INSTANT_NEVER:
 * none). Where it may not go whole, the reasons are added. *as borrows from the row. */
bool release_is_free(const Custody *custody, const Rulebook *rulebook, const History *history, const GArray *ahead,
                     Instant at, GPtrArray *reasons, Instant *until, Candidate *as);
