/* A view sees one moment of the store, costs nothing while nobody reads, and keeps nothing when it has ended. */
#include "fixture.h"

#include "../../milter/store/sqlite_reader.h"

static guint contacts_in(Store *store) {
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(store, "C1", INSTANT_ALWAYS, &ledger, NULL));
    return ledger->contacts->len;
}

static void it_sees_the_moment_of_its_first_look(void **state) {
    Fixture *fixture = *state;
    Store *view = store_view(fixture->store);
    put_contact(fixture->store, "C1", "m1", 1, NULL);
    assert_int_equal(contacts_in(view), 1);
    put_contact(fixture->store, "C1", "m2", 2, NULL);
    assert_int_equal(contacts_in(view), 1);
    assert_int_equal(contacts_in(fixture->store), 2);
    store_view_end(view);
    view = store_view(fixture->store);
    assert_int_equal(contacts_in(view), 2);
    store_view_end(view);
}

static void what_it_read_with_is_given_back(void **state) {
    Fixture *fixture = *state;
    Store *views[READERS_MAX];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < READERS_MAX; i++) {
            views[i] = store_view(fixture->store);
            assert_int_equal(contacts_in(views[i]), round);
        }
        for (int i = 0; i < READERS_MAX; i++)
            store_view_end(views[i]);
        put_contact(fixture->store, "C1", "m", 1, NULL);
    }
    assert_int_equal(contacts_in(fixture->store), 1);
}

static void many_that_nobody_reads_take_no_connection(void **state) {
    Fixture *fixture = *state;
    Store *views[READERS_MAX + 1];
    for (int i = 0; i <= READERS_MAX; i++)
        views[i] = store_view(fixture->store);
    assert_int_equal(contacts_in(views[READERS_MAX]), 0);
    for (int i = 0; i <= READERS_MAX; i++)
        store_view_end(views[i]);
}

static void a_store_that_is_gone_is_temporary_and_comes_back(void **state) {
    Fixture *fixture = *state;
    g_autofree char *away = g_strconcat(fixture->folder, ".away", NULL);
    g_autoptr(GError) error = NULL;
    Ledger *ledger = NULL;
    put_contact(fixture->store, "C1", "m", 1, NULL);
    Store *view = store_view(fixture->store);
    assert_int_equal(g_rename(fixture->folder, away), 0);
    assert_false(store_ledger(view, "C1", INSTANT_ALWAYS, &ledger, &error));
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "No such file");
    assert_int_equal(g_rename(away, fixture->folder), 0);
    assert_int_equal(contacts_in(view), 1);
    store_view_end(view);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(it_sees_the_moment_of_its_first_look),
        TEST(what_it_read_with_is_given_back),
        TEST(many_that_nobody_reads_take_no_connection),
        TEST(a_store_that_is_gone_is_temporary_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
