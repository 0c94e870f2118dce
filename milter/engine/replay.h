/* One customer's recorded messages, judged again by a rulebook (engine/simulate.h says how). */
#pragma once

#include "matter.h"
#include "replay_rules.h"

/* What became of one message. */
typedef struct {
    Action action; /* the first verdict */
    Instant left;  /* when it went out; INSTANT_NEVER: not, or not yet */
    bool ended;    /* was held, and dropped or returned */
} Fate;

/* One recorded verdict. */
typedef struct {
    const VerdictRecord *record;
    json_t *receipt;
    MatterRecord matter;
    bool judged;        /* it has a matter, and so can be judged again */
    bool ending;        /* no judgement: custody ended */
    bool left_out;      /* neither, and the first of its message: an older release recorded it */
    bool first;         /* of its message: those that follow are of the held copy */
    bool counted;       /* first, and not from before the simulation begins */
    Fate was, would;    /* with first */
    Instant would_go;   /* when it left, or would yet; INSTANT_NEVER: not */
    GPtrArray *reasons; /* with first: of Reason, why it would be so */
} ReplayVerdict;

typedef struct {
    GArray *verdicts; /* of ReplayVerdict, as they were given */
    guint64 moved;    /* held as recorded, but until another instant */
} Replay;

void replay_run(Replay *replay, const CustomerHistory *history, ReplayRules *rules, Instant since, Instant now);
void replay_clear(Replay *replay);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Replay, replay_clear)

/* In replay_record.c: the verdicts as recorded, an array of ReplayVerdict that borrows from the history. */
GArray *replay_read(const CustomerHistory *history);
/* The contacts of the ledger that no verdict made, ascending: an array of guint, their places in it. */
GArray *replay_told(const GArray *verdicts, const CustomerHistory *history);
/* The consents by time: an array of Consent that borrows from the history. */
GPtrArray *replay_said(const CustomerHistory *history);
