/* Placeholders that the sender's own tool should have filled and did not (template/leftover.h). */
#pragma once

#include "intake.h"

/* Looks for them and, where there are any, notes them for the log and the receipt. */
void leftovers_read(Intake *intake);
/* Those for which the message is held for its author: with strict_placeholders, and unless a person who has seen the
 * message released it. NULL: none. Of char *. */
const GPtrArray *leftovers_that_hold(const Intake *intake);
