/* What is remembered of people who are to be forgotten is kept under HMAC-SHA256 with 32 random bytes of this store as
 * the key, so that it says nothing to whoever has a list of addresses but not the store. */
#pragma once

#include "sqlite_connection.h"

/* As hexadecimal digits. TEMPORARY where the store has lost its key. */
bool hash_text(Connection *connection, const char *text, char **out, GError **error);
