/* Collect: everything about a message that does not depend on who gets it. */
#pragma once

#include "calendar/calendar.h"
#include "engine/engine.h"
#include "memory.h"
#include "message/request.h"
#include "repertoire.h"
#include "shared_classifier.h"

#include <jansson.h>

typedef enum {
    TICKET_NONE,  /* no ticket, or one that is not ours: ordinary mail */
    TICKET_VALID, /* the message comes out of custody */
    TICKET_USED,  /* ours, but its message was handed over again or is gone: a replay */
} TicketState;

typedef struct {
    Config *config; /* the repertoire's */
    Repertoire *repertoire;
    Holidays *holidays;
    SharedClassifier *classifier;
    const Memory *memory; /* the engine's */
    const Submission *submission;
    Judgement *judgement; /* borrowed: what collect learns for the answer goes straight into it */
    Message *message;
    Instant at;
    const Stream *stream; /* NULL: out of scope */
    Stream stand_in;      /* for the stream of a released message that is no longer configured */
    Request *request;     /* never NULL once a stream matched */
    TicketState ticket;
    Custody *released;                    /* with TICKET_VALID */
    const Topic *topic;                   /* NULL: undeclared or none */
    const Classification *classification; /* the judgement's */
    bool for_person;                      /* held until a person has said its class */
    bool uncounted;                       /* null sender or auto-replied: not ours, never judged, never counted */
    bool fillable;                        /* personalisation was asked for and the message is not sealed */
    bool has_sales;                       /* a {{#sales}} section stands in a fillable text */
    GPtrArray *templates; /* of Template, one a text of the message, NULL where it has no tags; NULL unless fillable
                             with tags */
    bool templated;       /* its text is a template's, whether that is there or not */
    const TemplateFolder *folder;  /* the template that is asked for; NULL: none */
    const ShelfTemplate *template; /* its texts; NULL: none */
    const TemplateFolder *standin; /* its fallback; NULL: none */
    char *unreadable;              /* why a text is no template: a placeholder that nobody can fill */
    json_t *context;               /* message.*, or NULL */
    char *fingerprint;             /* the same for every try of this message by its stream */
    char *refusal;                 /* a malformed request of a trusted stream: what the sender is told */
} Intake;

/* Fails (TEMPORARY) where a ticket could not be looked up. */
Intake *intake_new(Engine *engine, const Submission *submission, Judgement *judgement, GError **error);
/* The same of a message in custody, as if it came with its ticket. PERMANENT where it is gone from there. */
Intake *intake_of_held(Engine *engine, const Submission *submission, const char *custody, Judgement *judgement,
                       GError **error);
void intake_free(Intake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Intake, intake_free)

bool intake_is_exempt(const Intake *intake);
bool intake_counts(const Intake *intake);
/* Whether the message as it stands has Cadence-Template, obeyed or not. */
bool intake_asks_for_template(const Intake *intake);
/* The topic's word as asked for, whether declared or not; NULL: none. */
const char *intake_topic_name(const Intake *intake);
