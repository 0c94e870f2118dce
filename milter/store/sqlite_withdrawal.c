/* A withdrawal has to be kept when the person asks to be forgotten, or the next import would undo it. What is kept is a
 * hash of the address; the purpose is a word of the configuration, not of the person, and stays readable. */
#include "sqlite_withdrawal.h"

#include "sqlite_hash.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"

bool withdrawal_put(Connection *connection, const char *address, const Consent *withdrawn, GError **error) {
    g_autofree char *hash = NULL;
    if (!hash_text(connection, address, &hash, error))
        return false;
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO withdrawal (hash, purpose, state, at) VALUES (?, ?, ?, ?)"
                                 " ON CONFLICT (hash, purpose) DO UPDATE SET state = excluded.state, at = excluded.at"
                                 " WHERE excluded.at >= at OR excluded.state > state");
    bind_text(&put, hash);
    bind_text(&put, withdrawn->purpose);
    bind_integer(&put, withdrawn->state);
    bind_integer(&put, withdrawn->at);
    return statement_run(&put, error);
}

static Consent *take_withdrawal(Statement *row) {
    Consent *consent = g_new0(Consent, 1);
    consent->purpose = take_text(row);
    consent->state = (ConsentState)take_integer(row);
    consent->at = take_integer(row);
    consent->source = g_strdup("remembered");
    return consent;
}

bool withdrawals_read(Connection *connection, const char *address, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) withdrawals = g_ptr_array_new_with_free_func((GDestroyNotify)consent_free);
    g_autofree char *hash = NULL;
    if (!hash_text(connection, address, &hash, error))
        return false;
    g_auto(Statement) read =
        statement_of(connection, "SELECT purpose, state, at FROM withdrawal WHERE hash = ? ORDER BY purpose");
    bind_text(&read, hash);
    while (statement_next(&read))
        g_ptr_array_add(withdrawals, take_withdrawal(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&withdrawals);
    return true;
}

bool store_withdrawals(Store *store, const char *address, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && withdrawals_read(reader->connection, address, out, error);
}
