/* Mail in custody whose stream the configuration no longer has. It is never let through unjudged: it is judged as what
 * it was taken in as, by the record in custody. */
#pragma once

#include "intake.h"

/* Gives the released message a stream that stands in for its own. */
void orphan_adopt(Intake *intake);
/* Once its request is read: whatever it asks for itself, class, topic and priority are those it was taken in with. */
void orphan_restore(Intake *intake);
