/* The planner: gives held mail back when it is due, ends what has expired or come to its deadline. */
#pragma once

#include "engine/engine.h"

typedef enum { HANDOVER_ACCEPTED, HANDOVER_DEFERRED, HANDOVER_REFUSED } HandoverResult;

/* How mail gets to Postfix; mta/inject.h behind a function so that the engine is tested without a socket. Must call
 * planner_handed_over once for each item as soon as its answer is there. */
typedef struct {
    const Custody *custody;
    char *ticket; /* NULL: a notice of ours */
    GBytes *raw;
} Handover;
typedef struct PlannerPass PlannerPass;
typedef void (*PlannerDeliver)(const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user);
void planner_handed_over(PlannerPass *pass, const Handover *handover, HandoverResult result, const char *answer);

/* One line for the log, already complete. */
typedef void (*PlannerSay)(const char *line, gpointer user);

typedef struct {
    guint released, rescheduled, dropped, returned, deferred;
} PlannerCounts;

/* One pass: everything due at `at`. False where another planner is at work for longer than patience milliseconds, or with an error
 * where the store cannot be reached. */
bool planner_pass(Engine *engine, Instant at, int patience, PlannerDeliver deliver, PlannerSay say, gpointer user, PlannerCounts *counts, GError **error);
