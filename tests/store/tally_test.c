/* Relational contacts ever: those in the ledger and those that pruning took. */
#include "fixture.h"

static void put_contact_of(Store *store, MailClass class, const char *message, Instant at) {
    ContactPut put = {"C1", message, {.at = at, .class = class}};
    must_transact(store, put_contact_work, &put);
}

static void put_relational(Store *store, const char *message, Instant at) {
    put_contact_of(store, CLASS_RELATIONAL, message, at);
}

typedef struct {
    const char *customer;
    Instant since;
    guint64 count;
} Ask;

static bool ask_work(Transaction *transaction, gpointer user, GError **error) {
    Ask *ask = user;
    return transaction_relational_earlier(transaction, ask->customer, ask->since, &ask->count, error);
}

static guint64 earlier(Store *store, Instant since) {
    Ask ask = {.customer = "C1", .since = since};
    must_transact(store, ask_work, &ask);
    return ask.count;
}

static void a_customer_without_contacts_has_had_none(void **state) {
    Fixture *fixture = *state;
    assert_int_equal(earlier(fixture->store, INSTANT_NEVER), 0);
    assert_int_equal(earlier(fixture->store, INSTANT_ALWAYS), 0);
}

static void relational_contacts_at_or_before_since_count(void **state) {
    Fixture *fixture = *state;
    put_relational(fixture->store, "m1", 100);
    put_relational(fixture->store, "m2", 200);
    put_contact_of(fixture->store, CLASS_SALES, "m3", 150);
    ContactPut other = {"C2", "m4", {.at = 100, .class = CLASS_RELATIONAL}};
    must_transact(fixture->store, put_contact_work, &other);
    const struct {
        Instant since;
        guint64 count;
    } cases[] = {{99, 0}, {100, 1}, {199, 1}, {200, 2}, {INSTANT_NEVER, 2}, {INSTANT_ALWAYS, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_int_equal(earlier(fixture->store, cases[i].since), cases[i].count);
}

static void pruned_contacts_go_on_counting(void **state) {
    Fixture *fixture = *state;
    put_relational(fixture->store, "m1", 100);
    put_relational(fixture->store, "m2", 200);
    put_contact_of(fixture->store, CLASS_SALES, "m3", 300);
    put_relational(fixture->store, "m4", 1500);
    prune_all(fixture->store, 1000);
    assert_int_equal(earlier(fixture->store, 1200), 2);
    assert_int_equal(earlier(fixture->store, 1500), 3);
    prune_all(fixture->store, 2000);
    prune_all(fixture->store, 2000);
    assert_int_equal(earlier(fixture->store, 2000), 3);
}

static void a_history_imported_again_after_pruning_counts_once(void **state) {
    Fixture *fixture = *state;
    for (int import = 0; import < 3; import++) {
        put_relational(fixture->store, "m1", 100);
        put_relational(fixture->store, "m2", 999);
        put_relational(fixture->store, "m3", 1000);
        assert_int_equal(earlier(fixture->store, 5000), 3);
        prune_all(fixture->store, 1000);
        assert_int_equal(earlier(fixture->store, 5000), 3);
    }
}

static void contacts_after_a_pruning_are_tallied_by_the_next(void **state) {
    Fixture *fixture = *state;
    put_relational(fixture->store, "m1", 100);
    prune_all(fixture->store, 1000);
    put_relational(fixture->store, "m2", 1000);
    prune_all(fixture->store, 2000);
    assert_int_equal(earlier(fixture->store, 2000), 2);
}

#define MANY 9000

static bool many_contacts_work(Transaction *transaction, gpointer user, GError **error) {
    (void)user;
    Contact contact = {.class = CLASS_RELATIONAL};
    for (int i = 0; i < MANY; i++) {
        g_autofree char *message = g_strdup_printf("m%05d", i);
        contact.at = i / 100;
        if (!transaction_contact_put(transaction, "C1", message, &contact, error))
            return false;
    }
    return true;
}

static void every_step_of_a_pruning_leaves_the_number_as_it_was(void **state) {
    Fixture *fixture = *state;
    must_transact(fixture->store, many_contacts_work, NULL);
    guint steps = 0;
    for (PruneStep step = {1000, true}; step.more; steps++) {
        must_transact(fixture->store, prune_step_work, &step);
        assert_int_equal(earlier(fixture->store, 2000), MANY);
    }
    assert_in_range(steps, MANY / 1000, MANY / 1000 + 2); /* a thousand rows a step */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_customer_without_contacts_has_had_none),
        TEST(relational_contacts_at_or_before_since_count),
        TEST(pruned_contacts_go_on_counting),
        TEST(a_history_imported_again_after_pruning_counts_once),
        TEST(contacts_after_a_pruning_are_tallied_by_the_next),
        TEST(every_step_of_a_pruning_leaves_the_number_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
