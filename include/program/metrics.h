/* How everything stands, for Prometheus: its text exposition format 0.0.4. The names are in cadencectl(1). */
#pragma once

#include "store/store.h"

/* daemons are of Daemon. Both NULL where the store does not answer: then cadence_store_up is 0, and there is nothing
 * else to tell. Free with g_free. */
char *metrics_text(const StoreStatus *status, const GPtrArray *daemons, Instant now);
/* The same of a store, which may not answer. */
char *metrics_of_store(Store *store, Instant now);
/* Writes it to a file that everybody may read; whoever reads finds the old or the new one whole. */
bool metrics_write(const char *path, const char *text, GError **error);
