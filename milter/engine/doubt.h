/* Doubts about a message's class, as the store keeps them for a person. */
#pragma once

#include "kind.h"
#include "message/message.h"

typedef struct {
    const char *stream, *campaign; /* campaign NULL: none */
    Message *message;
    Instant at;
} DoubtSource;

/* The review that a doubtful message belongs to, without the message's identifier. */
Review *doubt_review(const Kind *kind, const Claim *claim, const DoubtSource *source);

/* Whether a person has answered it: then the answer is the class, and *declaration says whose it is. A store that
 * cannot be asked has no answer. */
bool doubt_answered(Store *store, const Review *review, MailClass *label, char **declaration);
