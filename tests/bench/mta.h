/* The mail server's side of the milter protocol, version 6, said as Postfix 3 says it: the same offer, the same
 * commands in the same order with the same macros, an answer awaited wherever the milter owes one. */
#pragma once

#include "letter.h"
#include "wire.h"

typedef struct {
    Wire wire;
    guint32 protocol; /* what was agreed on */
} Mta;

typedef struct {
    bool discarded; /* the milter has it in custody */
    bool refused;   /* 5xx to the sender */
    bool rewritten; /* it goes on, with another body */
    gint64 decided; /* microseconds from the end of message to the answer */
} Verdict;

/* Connects, negotiates, and says which client it serves. */
bool mta_open(Mta *mta, const char *path, GError **error);
void mta_close(Mta *mta);

/* Says a whole message. Fails where the milter breaks the protocol, defers the message, or leaves a placeholder
 * in what it writes. */
bool mta_say(Mta *mta, const Letter *letter, Verdict *verdict, GError **error);
