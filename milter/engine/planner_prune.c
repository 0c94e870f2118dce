/* Forgetting what is older than the retention. SQLite's lock has no queue: whoever asks at the right moment gets it,
 * and a program that takes it again as soon as it has let go can keep all others out until they give up. Years of
 * records may be forgotten while mail flows, so after each step the store is left alone for as long as the step kept
 * it. */
#include "engine/planner.h"

#define SHORTEST_PAUSE_US 5000 /* others who wait look every millisecond */

typedef struct {
    Instant before;
    bool more;
} Pruning;

static bool prune_work(Transaction *transaction, gpointer user, GError **error) {
    Pruning *self = user;
    return transaction_prune(transaction, self->before, &self->more, error);
}

bool planner_prune(Engine *engine, Instant at, GError **error) {
    g_autoptr(Config) config = engine_config(engine);
    Pruning self = {.before = at - config->retention, .more = true};
    while (self.more) {
        gint64 begun = g_get_monotonic_time();
        if (!store_transact(engine_store(engine), prune_work, &self, error))
            return false;
        if (self.more)
            g_usleep((gulong)MAX(g_get_monotonic_time() - begun, SHORTEST_PAUSE_US));
    }
    return true;
}
