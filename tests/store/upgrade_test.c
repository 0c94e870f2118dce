/* A store of an older release becomes one of this: nothing in it is lost, and as it was it stays beside it. */
#include "fixture.h"

#include <sqlite3.h>

#define AN_HOUR_LATER 1795168800

static void run_sql(const char *path, const char *sql) {
    sqlite3 *database;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(database));
    sqlite3_close(database);
}

/* Puts the first release's store in the place of the fixture's. */
static int old_store(void **state) {
    g_autofree char *sql = NULL;
    if (fixture_setup(state) != 0 || !g_file_get_contents("tests/store/version-1.sql", &sql, NULL, NULL))
        return -1;
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->store, store_close);
    g_unlink(fixture->path);
    run_sql(fixture->path, sql);
    fixture->store = store_open(fixture->url, NULL);
    return 0;
}

static void until_it_is_upgraded_mail_waits(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    StoreStatus status;
    assert_true(store_create(fixture->url, NULL));
    assert_false(store_status(fixture->store, AN_HOUR_LATER, &status, &error));
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "made by an older version of this program: 'cadencectl init'");
}

static void nothing_is_lost(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *backup = NULL;
    StoreStatus status;
    assert_true(store_upgrade(fixture->url, &backup, &error));
    assert_true(store_status(fixture->store, AN_HOUR_LATER, &status, &error));
    assert_int_equal(status.customers, 2);
    assert_int_equal(status.contacts, 1);
    assert_int_equal(status.verdicts, 3);
    assert_int_equal(status.held, 2);
    assert_int_equal(status.day.actions[ACTION_HOLD], 2);
    assert_int_equal(status.day.messages, status.ever.messages);
    assert_int_equal(status.relational + status.sales, 1);
    put_customer(fixture->store, "C3", NULL);
    assert_true(store_status(fixture->store, AN_HOUR_LATER, &status, &error));
    assert_int_equal(status.customers, 3);
}

static void receipts_stay_with_their_verdicts(void **state) {
    static const struct {
        const char *message, *action;
    } verdicts[] = {{"6b000c102d25492ff1f41e04", "\"action\":\"hold\""},
                    {"6b000c10bca96876a002bf2c", "\"action\":\"pass\""},
                    {"6b000c10f259edebdf3a31ae", "\"action\":\"hold\""}};
    Fixture *fixture = *state;
    g_autofree char *backup = NULL;
    assert_true(store_upgrade(fixture->url, &backup, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++) {
        g_autoptr(GPtrArray) found = NULL;
        assert_true(store_verdicts_of_message(fixture->store, verdicts[i].message, &found, NULL));
        assert_int_equal(found->len, 1);
        const VerdictRecord *record = found->pdata[0];
        g_autofree char *id = g_strdup_printf("\"id\":\"%s\"", verdicts[i].message);
        assert_non_null(strstr(record->receipt, verdicts[i].action));
        assert_non_null(strstr(record->receipt, id));
    }
}

static void as_it_was_it_stays_beside_it(void **state) {
    Fixture *fixture = *state;
    g_autofree char *backup = NULL, *again = NULL, *url = NULL;
    g_autoptr(GError) error = NULL;
    StoreStatus status;
    assert_true(store_upgrade(fixture->url, &backup, &error));
    assert_true(g_str_has_prefix(backup, fixture->path) && strstr(backup, ".version-1-"));
    url = g_strconcat("sqlite:", backup, NULL);
    g_autoptr(Store) old = store_open(url, NULL);
    assert_false(store_status(old, AN_HOUR_LATER, &status, &error));
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "older version");
    assert_true(store_upgrade(fixture->url, &again, NULL));
    assert_null(again);
}

/* An old store that has lost a table cannot be upgraded; it is left as it was. */
static void a_step_that_fails_changes_nothing(void **state) {
    Fixture *fixture = *state;
    g_autofree char *backup = NULL;
    g_autoptr(GError) error = NULL, still = NULL;
    StoreStatus status;
    run_sql(fixture->path, "DROP TABLE verdict;");
    assert_false(store_upgrade(fixture->url, &backup, &error));
    assert_null(backup);
    assert_false(store_status(fixture->store, AN_HOUR_LATER, &status, &still));
    assert_error_is(still, CADENCE_ERROR_TEMPORARY, "older version");
}

/* What an upgraded store is made of is what a new one is made of. */
static char *tables_of(const char *path) {
    sqlite3 *database;
    sqlite3_stmt *read;
    GString *tables = g_string_new(NULL);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_prepare_v2(database, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name", -1, &read,
                       NULL);
    while (sqlite3_step(read) == SQLITE_ROW)
        g_string_append_printf(tables, "%s\n", (const char *)sqlite3_column_text(read, 0));
    sqlite3_finalize(read);
    sqlite3_close(database);
    return g_string_free(tables, FALSE);
}

static void it_is_made_of_what_a_new_one_is(void **state) {
    Fixture *fixture = *state;
    g_autofree char *backup = NULL, *path = g_build_filename(fixture->folder, "new.db", NULL);
    g_autofree char *url = g_strconcat("sqlite:", path, NULL);
    assert_true(store_upgrade(fixture->url, &backup, NULL));
    assert_true(store_create(url, NULL));
    g_autofree char *upgraded = tables_of(fixture->path), *made = tables_of(path);
    assert_string_equal(upgraded, made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(until_it_is_upgraded_mail_waits, old_store, fixture_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_lost, old_store, fixture_teardown),
        cmocka_unit_test_setup_teardown(receipts_stay_with_their_verdicts, old_store, fixture_teardown),
        cmocka_unit_test_setup_teardown(as_it_was_it_stays_beside_it, old_store, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_step_that_fails_changes_nothing, old_store, fixture_teardown),
        cmocka_unit_test_setup_teardown(it_is_made_of_what_a_new_one_is, old_store, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
