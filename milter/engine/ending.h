/* Final states of held messages that do not leave: each gets a last verdict, so that nothing is ever pending for ever.
 */
#pragma once

#include "store/store.h"

/* why: one or two words ("by hand", "expired", "deadline"). */
bool ending_drop(Transaction *transaction, const Custody *custody, const char *why, Instant at, GError **error);
/* Ends it with a notice to its sender. */
bool ending_return(Transaction *transaction, const Custody *custody, GBytes *raw, const char *sentence, Instant at,
                   GError **error);
