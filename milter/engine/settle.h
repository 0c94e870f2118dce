/* What a verdict leaves in the store. */
#pragma once

#include "judge.h"

/* Writes down one party's verdict, once it is decided and laid out (layout.h), in the transaction that decided it. Sets
 * wake where the planner has something new to look at. */
bool settle_party(Case *self, Transaction *transaction, const Party *party, GError **error);
