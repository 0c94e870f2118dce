/* A step is made in a transaction that may be run again, or fail: how it ended is kept with it until the commit, and
 * only then counted and said. */
#include "step.h"

#include "ending.h"

bool step_is_notice(const Custody *custody) {
    return !*custody->stream;
}

bool step_ends(Step *step, const char *outcome, guint *count) {
    step->outcome = outcome;
    step->count = count;
    return true;
}

void step_say(const Step *step, const char *what, const char *detail) {
    const PlannerOutside *outside = step->pass->outside;
    g_autofree char *line = g_strdup_printf("%s: to=<%s> %s%s%s", step->due->id, step->due->address, what,
                                            detail ? ": " : "", detail ? detail : "");
    outside->say(line, outside->user);
}

void step_count(const Step *step) {
    g_mutex_lock(&step->pass->lock);
    step->pass->moved += step->nonce || step->count;
    if (step->count)
        ++*step->count;
    g_mutex_unlock(&step->pass->lock);
    if (step->outcome)
        step_say(step, step->outcome, step->answer);
}

/* What may not be sent goes back to its sender where the policy said "send": an unfilled placeholder, or mail that
 * Postfix will not take. */
bool step_end_at_deadline(Transaction *transaction, Step *step, const Custody *custody, GError **error) {
    const PlannerPass *pass = step->pass;
    if (custody->then == THEN_DROP) {
        step_ends(step, "dropped at its deadline", &pass->counts->dropped);
        return ending_drop(transaction, custody, "deadline", pass->at, error);
    }
    step_ends(step, "returned to its sender at its deadline", &pass->counts->returned);
    return ending_return(transaction, custody, step->raw, "it was held until its deadline and could not be sent",
                         pass->at, error);
}

bool step_end_as_expired(Transaction *transaction, Step *step, const Custody *custody, GError **error) {
    step_ends(step, "dropped, as it has expired", &step->pass->counts->dropped);
    return ending_drop(transaction, custody, "expired", step->pass->at, error);
}
