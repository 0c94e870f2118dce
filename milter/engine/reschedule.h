/* When the held messages of a customer may go, reckoned anew. */
#pragma once

#include "rulebook.h"

/* By the rules: every held message that waits for capacity and is not due yet gets the first instant at which no rule
 * blocks it as its due time, and what blocks it now as its reasons. *moved becomes true where one changed, and stays as
 * it is where none did. */
bool reschedule_by_rules(Transaction *transaction, const Rulebook *rulebook, const Facts *facts, Instant at,
                         bool *moved, GError **error);

/* The same for one that is found to wait longer. */
bool reschedule_until(Transaction *transaction, Custody *custody, Instant due, const GPtrArray *reasons,
                      const Facts *facts, GError **error);
