/* What a message is taken for: the precedence of evidence. A pure function, so that every case of it can stand in a
 * table. */
#pragma once

#include "classify/classify.h"
#include "config/config.h"
#include "store/store.h"

/* What is known about a message's class. */
typedef struct {
    MailClass declared;            /* CLASS_ANY: nobody declared it */
    const char *declaration;       /* who did, a sentence; NULL with CLASS_ANY */
    const Classification *reading; /* NULL: its text was not read, and then it is declared */
    bool verify;                   /* the stream's */
    Uncertain uncertain;           /* the stream's */
    double certain;                /* the confidence from which a reading is believed */
} Claim;

typedef struct {
    MailClass class; /* what it counts as */
    bool doubtful;   /* a person should look at it */
    Doubt doubt;     /* with doubtful */
    bool held;       /* until a person has */
} Kind;

/* In this order: mail that its reader must have is never sales; what was declared counts, but with verify what reads as
 * sales for certain is sales; what the text tells for certain; else what the stream says of the uncertain. */
Kind kind_of(const Claim *claim);

/* A doubtful kind's doubt, in one sentence; free with g_free. */
char *kind_doubt(const Kind *kind, const Claim *claim);

/* Class, legal class, confidence and evidence of what the message is taken for, in words. */
Classification *kind_classification(const Kind *kind, const Claim *claim);
