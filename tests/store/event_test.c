/* Events, and that forgetting leaves gates as they were. */
#include "fixture.h"

typedef struct {
    const char *customer, *kind;
    Instant at;
} EventAdd;

static bool add_event_work(Transaction *transaction, gpointer user, GError **error) {
    const EventAdd *add = user;
    return transaction_event_add(transaction, add->customer, add->kind, add->at, error);
}

static void add_events(Store *store, EventAdd *adds, gsize count) {
    for (gsize i = 0; i < count; i++) {
        put_customer(store, adds[i].customer, NULL);
        must_transact(store, add_event_work, &adds[i]);
    }
}

static void assert_list_is(const EventList *list, const Event *expected, gsize count) {
    assert_int_equal(list->events->len, count);
    for (gsize i = 0; i < count; i++) {
        const Event *event = &g_array_index(list->events, Event, i);
        if (event->at != expected[i].at || !g_str_equal(event->kind, expected[i].kind))
            fail_msg("event %zu is %s at %" G_GINT64_FORMAT, i, event->kind, event->at);
    }
}

static bool read_events_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_events(transaction, "C1", user, error);
}

/* Of C1, outside and inside of a transaction. */
static void assert_events(Store *store, const Event *expected, gsize count) {
    g_autoptr(EventList) outside = NULL;
    g_autoptr(EventList) inside = NULL;
    assert_true(store_events(store, "C1", &outside, NULL));
    must_transact(store, read_events_work, &inside);
    assert_list_is(outside, expected, count);
    assert_list_is(inside, expected, count);
}

static void events_come_ascending_and_of_one_customer(void **state) {
    Fixture *fixture = *state;
    EventAdd adds[] = {
        {"C1", "resolved", 300}, {"C1", "complaint", 100}, {"C2", "complaint", 150}, {"C1", "purchase", 200}};
    add_events(fixture->store, adds, G_N_ELEMENTS(adds));
    const Event expected[] = {{"complaint", 100}, {"purchase", 200}, {"resolved", 300}};
    assert_events(fixture->store, expected, G_N_ELEMENTS(expected));
}

static void a_customer_without_events_has_an_empty_list(void **state) {
    Fixture *fixture = *state;
    assert_events(fixture->store, NULL, 0);
}

static void the_same_event_again_is_one(void **state) {
    Fixture *fixture = *state;
    EventAdd adds[] = {
        {"C1", "complaint", 100}, {"C1", "complaint", 100}, {"C1", "complaint", 101}, {"C1", "resolved", 100}};
    add_events(fixture->store, adds, G_N_ELEMENTS(adds));
    const Event expected[] = {{"complaint", 100}, {"resolved", 100}, {"complaint", 101}};
    assert_events(fixture->store, expected, G_N_ELEMENTS(expected));
}

static void an_event_of_nobody_is_refused(void **state) {
    Fixture *fixture = *state;
    EventAdd add = {"ghost", "complaint", 100};
    g_autoptr(GError) error = NULL;
    g_autoptr(EventList) events = NULL;
    assert_false(store_transact(fixture->store, add_event_work, &add, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "ghost");
    assert_true(store_events(fixture->store, "ghost", &events, NULL));
    assert_int_equal(events->events->len, 0);
}

/* ---- forgetting ---- */

static void the_last_event_of_a_kind_is_kept_however_old(void **state) {
    Fixture *fixture = *state;
    EventAdd adds[] = {{"C1", "complaint", 100}, {"C1", "complaint", 200}, {"C1", "resolved", 150},
                       {"C1", "resolved", 160},  {"C2", "complaint", 900}, {"C1", "purchase", 10}};
    add_events(fixture->store, adds, G_N_ELEMENTS(adds));
    prune_all(fixture->store, 1000);
    const Event expected[] = {{"purchase", 10}, {"resolved", 160}, {"complaint", 200}};
    assert_events(fixture->store, expected, G_N_ELEMENTS(expected));
}

static void the_last_before_the_limit_stays_beside_later_ones(void **state) {
    Fixture *fixture = *state;
    EventAdd adds[] = {
        {"C1", "complaint", 100}, {"C1", "complaint", 999}, {"C1", "complaint", 1000}, {"C1", "complaint", 2000}};
    add_events(fixture->store, adds, G_N_ELEMENTS(adds));
    prune_all(fixture->store, 1000);
    const Event expected[] = {{"complaint", 999}, {"complaint", 1000}, {"complaint", 2000}};
    assert_events(fixture->store, expected, G_N_ELEMENTS(expected));
}

static bool many_events_work(Transaction *transaction, gpointer user, GError **error) {
    (void)user;
    for (Instant at = 0; at < 5000; at++) {
        if (!transaction_event_add(transaction, "C1", "purchase", at, error))
            return false;
    }
    return true;
}

static void more_events_than_one_step_takes_are_forgotten_too(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    must_transact(fixture->store, many_events_work, NULL);
    prune_all(fixture->store, 10000);
    const Event expected[] = {{"purchase", 4999}};
    assert_events(fixture->store, expected, G_N_ELEMENTS(expected));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(events_come_ascending_and_of_one_customer),
        TEST(a_customer_without_events_has_an_empty_list),
        TEST(the_same_event_again_is_one),
        TEST(an_event_of_nobody_is_refused),
        TEST(the_last_event_of_a_kind_is_kept_however_old),
        TEST(the_last_before_the_limit_stays_beside_later_ones),
        TEST(more_events_than_one_step_takes_are_forgotten_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
