/* The plain structs of store.h: how they begin, how they are freed, and what an action is called. */
#include "store/store.h"

Customer *customer_new(const char *id) {
    Customer *customer = g_new0(Customer, 1);
    customer->id = g_strdup(id);
    customer->addresses = g_ptr_array_new_with_free_func(g_free);
    customer->paused_until = INSTANT_ALWAYS;
    customer->comfort = -1;
    return customer;
}

void customer_free(Customer *customer) {
    if (!customer)
        return;
    g_clear_pointer(&customer->addresses, g_ptr_array_unref);
    g_free(customer->id);
    g_free(customer->timezone);
    g_free(customer->locale);
    g_free(customer->limits);
    g_free(customer->quiet);
    g_free(customer);
}

void attribute_value_free(AttributeValue *value) {
    if (!value)
        return;
    g_free(value->name);
    g_free(value->value);
    g_free(value->source);
    g_free(value);
}

void cadence_state_free(CadenceState *state) {
    if (!state)
        return;
    g_free(state->name);
    g_free(state->hash);
    g_free(state->walked);
    g_free(state);
}

void consent_free(Consent *consent) {
    if (!consent)
        return;
    g_free(consent->purpose);
    g_free(consent->wording);
    g_free(consent->sale);
    g_free(consent->source);
    g_free(consent);
}

void ledger_free(Ledger *ledger) {
    if (!ledger)
        return;
    g_array_unref(ledger->contacts);
    g_ptr_array_unref(ledger->messages);
    g_string_chunk_free(ledger->strings);
    g_free(ledger);
}

void event_list_free(EventList *list) {
    if (!list)
        return;
    g_array_unref(list->events);
    g_string_chunk_free(list->strings);
    g_free(list);
}

void verdict_record_free(VerdictRecord *record) {
    if (!record)
        return;
    g_free(record->message);
    g_free(record->customer);
    g_free(record->address);
    g_free(record->receipt);
    g_free(record);
}

void custody_free(Custody *custody) {
    if (!custody)
        return;
    g_free(custody->id);
    g_free(custody->message);
    g_free(custody->customer);
    g_free(custody->address);
    g_free(custody->sender);
    g_free(custody->topic);
    g_free(custody->campaign);
    g_free(custody->stream);
    g_free(custody->cut_as);
    g_free(custody->fallback_as);
    g_free(custody->mail_parameters);
    g_free(custody->recipient_parameters);
    g_free(custody->reasons);
    g_free(custody->ticket);
    g_free(custody->review);
    g_free(custody);
}

void review_free(Review *review) {
    if (!review)
        return;
    g_free(review->id);
    g_free(review->stream);
    g_free(review->campaign);
    g_free(review->evidence);
    g_free(review->features);
    g_free(review->message);
    g_free(review->labeller);
    g_free(review);
}

void customer_occurrence_free(CustomerOccurrence *occurrence) {
    if (!occurrence)
        return;
    g_free(occurrence->cadence);
    g_free(occurrence->message);
    g_free(occurrence);
}

void daemon_free(Daemon *daemon) {
    if (!daemon)
        return;
    g_free(daemon->name);
    g_free(daemon->config_hash);
    g_free(daemon->note);
    g_free(daemon);
}

const char *action_name(Action action) {
    static const char *const names[] = {"pass", "rewrite", "hold", "refuse", "drop"};
    return names[action];
}

const char *doubt_name(Doubt doubt) {
    return doubt == DOUBT_UNCERTAIN ? "uncertain" : "contradicted";
}

void trouble_free(Trouble *trouble) {
    if (!trouble)
        return;
    g_free(trouble->program);
    g_free(trouble->text);
    g_free(trouble);
}
