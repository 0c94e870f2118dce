/* A contact changes when the others may go: a relational one frees sales mail that a ratio keeps, a sales one pushes it
 * back. The due time is reckoned here, in the transaction that changed the ledger, so that the planner need only look
 * at the clock. Whether two that are due together may both go is decided when they go. */
#include "reschedule.h"

#include "waiting.h"

static bool waits_for_rules(const Custody *custody) {
    return custody->state == CUSTODY_HELD && waiting_for_capacity(custody);
}

static bool any_waits(const GPtrArray *custodies) {
    for (guint i = 0; i < custodies->len; i++)
        if (waits_for_rules(custodies->pdata[i]))
            return true;
    return false;
}

static bool reschedule_one(Transaction *transaction, const Policy *policy, const History *history, Custody *custody,
                           Instant at, bool *moved, GError **error) {
    Candidate candidate = waiting_candidate(custody);
    Instant due = rules_earliest(policy->rules, history, &candidate, at, MIN(custody->deadline, at + policy->hold_max));
    if (due == custody->due)
        return true;
    custody->due = due;
    *moved = true;
    return transaction_custody_update(transaction, custody, error);
}

bool reschedule_by_policy(Transaction *transaction, const Policy *policy, const Facts *facts, Instant at, bool *moved,
                          GError **error) {
    const char *customer = facts->customer->id;
    g_autoptr(GPtrArray) custodies = NULL;
    g_autoptr(Ledger) ledger = NULL;
    if (!transaction_custody_of_customer(transaction, customer, 0, &custodies, error))
        return false;
    if (!any_waits(custodies))
        return true;
    if (!transaction_ledger(transaction, customer, at - waiting_reach(policy), NULL, &ledger, error))
        return false;
    History history = waiting_history(ledger);
    for (guint i = 0; i < custodies->len; i++)
        if (waits_for_rules(custodies->pdata[i]) &&
            !reschedule_one(transaction, policy, &history, custodies->pdata[i], at, moved, error))
            return false;
    return true;
}
