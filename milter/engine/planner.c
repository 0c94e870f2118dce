/* A pass takes what is due in batches, prepared in a few transactions and handed over on several connections. A batch
 * holds at most one message of a customer, because whether the second may go is not known before the first has been
 * judged. */
#include "engine/planner.h"

#include "base/error.h"
#include "cadence_pass.h"
#include "engine/ticket.h"
#include "engine_private.h"
#include "planner_finish.h"
#include "planner_prepare.h"

#define BATCH 512
#define BATCH_BYTES (64 << 20) /* of messages in memory at once, one more allowed */

/* ---- the batch ---- */

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
    if (!step_is_notice(handover->custody))
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

/* ---- the pass ---- */

/* *more: something was due, so there may be more. Not where nothing of it moved, whatever the reason: the same rows
 * would be due again, and the pass would go round for ever. */
static bool run_batch(PlannerPass *pass, bool *more, GError **error) {
    g_autoptr(GPtrArray) due = NULL;
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func((GDestroyNotify)step_free);
    pass->accepted = pass->moved = 0;
    g_ptr_array_set_size(pass->handovers, 0);
    if (!store_custody_due(engine_store(pass->engine), pass->at, BATCH, &due, error) ||
        !read_steps(pass, due, steps, error) || !planner_prepare(pass, steps, error))
        return false;
    for (guint i = 0; i < steps->len; i++)
        batch_add(pass, steps->pdata[i]);
    *more = pass->moved > 0;
    if (due->len > 0 && pass->moved == 0)
        pass->counts->deferred++; /* the daemon would come back for them at once */
    if (pass->handovers->len == 0)
        return true;
    store_expect(engine_store(pass->engine), (int)pass->handovers->len);
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
    if (!planner_recover(pass, error))
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
