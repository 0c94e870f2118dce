/* Who works on this store, and how it stands: what `cadencectl status` shows. */
#include "sqlite_schema.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#define HOUR 3600
#define DAY (24 * HOUR)

/* ---- daemons ---- */

bool transaction_daemon_put(Transaction *transaction, const Daemon *daemon, GError **error) {
    g_auto(Statement) put =
        statement_of(transaction->connection,
                     "INSERT OR REPLACE INTO daemon (name, pid, started, config_hash, note) VALUES (?, ?, ?, ?, ?)");
    bind_text(&put, daemon->name);
    bind_integer(&put, daemon->pid);
    bind_integer(&put, daemon->started);
    bind_text(&put, daemon->config_hash);
    bind_text(&put, daemon->note ? daemon->note : "");
    return statement_run(&put, error);
}

bool transaction_daemon_remove(Transaction *transaction, const char *name, gint64 pid, GError **error) {
    g_auto(Statement) remove = statement_of(transaction->connection, "DELETE FROM daemon WHERE name = ? AND pid = ?");
    bind_text(&remove, name);
    bind_integer(&remove, pid);
    return statement_run(&remove, error);
}

static Daemon *take_daemon(Statement *row) {
    Daemon *daemon = g_new0(Daemon, 1);
    daemon->name = take_text(row);
    daemon->pid = take_integer(row);
    daemon->started = take_integer(row);
    daemon->config_hash = take_text(row);
    daemon->note = take_text(row);
    return daemon;
}

bool store_daemons(Store *store, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(GPtrArray) daemons = g_ptr_array_new_with_free_func((GDestroyNotify)daemon_free);
    g_auto(Statement) read = statement_of(
        reader->connection, "SELECT name, pid, started, config_hash, note FROM daemon ORDER BY name, started, pid");
    while (statement_next(&read))
        g_ptr_array_add(daemons, take_daemon(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&daemons);
    return true;
}

/* ---- status ---- */

static bool read_totals(Connection *connection, StoreStatus *status, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT (SELECT count FROM total WHERE name = 'customer'),"
                                                      " (SELECT count FROM total WHERE name = 'contact'),"
                                                      " (SELECT COALESCE(SUM(count), 0) FROM verdict_hour),"
                                                      " COALESCE((SELECT MAX(at) FROM verdict), ?)");
    bind_integer(&read, INSTANT_ALWAYS);
    if (statement_next(&read)) {
        status->customers = take_integer(&read);
        status->contacts = take_integer(&read);
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
                                 " WHERE state = 0), ?)");
    bind_integer(&read, INSTANT_NEVER);
    if (statement_next(&read)) {
        status->held = take_integer(&read);
        status->releasing = take_integer(&read);
        status->oldest_held = take_integer(&read);
    }
    return statement_end(&read, error);
}

/* Whole hours as they were counted, and the verdicts themselves at both ends. */
static bool read_actions(Connection *connection, Instant x, StoreStatus *status, GError **error) {
    gint64 first = (x - DAY) / HOUR + 1, end = (x + 1) / HOUR;
    g_auto(Statement) read = statement_of(
        connection, "SELECT action, SUM(count) FROM ("
                    " SELECT action, count FROM verdict_hour WHERE hour >= ?1 AND hour < ?2"
                    " UNION ALL SELECT action, COUNT(*) FROM verdict WHERE at > ?3 AND at < ?4 GROUP BY action"
                    " UNION ALL SELECT action, COUNT(*) FROM verdict WHERE at >= ?5 AND at <= ?6 GROUP BY action)"
                    " GROUP BY action");
    bind_integer(&read, first);
    bind_integer(&read, end);
    bind_integer(&read, x - DAY);
    bind_integer(&read, first * HOUR);
    bind_integer(&read, end * HOUR);
    bind_integer(&read, x);
    while (statement_next(&read)) {
        guint64 action = take_integer(&read);
        if (action < G_N_ELEMENTS(status->actions))
            status->actions[action] = take_integer(&read);
    }
    return statement_end(&read, error);
}

bool store_status(Store *store, Instant x, StoreStatus *out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    StoreStatus status = {.schema = SCHEMA_VERSION};
    if (!reader || !read_totals(reader->connection, &status, error) || !read_held(reader->connection, &status, error) ||
        !read_actions(reader->connection, x, &status, error))
        return false;
    *out = status;
    return true;
}

/* ---- what check asks ---- */

bool store_topics(Store *store, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(GPtrArray) topics = g_ptr_array_new_with_free_func(g_free);
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT DISTINCT topic FROM contact WHERE topic IS NOT NULL"
                                         " UNION SELECT topic FROM custody WHERE topic IS NOT NULL");
    while (statement_next(&read))
        g_ptr_array_add(topics, take_text(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&topics);
    return true;
}

bool store_custody_short_lived(Store *store, guint64 *count, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    guint64 found = 0;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT COUNT(*) FROM custody WHERE state = 0 AND expires < deadline");
    if (statement_next(&read))
        found = take_integer(&read);
    if (!statement_end(&read, error))
        return false;
    *count = found;
    return true;
}
