/* The tally of relational contacts that are no longer in the ledger: the rule `first` counts all that there ever were.
 *
 * Histories are imported, and imported again. A contact that was tallied must not count once more when it is put back,
 * and it is no longer known which those were; so nothing older than the last tallied one counts. That is the strict
 * reading: at worst a customer waits for relational mail that they have had. */
#include "sqlite_tally.h"

#include "sqlite_statement.h"
#include "sqlite_transaction.h"

bool tally_before(Connection *connection, const char *customer, Instant *before, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT before FROM tally WHERE customer = ?");
    bind_text(&read, customer);
    return statement_integer(&read, INSTANT_ALWAYS, before, error);
}

bool tally_add(Connection *connection, const char *customer, guint64 relational, Instant before, GError **error) {
    g_auto(Statement) add =
        statement_of(connection, "INSERT INTO tally (customer, relational, before) VALUES (?, ?, ?)"
                                 " ON CONFLICT (customer) DO UPDATE SET relational = relational + excluded.relational,"
                                 " before = MAX(before, excluded.before)");
    bind_text(&add, customer);
    bind_integer(&add, (gint64)relational);
    bind_integer(&add, before);
    return statement_run(&add, error);
}

bool transaction_relational_earlier(Transaction *transaction, const char *customer, Instant since, guint64 *count,
                                    GError **error) {
    gint64 found;
    g_auto(Statement) read = statement_of(
        transaction->connection, "SELECT (SELECT COUNT(*) FROM contact WHERE customer = ?1 AND at <= ?2 AND class = ?3"
                                 " AND at >= COALESCE((SELECT before FROM tally WHERE customer = ?1), at))"
                                 " + COALESCE((SELECT relational FROM tally WHERE customer = ?1), 0)");
    bind_text(&read, customer);
    bind_integer(&read, since);
    bind_integer(&read, CLASS_RELATIONAL);
    if (!statement_integer(&read, 0, &found, error))
        return false;
    *count = (guint64)found;
    return true;
}
