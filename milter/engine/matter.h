/* The matter to be judged: all that a verdict on one message for one customer depends on beside the policy and the
 * record. It is plain, so that it can be written into the receipt and judged again under another policy. */
#pragma once

#include "engine/engine.h"

#include <jansson.h>

typedef struct {
    Instant at;
    bool live;       /* at was what the clock said: what is recorded for later counts (bring_forward.h) */
    MailClass class; /* of the message whole, before anything is cut */
    const char *topic, *campaign;
    int priority;
    Instant expires; /* INSTANT_NEVER: never */
    bool enforced;   /* false: the stream is tagged and counted, never touched */
    bool exempt, counts;
    bool has_sales;                             /* a {{#sales}} section stands in it */
    bool sales_topic;                           /* the topic goes where that section goes */
    bool spared;                                /* only the rest of it is asked for: the class is that of the rest */
    bool cuttable;                              /* without that section there is text left, and nothing to fill in */
    const char *fallback;                       /* the template that can stand in for the whole; NULL: none */
    const char *fallback_topic;                 /* its topic, or NULL */
    bool fallback_exempt;                       /* as that topic is */
    const char *lacks_consent, *fails_requires; /* why it may not go at all; NULL: no reason */
    const GPtrArray *missing;                   /* of char *: placeholders of the whole that nobody fills; NULL: none */
    const char *review;                         /* a person has to say its class first; NULL: nobody has to */
    bool released, forced;                      /* out of custody; and whatever the rules say */
    Instant since, deadline;                    /* with released */
} Matter;

Candidate matter_candidate(const Matter *matter);
/* Without its sales part a message is relational. */
Candidate matter_candidate_cut(const Matter *matter);
/* Its stand-in has a topic of its own. */
Candidate matter_candidate_fallback(const Matter *matter);
/* What custody keeps of these: the topics, "" for none; NULL where the message cannot go so. Borrowed. */
const char *matter_cut_as(const Matter *matter);
const char *matter_fallback_as(const Matter *matter);
/* What counts of it where it goes with this outcome. */
Contact matter_contact(const Matter *matter, const Outcome *outcome);

/* The part of a receipt that says what the rest of it does not, the customer's own zone and wishes among it. */
void matter_put(GString *json, const char *key, const Matter *matter, const Customer *customer);

/* Reads it back. */
typedef struct {
    Matter matter; /* borrows from the receipt and from missing */
    GPtrArray *missing;
    Customer customer;  /* zone and wishes as they were, and nothing else; borrows too */
    const char *policy; /* the name of the one that was asked; NULL: none */
} MatterRecord;
/* False where the receipt holds none: custody ended without a judgement. */
bool matter_restore(MatterRecord *self, const json_t *receipt, Instant at);
void matter_record_clear(MatterRecord *self);
