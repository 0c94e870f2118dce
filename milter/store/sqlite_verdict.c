/* Verdicts. The fingerprint stands in their key before the message, so that a retry finds its first try where its own
 * verdict will be written. The address lies in `recipient`, the directory from a message to its customers, since
 * nothing but a verdict's reader asks for it.
 *
 * sequence is the clock's microseconds, raised where needed so that it grows within one recipient: it tells apart what
 * happened in one second, for one customer over several messages too, without a counter that every transaction would
 * have to write. */
#include "sqlite_recipient.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#define VERDICT_COLUMNS "v.message, v.ordinal, v.customer, r.address, v.at, v.action, v.until, v.custody, receipt.text"
#define VERDICT_OF_RECIPIENT                                                                                           \
    "v.customer = r.customer AND v.fingerprint = r.fingerprint AND v.message = r.message AND v.ordinal = r.ordinal"
#define AND_RECEIPT " CROSS JOIN receipt ON receipt.id = v.receipt"

static bool receipt_put(Connection *connection, const char *text, GError **error) {
    g_auto(Statement) put = statement_of(connection, "INSERT INTO receipt (text) VALUES (?)");
    bind_text(&put, text);
    return statement_run(&put, error);
}

static bool run_put(Statement *put, const VerdictRecord *record, GError **error) {
    bind_text(put, record->customer);
    bind_text(put, record->message);
    bind_integer(put, record->ordinal);
    bind_integer(put, record->at);
    bind_integer(put, record->action);
    bind_integer(put, record->until);
    bind_integer(put, record->custody);
    bind_integer(put, g_get_real_time());
    return statement_run(put, error);
}

/* What there can be nothing of yet is not looked for. */
static bool put_first(Connection *connection, const VerdictRecord *record, GError **error) {
    g_auto(Statement) put = statement_of(
        connection,
        "INSERT INTO verdict (fingerprint, customer, message, ordinal, at, action, until, custody, sequence,"
        " receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, last_insert_rowid())");
    bind_text(&put, record->fingerprint ? record->fingerprint : "");
    return run_put(&put, record, error);
}

static bool put_another(Connection *connection, const VerdictRecord *record, GError **error) {
    g_auto(Statement) put = statement_of(
        connection, "INSERT INTO verdict (customer, message, ordinal, at, action, until, custody, receipt, fingerprint,"
                    " sequence) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, last_insert_rowid(), fingerprint, MAX(?8, COALESCE("
                    "(SELECT MAX(sequence) + 1 FROM verdict v WHERE " VERDICT_OF_RECIPIENT "), 0))"
                    " FROM recipient r WHERE message = ?2 AND ordinal = ?3");
    return run_put(&put, record, error);
}

bool transaction_verdict_add(Transaction *transaction, const VerdictRecord *record, GError **error) {
    Connection *connection = transaction->connection;
    bool is_new;
    if (!recipient_put(connection, record->message, record->ordinal, record->customer, record->address,
                       record->fingerprint, &is_new, error) ||
        !receipt_put(connection, record->receipt ? record->receipt : "{}", error))
        return false;
    return is_new ? put_first(connection, record, error) : put_another(connection, record, error);
}

static VerdictRecord *take_verdict(Statement *row) {
    VerdictRecord *record = g_new0(VerdictRecord, 1);
    record->message = take_text(row);
    record->ordinal = (int)take_integer(row);
    record->customer = take_text(row);
    record->address = take_text(row);
    record->at = take_integer(row);
    record->action = (Action)take_integer(row);
    record->until = take_integer(row);
    record->custody = take_integer(row);
    record->receipt = take_text(row);
    return record;
}

static GPtrArray *verdicts_new(void) {
    return g_ptr_array_new_with_free_func((GDestroyNotify)verdict_record_free);
}

static bool take_verdicts(Statement *read, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) records = verdicts_new();
    while (statement_next(read))
        g_ptr_array_add(records, take_verdict(read));
    if (!statement_end(read, error))
        return false;
    *out = g_steal_pointer(&records);
    return true;
}

bool store_verdicts_of_message(Store *store, const char *message, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT " VERDICT_COLUMNS " FROM recipient r CROSS JOIN verdict v"
                                         " ON " VERDICT_OF_RECIPIENT AND_RECEIPT " WHERE r.message = ?"
                                         " ORDER BY v.ordinal, v.sequence");
    bind_text(&read, message);
    return take_verdicts(&read, out, error);
}

bool store_verdicts_of_customer(Store *store, const char *customer, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT " VERDICT_COLUMNS " FROM verdict v CROSS JOIN recipient r"
                                         " ON " VERDICT_OF_RECIPIENT AND_RECEIPT " WHERE v.customer = ?"
                                         " ORDER BY v.at DESC, v.sequence DESC, v.ordinal DESC LIMIT ?");
    bind_text(&read, customer);
    bind_integer(&read, limit);
    return take_verdicts(&read, out, error);
}

/* ---- retries ---- */

/* Hardly ever is there one, so it is looked for alone, and by MAX, which costs no sorting: the message is that of the
 * row with the greatest time. */
static bool find_try(Connection *connection, const char *customer, const char *fingerprint, Instant since, char **out,
                     GError **error) {
    g_auto(Statement) find = statement_of(
        connection, "SELECT message, MAX(at) FROM verdict WHERE customer = ? AND fingerprint = ? AND at >= ?");
    bind_text(&find, customer);
    bind_text(&find, fingerprint);
    bind_integer(&find, since);
    return statement_text(&find, out, error);
}

static bool read_try(Connection *connection, const char *customer, const char *fingerprint, const char *message,
                     GPtrArray **out, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT " VERDICT_COLUMNS " FROM verdict v CROSS JOIN recipient r"
                                 " ON " VERDICT_OF_RECIPIENT AND_RECEIPT " WHERE v.customer = ? AND v.fingerprint = ?"
                                 " AND v.message = ? ORDER BY v.sequence, v.ordinal");
    bind_text(&read, customer);
    bind_text(&read, fingerprint);
    bind_text(&read, message);
    return take_verdicts(&read, out, error);
}

bool transaction_verdicts_of_try(Transaction *transaction, const char *customer, const char *fingerprint, Instant since,
                                 GPtrArray **out, GError **error) {
    g_autofree char *message = NULL;
    if (!find_try(transaction->connection, customer, fingerprint, since, &message, error))
        return false;
    if (message)
        return read_try(transaction->connection, customer, fingerprint, message, out, error);
    *out = verdicts_new();
    return true;
}
