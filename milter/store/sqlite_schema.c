/* A store is made and upgraded by hand ('cadencectl init') and never on the way: a daemon that finds another version
 * has its mail wait, because who upgrades wants to know of it and where the backup is. */
#include "sqlite_schema.h"

#include "base/error.h"
#include "sqlite_backup.h"
#include "sqlite_statement.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define APPLICATION_ID 0x4361646e /* "Cadn" */
#define CACHE_KIB 2048

/* ---- identity ---- */

typedef struct {
    gint64 application, version, tables;
} Identity;

static bool read_identity(Connection *connection, Identity *out, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT application_id, user_version, (SELECT COUNT(*) FROM sqlite_schema)"
                                 " FROM pragma_application_id, pragma_user_version");
    if (statement_next(&read))
        *out = (Identity){take_integer(&read), take_integer(&read), take_integer(&read)};
    return statement_end(&read, error);
}

static bool is_blank(const Identity *identity) {
    return identity->application == 0 && identity->version == 0 && identity->tables == 0;
}

static bool is_older(const Identity *identity) {
    return identity->application == APPLICATION_ID && identity->version > 0 && identity->version < SCHEMA_VERSION;
}

/* NULL where the file is a store of this version. */
static const char *objection(const Identity *identity) {
    if (is_blank(identity))
        return "is empty: 'cadencectl init' makes the tables";
    if (identity->application != APPLICATION_ID)
        return "is a database of another application";
    if (is_older(identity))
        return "was made by an older version of this program: 'cadencectl init' upgrades it, after a backup";
    if (identity->version != SCHEMA_VERSION)
        return "was made by a newer version of this program";
    return NULL;
}

static bool object(const Connection *connection, const Identity *identity, CadenceError code, GError **error) {
    const char *text = objection(identity);
    if (text)
        g_set_error(error, CADENCE_ERROR, code, "store %s %s", connection_path(connection), text);
    return text == NULL;
}

static bool set_write_ahead(Connection *connection, GError **error) {
    g_auto(Statement) set = statement_of(connection, "PRAGMA journal_mode = WAL");
    statement_next(&set);
    return statement_end(&set, error);
}

bool schema_check(Connection *connection, GError **error) {
    Identity identity = {0};
    return read_identity(connection, &identity, error) &&
           object(connection, &identity, CADENCE_ERROR_TEMPORARY, error) && set_write_ahead(connection, error);
}

/* ---- steps ---- */

static bool run(Connection *connection, const char *sql, GError **error) {
    return sqlite3_exec(connection_handle(connection), sql, NULL, NULL, NULL) == SQLITE_OK ||
           connection_fail(connection, error);
}

/* From the version that the file has to ours. */
static bool walk(Connection *connection, gint64 version, GError **error) {
    g_autofree char *mark =
        g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID, SCHEMA_VERSION);
    for (; version < SCHEMA_VERSION; version++) {
        if (!run(connection, table_steps[version], error))
            return false;
    }
    return run(connection, mark, error);
}

typedef bool (*LockedWork)(Connection *connection, gpointer user, GError **error);

/* Looks at the file under the lock: another process may have done the work meanwhile. */
static bool under_lock(Connection *connection, LockedWork work, gpointer user, GError **error) {
    if (!connection_execute(connection, "BEGIN IMMEDIATE", error))
        return false;
    if (work(connection, user, error) && connection_execute(connection, "COMMIT", error))
        return true;
    if (connection_in_transaction(connection))
        connection_execute(connection, "ROLLBACK", NULL);
    return false;
}

/* ---- making ---- */

/* The file is made here and not by SQLite, which would make it readable for all that umask lets. */
static bool make_file(const char *path, GError **error) {
    g_autofree char *folder = g_path_get_dirname(path);
    int descriptor = -1;
    if (g_mkdir_with_parents(folder, 0700) == 0)
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno != EEXIST) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "store %s cannot be made: %s", path,
                    g_strerror(errno));
        return false;
    }
    if (descriptor >= 0)
        close(descriptor);
    return true;
}

static bool make_tables(Connection *connection, G_GNUC_UNUSED gpointer user, GError **error) {
    Identity identity = {0};
    if (!read_identity(connection, &identity, error))
        return false;
    if (is_blank(&identity))
        return walk(connection, 0, error);
    return is_older(&identity) || object(connection, &identity, CADENCE_ERROR_PERMANENT, error);
}

bool schema_create(const char *path, GError **error) {
    g_autoptr(Connection) connection = connection_new(path, CACHE_KIB);
    Identity identity = {0};
    if (!make_file(path, error) || !connection_open(connection, error) || !read_identity(connection, &identity, error))
        return false;
    if (!is_blank(&identity))
        return is_older(&identity) || object(connection, &identity, CADENCE_ERROR_PERMANENT, error);
    return set_write_ahead(connection, error) && under_lock(connection, make_tables, NULL, error);
}

/* ---- upgrading ---- */

/* A second connection reads what was there when the lock was taken. */
static char *back_up(const char *path, gint64 version, GError **error) {
    g_autoptr(Connection) reader = connection_new(path, CACHE_KIB);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y%m%dT%H%M%SZ");
    g_autofree char *copy = g_strdup_printf("%s.version-%" G_GINT64_FORMAT "-%s", path, version, time);
    return connection_open(reader, error) && backup_make(reader, copy, error) ? g_steal_pointer(&copy) : NULL;
}

static bool upgrade_tables(Connection *connection, gpointer user, GError **error) {
    char **backup = user;
    Identity identity = {0};
    if (!read_identity(connection, &identity, error))
        return false;
    if (!is_older(&identity))
        return object(connection, &identity, CADENCE_ERROR_PERMANENT, error);
    *backup = back_up(connection_path(connection), identity.version, error);
    return *backup && walk(connection, identity.version, error);
}

bool schema_upgrade(const char *path, char **backup, GError **error) {
    g_autoptr(Connection) connection = connection_new(path, CACHE_KIB);
    g_autofree char *made = NULL;
    if (!connection_open(connection, error) || !under_lock(connection, upgrade_tables, &made, error))
        return false;
    *backup = g_steal_pointer(&made);
    return true;
}
