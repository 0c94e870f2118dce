/* One cadence and one customer for whom something is due. */
#pragma once

#include "cadence_pass.h"

/* Does what is due at the pass's instant, and puts the next into the schedule; where something is sent, a line for the
 * log is added to lines. Where nothing is due any more, only the schedule is put right. */
bool cadence_fire(Transaction *transaction, const CadencePass *pass, const Piece *piece, const char *customer,
                  GPtrArray *lines, GError **error);
