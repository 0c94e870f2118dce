/* The schedule says whom a cadence has something for next, so a pass that finds nothing costs a few probes, whatever
 * the number of customers. It is kept true in three ways: a customer whose facts changed is marked by the store and
 * reckoned anew; a cadence that is new or says something else is walked through all customers, some hundreds a step,
 * and the store remembers how far; what was due is followed by what comes next. */
#include "cadence_pass.h"

#include "cadence_fire.h"
#include "engine_private.h"
#include "timetable.h"

#define DAY (24 * 3600)
#define RECKONED 200 /* customers in one transaction */
#define FIRED 50

typedef struct {
    const CadencePass *pass;
    const GPtrArray *states; /* of CadenceState */
    const Piece *piece;
    const GPtrArray *customers; /* of char * */
    CadenceState *state;
    GPtrArray *lines; /* of char * */
    bool more;
} Batch;

static const Config *config_of(const Batch *batch) {
    return batch->pass->repertoire->config;
}

static bool transact(const CadencePass *pass, StoreWork work, Batch *batch, GError **error) {
    return store_transact(engine_store(pass->engine), work, batch, error);
}

static CadenceState *find_state(const GPtrArray *states, const char *name) {
    for (guint i = 0; i < states->len; i++) {
        CadenceState *state = states->pdata[i];
        if (g_str_equal(state->name, name))
            return state;
    }
    return NULL;
}

/* ---- the configuration ---- */

static bool put_state_work(Transaction *transaction, gpointer user, GError **error) {
    const Batch *batch = user;
    return transaction_cadence_put(transaction, batch->state, error);
}

static bool remove_state_work(Transaction *transaction, gpointer user, GError **error) {
    Batch *batch = user;
    return transaction_cadence_remove(transaction, batch->state->name, &batch->more, error);
}

/* A cadence that says something else is walked anew; it began when it first had its name. */
static bool meet_cadence(const CadencePass *pass, const GPtrArray *states, const Cadence *cadence, bool *changed,
                         GError **error) {
    const CadenceState *known = find_state(states, cadence->name);
    CadenceState state = {.name = cadence->name, .hash = cadence->hash, .begun = known ? known->begun : pass->at};
    Batch batch = {.pass = pass, .state = &state};
    if (known && g_str_equal(known->hash, cadence->hash))
        return true;
    state.walked = (char *)"";
    *changed = true;
    return transact(pass, put_state_work, &batch, error);
}

static bool is_configured(const Repertoire *repertoire, const char *name) {
    for (guint i = 0; i < repertoire->pieces->len; i++)
        if (g_str_equal(((const Piece *)repertoire->pieces->pdata[i])->cadence->name, name))
            return true;
    return false;
}

static bool forget_cadences(const CadencePass *pass, const GPtrArray *states, bool *busy, GError **error) {
    for (guint i = 0; i < states->len; i++) {
        Batch batch = {.pass = pass, .state = states->pdata[i]};
        if (is_configured(pass->repertoire, batch.state->name))
            continue;
        if (!transact(pass, remove_state_work, &batch, error))
            return false;
        *busy |= batch.more;
    }
    return true;
}

/* What the store knows of the cadences, after it has been told of the configuration. */
static bool meet_configuration(const CadencePass *pass, GPtrArray **states, bool *busy, GError **error) {
    Store *store = engine_store(pass->engine);
    g_autoptr(GPtrArray) known = NULL;
    bool changed = false;
    if (!store_cadence_states(store, &known, error) || !forget_cadences(pass, known, busy, error))
        return false;
    for (guint i = 0; i < pass->repertoire->pieces->len; i++) {
        const Piece *piece = pass->repertoire->pieces->pdata[i];
        if (!meet_cadence(pass, known, piece->cadence, &changed, error))
            return false;
    }
    if (changed)
        return store_cadence_states(store, states, error);
    *states = g_steal_pointer(&known);
    return true;
}

/* ---- reckoning ---- */

/* Nothing goes for what was more than a day ago, nor for what was before the cadence. */
static bool reckon(Transaction *transaction, const Batch *batch, const Piece *piece, const Customer *customer,
                   GError **error) {
    const CadenceState *state = find_state(batch->states, piece->cadence->name);
    Timetable timetable = {config_of(batch), piece, customer};
    return timetable_reckon(transaction, &timetable, MAX(batch->pass->at - DAY, state->begun), error);
}

static bool reckon_all_of(Transaction *transaction, const Batch *batch, const char *id, GError **error) {
    const GPtrArray *pieces = batch->pass->repertoire->pieces;
    g_autoptr(Customer) customer = NULL;
    if (pieces->len > 0 && !transaction_customer(transaction, id, &customer, error))
        return false;
    for (guint i = 0; customer && i < pieces->len; i++)
        if (!reckon(transaction, batch, pieces->pdata[i], customer, error))
            return false;
    return transaction_stale_end(transaction, id, error);
}

static bool refresh_work(Transaction *transaction, gpointer user, GError **error) {
    const Batch *batch = user;
    for (guint i = 0; i < batch->customers->len; i++)
        if (!reckon_all_of(transaction, batch, batch->customers->pdata[i], error))
            return false;
    return true;
}

static bool refresh_stale(const CadencePass *pass, const GPtrArray *states, bool *busy, GError **error) {
    g_autoptr(GPtrArray) customers = NULL;
    Batch batch = {.pass = pass, .states = states};
    if (!store_stale_customers(engine_store(pass->engine), RECKONED, &customers, error))
        return false;
    batch.customers = customers;
    *busy |= customers->len == RECKONED;
    return customers->len == 0 || transact(pass, refresh_work, &batch, error);
}

static bool walk_work(Transaction *transaction, gpointer user, GError **error) {
    Batch *batch = user;
    const GPtrArray *ids = batch->customers;
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(Customer) customer = NULL;
        if (!transaction_customer(transaction, ids->pdata[i], &customer, error))
            return false;
        if (customer && !reckon(transaction, batch, batch->piece, customer, error))
            return false;
    }
    CadenceState state = *batch->state;
    state.walked = batch->more ? ids->pdata[ids->len - 1] : NULL;
    return transaction_cadence_put(transaction, &state, error);
}

static bool walk(const CadencePass *pass, const GPtrArray *states, const Piece *piece, bool *busy, GError **error) {
    g_autoptr(GPtrArray) customers = NULL;
    Batch batch = {.pass = pass, .states = states, .piece = piece, .state = find_state(states, piece->cadence->name)};
    if (!batch.state->walked)
        return true;
    if (!store_customers_after(engine_store(pass->engine), batch.state->walked, RECKONED, &customers, error))
        return false;
    batch.customers = customers;
    batch.more = customers->len == RECKONED;
    *busy |= batch.more;
    return transact(pass, walk_work, &batch, error);
}

/* ---- what is due ---- */

/* It may be run again from the start. */
static bool fire_work(Transaction *transaction, gpointer user, GError **error) {
    const Batch *batch = user;
    g_ptr_array_set_size(batch->lines, 0);
    for (guint i = 0; i < batch->customers->len; i++)
        if (!cadence_fire(transaction, batch->pass, batch->piece, batch->customers->pdata[i], batch->lines, error))
            return false;
    return true;
}

static bool fire(const CadencePass *pass, const Piece *piece, bool *busy, GError **error) {
    Store *store = engine_store(pass->engine);
    g_autoptr(GPtrArray) customers = NULL;
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    if (!store_schedule_due(store, piece->cadence->name, pass->at, FIRED, &customers, error))
        return false;
    Batch batch = {.pass = pass, .piece = piece, .customers = customers, .lines = lines};
    if (customers->len > 0 && !transact(pass, fire_work, &batch, error))
        return false;
    for (guint i = 0; i < lines->len; i++)
        pass->say(lines->pdata[i], pass->user);
    *busy |= customers->len > 0;
    return true;
}

/* ---- */

bool cadence_step(const CadencePass *pass, bool *busy, GError **error) {
    g_autoptr(GPtrArray) states = NULL;
    *busy = false;
    if (!meet_configuration(pass, &states, busy, error) || !refresh_stale(pass, states, busy, error))
        return false;
    for (guint i = 0; i < pass->repertoire->pieces->len; i++) {
        const Piece *piece = pass->repertoire->pieces->pdata[i];
        if (!walk(pass, states, piece, busy, error) || !fire(pass, piece, busy, error))
            return false;
    }
    return true;
}

bool cadence_next(Engine *engine, Instant *out, GError **error) {
    g_autoptr(Config) config = engine_config(engine);
    Instant first = INSTANT_NEVER;
    for (guint i = 0; i < config->cadences->len; i++) {
        Instant next;
        if (!store_schedule_next(engine_store(engine), ((Cadence *)config->cadences->pdata[i])->name, &next, error))
            return false;
        first = MIN(first, next);
    }
    *out = first;
    return true;
}
