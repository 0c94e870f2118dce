/* The plan: when mail is going to leave, as far as is known now: what is held, and what cadences are going to have. It
 * is no promise: each message is judged again when it goes, and whatever happens until then (a contact, an event, a
 * wish, another policy) makes another plan. What only the message's text or the customer's consents can say
 * (placeholders, conditions) is not foreseen. */
#pragma once

#include "engine/engine.h"

typedef struct {
    Custody *held; /* held->reasons: why it goes no sooner, "[]" where it goes now or at its own time. Of a cadence: the
                      message that it is going to have, since the date it comes from; id is the cadence's name */
    bool cadence;
    char *timezone; /* in which instants are printed for the customer */
    Instant at;     /* INSTANT_NEVER: by the rules it does not go */
    Instant end;    /* its deadline or its expiry, whichever comes first; INSTANT_NEVER: neither */
    Then then;      /* what becomes of it at its end */
} Planned;
void planned_free(Planned *planned);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Planned, planned_free)

/* What is held for the customer (an id; NULL: for everybody), as if the planner were at work from `at` on, and the next
 * of each cadence, with all that its rule has within 31 days: a GPtrArray of Planned by time, those that do not go
 * last. Mail that Postfix has already is left out. Nothing is changed. */
bool plan_make(Engine *engine, const char *customer, Instant at, GPtrArray **out, GError **error);
