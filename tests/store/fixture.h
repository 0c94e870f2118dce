/* A new store in a folder of its own, and short ways to write into it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#include "../folder.h"
#include "base/error.h"
#include "store/store.h"

typedef struct {
    char *folder, *path, *url;
    Store *store;
} Fixture;

static inline int fixture_setup(void **state) {
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("cadence-store-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "store.db", NULL);
    fixture->url = g_strconcat("sqlite:", fixture->path, NULL);
    assert_true(store_create(fixture->url, NULL));
    fixture->store = store_open(fixture->url, NULL);
    assert_non_null(fixture->store);
    *state = fixture;
    return 0;
}

static inline int fixture_teardown(void **state) {
    Fixture *fixture = *state;
    store_close(fixture->store);
    folder_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->url);
    g_free(fixture);
    return 0;
}

static inline void assert_error_is(GError *error, CadenceError code, const char *part) {
    assert_non_null(error);
    assert_int_equal(error->domain, CADENCE_ERROR);
    if (error->code != (int)code || !strstr(error->message, part))
        fail_msg("error %d \"%s\", expected %d with \"%s\"", error->code, error->message, code, part);
}

static inline void must_transact(Store *store, StoreWork work, gpointer user) {
    g_autoptr(GError) error = NULL;
    if (!store_transact(store, work, user, &error))
        fail_msg("%s", error->message);
}

/* ---- works of one verb ---- */

static inline bool put_customer_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_customer_put(transaction, user, 100, error);
}

/* address may be NULL. */
static inline void put_customer(Store *store, const char *id, const char *address) {
    g_autoptr(Customer) customer = customer_new(id);
    if (address)
        g_ptr_array_add(customer->addresses, g_strdup(address));
    must_transact(store, put_customer_work, customer);
}

typedef struct {
    const char *customer, *message;
    Contact contact;
} ContactPut;

static inline bool put_contact_work(Transaction *transaction, gpointer user, GError **error) {
    const ContactPut *put = user;
    return transaction_contact_put(transaction, put->customer, put->message, &put->contact, error);
}

static inline void put_contact(Store *store, const char *customer, const char *message, Instant at, const char *topic) {
    ContactPut put = {customer, message, {.at = at, .class = CLASS_SALES, .topic = topic}};
    must_transact(store, put_contact_work, &put);
}

static inline bool add_verdict_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_verdict_add(transaction, user, error);
}

static inline void add_verdict(Store *store, const char *customer, const char *message, int ordinal, Instant at,
                               Action action) {
    VerdictRecord record = {.message = (char *)message,
                            .ordinal = ordinal,
                            .customer = (char *)customer,
                            .address = "a@b.example",
                            .at = at,
                            .action = action,
                            .until = INSTANT_NEVER,
                            .receipt = "{}"};
    must_transact(store, add_verdict_work, &record);
}

typedef struct {
    Instant before;
    bool more;
} PruneStep;

static inline bool prune_step_work(Transaction *transaction, gpointer user, GError **error) {
    PruneStep *step = user;
    return transaction_prune(transaction, step->before, &step->more, error);
}

/* Returns how many calls it took. */
static inline guint prune_all(Store *store, Instant before) {
    guint calls = 0;
    for (PruneStep step = {before, true}; step.more; calls++)
        must_transact(store, prune_step_work, &step);
    return calls;
}

static inline bool take_custody_work(Transaction *transaction, gpointer user, GError **error) {
    g_autoptr(GBytes) raw = g_bytes_new_static("Subject: x\r\n\r\na\0b", 17);
    return transaction_custody_take(transaction, user, raw, error);
}

/* Held, nothing but due. */
static inline Custody custody_of(const char *customer, const char *message, int ordinal, Instant due) {
    return (Custody){.message = (char *)message,
                     .customer = (char *)customer,
                     .address = "a@b.example",
                     .sender = "",
                     .ordinal = ordinal,
                     .class = CLASS_SALES,
                     .priority = 50,
                     .since = 1000,
                     .due = due,
                     .expires = INSTANT_NEVER,
                     .deadline = INSTANT_NEVER,
                     .reasons = "[]"};
}
