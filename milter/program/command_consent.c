/* Consents: what a customer has granted or withdrawn, purpose by purpose. */
#include "program/command.h"

#include "base/text.h"
#include "consents.h"
#include "engine/custody.h"
#include "program/output.h"

static const char *state_name(ConsentState state) {
    static const char *const names[] = {
        [CONSENT_NONE] = "none", [CONSENT_GRANTED] = "granted", [CONSENT_WITHDRAWN] = "withdrawn"};
    return names[state];
}

bool consents_json(Session *session, const Customer *customer, json_t **out, GError **error) {
    g_autoptr(GPtrArray) consents = NULL;
    if (!store_consents(session->store, customer->id, &consents, error))
        return false;
    const char *zone = session_zone(session, customer);
    *out = json_array();
    for (guint i = 0; i < consents->len; i++) {
        const Consent *consent = consents->pdata[i];
        json_array_append_new(*out, json_pack("{s:o, s:s, s:o}", "purpose", output_text(consent->purpose), "state",
                                              state_name(consent->state), "at", output_time(consent->at, zone)));
    }
    return true;
}

typedef struct {
    const char *customer;
    Consent consent;
} Change;

static bool put_change(Transaction *transaction, gpointer user, GError **error) {
    const Change *change = user;
    return transaction_consent_put(transaction, change->customer, &change->consent, error) &&
           custody_reschedule(transaction, change->customer, change->consent.at, error);
}

static bool document_of(Session *session, const Customer *customer, json_t **document, GError **error) {
    json_t *consents;
    if (!consents_json(session, customer, &consents, error))
        return false;
    *document = json_pack("{s:o, s:o}", "customer", output_text(customer->id), "consents", consents);
    return true;
}

static Answer change_consent(Session *session, ConsentState state, json_t **document, GError **error) {
    char *purpose = session->operands[1];
    g_autoptr(Customer) customer = NULL;
    if (!text_is_word(purpose)) {
        usage_error(error, "purpose '%s', expected a word of letters, digits, '.', '_' and '-'", purpose);
        return ANSWER_FAILED;
    }
    if (!session_customer(session, session->operands[0], &customer, error))
        return ANSWER_FAILED;
    Change change = {customer->id, {.purpose = purpose, .state = state, .at = session->now}};
    if (!store_transact(session->store, put_change, &change, error))
        return ANSWER_FAILED;
    store_wake(session->store);
    return document_of(session, customer, document, error) ? ANSWER_YES : ANSWER_FAILED;
}

Answer command_consent_grant_run(Session *session, json_t **document, GError **error) {
    return change_consent(session, CONSENT_GRANTED, document, error);
}

Answer command_consent_withdraw_run(Session *session, json_t **document, GError **error) {
    return change_consent(session, CONSENT_WITHDRAWN, document, error);
}

/* Keeps the one purpose that was asked for; one that was never granted is shown as "none". */
static void narrow(json_t *document, const char *purpose) {
    json_t *consents = json_object_get(document, "consents");
    for (size_t i = json_array_size(consents); i-- > 0;) {
        if (!g_str_equal(output_string(json_array_get(consents, i), "purpose", ""), purpose))
            json_array_remove(consents, i);
    }
    if (json_array_size(consents) == 0)
        json_array_append_new(consents, json_pack("{s:o, s:s, s:n}", "purpose", output_text(purpose), "state",
                                                  state_name(CONSENT_NONE), "at"));
}

Answer command_consent_show_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!session_customer(session, session->operands[0], &customer, error) ||
        !document_of(session, customer, document, error))
        return ANSWER_FAILED;
    if (session->operands[1])
        narrow(*document, session->operands[1]);
    return ANSWER_YES;
}

void command_consent_show_print(const json_t *document) {
    static const OutputColumn columns[] = {{"purpose", "PURPOSE"}, {"state", "STATE"}, {"at", "SINCE"}};
    output_line("%s", output_string(document, "customer", ""));
    output_table(json_object_get(document, "consents"), columns, G_N_ELEMENTS(columns), "no consents");
}

void command_consent_grant_print(const json_t *document) {
    command_consent_show_print(document);
}

void command_consent_withdraw_print(const json_t *document) {
    command_consent_show_print(document);
}
