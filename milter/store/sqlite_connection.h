/* One connection to the store's file, used by one thread at a time. It opens itself when it is needed and again
 * whenever the file at its path is another than the one it holds, so that a store that was lost and put back serves
 * again by itself. */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

#define CONNECTION_PATIENCE_MS 2000 /* how long a lock of another process is waited for */

typedef struct Connection Connection;

Connection *connection_new(const char *path, int cache_kib); /* not open yet */
void connection_free(Connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_free)

/* To be called before the first use: after each commit the hook is told, in place of SQLite's own checkpoint. */
typedef int (*ConnectionCommitHook)(void *user, sqlite3 *handle, const char *schema, int frames);
void connection_hook_commits(Connection *connection, ConnectionCommitHook hook, void *user);

/* To be called before the first use: a commit can be seen before it is on disk, and whoever calls sees to the rest (see
 * sqlite_wal.h). */
void connection_sync_apart(Connection *connection);

/* To be called before each use: afterwards the connection is open on the file that is at its path now, and that file
 * holds our schema. TEMPORARY otherwise, with the path and the reason. Never creates a file. */
bool connection_ready(Connection *connection, GError **error);

/* Opens without a look at the schema; for who is about to make it. */
bool connection_open(Connection *connection, GError **error);

const char *connection_path(const Connection *connection);
sqlite3 *connection_handle(Connection *connection);

/* The compiled statement of this SQL, kept for the next call. The text is known by its address: it must be a constant.
 * NULL is for connection_fail. */
sqlite3_stmt *connection_statement(Connection *connection, const char *sql);

/* Runs SQL that binds nothing and gives nothing back. */
bool connection_execute(Connection *connection, const char *sql, GError **error);

/* Makes an error of SQLite's last one and returns false. */
bool connection_fail(Connection *connection, GError **error);

/* False also where SQLite itself has rolled the transaction back. */
bool connection_in_transaction(const Connection *connection);
