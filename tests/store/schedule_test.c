/* The schedule of cadences: whom they have something for, and what has been. */
#include "fixture.h"

typedef struct {
    const char *customer, *cadence;
    Instant due;
} Put;

static bool put_work(Transaction *transaction, gpointer user, GError **error) {
    const Put *put = user;
    return transaction_schedule_put(transaction, put->customer, put->cadence, put->due, error);
}

static void put(Store *store, const char *customer, const char *cadence, Instant due) {
    must_transact(store, put_work, &(Put){customer, cadence, due});
}

/* The ids, with blanks between; free with g_free. */
static char *joined(GPtrArray *ids) {
    g_ptr_array_add(ids, NULL);
    return g_strjoinv(" ", (char **)ids->pdata);
}

static void assert_due(Store *store, const char *cadence, Instant x, guint limit, const char *expected) {
    g_autoptr(GPtrArray) ids = NULL;
    assert_true(store_schedule_due(store, cadence, x, limit, &ids, NULL));
    g_autofree char *found = joined(ids);
    assert_string_equal(found, expected);
}

static void assert_next(Store *store, const char *cadence, Instant expected) {
    Instant next;
    assert_true(store_schedule_next(store, cadence, &next, NULL));
    assert_int_equal(next, expected);
}

static void what_is_due_comes_in_the_order_of_time(void **state) {
    Fixture *fixture = *state;
    put(fixture->store, "C1", "birthday", 300);
    put(fixture->store, "C2", "birthday", 100);
    put(fixture->store, "C3", "birthday", 200);
    put(fixture->store, "C3", "tips", 50);
    assert_due(fixture->store, "birthday", 99, 10, "");
    assert_due(fixture->store, "birthday", 200, 10, "C2 C3");
    assert_due(fixture->store, "birthday", 900, 2, "C2 C3");
    assert_next(fixture->store, "birthday", 100);
    put(fixture->store, "C2", "birthday", 400);
    put(fixture->store, "C3", "birthday", INSTANT_NEVER);
    assert_due(fixture->store, "birthday", 900, 10, "C1 C2");
    assert_next(fixture->store, "tips", 50);
    assert_next(fixture->store, "nothing", INSTANT_NEVER);
}

/* ---- customers that changed ---- */

static void assert_stale(Store *store, const char *expected) {
    g_autoptr(GPtrArray) ids = NULL;
    assert_true(store_stale_customers(store, 10, &ids, NULL));
    g_autofree char *found = joined(ids);
    assert_string_equal(found, expected);
}

static bool end_stale_work(Transaction *transaction, gpointer customer, GError **error) {
    return transaction_stale_end(transaction, customer, error);
}

static bool set_attribute_work(Transaction *transaction, gpointer value, GError **error) {
    AttributeValue attribute = {.name = (char *)"birthday", .value = value, .at = 5};
    return transaction_attribute_put(transaction, "C1", &attribute, error);
}

static void whoever_changes_is_marked_once(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    put_customer(fixture->store, "C2", "c2@a.example");
    assert_stale(fixture->store, "C1 C2");
    must_transact(fixture->store, end_stale_work, "C1");
    assert_stale(fixture->store, "C2");
    must_transact(fixture->store, set_attribute_work, "1990-01-01");
    assert_stale(fixture->store, "C1 C2");
    must_transact(fixture->store, end_stale_work, "C1");
    must_transact(fixture->store, set_attribute_work, NULL);
    assert_stale(fixture->store, "C1 C2");
    put_contact(fixture->store, "C1", "m", 10, NULL);
    g_autoptr(GPtrArray) ids = NULL;
    assert_true(store_customers_after(fixture->store, "C1", 10, &ids, NULL));
    assert_int_equal(ids->len, 1);
}

static void a_customer_keeps_the_time_it_came(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Customer) customer = NULL;
    put_customer(fixture->store, "C1", NULL);
    assert_true(store_customer_by_id(fixture->store, "C1", &customer, NULL));
    assert_int_equal(customer->since, 100);
}

/* ---- occurrences ---- */

typedef struct {
    const char *cadence;
    CadenceOccurrence occurrence;
    bool added;
    gint64 last;
    Instant relational;
} Happening;

static bool happen_work(Transaction *transaction, gpointer user, GError **error) {
    Happening *self = user;
    return transaction_occurrence_add(transaction, "C1", self->cadence, &self->occurrence, &self->added, error) &&
           transaction_occurrence_last(transaction, "C1", self->cadence, &self->last, error) &&
           transaction_relational_last(transaction, "C1", &self->relational, error);
}

static Happening happen(Store *store, const char *cadence, gint64 day, Instant at, const char *message) {
    Happening happening = {.cadence = cadence, .occurrence = {day, at, message}};
    must_transact(store, happen_work, &happening);
    return happening;
}

static void an_occurrence_is_there_once(void **state) {
    Fixture *fixture = *state;
    Happening first = happen(fixture->store, "birthday", 7, 700, NULL);
    assert_true(first.added);
    assert_int_equal(first.relational, INSTANT_ALWAYS); /* nothing was sent */
    Happening again = happen(fixture->store, "birthday", 7, 750, "m1");
    assert_false(again.added);
    assert_int_equal(again.relational, INSTANT_ALWAYS);
    Happening other = happen(fixture->store, "tips", 3, 300, "m2");
    assert_true(other.added);
    assert_int_equal(other.last, 3);
    assert_int_equal(other.relational, 300);
    put_contact(fixture->store, "C1", "m3", 900, NULL); /* sales */
    assert_int_equal(happen(fixture->store, "birthday", 8, 800, NULL).relational, 300);
}

static void the_last_occurrence_is_never_pruned(void **state) {
    Fixture *fixture = *state;
    for (gint64 day = 1; day <= 3; day++)
        happen(fixture->store, "birthday", day, day * 100, "m");
    prune_all(fixture->store, 1000);
    assert_true(happen(fixture->store, "birthday", 1, 100, NULL).added);
    assert_false(happen(fixture->store, "birthday", 3, 300, NULL).added);
}

/* ---- states ---- */

static bool put_state_work(Transaction *transaction, gpointer state, GError **error) {
    return transaction_cadence_put(transaction, state, error);
}

static bool remove_state_work(Transaction *transaction, gpointer more, GError **error) {
    return transaction_cadence_remove(transaction, "birthday", more, error);
}

static bool put_many_work(Transaction *transaction, gpointer user, GError **error) {
    (void)user;
    for (int i = 0; i < 1500; i++) {
        g_autofree char *id = g_strdup_printf("C%d", i);
        if (!transaction_schedule_put(transaction, id, "birthday", i, error))
            return false;
    }
    return true;
}

static void a_cadence_is_forgotten_in_steps(void **state) {
    Fixture *fixture = *state;
    CadenceState cadence = {"birthday", "abc", 77, "C9"};
    bool more;
    must_transact(fixture->store, put_state_work, &cadence);
    must_transact(fixture->store, put_many_work, NULL);
    g_autoptr(GPtrArray) states = NULL;
    assert_true(store_cadence_states(fixture->store, &states, NULL));
    const CadenceState *found = states->pdata[0];
    assert_string_equal(found->hash, "abc");
    assert_string_equal(found->walked, "C9");
    assert_int_equal(found->begun, 77);
    must_transact(fixture->store, remove_state_work, &more);
    assert_true(more);
    must_transact(fixture->store, remove_state_work, &more);
    assert_false(more);
    assert_next(fixture->store, "birthday", INSTANT_NEVER);
    g_autoptr(GPtrArray) none = NULL;
    assert_true(store_cadence_states(fixture->store, &none, NULL));
    assert_int_equal(none->len, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_due_comes_in_the_order_of_time), TEST(whoever_changes_is_marked_once),
        TEST(a_customer_keeps_the_time_it_came),      TEST(an_occurrence_is_there_once),
        TEST(the_last_occurrence_is_never_pruned),    TEST(a_cadence_is_forgotten_in_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
