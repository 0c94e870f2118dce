/* The one engine that judges. The milter, the planner and `try` all call engine_judge; no rule is decided anywhere
 * else. It knows neither libmilter nor SQL. An Engine is shared by all threads. */
#pragma once

#include "base/secret.h"
#include "classify/classify.h"
#include "config/config.h"
#include "message/envelope.h"
#include "message/message.h"
#include "message/rewrite.h"
#include "store/store.h"

typedef struct Engine Engine;

/* Takes a reference of config; store and secret are borrowed for the engine's life. secret NULL: no ticket is ever
 * accepted. Fails (CADENCE_ERROR_CONFIG) where the holidays, templates or model that the configuration names cannot be
 * read.
 */
Engine *engine_new(Config *config, Store *store, const Secret *secret, GError **error);
void engine_free(Engine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

Config *engine_config(Engine *engine); /* a reference of the one in force; config_unref it */
/* False where its holidays, templates or model cannot be read; then the old configuration stays in force. */
bool engine_set_config(Engine *engine, Config *config, GError **error);
Store *engine_store(Engine *engine);

/* One reason of a verdict, as `try --json` prints it. rule is that of rule_kind_name, or "consent", "requires",
 * "expires", "overtaking", "placeholder", "review" or "request"; in receipts also "custody", where custody ended
 * without a judgement. */
typedef struct {
    char *rule, *name;
    gint64 have, limit; /* -1 where there is nothing to count */
    Instant until;      /* INSTANT_NEVER: none up to now + hold.max */
    gint64 relational;  /* so many more relational messages would free it; 0: they would not */
} Reason;

/* An attribute that the message's text names and that was kept back, wholly or from print. */
typedef struct {
    char *name;
    char *why;    /* "undeclared", "max_age", "consent", "comfort" */
    char *detail; /* the same as a sentence: never the value */
    bool asked;   /* a section may still ask about it */
} Withheld;

/* What happens to the message for one recipient. */
typedef struct {
    int ordinal;
    char *address;
    char *customer;  /* NULL: not a customer */
    char *timezone;  /* in which instants are printed for it */
    char *policy;    /* the policy that was asked, NULL: none */
    Action action;   /* what is done */
    Action would;    /* what would have been done, had the policy not been in observe mode */
    MailClass class; /* as it leaves: relational where the sales part is cut */
    Instant until;
    Instant free_at;    /* refused as that is too late to hold it: when no rule blocks; INSTANT_NEVER: not for a year */
    GPtrArray *reasons; /* of Reason */
    GPtrArray *asked;   /* of Reason, without an instant: every rule that was asked, and what it counted */
    GPtrArray *missing; /* of char *: names that could not be filled */
    GPtrArray *withheld; /* of Withheld, by name */
    char *fallback;      /* the template that goes in place of the one asked for; NULL: none does */
    bool rest;           /* held until what `over` leaves of it may go, which is sooner than the whole */
    bool custody;        /* leaves the envelope; a copy is in custody, held or due now */
    bool returned;       /* refused out of a message that others get: the sender gets a notice */
} Outcome;

/* Whether the recipient stays in the envelope. */
bool outcome_stays(const Outcome *outcome);
/* Whether the message goes now, in the envelope or as a copy out of custody. */
bool outcome_goes(const Outcome *outcome);

typedef enum { REPLY_ACCEPT, REPLY_DISCARD, REPLY_REFUSE, REPLY_TEMPORARY } Reply;

typedef struct {
    char *id;     /* the Cadence-Id; NULL for mail of no stream */
    char *stream; /* NULL: mail of no stream; nothing is done but removing Cadence- fields */
    char *topic, *campaign;
    Classification *classification;
    Review *review;      /* the doubt about its class; NULL: none */
    GPtrArray *outcomes; /* of Outcome, by ordinal */
    Reply reply;
    char *reply_code, *reply_status,
        *reply_text;      /* "550" "5.7.1" and a sentence, with REPLY_REFUSE and REPLY_TEMPORARY */
    Rewrite *rewrite;     /* for what stays in the envelope */
    GPtrArray *leftovers; /* of char *: placeholders of other tools that stand in it unfilled; NULL: none */
    GPtrArray *notes;     /* of char *: what the log should say beside the verdicts */
} Judgement;
void judgement_free(Judgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Judgement, judgement_free)

typedef struct {
    Envelope *envelope;
    Message *message;
    Instant at;
    bool live;    /* at is what the clock says now: what is recorded later was before the clock went back, and counts */
    bool record;  /* false: nothing is written, as `try` asks */
    bool deliver; /* false: as `try --record`: verdicts and held mail are recorded, copies that are due now are not
                     taken */
} Submission;

/* Judges one message for all its recipients and, with record, commits verdicts, contacts and custody before it returns.
 * Never fails: trouble of ours is a judgement too (REPLY_TEMPORARY, or a pass for exempt topics, with a note). */
Judgement *engine_judge(Engine *engine, const Submission *submission);

/* The message as it leaves for one recipient of a judgement just given: tagged, filled, cut. NULL where nothing goes
 * now. */
GBytes *engine_compose(Engine *engine, const Submission *submission, const Judgement *judgement, const Outcome *outcome,
                       GError **error);
