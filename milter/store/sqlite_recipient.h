/* `recipient`: the directory from a message's recipient to its customer, the one table keyed by message. */
#pragma once

#include "sqlite_connection.h"

/* What is there already stays; PERMANENT where that is another customer. fingerprint may be NULL. Where *is_new, there
 * is no verdict on the recipient yet. */
bool recipient_put(Connection *connection, const char *message, int ordinal, const char *customer, const char *address,
                   const char *fingerprint, bool *is_new, GError **error);
/* *customer becomes NULL where there is none. */
bool recipient_customer(Connection *connection, const char *message, int ordinal, char **customer, GError **error);
/* Forgets the recipient unless a verdict or a held message still needs it. */
bool recipient_forget(Connection *connection, const char *message, int ordinal, GError **error);
