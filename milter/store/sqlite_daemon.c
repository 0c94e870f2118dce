/* Who works on this store, and how it stands: what `cadencectl status` shows. */
#include "sqlite_schema.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#define DAY 86400

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
    g_auto(Statement) read =
        statement_of(connection, "SELECT (SELECT COUNT(*) FROM customer), (SELECT COUNT(*) FROM contact),"
                                 " (SELECT COUNT(*) FROM verdict)");
    if (statement_next(&read)) {
        status->customers = take_integer(&read);
        status->contacts = take_integer(&read);
        status->verdicts = take_integer(&read);
    }
    return statement_end(&read, error);
}

static bool read_held(Connection *connection, StoreStatus *status, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT COUNT(*) FILTER (WHERE state = 0), COUNT(*) FILTER (WHERE state <> 0),"
                                 " COALESCE(MIN(since) FILTER (WHERE state = 0), ?) FROM custody");
    bind_integer(&read, INSTANT_NEVER);
    if (statement_next(&read)) {
        status->held = take_integer(&read);
        status->releasing = take_integer(&read);
        status->oldest_held = take_integer(&read);
    }
    return statement_end(&read, error);
}

static bool read_actions(Connection *connection, Instant x, StoreStatus *status, GError **error) {
    g_auto(Statement) read = statement_of(
        connection, "SELECT action, COUNT(*) FROM verdict WHERE at > ?1 - ?2 AND at <= ?1 GROUP BY action");
    bind_integer(&read, x);
    bind_integer(&read, DAY);
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
