/* Reading custody. What is due is sought by time and given out by customer: the index finds the rows that have been
 * ready longest, and for their customers everything due is put in the order of release. So a backlog of any size costs
 * each pass only what the pass takes. */
#include "sqlite_custody.h"
#include "sqlite_recipient.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#include "base/error.h"

#include <limits.h>

/* In the order in which take_custody expects them. */
#define CUSTODY_COLUMNS                                                                                                  \
    "message, ordinal, customer, address, sender, state, class, topic, campaign, stream, priority, since, due,"          \
    " expires, deadline, \"then\", forced, mail_parameters, recipient_parameters, reasons, ticket, attempts, submitted," \
    " review, cut_as, fallback_as"
#define CUSTODY_RELEASE_ORDER "priority DESC, expires, since, sequence"

/* "<message>.<ordinal>" taken apart; false for text that is no id. */
static bool split_id(const char *id, char **message, int *ordinal) {
    const char *dot = strrchr(id, '.');
    guint64 number;
    if (!dot || dot == id || !g_ascii_string_to_unsigned(dot + 1, 10, 0, INT_MAX, &number, NULL))
        return false;
    *message = g_strndup(id, dot - id);
    *ordinal = (int)number;
    return true;
}

static Custody *take_custody(Statement *row) {
    Custody *custody = g_new0(Custody, 1);
    custody->message = take_text(row);
    custody->ordinal = (int)take_integer(row);
    custody->id = g_strdup_printf("%s.%d", custody->message, custody->ordinal);
    custody->customer = take_text(row);
    custody->address = take_text(row);
    custody->sender = take_text(row);
    custody->state = (CustodyState)take_integer(row);
    custody->class = (MailClass)take_integer(row);
    custody->topic = take_text(row);
    custody->campaign = take_text(row);
    custody->stream = take_text(row);
    custody->priority = (int)take_integer(row);
    custody->since = take_integer(row);
    custody->due = take_integer(row);
    custody->expires = take_integer(row);
    custody->deadline = take_integer(row);
    custody->then = (Then)take_integer(row);
    custody->forced = take_integer(row);
    custody->mail_parameters = take_text(row);
    custody->recipient_parameters = take_text(row);
    custody->reasons = take_text(row);
    custody->ticket = take_text(row);
    custody->attempts = (int)take_integer(row);
    custody->submitted = take_integer(row);
    custody->review = take_text(row);
    custody->cut_as = take_text(row);
    custody->fallback_as = take_text(row);
    return custody;
}

static bool read_all(Statement *read, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)custody_free);
    while (statement_next(read))
        g_ptr_array_add(rows, take_custody(read));
    if (!statement_end(read, error))
        return false;
    *out = g_steal_pointer(&rows);
    return true;
}

static bool read_of_customer(Connection *connection, const char *customer, const char *message, int ordinal,
                             Custody **out, GError **error) {
    g_autoptr(Custody) custody = NULL;
    g_auto(Statement) find = statement_of(
        connection, "SELECT " CUSTODY_COLUMNS " FROM custody WHERE customer = ? AND message = ? AND ordinal = ?");
    bind_text(&find, customer);
    bind_text(&find, message);
    bind_integer(&find, ordinal);
    if (statement_next(&find))
        custody = take_custody(&find);
    if (!statement_end(&find, error))
        return false;
    *out = g_steal_pointer(&custody);
    return true;
}

bool custody_read(Connection *connection, const char *id, Custody **out, GError **error) {
    g_autofree char *message = NULL;
    g_autofree char *customer = NULL;
    int ordinal = 0;
    if (split_id(id, &message, &ordinal) && !recipient_customer(connection, message, ordinal, &customer, error))
        return false;
    if (customer)
        return read_of_customer(connection, customer, message, ordinal, out, error);
    *out = NULL;
    return true;
}

bool transaction_custody(Transaction *transaction, const char *id, Custody **out, GError **error) {
    return custody_read(transaction->connection, id, out, error);
}

bool store_custody(Store *store, const char *id, Custody **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && custody_read(reader->connection, id, out, error);
}

static bool read_all_of_customer(Connection *connection, const char *customer, int priority, GPtrArray **out,
                                 GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT " CUSTODY_COLUMNS " FROM custody WHERE customer = ?"
                                                      " AND priority >= ? ORDER BY " CUSTODY_RELEASE_ORDER);
    bind_text(&read, customer);
    bind_integer(&read, priority);
    return read_all(&read, out, error);
}

bool transaction_custody_of_review(Transaction *transaction, const char *id, GPtrArray **out, GError **error) {
    g_auto(Statement) read = statement_of(
        transaction->connection, "SELECT " CUSTODY_COLUMNS " FROM custody INDEXED BY custody_of_review WHERE review = ?"
                                 " ORDER BY customer, " CUSTODY_RELEASE_ORDER);
    bind_text(&read, id);
    return read_all(&read, out, error);
}

bool transaction_custody_of_customer(Transaction *transaction, const char *customer, int priority, GPtrArray **out,
                                     GError **error) {
    return read_all_of_customer(transaction->connection, customer, priority, out, error);
}

bool store_custody_of_customer(Store *store, const char *customer, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_all_of_customer(reader->connection, customer, 0, out, error);
}

bool store_custody_list(Store *store, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(
        reader->connection, "SELECT " CUSTODY_COLUMNS " FROM custody ORDER BY due, customer, " CUSTODY_RELEASE_ORDER);
    return read_all(&read, out, error);
}

bool store_custody_customers(Store *store, const char *after, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(
        reader->connection, "SELECT DISTINCT customer FROM custody WHERE customer > ? ORDER BY customer LIMIT ?");
    bind_text(&read, after);
    bind_integer(&read, limit);
    return statement_texts(&read, out, error);
}

bool store_custody_due(Store *store, Instant x, guint limit, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read = statement_of(
        reader->connection,
        "SELECT " CUSTODY_COLUMNS " FROM custody WHERE state = 0 AND ready <= ?1 AND customer IN (SELECT customer"
        " FROM custody INDEXED BY custody_ready WHERE state = 0 AND ready <= ?1 ORDER BY ready LIMIT ?2)"
        " ORDER BY customer, " CUSTODY_RELEASE_ORDER " LIMIT ?2");
    bind_integer(&read, x);
    bind_integer(&read, limit);
    return read_all(&read, out, error);
}

bool store_custody_next(Store *store, Instant *out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection,
                     "SELECT ready FROM custody INDEXED BY custody_ready WHERE state = 0 ORDER BY ready LIMIT 1");
    return statement_integer(&read, INSTANT_NEVER, out, error);
}

bool store_custody_unfinished(Store *store, Instant x, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_auto(Statement) read =
        statement_of(reader->connection, "SELECT " CUSTODY_COLUMNS
                                         " FROM custody INDEXED BY custody_unfinished WHERE state <> 0 AND due <= ?"
                                         " ORDER BY customer, " CUSTODY_RELEASE_ORDER);
    bind_integer(&read, x);
    return read_all(&read, out, error);
}

bool store_custody_raw(Store *store, const char *message, GBytes **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader)
        return false;
    g_autoptr(GBytes) raw = NULL;
    g_auto(Statement) find = statement_of(reader->connection, "SELECT bytes FROM raw WHERE message = ?");
    bind_text(&find, message);
    if (statement_next(&find))
        raw = take_bytes(&find);
    if (!statement_end(&find, error))
        return false;
    if (!raw) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "message %s is not in custody", message);
        return false;
    }
    *out = g_steal_pointer(&raw);
    return true;
}
