/* What a person may ask of whoever keeps data on them: all of it in a form that machines read, and to be forgotten
 * (Regulation (EU) 2016/679, articles 15, 17 and 20). Both read the whole store and not what some screen shows of it,
 * so whoever adds a table with a customer in it has to add it here and in the store's erasing. */
#include "program/command.h"

#include "consents.h"
#include "documents.h"
#include "program/output.h"

/* ---- export ---- */

static bool add_history(Session *session, const Customer *customer, json_t *document, GError **error) {
    const char *zone = session_zone(session, customer);
    json_t *history = NULL;
    g_autoptr(EventList) events = NULL;
    g_autoptr(Ledger) ledger = NULL;
    if (!consent_history_json(session, customer, &history, error))
        return false;
    json_object_set_new(document, "consent_history", history);
    if (!store_events(session->store, customer->id, &events, error) ||
        !store_ledger(session->store, customer->id, INSTANT_ALWAYS, &ledger, error))
        return false;
    json_object_set_new(document, "events", events_json(events, zone));
    json_object_set_new(document, "contacts", contacts_json(ledger, zone));
    return true;
}

/* What outlives the customer, in the words in which it is kept. */
static bool add_remembered(Session *session, const Customer *customer, json_t *document, GError **error) {
    const char *zone = session_zone(session, customer);
    json_t *list = json_array();
    json_object_set_new(document, "remembered", list);
    for (guint i = 0; i < customer->addresses->len; i++) {
        const char *address = customer->addresses->pdata[i];
        g_autoptr(GPtrArray) withdrawals = NULL;
        if (!store_withdrawals(session->store, address, &withdrawals, error))
            return false;
        for (guint j = 0; j < withdrawals->len; j++) {
            const Consent *one = withdrawals->pdata[j];
            json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:o}", "address", output_text(address), "purpose",
                                                  output_text(one->purpose), "state", consent_state_name(one->state),
                                                  "at", output_time(one->at, zone)));
        }
    }
    return true;
}

static bool add_verdicts(Session *session, const Customer *customer, json_t *document, GError **error) {
    g_autoptr(GPtrArray) verdicts = NULL;
    json_t *list = json_array();
    json_object_set_new(document, "verdicts", list);
    if (!store_verdicts_of_customer(session->store, customer->id, G_MAXUINT, &verdicts, error))
        return false;
    for (guint i = 0; i < verdicts->len; i++)
        json_array_append_new(list, verdict_json(verdicts->pdata[i], session_zone(session, customer)));
    return true;
}

static void add_mail(json_t *held, GBytes *raw) {
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    if (g_utf8_validate_len(bytes, length, NULL)) {
        json_object_set_new(held, "mail", json_stringn(bytes, length));
        return;
    }
    g_autofree char *digits = g_base64_encode((const guchar *)bytes, length);
    json_object_set_new(held, "mail_base64", json_string(digits));
}

static bool add_held(Session *session, const Customer *customer, json_t *document, GError **error) {
    g_autoptr(GPtrArray) custodies = NULL;
    json_t *list = json_array();
    json_object_set_new(document, "held", list);
    if (!store_custody_of_customer(session->store, customer->id, &custodies, error))
        return false;
    for (guint i = 0; i < custodies->len; i++) {
        const Custody *custody = custodies->pdata[i];
        g_autoptr(GBytes) raw = NULL;
        if (!store_custody_raw(session->store, custody->message, &raw, error))
            return false;
        json_t *held = held_json(custody, session_zone(session, customer));
        add_mail(held, raw);
        json_array_append_new(list, held);
    }
    return true;
}

static json_t *occurrence_json(const CustomerOccurrence *occurrence, const char *zone) {
    g_autofree char *day = instant_format(occurrence->day * 86400, "UTC");
    return json_pack("{s:o, s:o, s:o, s:o}", "cadence", output_text(occurrence->cadence), "day",
                     json_stringn(day, strlen("2026-11-22")), "at", output_time(occurrence->at, zone), "message",
                     output_text(occurrence->message));
}

static bool add_cadences(Session *session, const Customer *customer, json_t *document, GError **error) {
    g_autoptr(GPtrArray) occurrences = NULL;
    json_t *list = json_array();
    json_object_set_new(document, "cadences", list);
    if (!store_occurrences(session->store, customer->id, &occurrences, error))
        return false;
    for (guint i = 0; i < occurrences->len; i++)
        json_array_append_new(list, occurrence_json(occurrences->pdata[i], session_zone(session, customer)));
    return true;
}

Answer command_customer_export_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    json_auto_t *all = NULL;
    if (!session_customer(session, session->operands[0], &customer, error) ||
        !customer_json(session, customer, &all, error))
        return ANSWER_FAILED;
    json_object_set_new(all, "since", output_time(customer->since, session_zone(session, customer)));
    if (!add_history(session, customer, all, error) || !add_remembered(session, customer, all, error) ||
        !add_cadences(session, customer, all, error) || !add_verdicts(session, customer, all, error) ||
        !add_held(session, customer, all, error))
        return ANSWER_FAILED;
    *document = json_incref(all);
    return ANSWER_YES;
}

void command_customer_export_print(const json_t *document) {
    output_json(document);
}

/* ---- erase ---- */

typedef struct {
    const char *customer;
    Erasure erasure;
} Erasing;

static bool erase_work(Transaction *transaction, gpointer user, GError **error) {
    Erasing *erasing = user;
    return transaction_erase(transaction, erasing->customer, &erasing->erasure, error);
}

static json_t *erased_json(const Erasure *erasure) {
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "addresses", (json_int_t)erasure->addresses,
                     "attributes", (json_int_t)erasure->attributes, "consents", (json_int_t)erasure->consents, "events",
                     (json_int_t)erasure->events, "contacts", (json_int_t)erasure->contacts, "verdicts",
                     (json_int_t)erasure->verdicts, "held", (json_int_t)erasure->held, "occurrences",
                     (json_int_t)erasure->occurrences);
}

static void add_kept(json_t *kept, const char *what, guint64 count, const char *why) {
    if (count > 0)
        json_array_append_new(kept, json_pack("{s:s, s:I, s:s}", "what", what, "count", (json_int_t)count, "why", why));
}

static json_t *kept_json(const Erasure *erasure) {
    json_t *kept = json_array();
    add_kept(kept, "withdrawals", erasure->withdrawals,
             "under a keyed hash of the addresses, so that no later import undoes a no");
    add_kept(kept, "times of sales mail", erasure->sales,
             "under a keyed hash of the addresses, so that no later import empties a cap; as long as retention says");
    return kept;
}

Answer command_customer_erase_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!session_customer(session, session->operands[0], &customer, error))
        return ANSWER_FAILED;
    Erasing erasing = {.customer = customer->id};
    if (!store_transact(session->store, erase_work, &erasing, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:o, s:o, s:o, s:b}", "customer", output_text(customer->id), "erased",
                          erased_json(&erasing.erasure), "kept", kept_json(&erasing.erasure), "log_emptied",
                          (int)store_empty_log(session->store));
    return ANSWER_YES;
}

void command_customer_erase_print(const json_t *document) {
    const char *name;
    size_t index;
    json_t *item;
    output_line("%s is erased", output_string(document, "customer", ""));
    json_object_foreach (json_object_get(document, "erased"), name, item) {
        output_line("  %-12s %" JSON_INTEGER_FORMAT "%s", name, json_integer_value(item),
                    g_str_equal(name, "held") && json_integer_value(item) > 0 ? " (dropped)" : "");
    }
    json_array_foreach (json_object_get(document, "kept"), index, item) {
        output_line("kept: %" JSON_INTEGER_FORMAT " %s %s", json_integer_value(json_object_get(item, "count")),
                    output_string(item, "what", ""), output_string(item, "why", ""));
    }
    if (!json_is_true(json_object_get(document, "log_emptied")))
        output_line("others are reading the store: its write-ahead log holds the old data until they have done");
}
