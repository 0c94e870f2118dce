/* Consents: what a customer has granted or withdrawn, purpose by purpose, and what they have objected to. */
#include "program/command.h"

#include "base/text.h"
#include "consents.h"
#include "documents.h"
#include "engine/custody.h"
#include "program/output.h"

#include <string.h>

#define OBJECTION_DEFAULT "marketing"
#define SALE_MAX 200 /* bytes */

/* ---- as JSON ---- */

const char *consent_state_name(ConsentState state) {
    static const char *const names[] = {[CONSENT_NONE] = "none",
                                        [CONSENT_GRANTED] = "granted",
                                        [CONSENT_WITHDRAWN] = "withdrawn",
                                        [CONSENT_OBJECTED] = "objected"};
    return names[state];
}

static const char *basis_name(ConsentBasis basis) {
    static const char *const names[] = {[BASIS_CONSENT] = "consent", [BASIS_SOFT_OPTIN] = "soft_optin"};
    return names[basis];
}

static json_t *consent_json(const Consent *consent, const char *zone) {
    const char *basis = consent->state == CONSENT_GRANTED ? basis_name(consent->basis) : NULL;
    return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o}", "purpose", output_text(consent->purpose), "state",
                     consent_state_name(consent->state), "basis", output_text(basis), "wording",
                     output_text(consent->wording), "sale", output_text(consent->sale), "at",
                     output_time(consent->at, zone));
}

bool consents_json(Session *session, const Customer *customer, json_t **out, GError **error) {
    g_autoptr(GPtrArray) consents = NULL;
    if (!store_consents(session->store, customer->id, &consents, error))
        return false;
    *out = json_array();
    for (guint i = 0; i < consents->len; i++)
        json_array_append_new(*out, consent_json(consents->pdata[i], session_zone(session, customer)));
    return true;
}

bool consent_history_json(Session *session, const Customer *customer, json_t **out, GError **error) {
    g_autoptr(GPtrArray) history = NULL;
    if (!store_consent_history(session->store, customer->id, &history, error))
        return false;
    *out = json_array();
    for (guint i = 0; i < history->len; i++) {
        const Consent *consent = history->pdata[i];
        json_t *json = consent_json(consent, session_zone(session, customer));
        json_object_set_new(json, "source", output_text(consent->source));
        json_array_append_new(*out, json);
    }
    return true;
}

static bool document_of(Session *session, const Customer *customer, json_t **document, GError **error) {
    json_auto_t *consents = NULL;
    json_auto_t *history = NULL;
    if (!consents_json(session, customer, &consents, error) ||
        !consent_history_json(session, customer, &history, error))
        return false;
    *document =
        json_pack("{s:o, s:O, s:O}", "customer", output_text(customer->id), "consents", consents, "history", history);
    return true;
}

static const json_t *find_purpose(const json_t *document, const char *purpose) {
    size_t index;
    json_t *consent;
    json_array_foreach (json_object_get(document, "consents"), index, consent) {
        if (g_str_equal(output_string(consent, "purpose", ""), purpose))
            return consent;
    }
    return NULL;
}

/* ---- changes ---- */

typedef struct {
    const char *customer;
    const Consent *consent;
    Instant now;
} Change;

static bool put_change(Transaction *transaction, gpointer user, GError **error) {
    const Change *change = user;
    return transaction_consent_put(transaction, change->customer, change->consent, error) &&
           custody_reschedule(transaction, change->customer, change->now, error);
}

static bool check_purpose(const char *purpose, GError **error) {
    if (text_is_word(purpose))
        return true;
    usage_error(error, "purpose '%s', expected " TEXT_A_WORD, purpose);
    return false;
}

/* The answer is no where a grant changes nothing, because something newer stands against it. */
static Answer change_consent(Session *session, Consent *consent, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!check_purpose(consent->purpose, error) || !session_customer(session, session->operands[0], &customer, error))
        return ANSWER_FAILED;
    consent->source = (char *)"cadencectl";
    Change change = {customer->id, consent, session->now};
    if (!store_transact(session->store, put_change, &change, error))
        return ANSWER_FAILED;
    store_wake(session->store);
    if (!document_of(session, customer, document, error))
        return ANSWER_FAILED;
    const char *state = output_string(find_purpose(*document, consent->purpose), "state", "");
    bool stands = consent->state != CONSENT_GRANTED || g_str_equal(state, consent_state_name(CONSENT_GRANTED));
    return stands ? ANSWER_YES : ANSWER_NO;
}

static bool read_basis(const Arguments *arguments, Consent *consent, GError **error) {
    const char *basis = arguments->basis ? arguments->basis : basis_name(BASIS_CONSENT);
    for (consent->basis = BASIS_CONSENT; consent->basis <= BASIS_SOFT_OPTIN; consent->basis++)
        if (g_str_equal(basis, basis_name(consent->basis)))
            return true;
    usage_error(error, "--basis '%s', expected consent or soft_optin", basis);
    return false;
}

static bool sale_is_plausible(const char *sale) {
    if (!*sale || strlen(sale) > SALE_MAX || !g_utf8_validate(sale, -1, NULL))
        return false;
    for (const char *at = sale; *at; at = g_utf8_next_char(at))
        if (g_unichar_iscntrl(g_utf8_get_char(at)))
            return false;
    return true;
}

static bool check_evidence(const Consent *consent, GError **error) {
    bool soft = consent->basis == BASIS_SOFT_OPTIN;
    if (soft && !consent->sale)
        usage_error(error, "a soft opt-in rests on a sale: expected --sale REF");
    else if (!soft && consent->sale)
        usage_error(error, "a consent rests on no sale: --sale goes with --basis soft_optin");
    else if (soft && !sale_is_plausible(consent->sale))
        usage_error(error, "--sale '%s', expected 1 to %d bytes of text", consent->sale, SALE_MAX);
    else if (consent->wording && !text_is_word(consent->wording))
        usage_error(error, "--wording '%s', expected " TEXT_A_WORD, consent->wording);
    else
        return true;
    return false;
}

/* A consent of tomorrow is none today, and would stand against a withdrawal of today. */
static bool check_time(const Session *session, GError **error) {
    if (session->arguments->event_at <= session->now)
        return true;
    usage_error(error, "--at '%s' is in the future, expected when the customer consented", session->arguments->event);
    return false;
}

Answer command_consent_grant_run(Session *session, json_t **document, GError **error) {
    const Arguments *arguments = session->arguments;
    Consent consent = {.purpose = session->operands[1],
                       .state = CONSENT_GRANTED,
                       .at = arguments->event_at,
                       .wording = arguments->wording,
                       .sale = arguments->sale};
    if (!read_basis(arguments, &consent, error) || !check_evidence(&consent, error) || !check_time(session, error))
        return ANSWER_FAILED;
    return change_consent(session, &consent, document, error);
}

Answer command_consent_withdraw_run(Session *session, json_t **document, GError **error) {
    Consent consent = {.purpose = session->operands[1], .state = CONSENT_WITHDRAWN, .at = session->now};
    return change_consent(session, &consent, document, error);
}

Answer command_consent_object_run(Session *session, json_t **document, GError **error) {
    char *purpose = session->operands[1];
    Consent consent = {
        .purpose = purpose ? purpose : (char *)OBJECTION_DEFAULT, .state = CONSENT_OBJECTED, .at = session->now};
    return change_consent(session, &consent, document, error);
}

/* ---- show ---- */

static void keep_purpose(json_t *consents, const char *purpose) {
    for (size_t i = json_array_size(consents); i-- > 0;) {
        if (!g_str_equal(output_string(json_array_get(consents, i), "purpose", ""), purpose))
            json_array_remove(consents, i);
    }
}

/* Keeps the one purpose that was asked for; one that was never granted is shown as "none". */
static void narrow(json_t *document, char *purpose) {
    json_t *consents = json_object_get(document, "consents");
    Consent none = {.purpose = purpose, .state = CONSENT_NONE, .at = INSTANT_NEVER};
    keep_purpose(consents, purpose);
    keep_purpose(json_object_get(document, "history"), purpose);
    if (json_array_size(consents) == 0)
        json_array_append_new(consents, consent_json(&none, "UTC"));
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
    static const OutputColumn columns[] = {{"purpose", "PURPOSE"}, {"state", "STATE"}, {"basis", "BASIS"},
                                           {"wording", "WORDING"}, {"sale", "SALE"},   {"at", "AT"},
                                           {"source", "SOURCE"}};
    const json_t *history = json_object_get(document, "history");
    output_line("%s", output_string(document, "customer", ""));
    output_table(json_object_get(document, "consents"), columns, G_N_ELEMENTS(columns) - 1, "no consents");
    if (json_array_size(history) == 0)
        return;
    output_line("as it was recorded:");
    output_table(history, columns, G_N_ELEMENTS(columns), "");
}

void command_consent_grant_print(const json_t *document) {
    command_consent_show_print(document);
}

void command_consent_withdraw_print(const json_t *document) {
    command_consent_show_print(document);
}

void command_consent_object_print(const json_t *document) {
    command_consent_show_print(document);
}
