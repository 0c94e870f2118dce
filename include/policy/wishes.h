/* The customer's own limits as rules. They only ever tighten: they are asked beside the policy's, in the same way. */
#pragma once

#include "policy/rule.h"

/* Appends to rules (a GArray of Rule) what the customer wishes: RULE_PAUSE where paused_until is not INSTANT_ALWAYS, a
 * cap for each of limits ("sales 1/7d, any 3/day, relational 5/week"; a class, a number, a window; NULL: none),
 * RULE_QUIET where has_quiet. Every rule is own, and named: "paused", "sales 1/7d", "quiet times". False (PERMANENT)
 * where limits cannot be read, naming the part and what was expected; nothing is appended then. */
bool wishes_to_rules(Instant paused_until, const char *limits, bool has_quiet, GArray *rules, GError **error);
