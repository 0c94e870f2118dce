/* Nothing is written down as it is counted here: when the clock has caught up, everything has its own time again. */
#include "bring_forward.h"

static bool bring(Instant *recorded, Instant at) {
    bool later = *recorded > at;
    *recorded = MIN(*recorded, at);
    return later;
}

bool bring_forward_contacts(GArray *contacts, Instant at) {
    bool any = false;
    for (guint i = contacts->len; i-- > 0 && bring(&g_array_index(contacts, Contact, i).at, at);)
        any = true;
    return any;
}

bool bring_forward_events(GArray *events, Instant at) {
    bool any = false;
    for (guint i = events->len; i-- > 0 && bring(&g_array_index(events, Event, i).at, at);)
        any = true;
    return any;
}
