/* One held message on its way through a pass of the planner: what is known of it before its hand-over and after. */
#pragma once

#include "calendar/calendar.h"
#include "engine/planner.h"

struct PlannerPass {
    Engine *engine;
    Config *config;
    Holidays *holidays;
    Instant at;
    const PlannerOutside *outside;
    PlannerCounts *counts;
    GPtrArray *handovers; /* of Handover: the batch under way */
    GMutex lock;          /* guards what follows and the counts: answers come in several threads */
    guint accepted;       /* of the batch */
    guint moved;          /* of the batch: rows that are no longer what they were */
};

typedef struct {
    PlannerPass *pass;
    const Custody *due;    /* as it stood when the batch was read */
    GBytes *raw;           /* NULL: missing from the store */
    HandoverResult result; /* after the hand-over, with the answer that it got */
    const char *answer;
    char *nonce;         /* set where the message is to be handed over */
    const char *outcome; /* what the log says, or NULL */
    guint *count;        /* what it counts as, or NULL */
} Step;

/* True, so that a transaction's work can end with it. Nothing is said or counted yet: the work may be run again. */
bool step_ends(Step *step, const char *outcome, guint *count);
/* Says and counts how the step has ended, once that is on disk. */
void step_count(const Step *step);
/* A line for the log; detail NULL: none. */
void step_say(const Step *step, const char *what, const char *detail);

/* What may not be sent at its deadline is dropped or goes back to its sender. */
bool step_end_at_deadline(Transaction *transaction, Step *step, const Custody *custody, GError **error);
bool step_end_as_expired(Transaction *transaction, Step *step, const Custody *custody, GError **error);

/* A notice of ours to a sender, which nobody judges. */
bool step_is_notice(const Custody *custody);
