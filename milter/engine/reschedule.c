/* A contact changes when the others may go: a relational one frees sales mail that a ratio keeps, a sales one pushes it
 * back. The due time is reckoned here, in the transaction that changed the ledger, so that the planner need only look
 * at the clock. Whether two that are due together may both go is decided when they go. */
#include "reschedule.h"

#include "engine/receipt.h"
#include "outcome.h"
#include "release.h"
#include "waiting.h"

/* What is due is for the planner to look at: not only by the rules, where a consent was withdrawn. */
static bool waits_for_rules(const Custody *custody, Instant at) {
    return custody->state == CUSTODY_HELD && custody->due > at && waiting_for_capacity(custody);
}

static bool any_waits(const GPtrArray *custodies, Instant at) {
    for (guint i = 0; i < custodies->len; i++)
        if (waits_for_rules(custodies->pdata[i], at))
            return true;
    return false;
}

bool reschedule_until(Transaction *transaction, Custody *custody, Instant due, const GPtrArray *reasons,
                      const Facts *facts, GError **error) {
    custody->due = due;
    if (reasons->len > 0) {
        g_free(custody->reasons);
        custody->reasons = reasons_text(reasons, facts_timezone(facts));
    }
    return transaction_custody_update(transaction, custody, error);
}

static bool reschedule_one(Transaction *transaction, const Rulebook *rulebook, const Facts *facts,
                           const History *history, Custody *custody, Instant at, bool *moved, GError **error) {
    g_autoptr(GPtrArray) reasons = reasons_new();
    Candidate as;
    Instant due;
    release_is_free(custody, rulebook, history, NULL, at, reasons, &due, &as);
    if (due == custody->due)
        return true;
    *moved = true;
    return reschedule_until(transaction, custody, due, reasons, facts, error);
}

bool reschedule_by_rules(Transaction *transaction, const Rulebook *rulebook, const Facts *facts, Instant at,
                         bool *moved, GError **error) {
    const char *customer = facts->customer->id;
    g_autoptr(GPtrArray) custodies = NULL;
    g_auto(Record) record = {0};
    if (!transaction_custody_of_customer(transaction, customer, 0, &custodies, error))
        return false;
    if (!any_waits(custodies, at))
        return true;
    if (!record_read(&record, transaction, rulebook, customer, at, NULL, error))
        return false;
    record_bring_forward(&record, at);
    for (guint i = 0; i < custodies->len; i++)
        if (waits_for_rules(custodies->pdata[i], at) &&
            !reschedule_one(transaction, rulebook, facts, &record.history, custodies->pdata[i], at, moved, error))
            return false;
    return true;
}
