/* Sales contacts of erased customers, under keyed hashes of their addresses: whoever is imported again under one of
 * them has had that mail. */
#pragma once

#include "sqlite_connection.h"

/* Copies the customer's sales contacts under each of their addresses. *count of them. */
bool remembered_put(Connection *connection, const char *customer, guint64 *count, GError **error);
/* Gives a customer who has come to have this address what is remembered of it; twice is once. */
bool remembered_take(Connection *connection, const char *customer, const char *address, GError **error);
/* Forgets what is older than before. */
bool remembered_prune(Connection *connection, gint64 before, GError **error);
