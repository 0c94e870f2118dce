/* Customers, their addresses and attributes. */
#include "fixture.h"

typedef struct {
    const char *customer;
    AttributeValue value;
} AttributePut;

static bool put_attribute_work(Transaction *transaction, gpointer user, GError **error) {
    const AttributePut *put = user;
    return transaction_attribute_put(transaction, put->customer, &put->value, error);
}

static void put_attribute(Store *store, const char *customer, const char *name, const char *value) {
    AttributePut put = {customer, {.name = (char *)name, .value = (char *)value, .at = 7, .source = "set"}};
    must_transact(store, put_attribute_work, &put);
}

static void a_customer_is_found_by_id_and_by_each_address(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Customer) customer = customer_new("C1");
    g_ptr_array_add(customer->addresses, g_strdup("b@x.example"));
    g_ptr_array_add(customer->addresses, g_strdup("a@x.example"));
    customer->timezone = g_strdup("Europe/Warsaw");
    customer->comfort = 2;
    must_transact(fixture->store, put_customer_work, customer);

    const char *const addresses[] = {"a@x.example", "b@x.example"};
    for (int i = 0; i < 3; i++) {
        g_autoptr(Customer) found = NULL;
        if (i < 2)
            assert_true(store_customer_by_address(fixture->store, addresses[i], &found, NULL));
        else
            assert_true(store_customer_by_id(fixture->store, "C1", &found, NULL));
        assert_non_null(found);
        assert_string_equal(found->id, "C1");
        assert_string_equal(found->timezone, "Europe/Warsaw");
        assert_null(found->locale);
        assert_int_equal(found->comfort, 2);
        assert_int_equal(found->addresses->len, i < 2 ? 1 : 2); /* by one, that one */
        assert_string_equal(found->addresses->pdata[0], addresses[i % 2]);
        if (i == 2)
            assert_string_equal(found->addresses->pdata[1], addresses[1]);
    }
}

static void an_unknown_customer_is_null_and_no_error(void **state) {
    Fixture *fixture = *state;
    Customer *found = (Customer *)1;
    assert_true(store_customer_by_id(fixture->store, "nobody", &found, NULL));
    assert_null(found);
    found = (Customer *)1;
    assert_true(store_customer_by_address(fixture->store, "nobody@x.example", &found, NULL));
    assert_null(found);
}

static void a_second_put_adds_and_leaves_what_is_not_given(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Customer) first = customer_new("C1");
    first->timezone = g_strdup("Europe/Warsaw");
    first->locale = g_strdup("pl");
    first->comfort = 3;
    must_transact(fixture->store, put_customer_work, first);
    g_autoptr(Customer) second = customer_new("C1");
    second->locale = g_strdup("de");
    g_ptr_array_add(second->addresses, g_strdup("a@x.example"));
    must_transact(fixture->store, put_customer_work, second);
    must_transact(fixture->store, put_customer_work, second);

    g_autoptr(Customer) found = NULL;
    assert_true(store_customer_by_id(fixture->store, "C1", &found, NULL));
    assert_string_equal(found->timezone, "Europe/Warsaw");
    assert_string_equal(found->locale, "de");
    assert_int_equal(found->comfort, 3);
    assert_int_equal(found->addresses->len, 1);
}

static void an_address_of_another_is_refused_and_nothing_is_written(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", "a@x.example");
    g_autoptr(Customer) other = customer_new("C2");
    g_ptr_array_add(other->addresses, g_strdup("new@x.example"));
    g_ptr_array_add(other->addresses, g_strdup("a@x.example"));
    g_autoptr(GError) error = NULL;
    assert_false(store_transact(fixture->store, put_customer_work, other, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "C1");
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "C2");
    Customer *found = (Customer *)1;
    assert_true(store_customer_by_id(fixture->store, "C2", &found, NULL));
    assert_null(found);
}

/* ---- wishes ---- */

static bool put_wishes_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_wishes_put(transaction, user, error);
}

static void put_wishes(Store *store, Instant paused_until, const char *limits, const char *quiet) {
    Customer customer = {
        .id = "C1", .paused_until = paused_until, .limits = (char *)limits, .quiet = (char *)quiet, .comfort = -1};
    must_transact(store, put_wishes_work, &customer);
}

static bool get_customer_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_customer(transaction, "C1", user, error);
}

/* By each of the verbs that give customers out. */
static void assert_wishes(Store *store, Instant paused_until, const char *limits, const char *quiet) {
    for (int way = 0; way < 3; way++) {
        g_autoptr(Customer) found = NULL;
        if (way == 0)
            assert_true(store_customer_by_id(store, "C1", &found, NULL));
        else if (way == 1)
            assert_true(store_customer_by_address(store, "a@x.example", &found, NULL));
        else
            must_transact(store, get_customer_work, &found);
        assert_non_null(found);
        assert_int_equal(found->paused_until, paused_until);
        assert_int_equal(g_strcmp0(found->limits, limits), 0);
        assert_int_equal(g_strcmp0(found->quiet, quiet), 0);
        assert_int_equal(found->addresses->len, way == 1 ? 1 : 2);
    }
}

static void put_customer_of_two_addresses(Store *store) {
    put_customer(store, "C1", "a@x.example");
    put_customer(store, "C1", "b@x.example");
}

static void a_new_customer_wishes_nothing(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Customer) made = customer_new("C1");
    assert_int_equal(made->paused_until, INSTANT_ALWAYS);
    assert_null(made->limits);
    assert_null(made->quiet);
    put_customer_of_two_addresses(fixture->store);
    assert_wishes(fixture->store, INSTANT_ALWAYS, NULL, NULL);
}

static void wishes_are_set_all_at_once_and_taken_back(void **state) {
    Fixture *fixture = *state;
    put_customer_of_two_addresses(fixture->store);
    put_wishes(fixture->store, 500, "any 3/day", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    assert_wishes(fixture->store, 500, "any 3/day", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    put_wishes(fixture->store, INSTANT_ALWAYS, NULL, NULL);
    assert_wishes(fixture->store, INSTANT_ALWAYS, NULL, NULL);
}

static void another_put_of_the_customer_leaves_the_wishes_alone(void **state) {
    Fixture *fixture = *state;
    put_customer_of_two_addresses(fixture->store);
    put_wishes(fixture->store, 500, "any 3/day", "quiet");
    g_autoptr(Customer) again = customer_new("C1");
    again->paused_until = 900;
    again->limits = g_strdup("any 9/day");
    again->comfort = 3;
    must_transact(fixture->store, put_customer_work, again);
    assert_wishes(fixture->store, 500, "any 3/day", "quiet");
}

static bool wish_and_look_work(Transaction *transaction, gpointer user, GError **error) {
    Customer **found = user;
    Customer wishes = {.id = "C1", .paused_until = 700};
    return transaction_wishes_put(transaction, &wishes, error) && transaction_customer(transaction, "C1", found, error);
}

static void a_transaction_sees_what_it_has_written(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    g_autoptr(Customer) found = NULL;
    must_transact(fixture->store, wish_and_look_work, &found);
    assert_int_equal(found->paused_until, 700);
}

/* ---- attributes ---- */

static void attributes_come_by_name_all_or_those_asked_for(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    put_customer(fixture->store, "C2", NULL);
    put_attribute(fixture->store, "C1", "tier", "gold");
    put_attribute(fixture->store, "C1", "first_name", "Zofia");
    put_attribute(fixture->store, "C1", "age", "41");
    put_attribute(fixture->store, "C1", "first_name", "Anna");
    put_attribute(fixture->store, "C2", "tier", "none");

    g_autoptr(GPtrArray) all = NULL;
    assert_true(store_attributes(fixture->store, "C1", NULL, &all, NULL));
    const char *const expected[][2] = {{"age", "41"}, {"first_name", "Anna"}, {"tier", "gold"}};
    assert_int_equal(all->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < all->len; i++) {
        const AttributeValue *value = all->pdata[i];
        assert_string_equal(value->name, expected[i][0]);
        assert_string_equal(value->value, expected[i][1]);
        assert_int_equal(value->at, 7);
        assert_string_equal(value->source, "set");
    }
    const char *const names[] = {"tier", "unknown", NULL};
    g_autoptr(GPtrArray) some = NULL;
    assert_true(store_attributes(fixture->store, "C1", names, &some, NULL));
    assert_int_equal(some->len, 1);
    assert_string_equal(((AttributeValue *)some->pdata[0])->value, "gold");
}

static bool put_many_work(Transaction *transaction, gpointer user, GError **error) {
    const guint *count = user;
    for (guint i = 0; i < *count; i++) {
        g_autofree char *name = g_strdup_printf("attribute_%04u", i);
        AttributeValue value = {.name = name, .value = "a value of some length", .at = 7};
        if (!transaction_attribute_put(transaction, "C2", &value, error))
            return false;
    }
    return true;
}

/* The best of some runs of a hundred reads, in microseconds. */
static gint64 time_of_reads(Store *store, const char *customer) {
    const char *const names[] = {"attribute_0001", "attribute_0003", "unknown", NULL};
    gint64 best = G_MAXINT64;
    for (int run = 0; run < 20; run++) {
        gint64 start = g_get_monotonic_time();
        for (int i = 0; i < 100; i++) {
            g_autoptr(GPtrArray) found = NULL;
            assert_true(store_attributes(store, customer, names, &found, NULL));
        }
        best = MIN(best, g_get_monotonic_time() - start);
    }
    return best;
}

/* Reading all five thousand to find three costs some hundred times as much. */
static void named_attributes_cost_the_same_among_five_thousand(void **state) {
    Fixture *fixture = *state;
    guint many = 5000;
    put_customer(fixture->store, "C1", NULL);
    put_customer(fixture->store, "C2", NULL);
    put_attribute(fixture->store, "C1", "attribute_0001", "one");
    must_transact(fixture->store, put_many_work, &many);
    gint64 few = time_of_reads(fixture->store, "C1");
    assert_in_range(time_of_reads(fixture->store, "C2"), 0, few * 8);
}

static void an_attribute_without_a_value_is_deleted(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    put_attribute(fixture->store, "C1", "tier", "gold");
    put_attribute(fixture->store, "C1", "tier", NULL);
    g_autoptr(GPtrArray) all = NULL;
    assert_true(store_attributes(fixture->store, "C1", NULL, &all, NULL));
    assert_int_equal(all->len, 0);
}

static void what_belongs_to_nobody_is_refused(void **state) {
    Fixture *fixture = *state;
    AttributePut attribute = {"ghost", {.name = "tier", .value = "gold"}};
    g_autoptr(GError) first = NULL;
    Customer wishes = {.id = "ghost", .paused_until = 500};
    g_autoptr(GError) second = NULL;
    assert_false(store_transact(fixture->store, put_attribute_work, &attribute, &first));
    assert_error_is(first, CADENCE_ERROR_PERMANENT, "ghost");
    assert_false(store_transact(fixture->store, put_wishes_work, &wishes, &second));
    assert_error_is(second, CADENCE_ERROR_PERMANENT, "ghost");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_customer_is_found_by_id_and_by_each_address),
        TEST(an_unknown_customer_is_null_and_no_error),
        TEST(a_second_put_adds_and_leaves_what_is_not_given),
        TEST(an_address_of_another_is_refused_and_nothing_is_written),
        TEST(a_new_customer_wishes_nothing),
        TEST(wishes_are_set_all_at_once_and_taken_back),
        TEST(another_put_of_the_customer_leaves_the_wishes_alone),
        TEST(a_transaction_sees_what_it_has_written),
        TEST(attributes_come_by_name_all_or_those_asked_for),
        TEST(named_attributes_cost_the_same_among_five_thousand),
        TEST(an_attribute_without_a_value_is_deleted),
        TEST(what_belongs_to_nobody_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
