/* What becomes of one customer's mail with the planner at work, played through in memory. */
#pragma once

#include "coming.h"
#include "rulebook.h"

typedef struct {
    char *id;
    Customer *customer; /* NULL: nobody of ours, as the sender who gets a notice */
    Facts facts;
    Rulebook *rulebook; /* NULL too; else the record is read */
    Record record;
    GPtrArray *custodies; /* of Custody, in the order of release: all that is held */
    GPtrArray *coming;    /* of Coming */
} PlaySubject;

/* Appends to plan (of Planned, engine/plan.h) what is held and what is coming, in the order in which it leaves or ends;
 * takes the custodies that it plans out of the subject. The planner's clock shows `at` at first. */
void play_through(PlaySubject *subject, Instant at, GPtrArray *plan);
