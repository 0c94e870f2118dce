/* How the store stands: what `cadencectl status` shows. Nothing is counted here that grows with the ledger: triggers
 * keep counts by the hour (sqlite_tables.c). */
#include "sqlite_schema.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#define MINUTE 60
#define HOUR 3600
#define DAY (24 * HOUR)
#define BALANCE (30 * DAY)

static bool read_totals(Connection *connection, StoreStatus *status, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT (SELECT count FROM total WHERE name = 'customer'),"
                                                      " (SELECT count FROM total WHERE name = 'contact'),"
                                                      " (SELECT count FROM total WHERE name = 'message'),"
                                                      " (SELECT COALESCE(SUM(count), 0) FROM verdict_hour),"
                                                      " COALESCE((SELECT MAX(at) FROM verdict), ?)");
    bind_integer(&read, INSTANT_ALWAYS);
    if (statement_next(&read)) {
        status->customers = take_integer(&read);
        status->contacts = take_integer(&read);
        status->ever.messages = take_integer(&read);
        status->verdicts = take_integer(&read);
        status->newest = take_integer(&read);
    }
    return statement_end(&read, error);
}

static bool read_held(Connection *connection, StoreStatus *status, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT (SELECT COUNT(*) FROM custody INDEXED BY custody_since WHERE state = 0),"
                                 " (SELECT COUNT(*) FROM custody INDEXED BY custody_unfinished WHERE state <> 0),"
                                 " COALESCE((SELECT MIN(since) FROM custody INDEXED BY custody_since"
                                 " WHERE state = 0), ?1),"
                                 " COALESCE((SELECT MIN(ready) FROM custody INDEXED BY custody_ready"
                                 " WHERE state = 0), ?1)");
    bind_integer(&read, INSTANT_NEVER);
    if (statement_next(&read)) {
        status->held = take_integer(&read);
        status->releasing = take_integer(&read);
        status->oldest_held = take_integer(&read);
        status->next_due = take_integer(&read);
    }
    return statement_end(&read, error);
}

static bool read_balance(Connection *connection, Instant x, StoreStatus *status, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT COALESCE(SUM(count) FILTER (WHERE class = ?3), 0),"
                                                      " COALESCE(SUM(count) FILTER (WHERE class = ?4), 0)"
                                                      " FROM contact_hour WHERE hour > ?1 AND hour <= ?2");
    bind_integer(&read, (x - BALANCE) / HOUR);
    bind_integer(&read, x / HOUR);
    bind_integer(&read, CLASS_RELATIONAL);
    bind_integer(&read, CLASS_SALES);
    if (statement_next(&read)) {
        status->relational = take_integer(&read);
        status->sales = take_integer(&read);
    }
    return statement_end(&read, error);
}

/* ---- rates ---- */

static bool take_actions(Statement *read, StoreRate *rate, GError **error) {
    while (statement_next(read)) {
        guint64 action = take_integer(read);
        if (action < G_N_ELEMENTS(rate->actions))
            rate->actions[action] = take_integer(read);
    }
    return statement_end(read, error);
}

/* Whole hours as they were counted, and the verdicts themselves at both ends. */
static bool read_actions(Connection *connection, Instant after, Instant until, StoreRate *rate, GError **error) {
    gint64 first = after / HOUR + 1, end = (until + 1) / HOUR;
    g_auto(Statement) read = statement_of(
        connection, "SELECT action, SUM(count) FROM ("
                    " SELECT action, count FROM verdict_hour WHERE hour >= ?1 AND hour < ?2"
                    " UNION ALL SELECT action, COUNT(*) FROM verdict WHERE at > ?3 AND at < ?4 GROUP BY action"
                    " UNION ALL SELECT action, COUNT(*) FROM verdict WHERE at >= ?5 AND at <= ?6 GROUP BY action)"
                    " GROUP BY action");
    bind_integer(&read, first);
    bind_integer(&read, end);
    bind_integer(&read, after);
    bind_integer(&read, first * HOUR);
    bind_integer(&read, end * HOUR);
    bind_integer(&read, until);
    return take_actions(&read, rate, error);
}

static bool read_messages(Connection *connection, Instant after, Instant until, StoreRate *rate, GError **error) {
    g_auto(Statement) read = statement_of(
        connection, "SELECT COALESCE(SUM(count), 0) FROM message_minute WHERE minute > ?1 AND minute <= ?2");
    bind_integer(&read, after / MINUTE);
    bind_integer(&read, until / MINUTE);
    if (statement_next(&read))
        rate->messages = take_integer(&read);
    return statement_end(&read, error);
}

static bool read_rate(Connection *connection, Instant after, Instant until, StoreRate *rate, GError **error) {
    return read_actions(connection, after, until, rate, error) && read_messages(connection, after, until, rate, error);
}

static bool read_ever(Connection *connection, StoreRate *rate, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT action, SUM(count) FROM (SELECT action, count FROM verdict_hour"
                                 " UNION ALL SELECT action, count FROM verdict_gone) GROUP BY action");
    return take_actions(&read, rate, error);
}

static bool read_rates(Connection *connection, Instant x, StoreStatus *status, GError **error) {
    return read_rate(connection, x - HOUR, x, &status->hour, error) &&
           read_rate(connection, x - DAY, x, &status->day, error) &&
           read_rate(connection, x - 2 * DAY, x - DAY, &status->day_before, error) &&
           read_ever(connection, &status->ever, error);
}

/* ---- the file ---- */

static guint64 size_of(const char *path) {
    struct stat file;
    return stat(path, &file) == 0 ? (guint64)file.st_size : 0;
}

static void read_disk(const char *path, StoreStatus *status) {
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    struct statvfs disk;
    status->size = size_of(path) + size_of(log);
    status->free = statvfs(path, &disk) == 0 ? (guint64)disk.f_bavail * disk.f_frsize : 0;
}

bool store_status(Store *store, Instant x, StoreStatus *out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    StoreStatus status = {.schema = SCHEMA_VERSION};
    if (!reader || !read_totals(reader->connection, &status, error) || !read_held(reader->connection, &status, error) ||
        !read_rates(reader->connection, x, &status, error) || !read_balance(reader->connection, x, &status, error))
        return false;
    read_disk(connection_path(reader->connection), &status);
    *out = status;
    return true;
}
