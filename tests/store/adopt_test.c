/* Who was enrolled by an address becomes the customer to whom the address is given, with all that is recorded. */
#include "fixture.h"

#define STRAY "a@x.example"

static bool consent_work(Transaction *transaction, gpointer customer, GError **error) {
    Consent consent = {.purpose = (char *)"marketing", .state = CONSENT_WITHDRAWN, .at = 50, .source = (char *)"test"};
    return transaction_consent_put(transaction, customer, &consent, error);
}

static bool grant_work(Transaction *transaction, gpointer customer, GError **error) {
    Consent consent = {.purpose = (char *)"profiling", .state = CONSENT_GRANTED, .at = 40, .source = (char *)"test"};
    return transaction_consent_put(transaction, customer, &consent, error);
}

static bool event_work(Transaction *transaction, gpointer customer, GError **error) {
    return transaction_event_add(transaction, customer, "complaint", 60, error);
}

static void put_record(Store *store, const char *customer) {
    put_contact(store, customer, "m1", 10, "loans");
    add_verdict(store, customer, "m1", 0, 10, ACTION_PASS);
    must_transact(store, consent_work, (gpointer)customer);
    must_transact(store, event_work, (gpointer)customer);
    Custody held = custody_of(customer, "m2", 0, 2000);
    must_transact(store, take_custody_work, &held);
}

static void give_address(Store *store, const char *customer) {
    put_customer(store, customer, STRAY);
}

static void assert_nobody_has(Store *store, const char *id) {
    g_autoptr(Customer) found = NULL;
    assert_true(store_customer_by_id(store, id, &found, NULL));
    assert_null(found);
}

static void assert_lengths(Store *store, const char *customer, guint contacts, guint verdicts, guint held,
                           guint history) {
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(EventList) events = NULL;
    g_autoptr(GPtrArray) found_verdicts = NULL, found_held = NULL, found_history = NULL;
    assert_true(store_ledger(store, customer, INSTANT_ALWAYS, &ledger, NULL));
    assert_true(store_events(store, customer, &events, NULL));
    assert_true(store_verdicts_of_customer(store, customer, 10, &found_verdicts, NULL));
    assert_true(store_custody_of_customer(store, customer, &found_held, NULL));
    assert_true(store_consent_history(store, customer, &found_history, NULL));
    assert_int_equal(ledger->contacts->len, contacts);
    assert_int_equal(found_verdicts->len, verdicts);
    assert_int_equal(found_held->len, held);
    assert_int_equal(found_history->len, history);
}

static void a_stray_becomes_a_new_customer(void **state) {
    Store *store = ((Fixture *)*state)->store;
    put_customer(store, STRAY, STRAY);
    put_record(store, STRAY);
    give_address(store, "C1");
    assert_nobody_has(store, STRAY);
    assert_lengths(store, "C1", 1, 1, 1, 1);
    assert_lengths(store, STRAY, 0, 0, 0, 0);
    g_autoptr(Customer) found = NULL;
    assert_true(store_customer_by_address(store, STRAY, &found, NULL));
    assert_string_equal(found->id, "C1");
}

static void a_stray_joins_a_customer_with_a_record_of_their_own(void **state) {
    Store *store = ((Fixture *)*state)->store;
    put_customer(store, "C1", "b@x.example");
    put_contact(store, "C1", "m1", 10, "loans"); /* the same message went to both: one contact */
    put_contact(store, "C1", "m0", 5, "loans");
    must_transact(store, grant_work, "C1");
    put_customer(store, STRAY, STRAY);
    put_record(store, STRAY);
    give_address(store, "C1");
    assert_nobody_has(store, STRAY);
    assert_lengths(store, "C1", 2, 1, 1, 2);
}

static bool mark_releasing_work(Transaction *transaction, gpointer custody, GError **error) {
    return transaction_custody_update(transaction, custody, error);
}

static void who_is_more_than_an_address_stays(void **state) {
    Store *store = ((Fixture *)*state)->store;
    static const char *const ids[] = {"other", STRAY};
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Customer) taker = customer_new("C1");
        g_autoptr(Customer) owner = customer_new(ids[i]);
        g_ptr_array_add(taker->addresses, g_strdup(i ? STRAY : "b@x.example"));
        g_ptr_array_add(owner->addresses, g_strdup(i ? STRAY : "b@x.example"));
        owner->comfort = i ? 3 : -1;
        must_transact(store, put_customer_work, owner);
        assert_false(store_transact(store, put_customer_work, taker, &error));
        assert_error_is(error, CADENCE_ERROR_PERMANENT, "belongs to customer");
    }
}

static void nobody_is_taken_over_while_mail_is_handed_back(void **state) {
    Store *store = ((Fixture *)*state)->store;
    g_autoptr(GError) error = NULL;
    put_customer(store, STRAY, STRAY);
    Custody held = custody_of(STRAY, "m2", 0, 1000);
    must_transact(store, take_custody_work, &held);
    held.state = CUSTODY_RELEASING;
    must_transact(store, mark_releasing_work, &held);
    g_autoptr(Customer) taker = customer_new("C1");
    g_ptr_array_add(taker->addresses, g_strdup(STRAY));
    assert_false(store_transact(store, put_customer_work, taker, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "belongs to customer");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stray_becomes_a_new_customer, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_stray_joins_a_customer_with_a_record_of_their_own, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(who_is_more_than_an_address_stays, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(nobody_is_taken_over_while_mail_is_handed_back, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
