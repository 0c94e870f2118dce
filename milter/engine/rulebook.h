/* What is asked for one customer, and what of: the policy's rules with the customer's own wishes, and the record of
 * contacts and events that they look at. */
#pragma once

#include "facts.h"

typedef struct {
    const Policy *policy;
    GArray *rules; /* of Rule: the policy's, then the customer's own; borrowed parts */
    GArray *own;   /* of Rule */
    Almanac *almanac;
    char *fault; /* what of the customer's zone or wishes could not be read; the strict reading was taken. NULL: nothing
                  */
} Rulebook;

Rulebook *rulebook_new(const Facts *facts, GError **error);
/* The same with this policy, whatever the segments say. */
Rulebook *rulebook_of(const Facts *facts, const Policy *policy);
void rulebook_free(Rulebook *rulebook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rulebook, rulebook_free)

bool rulebook_has(const Rulebook *rulebook, RuleKind kind);
/* How far back the ledger must be read: the longest reach of any rule. */
Duration rulebook_reach(const Rulebook *rulebook);

/* The part of a customer's ledger and events that a rulebook looks at. */
typedef struct {
    Ledger *ledger;
    EventList *events;
    History history; /* borrows from both, and the rulebook's almanac */
} Record;

/* As of `at`, without the contact of the message except (NULL: all). */
bool record_read(Record *record, Transaction *transaction, const Rulebook *rulebook, const char *customer, Instant at,
                 const char *except, GError **error);
/* bring_forward.h, of the whole record. */
bool record_bring_forward(Record *record, Instant at);
void record_clear(Record *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Record, record_clear)
