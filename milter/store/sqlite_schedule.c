/* Cadences: who is due when, and what has been. The planner never looks through all customers to find out whom a
 * cadence has something for: schedule_due lies in order of time, and what has changed stands in stale. */
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#define REMOVED_MAX 1000 /* rows in one call */

/* ---- how far a schedule is reckoned ---- */

static CadenceState *take_state(Statement *row) {
    CadenceState *state = g_new0(CadenceState, 1);
    state->name = take_text(row);
    state->hash = take_text(row);
    state->begun = take_integer(row);
    state->walked = take_text(row);
    return state;
}

bool store_cadence_states(Store *store, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(GPtrArray) states = g_ptr_array_new_with_free_func((GDestroyNotify)cadence_state_free);
    g_auto(Statement) read = statement_of(reader->connection, "SELECT name, hash, begun, walked FROM cadence");
    while (statement_next(&read))
        g_ptr_array_add(states, take_state(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&states);
    return true;
}

bool transaction_cadence_put(Transaction *transaction, const CadenceState *state, GError **error) {
    g_auto(Statement) put = statement_of(
        transaction->connection, "INSERT OR REPLACE INTO cadence (name, hash, begun, walked) VALUES (?, ?, ?, ?)");
    bind_text(&put, state->name);
    bind_text(&put, state->hash);
    bind_integer(&put, state->begun);
    bind_text(&put, state->walked);
    return statement_run(&put, error);
}

static bool remove_schedule(Connection *connection, const char *name, bool *more, GError **error) {
    g_auto(Statement) remove = statement_of(
        connection, "DELETE FROM schedule WHERE (customer, cadence) IN (SELECT customer, cadence FROM schedule"
                    " INDEXED BY schedule_due WHERE cadence = ? LIMIT ?)");
    bind_text(&remove, name);
    bind_integer(&remove, REMOVED_MAX);
    if (!statement_run(&remove, error))
        return false;
    *more = statement_changes(&remove) == REMOVED_MAX;
    return true;
}

bool transaction_cadence_remove(Transaction *transaction, const char *name, bool *more, GError **error) {
    bool rest;
    if (!remove_schedule(transaction->connection, name, &rest, error))
        return false;
    *more = rest;
    if (rest)
        return true;
    g_auto(Statement) remove = statement_of(transaction->connection, "DELETE FROM cadence WHERE name = ?");
    bind_text(&remove, name);
    return statement_run(&remove, error);
}

/* ---- customers to look at ---- */

bool store_customers_after(Store *store, const char *after, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT id FROM customer WHERE id > ? ORDER BY id LIMIT ?");
    bind_text(&read, after);
    bind_integer(&read, limit);
    return statement_texts(&read, out, error);
}

bool store_stale_customers(Store *store, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(reader->connection, "SELECT customer FROM stale ORDER BY customer LIMIT ?");
    bind_integer(&read, limit);
    return statement_texts(&read, out, error);
}

bool transaction_stale_end(Transaction *transaction, const char *customer, GError **error) {
    g_auto(Statement) end = statement_of(transaction->connection, "DELETE FROM stale WHERE customer = ?");
    bind_text(&end, customer);
    return statement_run(&end, error);
}

/* ---- the schedule ---- */

static bool unschedule(Connection *connection, const char *customer, const char *cadence, GError **error) {
    g_auto(Statement) remove = statement_of(connection, "DELETE FROM schedule WHERE customer = ? AND cadence = ?");
    bind_text(&remove, customer);
    bind_text(&remove, cadence);
    return statement_run(&remove, error);
}

bool transaction_schedule_put(Transaction *transaction, const char *customer, const char *cadence, Instant due,
                              GError **error) {
    if (due == INSTANT_NEVER)
        return unschedule(transaction->connection, customer, cadence, error);
    g_auto(Statement) put = statement_of(transaction->connection,
                                         "INSERT INTO schedule (customer, cadence, due) VALUES (?, ?, ?)"
                                         " ON CONFLICT DO UPDATE SET due = excluded.due WHERE due <> excluded.due");
    bind_text(&put, customer);
    bind_text(&put, cadence);
    bind_integer(&put, due);
    return statement_run(&put, error);
}

bool transaction_schedule(Transaction *transaction, const char *customer, const char *cadence, Instant *due,
                          GError **error) {
    g_auto(Statement) read =
        statement_of(transaction->connection, "SELECT due FROM schedule WHERE customer = ? AND cadence = ?");
    bind_text(&read, customer);
    bind_text(&read, cadence);
    return statement_integer(&read, INSTANT_NEVER, due, error);
}

bool store_schedule_due(Store *store, const char *cadence, Instant x, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(reader->connection, "SELECT customer FROM schedule INDEXED BY schedule_due"
                                                              " WHERE cadence = ? AND due <= ? ORDER BY due LIMIT ?");
    bind_text(&read, cadence);
    bind_integer(&read, x);
    bind_integer(&read, limit);
    return statement_texts(&read, out, error);
}

bool store_schedule_next(Store *store, const char *cadence, Instant *out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(reader->connection, "SELECT due FROM schedule INDEXED BY schedule_due"
                                                              " WHERE cadence = ? ORDER BY due LIMIT 1");
    bind_text(&read, cadence);
    return statement_integer(&read, INSTANT_NEVER, out, error);
}

/* ---- what has been ---- */

bool transaction_occurrence_add(Transaction *transaction, const char *customer, const char *cadence,
                                const CadenceOccurrence *occurrence, bool *added, GError **error) {
    g_auto(Statement) add =
        statement_of(transaction->connection, "INSERT INTO occurrence (customer, cadence, day, at, message)"
                                              " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    bind_text(&add, customer);
    bind_text(&add, cadence);
    bind_integer(&add, occurrence->day);
    bind_integer(&add, occurrence->at);
    bind_text(&add, occurrence->message);
    if (!statement_run(&add, error))
        return false;
    *added = statement_changes(&add) > 0;
    return true;
}

static CustomerOccurrence *take_occurrence(Statement *row) {
    CustomerOccurrence *occurrence = g_new0(CustomerOccurrence, 1);
    occurrence->cadence = take_text(row);
    occurrence->day = take_integer(row);
    occurrence->at = take_integer(row);
    occurrence->message = take_text(row);
    return occurrence;
}

bool store_occurrences(Store *store, const char *customer, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    g_autoptr(GPtrArray) occurrences = g_ptr_array_new_with_free_func((GDestroyNotify)customer_occurrence_free);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(reader->connection, "SELECT cadence, day, at, message FROM occurrence"
                                                              " WHERE customer = ? ORDER BY cadence, day");
    bind_text(&read, customer);
    while (statement_next(&read))
        g_ptr_array_add(occurrences, take_occurrence(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&occurrences);
    return true;
}

bool transaction_occurrence_last(Transaction *transaction, const char *customer, const char *cadence, gint64 *day,
                                 GError **error) {
    g_auto(Statement) read =
        statement_of(transaction->connection,
                     "SELECT day FROM occurrence WHERE customer = ? AND cadence = ? ORDER BY day DESC LIMIT 1");
    bind_text(&read, customer);
    bind_text(&read, cadence);
    return statement_integer(&read, G_MININT64, day, error);
}

bool transaction_relational_last(Transaction *transaction, const char *customer, Instant *at, GError **error) {
    g_auto(Statement) read = statement_of(
        transaction->connection,
        "SELECT MAX(COALESCE((SELECT at FROM contact WHERE customer = ?1 AND class = ?2 ORDER BY at DESC LIMIT 1), ?3),"
        " COALESCE((SELECT MAX(at) FROM occurrence WHERE customer = ?1 AND message IS NOT NULL), ?3))");
    bind_text(&read, customer);
    bind_integer(&read, CLASS_RELATIONAL);
    bind_integer(&read, INSTANT_ALWAYS);
    return statement_integer(&read, INSTANT_ALWAYS, at, error);
}
