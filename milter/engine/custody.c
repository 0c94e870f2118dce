/* Custody as a person handles it. Everything here only changes what is due; the planner does the rest, and the milter
 * judges. */
#include "engine/custody.h"

#include "base/error.h"
#include "ending.h"
#include "waiting.h"

#define PAGE 128 /* customers in one transaction */

typedef struct {
    const char *id;
    Instant at;
    bool (*change)(Transaction *transaction, Custody *custody, Instant at, GError **error);
} Handling;

static bool handle_work(Transaction *transaction, gpointer user, GError **error) {
    const Handling *self = user;
    g_autoptr(Custody) custody = NULL;
    if (!transaction_custody(transaction, self->id, &custody, error))
        return false;
    if (custody)
        return self->change(transaction, custody, self->at, error);
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "no held message has the id '%s'; 'cadencectl held list' lists them", self->id);
    return false;
}

static bool handle(Engine *engine, const Handling *handling, GError **error) {
    if (!store_transact(engine_store(engine), handle_work, (gpointer)handling, error))
        return false;
    store_wake(engine_store(engine));
    return true;
}

static bool force(Transaction *transaction, Custody *custody, Instant at, GError **error) {
    custody->forced = true;
    custody->due = at;
    return transaction_custody_update(transaction, custody, error);
}

static bool drop_by_hand(Transaction *transaction, Custody *custody, Instant at, GError **error) {
    return ending_drop(transaction, custody, "by hand", at, error);
}

bool custody_release(Engine *engine, const char *id, Instant at, GError **error) {
    Handling handling = {.id = id, .at = at, .change = force};
    return handle(engine, &handling, error);
}

bool custody_drop(Engine *engine, const char *id, Instant at, GError **error) {
    Handling handling = {.id = id, .at = at, .change = drop_by_hand};
    return handle(engine, &handling, error);
}

/* Which facts changed and what they free is for the planner to find out: it asks the rules before it hands anything
 * over. */
bool custody_reschedule(Transaction *transaction, const char *customer, Instant at, GError **error) {
    g_autoptr(GPtrArray) custodies = NULL;
    if (!transaction_custody_of_customer(transaction, customer, 0, &custodies, error))
        return false;
    for (guint i = 0; i < custodies->len; i++) {
        Custody *custody = custodies->pdata[i];
        custody->due = MIN(custody->due, at);
        if (custody->state == CUSTODY_HELD && !transaction_custody_update(transaction, custody, error))
            return false;
    }
    return true;
}

/* ---- when the rules have changed ---- */

typedef struct {
    const GPtrArray *customers;
    Instant at;
} Page;

static bool ask_anew_of(Transaction *transaction, const char *customer, Instant at, GError **error) {
    g_autoptr(GPtrArray) custodies = NULL;
    if (!transaction_custody_of_customer(transaction, customer, 0, &custodies, error))
        return false;
    for (guint i = 0; i < custodies->len; i++) {
        Custody *custody = custodies->pdata[i];
        if (custody->state != CUSTODY_HELD || custody->due <= at || !waiting_for_capacity(custody))
            continue;
        custody->due = at;
        if (!transaction_custody_update(transaction, custody, error))
            return false;
    }
    return true;
}

static bool ask_anew_work(Transaction *transaction, gpointer user, GError **error) {
    const Page *page = user;
    for (guint i = 0; i < page->customers->len; i++)
        if (!ask_anew_of(transaction, page->customers->pdata[i], page->at, error))
            return false;
    return true;
}

bool custody_ask_anew(Engine *engine, Instant at, GError **error) {
    Store *store = engine_store(engine);
    g_autofree char *last = g_strdup("");
    for (;;) {
        g_autoptr(GPtrArray) customers = NULL;
        if (!store_custody_customers(store, last, PAGE, &customers, error))
            return false;
        if (customers->len == 0)
            break;
        Page page = {customers, at};
        if (!store_transact(store, ask_anew_work, &page, error))
            return false;
        g_free(last);
        last = g_strdup(customers->pdata[customers->len - 1]);
    }
    store_wake(store);
    return true;
}

typedef struct {
    const char *daemon, *config_hash;
} Asked;

static bool asked_work(Transaction *transaction, gpointer user, GError **error) {
    const Asked *asked = user;
    return transaction_asked_put(transaction, asked->daemon, asked->config_hash, error);
}

bool custody_note_asked(Engine *engine, const char *daemon, GError **error) {
    g_autoptr(Config) config = engine_config(engine);
    Asked asked = {daemon, config->hash};
    return store_transact(engine_store(engine), asked_work, &asked, error);
}

/* Each daemon for itself: what the planner would let go, a milter that still has the old rules holds again. */
bool custody_ask_anew_once(Engine *engine, const char *daemon, Instant at, GError **error) {
    g_autoptr(Config) config = engine_config(engine);
    g_autofree char *last = NULL;
    if (!store_asked(engine_store(engine), daemon, &last, error))
        return false;
    return g_strcmp0(last, config->hash) == 0 ||
           (custody_ask_anew(engine, at, error) && custody_note_asked(engine, daemon, error));
}
