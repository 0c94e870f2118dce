/* A copy of the store at one moment. */
#pragma once

#include "sqlite_connection.h"

/* To a path where there is nothing yet, readable by its owner alone. PERMANENT where the path is taken or cannot be
 * written. */
bool backup_make(Connection *connection, const char *path, GError **error);
