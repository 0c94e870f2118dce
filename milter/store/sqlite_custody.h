/* One row of custody, for the files that change it. */
#pragma once

#include "sqlite_statement.h"
#include "store/store.h"

/* *out becomes NULL where there is no such id, or text that cannot be one. */
bool custody_read(Connection *connection, const char *id, Custody **out, GError **error);
