/* A message on its way through the engine: collected, with its parties, towards its judgement. */
#pragma once

#include "intake.h"
#include "party.h"

typedef struct {
    Engine *engine;
    Intake *intake;
    GPtrArray *parties; /* of Party, one an outcome, by ordinal */
    Judgement *judgement;
    char *new_id;          /* the Cadence-Id, unless this is another try of a message that has one */
    const Party *in_place; /* whose text the one body becomes; NULL: the body stays as it came */
    bool replayed;         /* the ticket was used while the message was on its way */
    bool rehearsed;        /* decided and undone, as nothing was to be recorded */
    bool wake;             /* the planner has something new to look at */
    bool answered;         /* a person settled the doubt about its class while the message was on its way */
} Case;
