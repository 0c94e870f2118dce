/* Who works on this store, and what troubles them. What outlives a daemon stands in the row of its name that has no
 * process: pid 0. */
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

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
        reader->connection,
        "SELECT name, pid, started, config_hash, note FROM daemon WHERE pid > 0 ORDER BY name, started, pid");
    while (statement_next(&read))
        g_ptr_array_add(daemons, take_daemon(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&daemons);
    return true;
}

bool transaction_asked_put(Transaction *transaction, const char *name, const char *config_hash, GError **error) {
    const Daemon lasting = {.name = (char *)name, .config_hash = (char *)config_hash};
    return transaction_daemon_put(transaction, &lasting, error);
}

bool store_asked(Store *store, const char *name, char **config_hash, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT config_hash FROM daemon WHERE name = ? AND pid = 0");
    bind_text(&read, name);
    return statement_text(&read, config_hash, error);
}

/* ---- troubles ---- */

bool transaction_trouble_add(Transaction *transaction, const Trouble *trouble, GError **error) {
    g_auto(Statement) add = statement_of(transaction->connection,
                                         "INSERT INTO trouble (program, text, error, at, count) VALUES (?, ?, ?, ?, ?)"
                                         " ON CONFLICT DO UPDATE SET error = excluded.error, at = excluded.at,"
                                         " count = count + excluded.count");
    bind_text(&add, trouble->program);
    bind_text(&add, trouble->text);
    bind_integer(&add, trouble->error);
    bind_integer(&add, trouble->at);
    bind_integer(&add, (gint64)trouble->count);
    if (!statement_run(&add, error))
        return false;
    g_auto(Statement) forget =
        statement_of(transaction->connection, "DELETE FROM trouble WHERE program = ?1 AND error = ?2 AND text NOT IN"
                                              " (SELECT text FROM trouble WHERE program = ?1 AND error = ?2"
                                              " ORDER BY at DESC, text LIMIT ?3)");
    bind_text(&forget, trouble->program);
    bind_integer(&forget, trouble->error);
    bind_integer(&forget, TROUBLES_KEPT);
    return statement_run(&forget, error);
}

static Trouble *take_trouble(Statement *row) {
    Trouble *trouble = g_new0(Trouble, 1);
    trouble->program = take_text(row);
    trouble->text = take_text(row);
    trouble->error = take_integer(row);
    trouble->at = take_integer(row);
    trouble->count = (guint64)take_integer(row);
    return trouble;
}

bool store_troubles(Store *store, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(GPtrArray) troubles = g_ptr_array_new_with_free_func((GDestroyNotify)trouble_free);
    g_auto(Statement) read = statement_of(
        reader->connection, "SELECT program, text, error, at, count FROM trouble ORDER BY at DESC, program, text");
    while (statement_next(&read))
        g_ptr_array_add(troubles, take_trouble(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&troubles);
    return true;
}

/* ---- what check asks ---- */

bool store_topics(Store *store, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT DISTINCT topic FROM contact WHERE topic IS NOT NULL"
                                         " UNION SELECT topic FROM custody WHERE topic IS NOT NULL");
    return statement_texts(&read, out, error);
}

bool store_custody_short_lived(Store *store, guint64 *count, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    gint64 found;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT COUNT(*) FROM custody WHERE state = 0 AND expires < deadline");
    if (!statement_integer(&read, 0, &found, error))
        return false;
    *count = (guint64)found;
    return true;
}
