/* Customers do not know of one another, so the history is replayed one customer at a time and only sums are kept: the
 * size of the history costs time, never memory. */
#include "engine/simulate.h"

#include "engine_private.h"
#include "facts.h"
#include "replay.h"

typedef struct {
    Config *config, *other;
    Holidays *holidays, *others; /* of each */
    Store *store;
    Instant since, now;
    const SimulationOutside *outside;
    guint64 looked_at;
    Simulation sums;
} Run;

static void run_clear(Run *run) {
    config_unref(run->config);
    config_unref(run->other);
    holidays_unref(run->holidays);
    holidays_unref(run->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static void add_fate(SimulationSide *side, const Fate *fate, Instant came) {
    side->actions[fate->action]++;
    if (fate->action != ACTION_HOLD)
        return;
    if (fate->left != INSTANT_NEVER) {
        side->released++;
        side->waited += fate->left - came;
    } else if (fate->ended) {
        side->ended++;
    } else {
        side->waiting++;
    }
}

/* Out of reach for good, not only late. */
static bool never_leaves(const Fate *fate, Instant go) {
    return go == INSTANT_NEVER && (fate->action != ACTION_HOLD || fate->ended);
}

static void report(const Run *run, const ReplayVerdict *verdict, const char *zone) {
    SimulationChange change = {.id = verdict->record->message,
                               .customer = verdict->record->customer,
                               .timezone = zone,
                               .at = verdict->record->at,
                               .was = verdict->was.action,
                               .would_be = verdict->would.action,
                               .reasons = verdict->reasons,
                               .went = verdict->was.left,
                               .would_go = verdict->would_go};
    run->outside->changed(&change, run->outside->user);
}

static void add_verdict(Run *run, const ReplayVerdict *verdict, const char *zone) {
    Simulation *sums = &run->sums;
    Instant came = verdict->record->at;
    sums->left_out += verdict->left_out && came >= run->since;
    if (!verdict->counted)
        return;
    sums->messages++;
    add_fate(&sums->before, &verdict->was, came);
    add_fate(&sums->after, &verdict->would, came);
    sums->spared += verdict->was.left != INSTANT_NEVER && never_leaves(&verdict->would, verdict->would_go);
    sums->let_through += verdict->would.left != INSTANT_NEVER && never_leaves(&verdict->was, verdict->was.left);
    if (verdict->was.action != verdict->would.action)
        report(run, verdict, zone);
}

static void add_replay(Run *run, const Replay *replay, const char *zone) {
    Simulation *sums = &run->sums;
    guint64 messages = sums->messages, spared = sums->spared, let_through = sums->let_through,
            left_out = sums->left_out;
    for (guint i = 0; i < replay->verdicts->len; i++)
        add_verdict(run, &g_array_index(replay->verdicts, ReplayVerdict, i), zone);
    sums->moved += replay->moved;
    sums->customers += sums->messages > messages;
    sums->spared_customers += sums->spared > spared;
    sums->let_through_customers += sums->let_through > let_through;
    sums->left_out_customers += sums->left_out > left_out;
}

static bool replay_known(Run *run, const CustomerHistory *history, const Customer *customer, GError **error) {
    Facts now = {.config = run->config, .holidays = run->holidays, .store = run->store, .customer = customer};
    Facts facts = {.config = run->other, .holidays = run->others, .store = run->store, .customer = customer};
    g_auto(ReplayRules) rules = {0};
    if (!replay_rules_init(&rules, &facts, &now, error))
        return false;
    g_auto(Replay) replay = {0};
    replay_run(&replay, history, &rules, run->since, run->now);
    add_replay(run, &replay, facts_timezone(&facts));
    return true;
}

/* A customer who was erased since has no policy to be asked of. */
static bool replay_customer(const CustomerHistory *history, gpointer user, GError **error) {
    Run *run = user;
    g_autoptr(Customer) customer = NULL;
    if (!store_customer_by_id(run->store, history->customer, &customer, error) ||
        (customer && !replay_known(run, history, customer, error)))
        return false;
    run->looked_at += history->verdicts->len;
    run->outside->progress(run->looked_at, run->outside->user);
    return true;
}

bool simulate(Engine *engine, Engine *other, Instant since, Instant now, const SimulationOutside *outside,
              Simulation *out, GError **error) {
    g_auto(Run) run = {.store = engine_store(engine), .since = since, .now = now, .outside = outside};
    engine_rules(engine, &run.config, &run.holidays);
    engine_rules(other, &run.other, &run.others);
    if (!store_replay(run.store, replay_customer, &run, error))
        return false;
    *out = run.sums;
    return true;
}
