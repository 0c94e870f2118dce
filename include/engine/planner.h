/* The planner: gives held mail back when it is due, ends what has expired or come to its deadline, and sends what
 * cadences have due. */
#pragma once

#include "engine/engine.h"

typedef enum {
    HANDOVER_ACCEPTED,  /* Postfix said 250 */
    HANDOVER_SUBMITTED, /* sendmail(1) took it, and the milter has yet to see it */
    HANDOVER_DEFERRED,
    HANDOVER_REFUSED,
} HandoverResult;

/* One held message on its way to Postfix. */
typedef struct {
    Custody *custody;
    char *ticket; /* NULL: a notice of ours */
    GBytes *raw;
} Handover;

typedef struct {
    guint released, rescheduled, dropped, returned, deferred;
} PlannerCounts;

typedef struct PlannerPass PlannerPass;

/* What is outside the engine, so that a pass can be tested without a socket. */
typedef struct {
    /* Hands mail to Postfix (mta/inject.h): calls planner_handed_over once for each of the handovers (of Handover), as
     * soon as its answer is there, from any thread. */
    void (*deliver)(const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user);
    /* A line for the log: what happened to which held message. From any thread too. */
    void (*say)(const char *line, gpointer user);
    /* Whether the pass is to end early; asked between batches. */
    bool (*stopping)(gpointer user);
    gpointer user;
} PlannerOutside;

void planner_handed_over(PlannerPass *pass, const Handover *handover, HandoverResult result, const char *answer);

/* One pass over all that is due at `at`, under the planner's lock. *locked is false where another planner held it for
 * longer than patience milliseconds. Fails where the store cannot be reached. */
bool planner_pass(Engine *engine, Instant at, int patience, const PlannerOutside *outside, bool *locked,
                  PlannerCounts *counts, GError **error);

/* The next instant at which a pass has something to do; INSTANT_NEVER where nothing is known. */
bool planner_next(Engine *engine, Instant *out, GError **error);

/* Forgets what is older than the configuration's retention. */
bool planner_prune(Engine *engine, Instant at, GError **error);
