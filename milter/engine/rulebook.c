/* A customer's wishes are rules like the policy's, asked in the same breath: what only ever adds rules can only ever
 * tighten. Wishes that cannot be read are read strictly, as a pause without end; those that were set through us were
 * checked when they were set. */
#include "rulebook.h"

#include "bring_forward.h"
#include "policy/wishes.h"

static void merge(Rulebook *rulebook) {
    const GArray *rules = rulebook->policy->rules;
    rulebook->rules = g_array_sized_new(FALSE, FALSE, sizeof(Rule), rules->len + rulebook->own->len);
    if (rules->len > 0)
        g_array_append_vals(rulebook->rules, rules->data, rules->len);
    if (rulebook->own->len > 0)
        g_array_append_vals(rulebook->rules, rulebook->own->data, rulebook->own->len);
}

static void add_wishes(Rulebook *rulebook, const Customer *customer) {
    g_autoptr(GError) error = NULL;
    if (wishes_to_rules(customer->paused_until, customer->limits, customer->quiet != NULL, rulebook->own, &error))
        return;
    rulebook->fault =
        g_strdup_printf("customer %s: %s; nothing is sent until it is set right", customer->id, error->message);
    wishes_to_rules(INSTANT_NEVER, NULL, customer->quiet != NULL, rulebook->own, NULL);
}

static void add_almanac(Rulebook *rulebook, const Facts *facts) {
    g_autofree char *fault = NULL;
    rulebook->almanac = calendar_almanac_new(facts->holidays, facts_timezone(facts), facts->customer->quiet, &fault);
    if (fault && !rulebook->fault)
        rulebook->fault = g_strdup_printf("customer %s: %s", facts->customer->id, fault);
}

Rulebook *rulebook_of(const Facts *facts, const Policy *policy) {
    Rulebook *rulebook = g_new0(Rulebook, 1);
    rulebook->policy = policy;
    rulebook->own = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_set_clear_func(rulebook->own, (GDestroyNotify)rule_clear);
    add_wishes(rulebook, facts->customer);
    merge(rulebook);
    add_almanac(rulebook, facts);
    return rulebook;
}

Rulebook *rulebook_new(const Facts *facts, GError **error) {
    const Policy *policy;
    return facts_policy(facts, &policy, error) ? rulebook_of(facts, policy) : NULL;
}

void rulebook_free(Rulebook *rulebook) {
    if (!rulebook)
        return;
    g_array_unref(rulebook->rules);
    g_array_unref(rulebook->own);
    calendar_almanac_free(rulebook->almanac);
    g_free(rulebook->fault);
    g_free(rulebook);
}

/* ---- the record ---- */

Duration rulebook_reach(const Rulebook *rulebook) {
    Duration reach = 0;
    for (guint i = 0; i < rulebook->rules->len; i++)
        reach = MAX(reach, rule_reach(&g_array_index(rulebook->rules, Rule, i)));
    return reach;
}

bool rulebook_has(const Rulebook *rulebook, RuleKind kind) {
    for (guint i = 0; i < rulebook->rules->len; i++)
        if (g_array_index(rulebook->rules, Rule, i).kind == kind)
            return true;
    return false;
}

static bool read_events(Record *record, Transaction *transaction, const char *customer, GError **error) {
    if (!transaction_events(transaction, customer, &record->events, error))
        return false;
    record->history.events = (const Event *)record->events->events->data;
    record->history.event_count = record->events->events->len;
    return true;
}

bool record_read(Record *record, Transaction *transaction, const Rulebook *rulebook, const char *customer, Instant at,
                 const char *except, GError **error) {
    Instant since = at - rulebook_reach(rulebook);
    if (!transaction_ledger(transaction, customer, since, except, &record->ledger, error))
        return false;
    record->history.contacts = (const Contact *)record->ledger->contacts->data;
    record->history.count = record->ledger->contacts->len;
    record->history.almanac = rulebook->almanac;
    if (rulebook_has(rulebook, RULE_GATE) && !read_events(record, transaction, customer, error))
        return false;
    return !rulebook_has(rulebook, RULE_FIRST) ||
           transaction_relational_earlier(transaction, customer, since, &record->history.relational_earlier, error);
}

bool record_bring_forward(Record *record, Instant at) {
    bool contacts = bring_forward_contacts(record->ledger->contacts, at);
    bool events = record->events && bring_forward_events(record->events->events, at);
    return contacts || events;
}

void record_clear(Record *record) {
    g_clear_pointer(&record->ledger, ledger_free);
    g_clear_pointer(&record->events, event_list_free);
}
