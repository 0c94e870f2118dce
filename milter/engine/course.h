/* The course that one customer's messages take in a replay. It follows the record until it parts from it; from then on
 * it goes its own way, and its clock never goes back. */
#pragma once

#include "past.h"
#include "replay.h"

typedef struct {
    Custody custody; /* first: waiting.c sees nothing else. Words are borrowed */
    ReplayVerdict *verdict;
    Matter matter; /* as it came */
    bool copy;     /* due as soon as it was taken: its text alone was changed */
} Held;

typedef struct {
    ReplayRules *rules;
    const CustomerHistory *recorded;
    Instant since;
    Instant at; /* how far it has come; never goes back */
    Replay *replay;
    Past past;
    GPtrArray *held; /* of Held, in the order of release */
    GArray *told;    /* of guint: contacts of the ledger that no verdict made */
    GPtrArray *said; /* of Consent, by time */
    guint next_told, next_event, next_said;
    bool parted;          /* from the record */
    const char *answered; /* the message of the last first verdict; NULL: none */
    Outcome *answer;      /* and what was decided */
} Course;

void course_clear(Course *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Course, course_clear)

/* Takes into custody what was there without a first verdict that put it there: a cadence's own mail, a retry's copy for
 * whom the message had passed, mail whose first verdict was forgotten. */
Held *course_take_unannounced(Course *self, ReplayVerdict *verdict);
/* NULL where the verdict's message is not in custody. */
Held *course_find(const Course *self, const VerdictRecord *record);
/* Dropped or returned. */
void course_end(Course *self, Held *held);
/* Parts from the record. Copies that were due at once are out, and counted: they are freed. */
void course_part(Course *self, Instant at);
/* When may they go? To be asked after every change to what is counted. */
void course_reschedule(Course *self, Instant at);

/* The outcome is the caller's: outcome_free. */
Outcome *course_judge(Course *self, const Matter *matter, const char *message);
/* What comes of a first verdict, and of one on a held message, which may be gone then. */
void course_settle_first(Course *self, ReplayVerdict *verdict, const Outcome *outcome);
void course_settle_released(Course *self, Held *held, const Matter *matter, const Outcome *outcome);

/* What the customer has said no to by now; NULL: nothing. Borrowed. */
const char *course_unwanted(const Course *self, const Held *held);
/* Judges a held message now, as the planner would have it judged. */
void course_release(Course *self, Held *held);
/* Releases all that is due up to x, each at its moment. */
void course_release_until(Course *self, Instant x);
