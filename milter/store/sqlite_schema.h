/* How a file shows that it is ours and of which version: application_id and user_version in its header. */
#pragma once

#include "sqlite_connection.h"
#include "sqlite_tables.h"

/* Makes file (mode 0600) and folder (0700) where they are missing and the tables where the file has none. A store of
 * ours is kept as it is. PERMANENT where the file belongs to another application or to a newer version of this one. */
bool schema_create(const char *path, GError **error);

/* Brings an older store to this version, in one transaction and after a backup beside it, whose path goes to *backup;
 * NULL where there was nothing to do. While it works nobody else writes. */
bool schema_upgrade(const char *path, char **backup, GError **error);

/* TEMPORARY where the open file is no store of this version: mail waits until somebody puts the right one there. A
 * backup that was put in the store's place comes without a write-ahead log, and gets one. */
bool schema_check(Connection *connection, GError **error);
