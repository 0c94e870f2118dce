/* Fills a new store with customers as a bank has them: address, three attributes, a consent, and a history of contacts
 * under which, in a share of them, the next offer has to wait. By the store's own verbs, so that it is a store as it
 * would have grown. */
#include "base/instant.h"
#include "letter.h"
#include "population.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#define CUSTOMERS_A_WORK 2000
#define DAY 86400
#define RELATIONAL 12 /* contacts of each, within the window of the ratio */

typedef struct {
    guint64 first, end;
    int held; /* percent of customers whom an offer has to wait for */
    Instant now;
} Batch;

static bool put_customer(Transaction *transaction, const char *id, guint64 number, Instant now, GError **error) {
    static const char *const zones[] = {"Europe/Warsaw", "Europe/Berlin", "Europe/London", "America/New_York"};
    g_autoptr(Customer) customer = customer_new(id);
    customer->timezone = g_strdup(zones[number % G_N_ELEMENTS(zones)]);
    customer->locale = g_strdup("en");
    g_ptr_array_add(customer->addresses, population_address(number));
    return transaction_customer_put(transaction, customer, now - 400 * DAY, error);
}

static bool put_attributes(Transaction *transaction, const char *id, guint64 number, Instant now, GError **error) {
    static const char *const names[] = {"Anna", "Boris", "Celia", "D\u00f3ra", "Emil", "Zo\u00eb"};
    static const char *const cities[] = {"Krak\u00f3w", "Berlin", "York"};
    const AttributeValue values[] = {
        {(char *)"first_name", (char *)names[number % G_N_ELEMENTS(names)], now - 300 * DAY, (char *)"import"},
        {(char *)"city", (char *)cities[number % G_N_ELEMENTS(cities)], now - 300 * DAY, (char *)"import"},
        {(char *)"tier", (char *)(number % 20 ? "silver" : "gold"), now - 300 * DAY, (char *)"import"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (!transaction_attribute_put(transaction, id, &values[i], error))
            return false;
    return true;
}

static bool put_contact(Transaction *transaction, const char *id, int ordinal, MailClass class, Instant at,
                        GError **error) {
    g_autofree char *message = g_strdup_printf("history-%s-%d", id, ordinal);
    const Contact contact = {.at = at, .class = class, .topic = class == CLASS_SALES ? "loans" : "tips"};
    return transaction_contact_put(transaction, id, message, &contact, error);
}

/* Whom an offer has to wait for had one yesterday; the others had their last a fortnight ago. */
static bool put_history(Transaction *transaction, const char *id, guint64 number, const Batch *batch, GError **error) {
    bool held = (int)(number % 100) < batch->held;
    const Consent consent = {.purpose = (char *)"marketing",
                             .state = CONSENT_GRANTED,
                             .at = batch->now - 200 * DAY,
                             .source = (char *)"import"};
    for (int i = 0; i < RELATIONAL; i++)
        if (!put_contact(transaction, id, i, CLASS_RELATIONAL, batch->now - (3 + 2 * i) * DAY, error))
            return false;
    return put_contact(transaction, id, RELATIONAL, CLASS_SALES, batch->now - (held ? 1 : 14) * DAY, error) &&
           transaction_consent_put(transaction, id, &consent, error);
}

static bool put_batch(Transaction *transaction, gpointer user, GError **error) {
    const Batch *batch = user;
    for (guint64 number = batch->first; number < batch->end; number++) {
        g_autofree char *id = population_id(number);
        if (!put_customer(transaction, id, number, batch->now, error) ||
            !put_attributes(transaction, id, number, batch->now, error) ||
            !put_history(transaction, id, number, batch, error))
            return false;
    }
    return true;
}

static bool populate_customers(Store *store, guint64 customers, int held, GError **error) {
    Batch batch = {.held = held, .now = instant_now()};
    for (; batch.first < customers; batch.first = batch.end) {
        batch.end = MIN(batch.first + CUSTOMERS_A_WORK, customers);
        if (!store_transact(store, put_batch, &batch, error))
            return false;
    }
    return true;
}

/* ---- custody ---- */

typedef struct {
    int count, slot;
    const char *run;
    GBytes *raw;
    Instant now;
} Backlog;

static bool put_held(Transaction *transaction, const Backlog *backlog, int number, GError **error) {
    guint64 customer = (guint64)number * POPULATION_SLOTS + (guint64)backlog->slot;
    g_autofree char *id = population_id(customer);
    g_autofree char *address = population_address(customer);
    g_autofree char *message = g_strdup_printf("%s-%d", backlog->run, number);
    const Custody custody = {.message = message,
                             .customer = id,
                             .address = address,
                             .sender = (char *)"offers@crm.bank.example",
                             .class = CLASS_SALES,
                             .topic = (char *)"loans",
                             .stream = (char *)"crm",
                             .priority = 50,
                             .since = backlog->now - DAY,
                             .due = backlog->now,
                             .expires = INSTANT_NEVER,
                             .deadline = backlog->now + 6 * DAY,
                             .then = THEN_DROP,
                             .mail_parameters = (char *)"",
                             .recipient_parameters = (char *)"",
                             .reasons = (char *)"[{\"rule\":\"gap\",\"name\":\"between offers\"}]"};
    return transaction_custody_take(transaction, &custody, backlog->raw, error);
}

static bool put_backlog(Transaction *transaction, gpointer user, GError **error) {
    const Backlog *backlog = user;
    for (int number = 0; number < backlog->count; number++)
        if (!put_held(transaction, backlog, number, error))
            return false;
    return true;
}

/* One letter serves all: it is filled in for each when it goes. */
static bool populate_custody(Store *store, int count, int slot, const char *run, GError **error) {
    g_autoptr(GString) body = letter_body(LETTER_BYTES);
    Letter letter = letter_new((guint64)slot, run, 0, body);
    Backlog backlog = {.count = count, .slot = slot, .run = run, .now = instant_now()};
    backlog.raw = g_string_free_to_bytes(letter_text(&letter));
    bool done = store_transact(store, put_backlog, &backlog, error);
    g_bytes_unref(backlog.raw);
    letter_clear(&letter);
    return done;
}

int main(int argc, char **argv) {
    g_autoptr(GError) error = NULL;
    bool customers = argc == 5 && g_str_equal(argv[2], "customers"), done = false;
    if (!customers && !(argc == 6 && g_str_equal(argv[2], "custody"))) {
        fprintf(stderr, "usage: populate URL customers COUNT PERCENT-HELD | populate URL custody COUNT SLOT RUN\n");
        return 2;
    }
    g_autoptr(Store) store = store_open(argv[1], &error);
    if (store && customers)
        done = populate_customers(store, g_ascii_strtoull(argv[3], NULL, 10), atoi(argv[4]), &error);
    else if (store)
        done = populate_custody(store, atoi(argv[3]), atoi(argv[4]), argv[5], &error);
    if (done)
        return EXIT_SUCCESS;
    fprintf(stderr, "populate: %s\n", error->message);
    return EXIT_FAILURE;
}
