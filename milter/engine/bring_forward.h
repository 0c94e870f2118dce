/* A clock that went back: what is recorded for later than now has happened all the same, and counts as of now. Whoever
 * asks when mail may go must ask this alike: one who finds free what another holds hands it over again and again. */
#pragma once

#include "policy/rule.h"

/* Of Contact and of Event, ascending. True where anything was later. */
bool bring_forward_contacts(GArray *contacts, Instant at);
bool bring_forward_events(GArray *events, Instant at);
