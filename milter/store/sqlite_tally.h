/* How many relational contacts of a customer pruning has taken from the ledger. */
#pragma once

#include "sqlite_connection.h"
#include "store/store.h"

/* Contacts older than *before were tallied already; INSTANT_ALWAYS where none was. */
bool tally_before(Connection *connection, const char *customer, Instant *before, GError **error);
/* Adds so many, which leaves none that is older than before. */
bool tally_add(Connection *connection, const char *customer, guint64 relational, Instant before, GError **error);
