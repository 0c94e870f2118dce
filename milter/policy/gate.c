/* The gate: what has happened to a customer keeps mail from them until something else has, and for a while after it.
 *
 * A resolution at the very second of the complaint counts as later: instants are whole seconds, so the order of two
 * events of one second is not known, and nobody records the end of what has not begun. */
#include "contacts.h"
#include "kinds.h"
#include "later.h"

#include <string.h>

static const Event *last_event(const History *history, const char *kind, Instant x) {
    for (gsize i = history->event_count; i-- > 0;)
        if (history->events[i].at <= x && strcmp(history->events[i].kind, kind) == 0)
            return &history->events[i];
    return NULL;
}

static Instant next_event(const History *history, const char *kind, Instant x) {
    for (gsize i = 0; i < history->event_count; i++)
        if (history->events[i].at > x && strcmp(history->events[i].kind, kind) == 0)
            return history->events[i].at;
    return INSTANT_NEVER;
}

/* Another event while the gate cools off can only keep it shut for longer, so `cool` is a bound. */
bool gate_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    const char *until = rule->gate.until;
    const Event *event = last_event(history, rule->gate.event, x);
    if (event == NULL || !filter_takes_candidate(&rule->filter, candidate))
        return false;
    const Event *end = until != NULL ? last_event(history, until, x) : event;
    bool ended = end != NULL && end->at >= event->at;
    block->until = ended ? later(end->at, rule->gate.cool) : next_event(history, until, x);
    return block->until > x;
}
