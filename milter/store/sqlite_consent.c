/* Consents: a history that only grows, and what of it is in force. Which row that is, is worked out from the history
 * each time, and not kept beside it: a customer has a handful of rows, and two records of one thing come to differ.
 *
 * The order of recording decides, so that a withdrawal takes effect whatever the clocks of the machines say; only a
 * grant has to be as new, by its own time, as what it undoes. */
#include "sqlite_consent.h"

#include "base/error.h"
#include "sqlite_customer.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"
#include "sqlite_withdrawal.h"

#include <string.h>

/* ---- reading ---- */

static Consent *take_consent(Statement *row) {
    Consent *consent = g_new0(Consent, 1);
    consent->purpose = take_text(row);
    consent->state = (ConsentState)take_integer(row);
    consent->at = take_integer(row);
    consent->basis = (ConsentBasis)take_integer(row);
    consent->wording = take_text(row);
    consent->sale = take_text(row);
    consent->source = take_text(row);
    return consent;
}

static GPtrArray *consents_new(void) {
    return g_ptr_array_new_with_free_func((GDestroyNotify)consent_free);
}

static bool read_history(Connection *connection, const char *customer, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) history = consents_new();
    g_auto(Statement) read = statement_of(connection, "SELECT purpose, state, at, basis, wording, sale, source"
                                                      " FROM consent WHERE customer = ? ORDER BY sequence");
    bind_text(&read, customer);
    while (statement_next(&read))
        g_ptr_array_add(history, take_consent(&read));
    if (!statement_end(&read, error))
        return false;
    *out = g_steal_pointer(&history);
    return true;
}

/* ---- what is in force ---- */

static const Consent *in_force(const GPtrArray *history, const char *purpose) {
    return consent_in_force(history, purpose, INSTANT_NEVER);
}

static int by_purpose(gconstpointer a, gconstpointer b) {
    return strcmp((*(Consent *const *)a)->purpose, (*(Consent *const *)b)->purpose);
}

/* Takes them out of the history. */
static GPtrArray *take_all_in_force(GPtrArray *history) {
    GPtrArray *taken = consents_new();
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    for (guint i = 0; i < history->len; i++) {
        Consent *consent = history->pdata[i];
        if (in_force(history, consent->purpose) == consent)
            g_ptr_array_add(chosen, consent);
    }
    for (guint i = 0; i < chosen->len; i++) {
        guint index;
        if (g_ptr_array_find(history, chosen->pdata[i], &index))
            g_ptr_array_add(taken, g_ptr_array_steal_index_fast(history, index));
    }
    g_ptr_array_sort(taken, by_purpose);
    return taken;
}

bool store_consents(Store *store, const char *customer, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    g_autoptr(GPtrArray) history = NULL;
    if (!reader || !read_history(reader->connection, customer, &history, error))
        return false;
    *out = take_all_in_force(history);
    return true;
}

bool store_consent_history(Store *store, const char *customer, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_history(reader->connection, customer, out, error);
}

/* ---- what is remembered ---- */

static bool is_withdrawn(const Consent *consent) {
    return consent && (consent->state == CONSENT_WITHDRAWN || consent->state == CONSENT_OBJECTED);
}

static bool read_addresses(Connection *connection, const char *customer, GPtrArray **out, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT address FROM address WHERE customer = ?");
    bind_text(&read, customer);
    return statement_texts(&read, out, error);
}

static bool remember(Connection *connection, const char *customer, const Consent *withdrawn, GError **error) {
    g_autoptr(GPtrArray) addresses = NULL;
    if (!read_addresses(connection, customer, &addresses, error))
        return false;
    for (guint i = 0; i < addresses->len; i++)
        if (!withdrawal_put(connection, addresses->pdata[i], withdrawn, error))
            return false;
    return true;
}

/* ---- recording ---- */

static bool append(Connection *connection, const char *customer, const Consent *consent, GError **error) {
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO consent (customer, sequence, purpose, state, at, basis, wording, sale,"
                                 " source) SELECT ?1, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM consent"
                                 " WHERE customer = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                                 " WHERE EXISTS (SELECT 1 FROM customer WHERE id = ?1)");
    bind_text(&put, customer);
    bind_text(&put, consent->purpose);
    bind_integer(&put, consent->state);
    bind_integer(&put, consent->at);
    bind_integer(&put, consent->basis);
    bind_text(&put, consent->wording);
    bind_text(&put, consent->sale);
    bind_text(&put, consent->source);
    return customer_run(&put, customer, error);
}

static bool is_said_again(const GPtrArray *history, const Consent *consent) {
    const Consent *last = NULL;
    for (guint i = history->len; i-- > 0 && !last;)
        if (g_str_equal(((Consent *)history->pdata[i])->purpose, consent->purpose))
            last = history->pdata[i];
    return last && last->state == consent->state && last->at == consent->at && last->basis == consent->basis &&
           g_strcmp0(last->wording, consent->wording) == 0 && g_strcmp0(last->sale, consent->sale) == 0;
}

static bool may_follow(const GPtrArray *history, const char *customer, const Consent *consent, GError **error) {
    const Consent *before = in_force(history, consent->purpose);
    if (!before || before->state != CONSENT_OBJECTED || consent->state != CONSENT_GRANTED ||
        consent->basis != BASIS_SOFT_OPTIN)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "customer \"%s\" has objected; no soft opt-in to \"%s\" ends that, only their consent", customer,
                consent->purpose);
    return false;
}

bool transaction_consent_put(Transaction *transaction, const char *customer, const Consent *consent, GError **error) {
    Connection *connection = transaction->connection;
    g_autoptr(GPtrArray) before = NULL;
    g_autoptr(GPtrArray) after = NULL;
    if (!read_history(connection, customer, &before, error) || !may_follow(before, customer, consent, error))
        return false;
    if (is_said_again(before, consent))
        return true;
    if (!append(connection, customer, consent, error) || !read_history(connection, customer, &after, error))
        return false;
    const Consent *now = in_force(after, consent->purpose);
    return !is_withdrawn(now) || remember(connection, customer, now, error);
}

/* ---- a new address ---- */

/* A soft opt-in that somebody recorded before the address was known to have objected ends no objection either. */
static bool counts_here(const Consent *remembered, const Consent *here) {
    bool objected = remembered->state == CONSENT_OBJECTED;
    if (!here)
        return true;
    if (is_withdrawn(here))
        return objected && here->state != CONSENT_OBJECTED;
    return remembered->at >= here->at || (objected && here->basis == BASIS_SOFT_OPTIN);
}

static bool take_remembered(Connection *connection, const char *customer, const char *address, GError **error) {
    g_autoptr(GPtrArray) history = NULL;
    g_autoptr(GPtrArray) remembered = NULL;
    if (!read_history(connection, customer, &history, error) ||
        !withdrawals_read(connection, address, &remembered, error))
        return false;
    for (guint i = 0; i < remembered->len; i++) {
        const Consent *withdrawn = remembered->pdata[i];
        if (counts_here(withdrawn, in_force(history, withdrawn->purpose)) &&
            !transaction_consent_put(&(Transaction){connection}, customer, withdrawn, error))
            return false;
    }
    return true;
}

static bool remember_all(Connection *connection, const char *customer, const char *address, GError **error) {
    g_autoptr(GPtrArray) history = NULL;
    if (!read_history(connection, customer, &history, error))
        return false;
    for (guint i = 0; i < history->len; i++) {
        const Consent *consent = history->pdata[i];
        if (in_force(history, consent->purpose) == consent && is_withdrawn(consent) &&
            !withdrawal_put(connection, address, consent, error))
            return false;
    }
    return true;
}

bool consent_take_address(Connection *connection, const char *customer, const char *address, GError **error) {
    return take_remembered(connection, customer, address, error) && remember_all(connection, customer, address, error);
}
