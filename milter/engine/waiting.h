/* What a customer's held messages say to the rules. */
#pragma once

#include "store/store.h"

/* Held for capacity that a rule counts, not for a person or because it is only due. */
bool waiting_for_capacity(const Custody *custody);
/* Held because of a placeholder that nothing fills. */
bool waiting_for_author(const Custody *custody);

/* The customer's held messages that go before: those ahead of own_message (NULL: all) that wait for capacity. An array
 * of Candidate that borrows from custodies (in the order of release). */
GArray *waiting_ahead(const GPtrArray *custodies, const char *own_message);

Candidate waiting_candidate(const Custody *custody);
