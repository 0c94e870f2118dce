/* Events: what happened to a customer and was no mail. Like contacts they lie together in order of time. REPLACE makes
 * the second adding of an event a change like the first, so that no change means only one thing: no such customer. */
#include "sqlite_customer.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

bool transaction_event_add(Transaction *transaction, const char *customer, const char *kind, Instant at,
                           GError **error) {
    g_auto(Statement) add =
        statement_of(transaction->connection, "INSERT OR REPLACE INTO event (customer, at, kind) SELECT ?1, ?2, ?3"
                                              " WHERE EXISTS (SELECT 1 FROM customer WHERE id = ?1)");
    bind_text(&add, customer);
    bind_integer(&add, at);
    bind_text(&add, kind);
    return customer_run(&add, customer, error) && customer_mark_stale(transaction->connection, customer, error);
}

static EventList *event_list_new(void) {
    EventList *list = g_new0(EventList, 1);
    list->events = g_array_new(FALSE, FALSE, sizeof(Event));
    list->strings = g_string_chunk_new(256);
    return list;
}

static bool read_events(Connection *connection, const char *customer, EventList **out, GError **error) {
    g_autoptr(EventList) list = event_list_new();
    g_auto(Statement) read =
        statement_of(connection, "SELECT at, kind FROM event WHERE customer = ? ORDER BY at, kind");
    bind_text(&read, customer);
    while (statement_next(&read)) {
        Event event = {.at = take_integer(&read)};
        event.kind = g_string_chunk_insert_const(list->strings, peek_text(&read));
        g_array_append_val(list->events, event);
    }
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&list);
    return true;
}

bool transaction_events(Transaction *transaction, const char *customer, EventList **out, GError **error) {
    return read_events(transaction->connection, customer, out, error);
}

bool store_events(Store *store, const char *customer, EventList **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_events(reader->connection, customer, out, error);
}
