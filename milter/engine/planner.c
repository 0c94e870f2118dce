/* A pass takes what is due in batches, prepared in a few transactions and handed over on several connections. A batch
 * holds at most one message of a customer, because whether the second may go is not known before the first has been
 * judged. Before a message is handed over the rules are asked here, which costs a query and spares a trip through
 * Postfix; that answer is no promise, the milter asks again.
 *
 * What became of a hand-over is read from the row, not guessed from the reply: Postfix says 250 both when the milter
 * let the message pass (the row is PASSED) and when it took it back (HELD) or dropped it (gone). A row that is still
 * RELEASING after 250 was never seen by the milter. */
#include "engine/planner.h"

#include "base/error.h"
#include "base/text.h"
#include "cadence_pass.h"
#include "consents.h"
#include "ending.h"
#include "engine/ticket.h"
#include "engine_private.h"
#include "facts.h"
#include "outcome.h"
#include "release.h"
#include "reschedule.h"
#include "waiting.h"

#define BATCH 512
#define PREPARED_AT_ONCE 32    /* in one transaction: the milter waits meanwhile */
#define BATCH_BYTES (64 << 20) /* of messages in memory at once, one more allowed */
#define RETRY_FIRST 60
#define RETRY_LONGEST 3600
#define MAILDROP_PATIENCE 900 /* how long a message may lie in Postfix's maildrop before we ask what became of it */

struct PlannerPass {
    Engine *engine;
    Config *config;
    Holidays *holidays;
    Instant at;
    const PlannerOutside *outside;
    PlannerCounts *counts;
    GPtrArray *handovers; /* of Handover: the batch under way */
    GMutex lock;          /* guards what follows and the counts: answers come in several threads */
    guint accepted;       /* of the batch */
    guint moved;          /* of the batch: rows that are no longer what they were */
};

typedef struct {
    PlannerPass *pass;
    const Custody *due; /* as it stood when the batch was read */
    GBytes *raw;
    HandoverResult result; /* for finish_work */
    const char *answer;
    char *nonce;         /* set where the message is to be handed over */
    const char *outcome; /* what the log says, or NULL */
    guint *count;        /* what it counts as, or NULL */
} Step;

static void say(const PlannerPass *pass, const Custody *custody, const char *what, const char *detail) {
    g_autofree char *line = g_strdup_printf("%s: to=<%s> %s%s%s", custody->id, custody->address, what,
                                            detail ? ": " : "", detail ? detail : "");
    pass->outside->say(line, pass->outside->user);
}

static bool is_notice(const Custody *custody) {
    return !*custody->stream;
}

static bool step_ends(Step *step, const char *outcome, guint *count) {
    step->outcome = outcome;
    step->count = count;
    return true;
}

/* ---- before the hand-over ---- */

/* What may not be sent goes back to its sender where the policy said "send": an unfilled placeholder, or mail that
 * Postfix will not take. */
static bool end_at_deadline(Transaction *transaction, Step *step, const Custody *custody, GError **error) {
    const PlannerPass *pass = step->pass;
    if (custody->then == THEN_DROP) {
        step_ends(step, "dropped at its deadline", &pass->counts->dropped);
        return ending_drop(transaction, custody, "deadline", pass->at, error);
    }
    step_ends(step, "returned to its sender at its deadline", &pass->counts->returned);
    return ending_return(transaction, custody, step->raw, "it was held until its deadline and could not be sent",
                         pass->at, error);
}

static bool end_as_expired(Transaction *transaction, Step *step, const Custody *custody, GError **error) {
    step_ends(step, "dropped, as it has expired", &step->pass->counts->dropped);
    return ending_drop(transaction, custody, "expired", step->pass->at, error);
}

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
    if (!rulebook ||
        !record_read(&record, transaction, rulebook, custody->customer, pass->at, custody->message, error) ||
        !transaction_custody_of_customer(transaction, custody->customer, custody->priority, &custodies, error))
        return false;
    record_bring_forward(&record, pass->at);
    g_autoptr(GArray) ahead = waiting_ahead(custodies, custody->message);
    *free = release_is_free(custody, rulebook, &record.history, ahead, pass->at, reasons, until);
    return true;
}

static bool come_to_deadline(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    if (custody->then != THEN_SEND)
        return end_at_deadline(transaction, step, custody, error);
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
        return end_as_expired(transaction, step, custody, error);
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
        return end_as_expired(transaction, step, custody, error);
    if (!store_customer_by_id(engine_store(pass->engine), custody->customer, &customer, error) ||
        !ask_consent(pass, custody, &stopped, error))
        return false;
    if (!customer && !is_notice(custody))
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

static void step_count(const Step *step) {
    g_mutex_lock(&step->pass->lock);
    step->pass->moved += step->nonce || step->count;
    if (step->count)
        ++*step->count;
    g_mutex_unlock(&step->pass->lock);
    if (step->outcome)
        say(step->pass, step->due, step->outcome, step->answer);
}

static void handover_free(Handover *handover) {
    custody_free(handover->custody);
    g_free(handover->ticket);
    g_bytes_unref(handover->raw);
    g_free(handover);
}

/* Where the step came to no hand-over, there is nothing to add. */
static void batch_add(PlannerPass *pass, Step *step) {
    if (!step->nonce)
        return;
    Handover *handover = g_new0(Handover, 1);
    handover->custody = (Custody *)g_steal_pointer(&step->due);
    handover->raw = g_steal_pointer(&step->raw);
    if (!is_notice(handover->custody))
        handover->ticket =
            ticket_make(engine_secret(pass->engine), handover->custody->id, step->nonce, handover->custody->address);
    g_ptr_array_add(pass->handovers, handover);
}

/* *raw stays NULL where nothing of the message is held any more. */
static bool read_raw(const PlannerPass *pass, const Custody *custody, GBytes **raw, GError **error) {
    g_autoptr(GError) fault = NULL;
    if (store_custody_raw(engine_store(pass->engine), custody->message, raw, &fault) ||
        g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT))
        return true;
    g_propagate_error(error, g_steal_pointer(&fault));
    return false;
}

static void step_free(Step *step) {
    g_free(step->nonce);
    g_clear_pointer(&step->raw, g_bytes_unref);
    custody_free((Custody *)step->due);
    g_free(step);
}

/* Adds to steps what is due, as many as fit into memory, one of each customer. */
static bool read_steps(PlannerPass *pass, GPtrArray *due, GPtrArray *steps, GError **error) {
    g_autoptr(GHashTable) customers = g_hash_table_new(g_str_hash, g_str_equal);
    gsize bytes = 0;
    for (guint i = 0; i < due->len && bytes < BATCH_BYTES; i++) {
        const Custody *custody = due->pdata[i];
        if (!g_hash_table_add(customers, custody->customer))
            continue;
        Step *step = g_new0(Step, 1);
        step->pass = pass;
        step->due = g_steal_pointer(&due->pdata[i]);
        g_ptr_array_add(steps, step);
        if (!read_raw(pass, custody, &step->raw, error))
            return false;
        bytes += step->raw ? g_bytes_get_size(step->raw) : 0;
    }
    return true;
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

static bool prepare(PlannerPass *pass, GPtrArray *steps, GError **error) {
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

/* ---- after the hand-over ---- */

static Instant retry_at(const PlannerPass *pass, int attempts) {
    return pass->at + MIN(RETRY_FIRST << MIN(attempts, 6), RETRY_LONGEST);
}

/* Postfix has it, and the milter was not asked: what is out is counted all the same. */
static bool finish_unseen(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    Contact contact = {
        .at = step->pass->at, .class = custody->class, .topic = custody->topic, .campaign = custody->campaign};
    if (is_notice(custody)) {
        step_ends(step, "notice sent", &step->pass->counts->released);
        return transaction_custody_end(transaction, custody->id, error);
    }
    step_ends(step, "released, but Postfix did not ask the milter: check smtpd_milters of the injection port",
              &step->pass->counts->released);
    return transaction_contact_put(transaction, custody->customer, custody->message, &contact, error) &&
           transaction_custody_end(transaction, custody->id, error);
}

/* Where the milter's clock is behind ours, what it calls due later is due at once here: without a pause we would go in
 * circles. */
static bool taken_back(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    if (step->pass->at >= custody->deadline)
        return end_at_deadline(transaction, step, custody, error);
    if (step->pass->at >= custody->expires)
        return end_as_expired(transaction, step, custody, error);
    step_ends(step, "taken back by the milter", &step->pass->counts->rescheduled);
    if (custody->due > step->pass->at)
        return true;
    custody->due = step->pass->at + RETRY_FIRST;
    return transaction_custody_update(transaction, custody, error);
}

/* The milter judges it when Postfix picks it up. Until then, and a while longer, it stays here. */
static bool finish_submitted(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    step_ends(step, "given to sendmail(1)", &step->pass->counts->released);
    if (is_notice(custody))
        return transaction_custody_end(transaction, custody->id, error);
    if (custody->state == CUSTODY_HELD)
        return taken_back(transaction, step, custody, error);
    custody->submitted = true;
    custody->due = step->pass->at + MAILDROP_PATIENCE;
    return transaction_custody_update(transaction, custody, error);
}

static bool finish_accepted(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    switch (custody->state) {
    case CUSTODY_PASSED:
        step_ends(step, "released", &step->pass->counts->released);
        return transaction_custody_end(transaction, custody->id, error);
    case CUSTODY_RELEASING:
        return finish_unseen(transaction, step, custody, error);
    case CUSTODY_HELD:
        break;
    }
    return taken_back(transaction, step, custody, error);
}

static bool finish_deferred(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    if (step->pass->at >= custody->deadline)
        return end_at_deadline(transaction, step, custody, error);
    custody->state = CUSTODY_HELD;
    custody->due = retry_at(step->pass, custody->attempts);
    custody->attempts++;
    step_ends(step, "not taken by Postfix, to be tried again", &step->pass->counts->deferred);
    return transaction_custody_update(transaction, custody, error);
}

static bool finish_refused(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    g_autofree char *sentence = g_strdup_printf("the mail server said: %s", step->answer);
    step_ends(step, "refused by Postfix and returned to its sender", &step->pass->counts->returned);
    if (is_notice(custody))
        return transaction_custody_end(transaction, custody->id, error);
    return ending_return(transaction, custody, step->raw, sentence, step->pass->at, error);
}

static bool finish_work(Transaction *transaction, gpointer user, GError **error) {
    Step *step = user;
    g_autoptr(Custody) custody = NULL;
    step_ends(step, NULL, NULL);
    if (!transaction_custody(transaction, step->due->id, &custody, error))
        return false;
    if (!custody)
        return step_ends(step, "dropped by the milter", &step->pass->counts->dropped);
    switch (step->result) {
    case HANDOVER_ACCEPTED:
        return finish_accepted(transaction, step, custody, error);
    case HANDOVER_SUBMITTED:
        return finish_submitted(transaction, step, custody, error);
    case HANDOVER_DEFERRED:
        return finish_deferred(transaction, step, custody, error);
    case HANDOVER_REFUSED:
        return finish_refused(transaction, step, custody, error);
    }
    return true;
}

/* Where the store fails now, the row stays RELEASING or PASSED and the next pass finds it. */
void planner_handed_over(PlannerPass *pass, const Handover *handover, HandoverResult result, const char *answer) {
    g_autoptr(GError) error = NULL;
    Step step = {.pass = pass, .due = handover->custody, .raw = handover->raw, .result = result, .answer = answer};
    g_mutex_lock(&pass->lock);
    pass->accepted += result != HANDOVER_DEFERRED;
    g_mutex_unlock(&pass->lock);
    if (store_transact(engine_store(pass->engine), finish_work, &step, &error))
        step_count(&step);
    else
        say(pass, handover->custody, "handed over, but the store failed", error->message);
}

/* ---- what an earlier pass left ---- */

static bool recover_work(Transaction *transaction, gpointer user, GError **error) {
    Step *step = user;
    g_autoptr(Custody) custody = NULL;
    if (!transaction_custody(transaction, step->due->id, &custody, error))
        return false;
    if (!custody || custody->state == CUSTODY_HELD)
        return true;
    if (custody->state == CUSTODY_PASSED && custody->submitted)
        return transaction_custody_end(transaction, custody->id, error); /* Postfix has had it all the time */
    custody->state = CUSTODY_HELD;
    custody->submitted = false;
    g_clear_pointer(&custody->ticket, g_free);
    return transaction_custody_update(transaction, custody, error);
}

static bool recover(PlannerPass *pass, GError **error) {
    g_autoptr(GPtrArray) unfinished = NULL;
    if (!store_custody_unfinished(engine_store(pass->engine), pass->at, &unfinished, error))
        return false;
    for (guint i = 0; i < unfinished->len; i++) {
        Step step = {.pass = pass, .due = unfinished->pdata[i]};
        if (!store_transact(engine_store(pass->engine), recover_work, &step, error))
            return false;
    }
    return true;
}

/* ---- the pass ---- */

/* *more: something was due, so there may be more. Not where nothing of it moved, whatever the reason: the same rows
 * would be due again, and the pass would go round for ever. */
static bool run_batch(PlannerPass *pass, bool *more, GError **error) {
    g_autoptr(GPtrArray) due = NULL;
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func((GDestroyNotify)step_free);
    pass->accepted = pass->moved = 0;
    g_ptr_array_set_size(pass->handovers, 0);
    if (!store_custody_due(engine_store(pass->engine), pass->at, BATCH, &due, error) ||
        !read_steps(pass, due, steps, error) || !prepare(pass, steps, error))
        return false;
    for (guint i = 0; i < steps->len; i++)
        batch_add(pass, steps->pdata[i]);
    *more = pass->moved > 0;
    if (due->len > 0 && pass->moved == 0)
        pass->counts->deferred++; /* the daemon would come back for them at once */
    if (pass->handovers->len == 0)
        return true;
    pass->outside->deliver(pass->config, pass->handovers, pass, pass->outside->user);
    *more = pass->accepted > 0;
    return true;
}

/* What cadences have ready goes into custody first, and from there with all else that is due. */
static bool run_locked(PlannerPass *pass, GError **error) {
    const PlannerOutside *outside = pass->outside;
    g_autoptr(Repertoire) repertoire = engine_repertoire(pass->engine);
    CadencePass cadences = {pass->engine, repertoire, pass->at, outside->say, outside->user};
    bool more = true, busy = true;
    if (!recover(pass, error))
        return false;
    while ((more || busy) && !outside->stopping(outside->user))
        if (!cadence_step(&cadences, &busy, error) || !run_batch(pass, &more, error))
            return false;
    return true;
}

bool planner_pass(Engine *engine, Instant at, int patience, const PlannerOutside *outside, bool *locked,
                  PlannerCounts *counts, GError **error) {
    Store *store = engine_store(engine);
    PlannerPass pass = {.engine = engine, .at = at, .outside = outside, .counts = counts};
    *counts = (PlannerCounts){0};
    if (!store_planner_lock(store, patience, locked, error))
        return false;
    if (!*locked)
        return true;
    engine_rules(engine, &pass.config, &pass.holidays);
    pass.handovers = g_ptr_array_new_with_free_func((GDestroyNotify)handover_free);
    g_mutex_init(&pass.lock);
    bool done = run_locked(&pass, error);
    g_mutex_clear(&pass.lock);
    g_ptr_array_unref(pass.handovers);
    config_unref(pass.config);
    holidays_unref(pass.holidays);
    store_planner_unlock(store);
    return done;
}

bool planner_next(Engine *engine, Instant *out, GError **error) {
    Instant held, cadence;
    if (!store_custody_next(engine_store(engine), &held, error) || !cadence_next(engine, &cadence, error))
        return false;
    *out = MIN(held, cadence);
    return true;
}
