/* Erasing is one list of deletions in one transaction. The order matters where one table leads to another: raw bytes
 * and recipients are found through the verdicts and custody that go after them.
 *
 * Deleted rows are overwritten (PRAGMA secure_delete, see sqlite_connection.c), and the write-ahead log, which may hold
 * older images of their pages, is emptied afterwards. What a file system or a backup remembers is beyond us. */
#include "sqlite_remembered.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#include "base/error.h"

#include <stddef.h>

#define UNCOUNTED ((gsize)-1)

/* The customer is ?1 in each. */
typedef struct {
    const char *sql;
    gsize count; /* of a number in Erasure */
} Deletion;

static const Deletion deletions[] = {
    /* Evidence quotes its message, and so perhaps a name. */
    {"UPDATE review SET message = NULL, evidence = '[]' WHERE message IN (SELECT message FROM verdict WHERE customer = ?1"
     " UNION SELECT message FROM custody WHERE customer = ?1)",
     UNCOUNTED},
    {"DELETE FROM raw WHERE message IN (SELECT message FROM custody WHERE customer = ?1)"
     " AND NOT EXISTS (SELECT 1 FROM custody c WHERE c.message = raw.message AND c.customer <> ?1)",
     UNCOUNTED},
    {"DELETE FROM recipient WHERE customer = ?1 AND message IN (SELECT message FROM verdict WHERE customer = ?1"
     " UNION SELECT message FROM custody WHERE customer = ?1)",
     UNCOUNTED},
    {"DELETE FROM custody WHERE customer = ?1", offsetof(Erasure, held)},
    {"DELETE FROM verdict WHERE customer = ?1", offsetof(Erasure, verdicts)},
    {"DELETE FROM contact WHERE customer = ?1", offsetof(Erasure, contacts)},
    {"DELETE FROM tally WHERE customer = ?1", UNCOUNTED},
    {"DELETE FROM event WHERE customer = ?1", offsetof(Erasure, events)},
    {"DELETE FROM occurrence WHERE customer = ?1", offsetof(Erasure, occurrences)},
    {"DELETE FROM schedule WHERE customer = ?1", UNCOUNTED},
    {"DELETE FROM consent WHERE customer = ?1", offsetof(Erasure, consents)},
    {"DELETE FROM attribute WHERE customer = ?1", offsetof(Erasure, attributes)},
    {"DELETE FROM trouble WHERE EXISTS (SELECT 1 FROM address WHERE customer = ?1 AND instr(lower(text), address) > 0)",
     UNCOUNTED},
    {"DELETE FROM address WHERE customer = ?1", offsetof(Erasure, addresses)},
    {"DELETE FROM customer WHERE id = ?1", UNCOUNTED},
    {"DELETE FROM stale WHERE customer = ?1", UNCOUNTED},
    /* Walks over all customers remember how far they came by an id. */
    {"DELETE FROM pruned WHERE customer = ?1", UNCOUNTED},
    {"UPDATE cadence SET walked = COALESCE((SELECT MAX(id) FROM customer WHERE id < ?1), '') WHERE walked = ?1",
     UNCOUNTED},
};

static bool delete_from(Connection *connection, const Deletion *deletion, const char *customer, Erasure *erasure,
                        GError **error) {
    g_auto(Statement) statement = statement_of(connection, deletion->sql);
    bind_text(&statement, customer);
    if (!statement_run(&statement, error))
        return false;
    if (deletion->count != UNCOUNTED)
        *(guint64 *)((char *)erasure + deletion->count) = (guint64)statement_changes(&statement);
    return true;
}

static bool count_withdrawals(Connection *connection, const char *customer, guint64 *count, GError **error) {
    g_autoptr(GHashTable) purposes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(Statement) read =
        statement_of(connection, "SELECT DISTINCT purpose FROM consent WHERE customer = ? AND state IN (?, ?)");
    bind_text(&read, customer);
    bind_integer(&read, CONSENT_WITHDRAWN);
    bind_integer(&read, CONSENT_OBJECTED);
    while (statement_next(&read))
        g_hash_table_add(purposes, take_text(&read));
    *count = g_hash_table_size(purposes);
    return statement_end(&read, error);
}

static bool check_customer(Transaction *transaction, const char *customer, GError **error) {
    bool exists;
    if (!transaction_customer_exists(transaction, customer, &exists, error))
        return false;
    if (!exists)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "there is no customer \"%s\"", customer);
    return exists;
}

bool transaction_erase(Transaction *transaction, const char *customer, Erasure *out, GError **error) {
    Connection *connection = transaction->connection;
    Erasure erasure = {0};
    if (!check_customer(transaction, customer, error) ||
        !count_withdrawals(connection, customer, &erasure.withdrawals, error) ||
        !remembered_put(connection, customer, &erasure.sales, error))
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(deletions); i++)
        if (!delete_from(connection, &deletions[i], customer, &erasure, error))
            return false;
    *out = erasure;
    return true;
}

bool store_empty_log(Store *store) {
    g_autoptr(Reader) reader = readers_take(store->readers, NULL);
    return reader && sqlite3_wal_checkpoint_v2(connection_handle(reader->connection), NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                               NULL, NULL) == SQLITE_OK;
}
