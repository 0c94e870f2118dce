/* The recorded history, customer by customer. Every table of the ledger has the customer first in its key, so each
 * customer is a few adjacent pages, but for the receipts, and the whole walk reads the store once, front to back. No
 * read transaction outlives a customer: a walk of minutes must not keep the log from being written back. A verdict that
 * is given meanwhile is seen or not; the walk stays right for all that was there before. */
#include "sqlite_statement.h"
#include "sqlite_store.h"

/* The first customer with a verdict after this one; NULL where there is none. */
static bool next_customer(Connection *connection, const char *after, char **customer, GError **error) {
    g_auto(Statement) find = statement_of(connection, "SELECT MIN(customer) FROM verdict WHERE customer > ?");
    bind_text(&find, after);
    return statement_text(&find, customer, error);
}

static VerdictRecord *take_verdict(Statement *row, const char *customer) {
    VerdictRecord *record = g_new0(VerdictRecord, 1);
    record->customer = g_strdup(customer);
    record->message = take_text(row);
    record->ordinal = (int)take_integer(row);
    record->at = take_integer(row);
    record->action = (Action)take_integer(row);
    record->until = take_integer(row);
    record->custody = take_integer(row);
    record->receipt = take_text(row);
    return record;
}

static bool read_verdicts(Connection *connection, const char *customer, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func((GDestroyNotify)verdict_record_free);
    g_auto(Statement) read =
        statement_of(connection, "SELECT message, ordinal, at, action, until, custody, text FROM verdict"
                                 " CROSS JOIN receipt ON receipt.id = verdict.receipt"
                                 " WHERE customer = ? ORDER BY sequence, message, ordinal");
    bind_text(&read, customer);
    while (statement_next(&read))
        g_ptr_array_add(records, take_verdict(&read, customer));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&records);
    return true;
}

static bool read_tally(Connection *connection, CustomerHistory *history, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT relational, before FROM tally WHERE customer = ?");
    bind_text(&read, history->customer);
    history->pruned_before = INSTANT_ALWAYS;
    if (statement_next(&read)) {
        history->pruned_relational = (guint64)take_integer(&read);
        history->pruned_before = take_integer(&read);
    }
    return statement_end(&read, error);
}

/* The connection is given back before anybody is called. */
static bool read_next(Store *store, const char *after, char **customer, CustomerHistory *history, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    if (!reader || !next_customer(reader->connection, after, customer, error))
        return false;
    history->customer = *customer;
    return !*customer || (read_verdicts(reader->connection, *customer, &history->verdicts, error) &&
                          read_tally(reader->connection, history, error));
}

static void history_clear(CustomerHistory *history) {
    g_clear_pointer(&history->verdicts, g_ptr_array_unref);
    g_clear_pointer(&history->consents, g_ptr_array_unref);
    g_clear_pointer(&history->ledger, ledger_free);
    g_clear_pointer(&history->events, event_list_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CustomerHistory, history_clear)

/* *customer becomes the one that was given; NULL at the end. */
static bool replay_next(Store *store, char **customer, StoreReplay each, gpointer user, GError **error) {
    g_auto(CustomerHistory) history = {0};
    g_autofree char *after = g_steal_pointer(customer);
    if (!read_next(store, after ? after : "", customer, &history, error))
        return false;
    return !*customer ||
           (store_ledger(store, *customer, INSTANT_ALWAYS, &history.ledger, error) &&
            store_events(store, *customer, &history.events, error) &&
            store_consent_history(store, *customer, &history.consents, error) && each(&history, user, error));
}

bool store_replay(Store *store, StoreReplay each, gpointer user, GError **error) {
    g_autofree char *customer = NULL;
    do {
        if (!replay_next(store, &customer, each, user, error))
            return false;
    } while (customer);
    return true;
}
