/* The planner before the hand-over. */
#pragma once

#include "step.h"

/* Gives each of the steps (of Step) whose message may go now a nonce, and does with the others what there is to do:
 * they wait on, or come to their end. Fails where the store does; what was prepared until then stays so. */
bool planner_prepare(PlannerPass *pass, GPtrArray *steps, GError **error);
