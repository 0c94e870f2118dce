/* The ledger of contacts: what was let through to whom. A customer's contacts lie together in order of time, so a
 * window is one walk over neighbouring rows. */
#include "sqlite_statement.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

bool transaction_contact_remove(Transaction *transaction, const char *customer, const char *message, GError **error) {
    g_auto(Statement) remove =
        statement_of(transaction->connection, "DELETE FROM contact WHERE customer = ? AND message = ?");
    bind_text(&remove, customer);
    bind_text(&remove, message);
    return statement_run(&remove, error);
}

static bool insert_contact(Connection *connection, const char *customer, const char *message, const Contact *contact,
                           GError **error) {
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO contact (customer, at, message, class, topic, campaign)"
                                 " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    bind_text(&put, customer);
    bind_integer(&put, contact->at);
    bind_text(&put, message);
    bind_integer(&put, contact->class);
    bind_text(&put, contact->topic);
    bind_text(&put, contact->campaign);
    return statement_run(&put, error);
}

bool transaction_contact_put(Transaction *transaction, const char *customer, const char *message,
                             const Contact *contact, GError **error) {
    return transaction_contact_remove(transaction, customer, message, error) &&
           insert_contact(transaction->connection, customer, message, contact, error);
}

bool transaction_contact_add(Transaction *transaction, const char *customer, const char *message,
                             const Contact *contact, GError **error) {
    return insert_contact(transaction->connection, customer, message, contact, error);
}

static Ledger *ledger_new(void) {
    Ledger *ledger = g_new0(Ledger, 1);
    ledger->contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
    ledger->messages = g_ptr_array_new();
    ledger->strings = g_string_chunk_new(1024);
    return ledger;
}

/* The same few topics come again and again, mostly after one another: the ledger keeps one of each. */
static const char *take_word(Ledger *ledger, Statement *row, const char *before) {
    const char *text = peek_text(row);
    if (!text || (before && g_str_equal(text, before)))
        return text ? before : NULL;
    return g_string_chunk_insert_const(ledger->strings, text);
}

static void take_contact(Ledger *ledger, Statement *row) {
    const guint count = ledger->contacts->len;
    const Contact before = count > 0 ? g_array_index(ledger->contacts, Contact, count - 1) : (Contact){0};
    Contact contact = {.at = take_integer(row)};
    g_ptr_array_add(ledger->messages, g_string_chunk_insert(ledger->strings, peek_text(row)));
    contact.class = (MailClass)take_integer(row);
    contact.topic = take_word(ledger, row, before.topic);
    contact.campaign = take_word(ledger, row, before.campaign);
    g_array_append_val(ledger->contacts, contact);
}

static bool read_ledger(Connection *connection, const char *customer, Instant since, const char *except, Ledger **out,
                        GError **error) {
    g_autoptr(Ledger) ledger = ledger_new();
    g_auto(Statement) read =
        statement_of(connection, "SELECT at, message, class, topic, campaign FROM contact"
                                 " WHERE customer = ? AND at > ? AND message IS NOT ? ORDER BY at, message");
    bind_text(&read, customer);
    bind_integer(&read, since);
    bind_text(&read, except);
    while (statement_next(&read))
        take_contact(ledger, &read);
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&ledger);
    return true;
}

bool transaction_ledger(Transaction *transaction, const char *customer, Instant since, const char *except, Ledger **out,
                        GError **error) {
    return read_ledger(transaction->connection, customer, since, except, out, error);
}

bool store_ledger(Store *store, const char *customer, Instant since, Ledger **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_ledger(reader->connection, customer, since, NULL, out, error);
}
