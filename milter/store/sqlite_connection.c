/* SQLite keeps a file descriptor, and would serve a deleted or unmounted file for ever without a word. So the
 * connection compares device and inode with what is at the path before each use, at the price of one stat(2), and after
 * an error that speaks of the file itself it opens anew whatever stat says: a disk that was lost and came back may have
 * the same numbers.
 *
 * Nothing here opens the file but SQLite: POSIX drops all locks that a process has on a file when it closes any
 * descriptor of it. */
#include "sqlite_connection.h"

#include "base/error.h"
#include "sqlite_schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Sleeps shorter than SQLite's own, which grow to 100 ms: a busy milter leaves the lock free for moments only, and the
 * planner must find one of them. */
#define LOCK_POLL_US 1000

struct Connection {
    char *path;
    int cache_kib;
    sqlite3 *handle;        /* NULL while closed */
    GHashTable *statements; /* the SQL's address -> sqlite3_stmt, owned */
    dev_t device;
    ino_t inode;
    bool sync_apart;
    bool suspect; /* the last error spoke of the file: open it anew before the next use */
    bool cramped; /* the disk was full: make room before the next use */
    gint64 waiting_since;
    ConnectionCommitHook on_commit; /* or NULL */
    void *on_commit_user;
};

static void statement_destroy(gpointer statement) {
    sqlite3_finalize(statement);
}

Connection *connection_new(const char *path, int cache_kib) {
    Connection *connection = g_new0(Connection, 1);
    connection->path = g_strdup(path);
    connection->cache_kib = cache_kib;
    connection->statements = g_hash_table_new_full(NULL, NULL, NULL, statement_destroy);
    return connection;
}

static void close_handle(Connection *connection) {
    g_hash_table_remove_all(connection->statements);
    sqlite3_close(connection->handle);
    connection->handle = NULL;
}

void connection_free(Connection *connection) {
    if (!connection)
        return;
    close_handle(connection);
    g_hash_table_unref(connection->statements);
    g_free(connection->path);
    g_free(connection);
}

void connection_hook_commits(Connection *connection, ConnectionCommitHook hook, void *user) {
    connection->on_commit = hook;
    connection->on_commit_user = user;
}

void connection_sync_apart(Connection *connection) {
    connection->sync_apart = true;
}

const char *connection_path(const Connection *connection) {
    return connection->path;
}

sqlite3 *connection_handle(Connection *connection) {
    return connection->handle;
}

/* ---- errors ---- */

static CadenceError class_of(int code) {
    switch (code) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return CADENCE_ERROR_PERMANENT;
    default:
        return CADENCE_ERROR_TEMPORARY;
    }
}

static bool speaks_of_the_file(int code) {
    switch (code) {
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_IOERR:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
        return true;
    default:
        return false;
    }
}

/* What the system says to it, 0 where it has nothing to say. */
static int cause_of(const Connection *connection, int code) {
    return code == SQLITE_CANTOPEN || code == SQLITE_IOERR ? sqlite3_system_errno(connection->handle) : 0;
}

bool connection_fail(Connection *connection, GError **error) {
    int code = sqlite3_errcode(connection->handle) & 0xff;
    int cause = cause_of(connection, code);
    connection->suspect = connection->suspect || speaks_of_the_file(code);
    connection->cramped = connection->cramped || code == SQLITE_FULL;
    g_set_error(error, CADENCE_ERROR, class_of(code), "store %s: %s%s%s%s", connection->path,
                sqlite3_errmsg(connection->handle), cause ? ": " : "", cause ? g_strerror(cause) : "",
                code == SQLITE_BUSY ? ": another program has kept it for 2 s" : "");
    return false;
}

static bool unreachable(const Connection *connection, int cause, GError **error) {
    const char *advice = cause == ENOENT ? " (a disk that is not mounted? 'cadencectl init' makes a new store)" : "";
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "store %s: %s%s", connection->path, g_strerror(cause),
                advice);
    return false;
}

/* ---- opening ---- */

static int wait_for_lock(void *user, int tries) {
    Connection *connection = user;
    gint64 now = g_get_monotonic_time();
    if (tries == 0)
        connection->waiting_since = now;
    if (now - connection->waiting_since >= CONNECTION_PATIENCE_MS * 1000)
        return 0;
    g_usleep(LOCK_POLL_US);
    return 1;
}

/* temp_store: the undo records of savepoints stay in memory. wal_autocheckpoint: 64 MiB, where no hook comes in its
 * place. journal_size_limit: what a burst has left behind is given back. secure_delete: what is erased
 * is overwritten; Debian's SQLite does so anyway. */
static bool configure(Connection *connection, GError **error) {
    g_autofree char *settings = g_strdup_printf("PRAGMA synchronous = %s;"
                                                "PRAGMA cache_size = -%d;"
                                                "PRAGMA secure_delete = ON;"
                                                "PRAGMA temp_store = MEMORY;"
                                                "PRAGMA wal_autocheckpoint = 16000;"
                                                "PRAGMA journal_size_limit = 67108864;",
                                                connection->sync_apart ? "NORMAL" : "FULL", connection->cache_kib);
    sqlite3_extended_result_codes(connection->handle, 1);
    sqlite3_busy_handler(connection->handle, wait_for_lock, connection);
    if (sqlite3_exec(connection->handle, settings, NULL, NULL, NULL) != SQLITE_OK)
        return connection_fail(connection, error);
    if (connection->on_commit)
        sqlite3_wal_hook(connection->handle, connection->on_commit, connection->on_commit_user);
    return true;
}

/* Where SQLite may not write it opens for reading, and then makes side files that nobody may write either: they would
 * stay in the way when the permission is back. */
static bool refuse_read_only(const Connection *connection, GError **error) {
    if (sqlite3_db_readonly(connection->handle, "main") != 1)
        return true;
    return unreachable(connection, faccessat(AT_FDCWD, connection->path, W_OK, AT_EACCESS) == 0 ? EACCES : errno,
                       error);
}

bool connection_open(Connection *connection, GError **error) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(connection->path, &connection->handle, flags, NULL) != SQLITE_OK)
        return connection_fail(connection, error);
    return refuse_read_only(connection, error) && configure(connection, error);
}

static bool holds(const Connection *connection, const struct stat *file) {
    return connection->handle && !connection->suspect && connection->device == file->st_dev &&
           connection->inode == file->st_ino;
}

/* On a full disk the write-ahead log itself may be what fills it. Where it cannot be given back, the next write says
 * so. */
static void make_room(Connection *connection) {
    sqlite3_wal_checkpoint_v2(connection->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    connection->cramped = false;
}

bool connection_ready(Connection *connection, GError **error) {
    struct stat file;
    int cause = stat(connection->path, &file) == 0 ? 0 : errno;
    if (cause == 0 && holds(connection, &file)) {
        if (connection->cramped)
            make_room(connection);
        return true;
    }
    close_handle(connection);
    if (cause != 0)
        return unreachable(connection, cause, error);
    connection->suspect = connection->cramped = false;
    connection->device = file.st_dev;
    connection->inode = file.st_ino;
    if (connection_open(connection, error) && schema_check(connection, error))
        return true;
    close_handle(connection);
    return false;
}

/* ---- statements ---- */

sqlite3_stmt *connection_statement(Connection *connection, const char *sql) {
    sqlite3_stmt *statement = g_hash_table_lookup(connection->statements, sql);
    if (!statement &&
        sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK)
        g_hash_table_insert(connection->statements, (gpointer)sql, statement);
    return statement;
}

bool connection_execute(Connection *connection, const char *sql, GError **error) {
    sqlite3_stmt *statement = connection_statement(connection, sql);
    if (!statement)
        return connection_fail(connection, error);
    bool done = sqlite3_step(statement) == SQLITE_DONE || connection_fail(connection, error);
    sqlite3_reset(statement);
    return done;
}

bool connection_in_transaction(const Connection *connection) {
    return connection->handle && !sqlite3_get_autocommit(connection->handle);
}
