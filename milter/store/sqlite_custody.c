/* Writing custody: taking, changing, giving up. The raw bytes are a row of their own, put with the first recipient of a
 * message and removed with the last, both in the transaction that concerns the recipient: no crash leaves one without
 * the other. */
#include "sqlite_custody.h"

#include "base/error.h"
#include "sqlite_recipient.h"
#include "sqlite_transaction.h"

static Instant ready_at(const Custody *custody) {
    return MIN(custody->due, MIN(custody->expires, custody->deadline));
}

/* ---- taking ---- */

/* Not by ON CONFLICT: SQLite would copy the whole message before it saw that it is there. */
static bool put_raw(Connection *connection, const char *message, GBytes *raw, GError **error) {
    g_auto(Statement) put = statement_of(
        connection,
        "INSERT INTO raw (message, bytes) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM raw WHERE message = ?1)");
    bind_text(&put, message);
    bind_bytes(&put, raw);
    return statement_run(&put, error);
}

static void bind_what_it_is(Statement *put, const Custody *custody) {
    bind_text(put, custody->customer);
    bind_text(put, custody->message);
    bind_integer(put, custody->ordinal);
    bind_text(put, custody->address);
    bind_text(put, custody->sender);
    bind_text(put, custody->topic);
    bind_text(put, custody->campaign);
    bind_text(put, custody->stream);
    bind_text(put, custody->mail_parameters);
    bind_text(put, custody->recipient_parameters);
    bind_integer(put, custody->priority);
    bind_integer(put, custody->class);
}

static void bind_how_it_stands(Statement *put, const Custody *custody) {
    bind_integer(put, custody->state);
    bind_integer(put, custody->since);
    bind_integer(put, custody->due);
    bind_integer(put, custody->expires);
    bind_integer(put, custody->deadline);
    bind_integer(put, ready_at(custody));
    bind_integer(put, custody->then);
    bind_integer(put, custody->forced);
    bind_text(put, custody->reasons ? custody->reasons : "[]");
    bind_text(put, custody->ticket);
    bind_integer(put, custody->attempts);
    bind_integer(put, custody->submitted);
    bind_text(put, custody->review);
    bind_text(put, custody->cut_as);
    bind_text(put, custody->fallback_as);
}

/* The sequence grows within a customer: it is the clock's microseconds, raised where the clock went back. */
static bool put_custody(Connection *connection, const Custody *custody, GError **error) {
    g_auto(Statement) put = statement_of(
        connection,
        "INSERT INTO custody (customer, message, ordinal, address, sender, topic, campaign, stream, mail_parameters,"
        " recipient_parameters, priority, class, state, since, due, expires, deadline, ready, \"then\", forced, reasons,"
        " ticket, attempts, submitted, review, cut_as, fallback_as, sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
        " ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27,"
        " MAX(?28, COALESCE((SELECT MAX(sequence) + 1 FROM custody WHERE customer = ?1), 0))) ON CONFLICT DO NOTHING");
    bind_what_it_is(&put, custody);
    bind_how_it_stands(&put, custody);
    bind_integer(&put, g_get_real_time());
    return statement_run(&put, error);
}

bool transaction_custody_take(Transaction *transaction, const Custody *custody, GBytes *raw, GError **error) {
    Connection *connection = transaction->connection;
    bool is_new;
    return recipient_put(connection, custody->message, custody->ordinal, custody->customer, custody->address, NULL,
                         &is_new, error) &&
           put_custody(connection, custody, error) && put_raw(connection, custody->message, raw, error);
}

/* ---- changing ---- */

bool transaction_custody_update(Transaction *transaction, const Custody *custody, GError **error) {
    g_auto(Statement) change =
        statement_of(transaction->connection,
                     "UPDATE custody SET state = ?4, class = ?5, due = ?6, deadline = ?7, ready = MIN(?6, ?7, expires),"
                     " forced = ?8, reasons = ?9, ticket = ?10, attempts = ?11, submitted = ?12,"
                     " review = ?13, cut_as = ?14, fallback_as = ?15"
                     " WHERE customer = ?1 AND message = ?2 AND ordinal = ?3");
    bind_text(&change, custody->customer);
    bind_text(&change, custody->message);
    bind_integer(&change, custody->ordinal);
    bind_integer(&change, custody->state);
    bind_integer(&change, custody->class);
    bind_integer(&change, custody->due);
    bind_integer(&change, custody->deadline);
    bind_integer(&change, custody->forced);
    bind_text(&change, custody->reasons ? custody->reasons : "[]");
    bind_text(&change, custody->ticket);
    bind_integer(&change, custody->attempts);
    bind_integer(&change, custody->submitted);
    bind_text(&change, custody->review);
    bind_text(&change, custody->cut_as);
    bind_text(&change, custody->fallback_as);
    if (!statement_run(&change, error))
        return false;
    if (statement_changes(&change) > 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "message %s.%d is not in custody", custody->message,
                custody->ordinal);
    return false;
}

/* ---- giving up ---- */

static bool delete_custody(Connection *connection, const Custody *custody, GError **error) {
    g_auto(Statement) end =
        statement_of(connection, "DELETE FROM custody WHERE customer = ? AND message = ? AND ordinal = ?");
    bind_text(&end, custody->customer);
    bind_text(&end, custody->message);
    bind_integer(&end, custody->ordinal);
    return statement_run(&end, error);
}

static bool delete_raw_after_last(Connection *connection, const char *message, GError **error) {
    g_auto(Statement) end = statement_of(
        connection, "DELETE FROM raw WHERE message = ?1 AND NOT EXISTS (SELECT 1 FROM custody WHERE message = ?1)");
    bind_text(&end, message);
    return statement_run(&end, error);
}

bool transaction_custody_end(Transaction *transaction, const char *id, GError **error) {
    Connection *connection = transaction->connection;
    g_autoptr(Custody) custody = NULL;
    if (!custody_read(connection, id, &custody, error))
        return false;
    return !custody ||
           (delete_custody(connection, custody, error) && delete_raw_after_last(connection, custody->message, error) &&
            recipient_forget(connection, custody->message, custody->ordinal, error));
}
