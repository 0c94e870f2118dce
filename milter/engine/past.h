/* The contacts and events of one customer as they come to be in a replay: what the rules would have seen. */
#pragma once

#include "rulebook.h"

typedef struct {
    const CustomerHistory *recorded;
    GArray *contacts;    /* of Contact, ascending; words are borrowed */
    GPtrArray *messages; /* the message of each; borrowed */
    GHashTable *known;   /* the same messages as a set */
    GArray *seen;        /* of Contact: the last history that is not just a part of contacts */
} Past;

void past_init(Past *past, const CustomerHistory *recorded);
void past_clear(Past *past);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Past, past_clear)

/* One contact a message, as in the ledger: the last that was put. */
void past_put(Past *past, const char *message, Contact contact);
void past_remove(Past *past, const char *message);

/* What of the customer's consents was in force at `at`. */
GPtrArray *past_consents(const Past *past, Instant at);

typedef struct {
    Instant at;
    bool live;          /* what has a later time counts as of then, see bring_forward.h */
    const char *except; /* a message whose contact is left out; NULL: none */
} PastView;

/* As record_read would have read it. Borrowed until the next call. */
History past_history(Past *past, const Rulebook *rulebook, const PastView *view);
