/* A backup is the store at one moment, whole, private, and never in the place of another. */
#include "fixture.h"

#include <sys/stat.h>

static char *backup_path(const Fixture *fixture) {
    return g_build_filename(fixture->folder, "copy.db", NULL);
}

static void the_copy_is_a_store_of_its_own(void **state) {
    Fixture *fixture = *state;
    g_autofree char *path = backup_path(fixture), *url = g_strconcat("sqlite:", path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Customer) before = NULL, after = NULL;
    put_customer(fixture->store, "C1", "c1@mail.example");
    assert_true(store_backup(fixture->store, path, &error));
    put_customer(fixture->store, "C2", "c2@mail.example");
    g_autoptr(Store) copy = store_open(url, NULL);
    assert_true(store_customer_by_id(copy, "C1", &before, &error));
    assert_non_null(before);
    assert_true(store_customer_by_id(copy, "C2", &after, &error));
    assert_null(after);
    put_customer(copy, "C3", NULL);
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    assert_true(g_file_test(log, G_FILE_TEST_EXISTS));
}

static void assert_no_draft_in(const char *folder) {
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(entries)))
        assert_false(g_str_has_prefix(name, "copy.db."));
}

static void nobody_else_may_read_it(void **state) {
    Fixture *fixture = *state;
    g_autofree char *path = backup_path(fixture);
    struct stat status;
    mode_t mask = umask(0);
    assert_true(store_backup(fixture->store, path, NULL));
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_no_draft_in(fixture->folder);
}

static void what_is_there_is_left_alone(void **state) {
    Fixture *fixture = *state;
    g_autofree char *path = backup_path(fixture), *content = NULL;
    g_autoptr(GError) error = NULL;
    assert_true(g_file_set_contents(path, "mine", -1, NULL));
    assert_false(store_backup(fixture->store, path, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "copy.db");
    assert_true(g_file_get_contents(path, &content, NULL, NULL));
    assert_string_equal(content, "mine");
    assert_no_draft_in(fixture->folder);
}

static void a_folder_that_is_none_is_named(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "none", "copy.db", NULL);
    assert_false(store_backup(fixture->store, path, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "none/copy.db: a backup cannot be written there: No such file");
}

/* ---- while others write ---- */

typedef struct {
    Store *store;
    gint stop; /* atomic */
    guint written;
} Writing;

static gpointer write_on(gpointer user) {
    Writing *writing = user;
    while (!g_atomic_int_get(&writing->stop)) {
        g_autofree char *id = g_strdup_printf("W%u", writing->written++);
        put_customer(writing->store, id, NULL);
        put_contact(writing->store, id, id, 100, NULL);
    }
    return NULL;
}

static void it_is_one_moment_while_others_write(void **state) {
    Fixture *fixture = *state;
    Writing writing = {.store = fixture->store};
    GThread *thread = g_thread_new("writer", write_on, &writing);
    for (int i = 0; i < 10; i++) {
        g_autofree char *path = g_strdup_printf("%s/copy%d.db", fixture->folder, i);
        g_autofree char *url = g_strconcat("sqlite:", path, NULL);
        StoreStatus status;
        assert_true(store_backup(fixture->store, path, NULL));
        g_autoptr(Store) copy = store_open(url, NULL);
        assert_true(store_status(copy, 100, &status, NULL));
        assert_true(status.customers - status.contacts <= 1);
    }
    g_atomic_int_set(&writing.stop, 1);
    g_thread_join(thread);
    assert_true(writing.written > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_copy_is_a_store_of_its_own, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(nobody_else_may_read_it, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_there_is_left_alone, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_is_none_is_named, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(it_is_one_moment_while_others_write, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
