/* What became of a hand-over is read from the row, not guessed from the reply: Postfix says 250 both when the milter
 * let the message pass (the row is PASSED) and when it took it back (HELD) or dropped it (gone). A row that is still
 * RELEASING after 250 was never seen by the milter. */
#include "planner_finish.h"

#include "ending.h"

#define RETRY_FIRST 60
#define RETRY_LONGEST 3600
#define MAILDROP_PATIENCE 900 /* how long a message may lie in Postfix's maildrop before we ask what became of it */

static Instant retry_at(const PlannerPass *pass, int attempts) {
    return pass->at + MIN(RETRY_FIRST << MIN(attempts, 6), RETRY_LONGEST);
}

/* Postfix has it, and the milter was not asked: what is out is counted all the same. */
static bool finish_unseen(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    Contact contact = {
        .at = step->pass->at, .class = custody->class, .topic = custody->topic, .campaign = custody->campaign};
    if (step_is_notice(custody)) {
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
        return step_end_at_deadline(transaction, step, custody, error);
    if (step->pass->at >= custody->expires)
        return step_end_as_expired(transaction, step, custody, error);
    step_ends(step, "taken back by the milter", &step->pass->counts->rescheduled);
    if (custody->due > step->pass->at)
        return true;
    custody->due = step->pass->at + RETRY_FIRST;
    return transaction_custody_update(transaction, custody, error);
}

/* The milter judges it when Postfix picks it up. Until then, and a while longer, it stays here. */
static bool finish_submitted(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    step_ends(step, "given to sendmail(1)", &step->pass->counts->released);
    if (step_is_notice(custody))
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
        return step_end_at_deadline(transaction, step, custody, error);
    custody->state = CUSTODY_HELD;
    custody->due = retry_at(step->pass, custody->attempts);
    custody->attempts++;
    step_ends(step, "not taken by Postfix, to be tried again", &step->pass->counts->deferred);
    return transaction_custody_update(transaction, custody, error);
}

static bool finish_refused(Transaction *transaction, Step *step, Custody *custody, GError **error) {
    g_autofree char *sentence = g_strdup_printf("the mail server said: %s", step->answer);
    step_ends(step, "refused by Postfix and returned to its sender", &step->pass->counts->returned);
    if (step_is_notice(custody))
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
    store_expect(engine_store(pass->engine), -1);
    if (store_transact(engine_store(pass->engine), finish_work, &step, &error))
        step_count(&step);
    else
        step_say(&step, "handed over, but the store failed", error->message);
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

bool planner_recover(PlannerPass *pass, GError **error) {
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
