/* Before a message is handed over the rules are asked here, which costs a query and spares a trip through Postfix; that
 * answer is no promise, the milter asks again. What sets out is marked RELEASING with the nonce of its ticket, so that
 * nothing goes that the next pass would not know of. */
#include "planner_prepare.h"

#include "base/text.h"
#include "consents.h"
#include "ending.h"
#include "facts.h"
#include "outcome.h"
#include "release.h"
#include "reschedule.h"
#include "waiting.h"

#define PREPARED_AT_ONCE 32 /* in one transaction: the milter waits meanwhile */

/* Nobody is left to judge it by, and no verdict is written of who was erased. */
static bool end_as_nobodys(Transaction *transaction, Step *step, const Custody *custody, GError **error) {
    step_ends(step, "dropped: its customer is gone from the store", &step->pass->counts->dropped);
    return transaction_custody_end(transaction, custody->id, error);
}

static bool set_out(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    step->nonce = identifier_new(step->pass->at);
    custody->state = CUSTODY_RELEASING;
    custody->ticket = step->nonce;
    bool updated = transaction_custody_update(transaction, custody, error);
    custody->ticket = NULL;
    return updated;
}

/* What the rules say to one held message now. */
static bool ask_rules(Transaction *transaction, const PlannerPass *pass, const Custody *custody, const Facts *facts,
                      bool *free, GPtrArray *reasons, Instant *until, GError **error) {
    g_autoptr(GPtrArray) custodies = NULL;
    g_auto(Record) record = {0};
    g_autoptr(Rulebook) rulebook = rulebook_new(facts, error);
    if (!rulebook)
        return false;
    *free = !release_asks_rules(custody, pass->config, rulebook->policy);
    if (*free)
        return true;
    if (!record_read(&record, transaction, rulebook, custody->customer, pass->at, custody->message, error) ||
        !transaction_custody_of_customer(transaction, custody->customer, custody->priority, &custodies, error))
        return false;
    record_bring_forward(&record, pass->at);
    g_autoptr(GArray) ahead = waiting_ahead(custodies, custody->message);
    Candidate as;
    *free = release_is_free(custody, rulebook, &record.history, ahead, pass->at, reasons, until, &as);
    return true;
}

static bool come_to_deadline(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    if (custody->then != THEN_SEND)
        return step_end_at_deadline(transaction, step, custody, error);
    custody->forced = true;
    return set_out(transaction, step, custody, error);
}

static bool set_out_or_wait(Transaction *transaction, Step *step, Custody *custody, const Customer *customer,
                            GError **error) {
    const PlannerPass *pass = step->pass;
    Facts facts = {
        .config = pass->config, .holidays = pass->holidays, .store = engine_store(pass->engine), .customer = customer};
    g_autoptr(GPtrArray) reasons = reasons_new();
    Instant until;
    bool free;
    if (!ask_rules(transaction, pass, custody, &facts, &free, reasons, &until, error))
        return false;
    if (free)
        return set_out(transaction, step, custody, error);
    if (pass->at >= custody->deadline)
        return come_to_deadline(transaction, step, custody, error);
    if (pass->at >= custody->expires) /* its last second, and a row that stays ready would keep the pass going round */
        return step_end_as_expired(transaction, step, custody, error);
    step_ends(step, NULL, &step->pass->counts->rescheduled);
    return reschedule_until(transaction, custody, until, reasons, &facts, error);
}

/* Where the customer has said no, the milter ends it, at whatever time. */
static bool ask_consent(const PlannerPass *pass, const Custody *custody, bool *stopped, GError **error) {
    g_autoptr(GPtrArray) consents = NULL;
    if (!store_consents(engine_store(pass->engine), custody->customer, &consents, error))
        return false;
    *stopped = consents_stop(consents, custody->class, config_topic(pass->config, custody->topic)) != NULL;
    return true;
}

/* A message that waits for no capacity, that a person released or that the customer does not want goes to the milter at
 * once. */
static bool prepare_held(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    const PlannerPass *pass = step->pass;
    g_autoptr(Customer) customer = NULL;
    bool stopped;
    if (!step->raw) {
        step_ends(step, "dropped: its bytes are missing from the store", &pass->counts->dropped);
        return ending_drop(transaction, custody, "bytes missing", pass->at, error);
    }
    if (pass->at > custody->expires)
        return step_end_as_expired(transaction, step, custody, error);
    if (!store_customer_by_id(engine_store(pass->engine), custody->customer, &customer, error) ||
        !ask_consent(pass, custody, &stopped, error))
        return false;
    if (!customer && !step_is_notice(custody))
        return end_as_nobodys(transaction, step, custody, error);
    if (!customer || stopped || custody->forced || !waiting_for_capacity(custody))
        return set_out(transaction, step, custody, error);
    return set_out_or_wait(transaction, step, custody, customer, error);
}

static bool prepare_step(Transaction *transaction, Step *step, GError **error) {
    g_autoptr(Custody) custody = NULL;
    g_clear_pointer(&step->nonce, g_free);
    step_ends(step, NULL, NULL);
    if (!transaction_custody(transaction, step->due->id, &custody, error))
        return false;
    if (!custody || custody->state != CUSTODY_HELD)
        return true;
    g_clear_pointer(&custody->ticket, g_free);
    return prepare_held(transaction, step, custody, error);
}

typedef struct {
    GPtrArray *steps;
    guint first, end;
} Preparation;

static bool prepare_work(Transaction *transaction, gpointer user, GError **error) {
    const Preparation *self = user;
    for (guint i = self->first; i < self->end; i++)
        if (!prepare_step(transaction, self->steps->pdata[i], error))
            return false;
    return true;
}

bool planner_prepare(PlannerPass *pass, GPtrArray *steps, GError **error) {
    Preparation self = {.steps = steps};
    for (; self.first < steps->len; self.first = self.end) {
        self.end = MIN(self.first + PREPARED_AT_ONCE, steps->len);
        if (!store_transact(engine_store(pass->engine), prepare_work, &self, error))
            return false;
        for (guint i = self.first; i < self.end; i++)
            step_count(steps->pdata[i]);
    }
    return true;
}
