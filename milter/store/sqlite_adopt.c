/* Mail often comes before the customers are imported, and then its recipients have been enrolled under their addresses.
 * Were they to stay customers of their own, the import would have to refuse these addresses, or what was sent to them
 * would count for nobody.
 *
 * A row that both have is one row (OR IGNORE), and its twin goes with the stray. */
#include "sqlite_adopt.h"

#include "base/instant.h"
#include "sqlite_statement.h"
#include "store/store.h"

bool adopt_may(Connection *connection, const char *stray, bool *may, GError **error) {
    g_auto(Statement) look = statement_of(
        connection, "SELECT 1 FROM customer WHERE id = ?1 AND timezone IS NULL AND locale IS NULL AND comfort < 0"
                    " AND paused_until = ?2 AND limits IS NULL AND quiet IS NULL"
                    " AND EXISTS (SELECT 1 FROM address WHERE customer = ?1 AND address = ?1)"
                    " AND NOT EXISTS (SELECT 1 FROM address WHERE customer = ?1 AND address <> ?1)"
                    " AND NOT EXISTS (SELECT 1 FROM attribute WHERE customer = ?1)"
                    " AND NOT EXISTS (SELECT 1 FROM custody WHERE customer = ?1 AND state <> ?3)");
    bind_text(&look, stray);
    bind_integer(&look, INSTANT_ALWAYS);
    bind_integer(&look, CUSTODY_HELD);
    return statement_found(&look, may, error);
}

/* The stray is ?1 and the customer ?2. */
static const char *const steps[] = {
    "UPDATE customer SET since = MIN(since, (SELECT since FROM customer WHERE id = ?1)) WHERE id = ?2",
    "UPDATE consent SET customer = ?2, sequence = sequence"
    " + (SELECT COALESCE(MAX(sequence), 0) FROM consent WHERE customer = ?2) WHERE customer = ?1",
    "UPDATE OR IGNORE contact SET customer = ?2 WHERE customer = ?1",
    "INSERT INTO tally (customer, relational, before) SELECT ?2, relational, before FROM tally WHERE customer = ?1"
    " ON CONFLICT DO UPDATE SET relational = relational + excluded.relational, before = MAX(before, excluded.before)",
    "UPDATE OR IGNORE event SET customer = ?2 WHERE customer = ?1",
    "UPDATE recipient SET customer = ?2 WHERE customer = ?1 AND message IN"
    " (SELECT message FROM verdict WHERE customer = ?1 UNION SELECT message FROM custody WHERE customer = ?1)",
    "UPDATE verdict SET customer = ?2 WHERE customer = ?1",
    "UPDATE custody SET customer = ?2 WHERE customer = ?1",
    "UPDATE OR IGNORE occurrence SET customer = ?2 WHERE customer = ?1",
};

/* The stray is ?1. */
static const char *const remains[] = {
    "DELETE FROM contact WHERE customer = ?1",
    "DELETE FROM tally WHERE customer = ?1",
    "DELETE FROM event WHERE customer = ?1",
    "DELETE FROM occurrence WHERE customer = ?1",
    "DELETE FROM schedule WHERE customer = ?1",
    "DELETE FROM address WHERE customer = ?1",
    "DELETE FROM customer WHERE id = ?1",
    "DELETE FROM stale WHERE customer = ?1",
    /* Walks over all customers remember how far they came by an id. */
    "DELETE FROM pruned WHERE customer = ?1",
    "UPDATE cadence SET walked = COALESCE((SELECT MAX(id) FROM customer WHERE id < ?1), '') WHERE walked = ?1",
};

static bool run(Connection *connection, const char *sql, const char *stray, const char *customer, GError **error) {
    g_auto(Statement) statement = statement_of(connection, sql);
    bind_text(&statement, stray);
    if (customer)
        bind_text(&statement, customer);
    return statement_run(&statement, error);
}

bool adopt_stray(Connection *connection, const char *stray, const char *customer, GError **error) {
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        if (!run(connection, steps[i], stray, customer, error))
            return false;
    for (gsize i = 0; i < G_N_ELEMENTS(remains); i++)
        if (!run(connection, remains[i], stray, NULL, error))
            return false;
    return true;
}
