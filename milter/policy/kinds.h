/* The kinds of rules. Each function asks a rule of its kind at x and returns whether it blocks; if so it fills what it
 * has to say into *block, and until with a bound alone: an instant after x before which the rule certainly is not free.
 * What it leaves alone keeps its value: have and limit -1, relational 0. */
#pragma once

#include "policy/rule.h"

/* Those that count contacts: counts.c */
bool cap_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);
bool ratio_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);
bool gap_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);
bool first_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);

/* Whether one more contact of this candidate can make the rule block what it let pass. */
bool rule_is_tightened_by(const Rule *rule, const Candidate *candidate);

/* gate.c */
bool gate_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);

/* Those that look at the time alone: times.c */
bool hours_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);
bool pause_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);
bool quiet_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);
