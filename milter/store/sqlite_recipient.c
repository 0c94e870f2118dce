/* Whoever has only a Cadence-Id or a held message's id comes through here to the customer under whom everything else is
 * kept. */
#include "sqlite_recipient.h"

#include "base/error.h"
#include "sqlite_statement.h"
#include "sqlite_transaction.h"

/* Rows of another customer under this number would be out of everybody's reach. */
static bool check_owner(Connection *connection, const char *message, int ordinal, const char *customer,
                        GError **error) {
    g_autofree char *owner = NULL;
    if (!recipient_customer(connection, message, ordinal, &owner, error))
        return false;
    if (g_strcmp0(owner, customer) == 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "recipient %s.%d is customer %s, not %s", message,
                ordinal, owner, customer);
    return false;
}

bool recipient_put(Connection *connection, const char *message, int ordinal, const char *customer, const char *address,
                   const char *fingerprint, bool *is_new, GError **error) {
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO recipient (message, ordinal, customer, address, fingerprint)"
                                 " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    bind_text(&put, message);
    bind_integer(&put, ordinal);
    bind_text(&put, customer);
    bind_text(&put, address);
    bind_text(&put, fingerprint ? fingerprint : "");
    if (!statement_run(&put, error))
        return false;
    *is_new = statement_changes(&put) > 0;
    return *is_new || check_owner(connection, message, ordinal, customer, error);
}

bool recipient_customer(Connection *connection, const char *message, int ordinal, char **customer, GError **error) {
    g_auto(Statement) find =
        statement_of(connection, "SELECT customer FROM recipient WHERE message = ? AND ordinal = ?");
    bind_text(&find, message);
    bind_integer(&find, ordinal);
    return statement_text(&find, customer, error);
}

bool recipient_forget(Connection *connection, const char *message, int ordinal, GError **error) {
    g_auto(Statement) forget = statement_of(
        connection, "DELETE FROM recipient AS r WHERE r.message = ? AND r.ordinal = ?"
                    " AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.customer = r.customer"
                    " AND v.fingerprint = r.fingerprint AND v.message = r.message AND v.ordinal = r.ordinal)"
                    " AND NOT EXISTS (SELECT 1 FROM custody c WHERE c.customer = r.customer AND c.message = r.message"
                    " AND c.ordinal = r.ordinal)");
    bind_text(&forget, message);
    bind_integer(&forget, ordinal);
    return statement_run(&forget, error);
}

bool transaction_ordinal_next(Transaction *transaction, const char *message, int *ordinal, GError **error) {
    gint64 next;
    g_auto(Statement) find = statement_of(
        transaction->connection, "SELECT ordinal + 1 FROM recipient WHERE message = ? ORDER BY ordinal DESC LIMIT 1");
    bind_text(&find, message);
    if (!statement_integer(&find, 0, &next, error))
        return false;
    *ordinal = (int)next;
    return true;
}
