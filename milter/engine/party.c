/* A party is looked up outside the transaction, so that the single writer is never kept waiting by templates or
 * lookups. What may change in between (a consent, an attribute) is as old as the message itself; what must not (the
 * ledger) is read inside. */
#include "party.h"

#include "base/text.h"
#include "consents.h"
#include "templated.h"

/* Who is not a customer yet may have been one. */
static bool party_read_consents(Party *party, GError **error) {
    if (party->consents)
        return true;
    if (party->enrolled)
        return store_withdrawals(party->facts.store, party->customer->addresses->pdata[0], &party->consents, error);
    return store_consents(party->facts.store, party->customer->id, &party->consents, error);
}

bool party_consents_to(Party *party, const char *purpose, bool *granted, GError **error) {
    if (!party_read_consents(party, error))
        return false;
    *granted = consents_grant(party->consents, purpose);
    return true;
}

/* Most mail is relational and asks for no consent: it costs no query. */
static bool party_check_consent(Party *party, GError **error) {
    const Topic *topic = party->intake->topic;
    MailClass class = party->intake->classification->class;
    if (class != CLASS_SALES && (!topic || !topic->consent))
        return true;
    if (!party_read_consents(party, error))
        return false;
    party->lacks_consent = g_strdup(consents_stop(party->consents, class, topic));
    return true;
}

static bool party_require(Party *party, const Condition *condition, const char *text, GError **error) {
    bool holds;
    if (!condition || party->fails_requires)
        return true;
    if (!facts_satisfy(&party->facts, condition, &holds, error))
        return false;
    party->fails_requires = holds ? NULL : g_strdup(text);
    return true;
}

/* What the message asks narrows what its template asks. */
static bool party_check_requires(Party *party, GError **error) {
    const Request *request = party->intake->request;
    const TemplateFolder *folder = party->intake->folder;
    return party_require(party, request->condition, request->requires, error) &&
           (!folder || party_require(party, folder->condition, folder->requires, error));
}

static bool party_fill(Party *party, GError **error) {
    const Intake *intake = party->intake;
    bool exempt = intake_is_exempt(intake);
    if (!intake->templates && !intake->template && !intake->unreadable)
        return true;
    if (!(party->full = filling_new(party, !exempt, error)))
        return false;
    if (exempt || intake->classification->class != CLASS_SALES)
        return true;
    if (intake->has_sales && !(party->cut = filling_new(party, false, error)))
        return false;
    return templated_fill_standin(party, &party->standin, error);
}

/* Who objects to sales mail objects to the sales part: what is left of a relational topic is theirs to have. */
static void party_spare(Party *party) {
    const Topic *topic = party->intake->topic;
    const Filling *rest = party->cut;
    bool relational = !topic || topic->class == CLASS_RELATIONAL;
    if (g_strcmp0(party->lacks_consent, CONSENTS_OBJECTION) != 0 || !relational || !rest || !rest->visible)
        return;
    party->spared = true;
    g_free(party->lacks_consent);
    party->lacks_consent = g_strdup(consents_stop(party->consents, CLASS_RELATIONAL, topic));
}

const Filling *party_filling(const Party *party) {
    if (party->outcome->fallback)
        return party->standin;
    return party->outcome->action == ACTION_REWRITE && party->cut ? party->cut : party->full;
}

static void party_enroll(Party *party) {
    party->customer = customer_new(party->address);
    g_ptr_array_add(party->customer->addresses, g_strdup(party->address));
    party->enrolled = true;
}

static bool party_find_customer(Party *party, GError **error) {
    const Intake *intake = party->intake;
    if (intake->uncounted || config_is_no_customer(intake->config, party->address, party->outcome->address))
        return true;
    if (intake->released)
        return store_customer_by_id(party->facts.store, intake->released->customer, &party->customer, error);
    if (!store_customer_by_address(party->facts.store, party->address, &party->customer, error))
        return false;
    if (!party->customer && intake->config->defaults.enroll)
        party_enroll(party);
    return true;
}

static bool party_look_up(Party *party, GError **error) {
    if (!party_find_customer(party, error))
        return false;
    if (!party->customer)
        return true;
    party->facts.customer = party->customer;
    party->outcome->customer = g_strdup(party->customer->id);
    party->outcome->timezone = g_strdup(facts_timezone(&party->facts));
    if (!party->intake->stream->enforce)
        return true;
    if (!(party->rulebook = rulebook_new(&party->facts, error)) || !party_check_consent(party, error) ||
        !party_check_requires(party, error) || !party_fill(party, error))
        return false;
    party_spare(party);
    party->outcome->policy = g_strdup(party->rulebook->policy->name);
    return true;
}

Party *party_new(const Intake *intake, Store *store, Outcome *outcome, GError **error) {
    g_autoptr(Party) party = g_new0(Party, 1);
    party->intake = intake;
    party->outcome = outcome;
    party->facts = (Facts){.config = intake->config, .holidays = intake->holidays, .message = intake->context};
    party->address = address_canonical(outcome->address);
    party->facts.store = store_view(store);
    bool found = party_look_up(party, error);
    store_view_end(party->facts.store);
    party->facts.store = store;
    return found ? g_steal_pointer(&party) : NULL;
}

void party_free(Party *party) {
    rulebook_free(party->rulebook);
    g_free(party->address);
    customer_free(party->customer);
    if (party->consents)
        g_ptr_array_unref(party->consents);
    json_decref(party->printed);
    json_decref(party->asked);
    filling_free(party->full);
    filling_free(party->cut);
    filling_free(party->standin);
    verdict_record_free(party->earlier);
    g_free(party->lacks_consent);
    g_free(party->fails_requires);
    g_free(party);
}
