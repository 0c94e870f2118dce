/* The planner after the hand-over; planner_handed_over is in engine/planner.h. */
#pragma once

#include "step.h"

/* Takes back into custody what an earlier pass handed over and did not see to its end. */
bool planner_recover(PlannerPass *pass, GError **error);
