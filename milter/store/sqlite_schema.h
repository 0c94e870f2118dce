/* The tables, and how a file shows that it is ours: application_id and user_version in its header. */
#pragma once

#include "sqlite_connection.h"

#define SCHEMA_VERSION 1

/* Makes file (mode 0600) and folder (0700) where they are missing and the tables where the file has none. A store of
 * ours is kept. PERMANENT where the file belongs to another application or to a newer version of this one. */
bool schema_create(const char *path, GError **error);

/* TEMPORARY where the open file is no store of this version: mail waits until somebody puts the right one there. */
bool schema_check(Connection *connection, GError **error);
