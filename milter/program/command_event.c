/* Events: what happened to a customer outside of mail, told by whoever knows. */
#include "program/command.h"

#include "base/text.h"
#include "documents.h"
#include "engine/custody.h"
#include "program/output.h"

json_t *events_json(const EventList *list, const char *zone) {
    json_t *events = json_array();
    for (guint i = 0; i < list->events->len; i++) {
        const Event *event = &g_array_index(list->events, Event, i);
        json_array_append_new(
            events, json_pack("{s:o, s:o}", "kind", output_text(event->kind), "at", output_time(event->at, zone)));
    }
    return events;
}

static Answer document_of(Session *session, const Customer *customer, json_t **document, GError **error) {
    g_autoptr(EventList) list = NULL;
    if (!store_events(session->store, customer->id, &list, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:o, s:o}", "customer", output_text(customer->id), "events",
                          events_json(list, session_zone(session, customer)));
    return ANSWER_YES;
}

typedef struct {
    const char *customer, *kind;
    Instant at, now;
} Addition;

static bool put_event(Transaction *transaction, gpointer user, GError **error) {
    const Addition *event = user;
    return transaction_event_add(transaction, event->customer, event->kind, event->at, error) &&
           custody_reschedule(transaction, event->customer, event->now, error);
}

Answer command_event_add_run(Session *session, json_t **document, GError **error) {
    const char *kind = session->operands[1];
    g_autoptr(Customer) customer = NULL;
    if (!text_is_word(kind)) {
        usage_error(error, "event '%s', expected " TEXT_A_WORD, kind);
        return ANSWER_FAILED;
    }
    if (!session_customer(session, session->operands[0], &customer, error))
        return ANSWER_FAILED;
    Addition event = {customer->id, kind, session->arguments->event_at, session->now};
    if (!store_transact(session->store, put_event, &event, error))
        return ANSWER_FAILED;
    store_wake(session->store);
    return document_of(session, customer, document, error);
}

Answer command_event_list_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!session_customer(session, session->operands[0], &customer, error))
        return ANSWER_FAILED;
    return document_of(session, customer, document, error);
}

void command_event_list_print(const json_t *document) {
    static const OutputColumn columns[] = {{"kind", "EVENT"}, {"at", "AT"}};
    output_line("%s", output_string(document, "customer", ""));
    output_table(json_object_get(document, "events"), columns, G_N_ELEMENTS(columns), "no events");
}

void command_event_add_print(const json_t *document) {
    command_event_list_print(document);
}
