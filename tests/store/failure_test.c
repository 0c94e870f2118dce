/* A store that is missing, taken away, exchanged, locked, full, forbidden or not ours: a temporary answer that says
 * why, nothing lost, and service again as soon as the cause is gone. */
#include "fixture.h"

#include <errno.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Both ways into the store, reading and writing, answer TEMPORARY and say this. */
static void assert_unreachable(Store *store, const char *part) {
    g_autoptr(GError) reading = NULL;
    g_autoptr(GError) writing = NULL;
    Customer *found = NULL;
    ContactPut put = {"C1", "m", {.at = 1}};
    assert_false(store_customer_by_id(store, "C1", &found, &reading));
    assert_error_is(reading, CADENCE_ERROR_TEMPORARY, part);
    assert_false(store_transact(store, put_contact_work, &put, &writing));
    assert_error_is(writing, CADENCE_ERROR_TEMPORARY, part);
}

static void assert_works(Store *store, const char *customer) {
    g_autoptr(Customer) found = NULL;
    put_contact(store, customer, "works", 1, NULL);
    assert_true(store_customer_by_id(store, customer, &found, NULL));
    assert_non_null(found);
}

static void execute_on(const char *path, const char *sql) {
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void must_rename(const char *from, const char *to) {
    assert_int_equal(g_rename(from, to), 0);
}

/* ---- making ---- */

static void a_malformed_url_is_permanent(void **state) {
    (void)state;
    const char *const urls[] = {"", "sqlite:", "/var/lib/x.db", "pgsql://host/db", "SQLITE:/x"};
    for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GError) opening = NULL;
        g_autoptr(GError) making = NULL;
        assert_null(store_open(urls[i], &opening));
        assert_error_is(opening, CADENCE_ERROR_PERMANENT, "sqlite:");
        assert_false(store_create(urls[i], &making));
        assert_error_is(making, CADENCE_ERROR_PERMANENT, "sqlite:");
    }
}

static int mode_of(const char *path) {
    struct stat file;
    return stat(path, &file) == 0 ? (int)(file.st_mode & 0777) : -1;
}

static void folder_and_files_are_the_owners_alone(void **state) {
    Fixture *fixture = *state;
    g_autofree char *folder = g_build_filename(fixture->folder, "sub", NULL);
    g_autofree char *url = g_strdup_printf("sqlite:%s/deep.db", folder);
    assert_true(store_create(url, NULL));
    Store *store = store_open(url, NULL);
    put_customer(store, "C1", NULL);
    const char *const files[] = {"deep.db", "deep.db-wal", "deep.db-shm"};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        assert_int_equal(mode_of(path), 0600);
    }
    assert_int_equal(mode_of(folder), 0700);
    store_close(store);
    folder_remove(folder);
}

static void making_again_keeps_what_is_there(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    assert_true(store_create(fixture->url, NULL));
    assert_works(fixture->store, "C1");
}

static void a_folder_that_cannot_be_made_is_named(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_false(store_create("sqlite:/dev/null/cadence.db", &error));
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "/dev/null/cadence.db");
}

/* ---- gone ---- */

static void a_store_that_is_not_there_yet_is_waited_for(void **state) {
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "later.db", NULL);
    g_autofree char *url = g_strconcat("sqlite:", path, NULL);
    g_autoptr(Store) store = store_open(url, NULL);
    assert_non_null(store);
    assert_unreachable(store, "later.db");
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    assert_true(store_create(url, NULL));
    put_customer(store, "C1", NULL);
    assert_works(store, "C1");
}

static void a_store_taken_away_and_put_back_serves_again(void **state) {
    Fixture *fixture = *state;
    g_autofree char *away = g_strconcat(fixture->path, ".away", NULL);
    put_customer(fixture->store, "C1", NULL);
    assert_works(fixture->store, "C1");
    must_rename(fixture->path, away);
    assert_unreachable(fixture->store, "No such file");
    assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    must_rename(away, fixture->path);
    assert_works(fixture->store, "C1");
}

static void a_folder_taken_away_and_put_back_loses_nothing(void **state) {
    Fixture *fixture = *state;
    g_autofree char *away = g_strconcat(fixture->folder, ".away", NULL);
    put_customer(fixture->store, "C1", NULL);
    assert_works(fixture->store, "C1");
    must_rename(fixture->folder, away);
    assert_unreachable(fixture->store, "No such file");
    must_rename(away, fixture->folder);
    assert_works(fixture->store, "C1");
}

static void another_store_at_the_path_is_the_one_that_counts(void **state) {
    Fixture *fixture = *state;
    g_autofree char *away = g_strconcat(fixture->folder, ".away", NULL);
    put_customer(fixture->store, "old", NULL);
    assert_works(fixture->store, "old");
    must_rename(fixture->folder, away);
    assert_true(store_create(fixture->url, NULL));
    Customer *found = (Customer *)1;
    assert_true(store_customer_by_id(fixture->store, "old", &found, NULL));
    assert_null(found);
    put_customer(fixture->store, "new", NULL);
    folder_remove(fixture->folder);
    must_rename(away, fixture->folder);
    assert_works(fixture->store, "old");
    assert_true(store_customer_by_id(fixture->store, "new", &found, NULL));
    assert_null(found);
}

/* ---- not ours ---- */

static void what_is_not_ours_is_left_alone(void **state) {
    Fixture *fixture = *state;
    const struct {
        const char *sql, *said;
    } cases[] = {{"PRAGMA application_id = 7", "another application"},
                 {"PRAGMA user_version = 99", "newer version"},
                 {"PRAGMA application_id = 0; PRAGMA user_version = 0", "another application"}};
    store_close(fixture->store);
    fixture->store = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        folder_remove(fixture->folder);
        assert_true(store_create(fixture->url, NULL));
        execute_on(fixture->path, cases[i].sql);
        g_autoptr(GError) error = NULL;
        g_autoptr(Store) store = store_open(fixture->url, NULL);
        assert_false(store_create(fixture->url, &error));
        assert_error_is(error, CADENCE_ERROR_PERMANENT, cases[i].said);
        assert_unreachable(store, cases[i].said);
    }
}

static void a_file_that_is_no_database_is_named(void **state) {
    Fixture *fixture = *state;
    store_close(fixture->store);
    folder_remove(fixture->folder);
    g_mkdir(fixture->folder, 0700);
    const char *text = "Dear diary, this is no database, and whoever opens it as one should be told so plainly. "
                       "A header is a hundred bytes long.";
    assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    g_autoptr(GError) error = NULL;
    assert_false(store_create(fixture->url, &error));
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, fixture->path);
    fixture->store = store_open(fixture->url, NULL);
    assert_unreachable(fixture->store, "not a database");
    g_autofree char *after = NULL;
    assert_true(g_file_get_contents(fixture->path, &after, NULL, NULL));
    assert_string_equal(after, text);
}

static void a_making_that_was_cut_off_is_finished_by_the_next(void **state) {
    Fixture *fixture = *state;
    store_close(fixture->store);
    folder_remove(fixture->folder);
    g_mkdir(fixture->folder, 0700);
    assert_true(g_file_set_contents(fixture->path, "", 0, NULL));
    fixture->store = store_open(fixture->url, NULL);
    assert_unreachable(fixture->store, "cadencectl init");
    assert_true(store_create(fixture->url, NULL));
    put_customer(fixture->store, "C1", NULL);
}

/* ---- locked ---- */

static void a_locked_store_is_temporary_within_seconds(void **state) {
    Fixture *fixture = *state;
    sqlite3 *other = NULL;
    ContactPut put = {"C1", "m", {.at = 1}};
    put_customer(fixture->store, "C1", NULL);
    assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    g_autoptr(GError) error = NULL;
    gint64 begun = g_get_monotonic_time();
    assert_false(store_transact(fixture->store, put_contact_work, &put, &error));
    assert_in_range(g_get_monotonic_time() - begun, G_USEC_PER_SEC, 10 * G_USEC_PER_SEC);
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "locked");
    g_autoptr(Customer) found = NULL;
    assert_true(store_customer_by_id(fixture->store, "C1", &found, NULL));
    assert_non_null(found);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    assert_works(fixture->store, "C1");
}

/* ---- full ---- */

static bool mount_small_disk(const char *folder) {
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0;
}

static void fill_disk(const char *folder) {
    static const char block[4096];
    g_autofree char *path = g_build_filename(folder, "ballast", NULL);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    setbuf(file, NULL);
    while (fwrite(block, sizeof block, 1, file) == 1)
        ;
    fclose(file);
}

static void a_full_disk_is_temporary_until_there_is_room(void **state) {
    Fixture *fixture = *state;
    store_close(fixture->store);
    folder_remove(fixture->folder);
    g_mkdir(fixture->folder, 0700);
    if (!mount_small_disk(fixture->folder)) {
        fixture->store = NULL;
        print_message("skipped: a small disk needs permission to mount one\n");
        skip();
    }
    assert_true(store_create(fixture->url, NULL));
    fixture->store = store_open(fixture->url, NULL);
    put_customer(fixture->store, "C1", NULL);
    fill_disk(fixture->folder);

    guint64 written = 0;
    g_autoptr(GError) error = NULL;
    while (!error && written < 10000) {
        g_autofree char *message = g_strdup_printf("m%05u", (guint)written);
        ContactPut put = {"C1", message, {.at = (Instant)written}};
        written += store_transact(fixture->store, put_contact_work, &put, &error);
    }
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "full");
    StoreStatus status;
    assert_true(store_status(fixture->store, 0, &status, NULL));
    assert_int_equal(status.contacts, written);

    g_autofree char *ballast = g_build_filename(fixture->folder, "ballast", NULL);
    g_remove(ballast);
    assert_works(fixture->store, "C1");
    g_clear_pointer(&fixture->store, store_close);
    umount2(fixture->folder, MNT_DETACH);
}

static bool put_big_contact_work(Transaction *transaction, gpointer user, GError **error) {
    g_autofree char *text = g_strnfill(50000, 'x');
    Contact contact = {.at = 1, .topic = text};
    return transaction_contact_put(transaction, "C1", user, &contact, error);
}

/* The same rows again and again: the database has room for them, the log alone grows. */
static void a_log_that_fills_the_disk_is_given_back(void **state) {
    Fixture *fixture = *state;
    store_close(fixture->store);
    fixture->store = NULL;
    if (!mount_small_disk(fixture->folder)) {
        print_message("skipped: a small disk needs permission to mount one\n");
        skip();
    }
    assert_true(store_create(fixture->url, NULL));
    fixture->store = store_open(fixture->url, NULL);
    must_transact(fixture->store, put_big_contact_work, "same");
    must_transact(fixture->store, put_big_contact_work, "same");
    store_close(fixture->store);
    fixture->store = store_open(fixture->url, NULL);
    guint refused = 0;
    for (int i = 0; i < 60; i++)
        refused += !store_transact(fixture->store, put_big_contact_work, "same", NULL);
    assert_in_range(refused, 1, 20);
    g_clear_pointer(&fixture->store, store_close);
    umount2(fixture->folder, MNT_DETACH);
}

/* ---- forbidden ---- */

static void what_may_not_be_opened_or_written_says_so(void **state) {
    Fixture *fixture = *state;
    const uid_t nobody = 65534;
    put_customer(fixture->store, "C1", NULL);
    g_clear_pointer(&fixture->store, store_close);
    if (getuid() == 0) {
        assert_int_equal(chown(fixture->folder, nobody, nobody), 0);
        assert_int_equal(chown(fixture->path, nobody, nobody), 0);
        assert_int_equal(seteuid(nobody), 0);
    }
    fixture->store = store_open(fixture->url, NULL);
    g_chmod(fixture->path, 0400);
    ContactPut put = {"C1", "m", {.at = 1}};
    g_autoptr(GError) read_only = NULL;
    assert_false(store_transact(fixture->store, put_contact_work, &put, &read_only));
    assert_error_is(read_only, CADENCE_ERROR_TEMPORARY, "Permission denied");
    assert_error_is(read_only, CADENCE_ERROR_TEMPORARY, fixture->path);
    g_chmod(fixture->path, 0);
    store_close(fixture->store);
    fixture->store = store_open(fixture->url, NULL);
    assert_unreachable(fixture->store, "Permission denied");
    g_chmod(fixture->folder, 0);
    assert_unreachable(fixture->store, "Permission denied");
    g_chmod(fixture->folder, 0700);
    g_chmod(fixture->path, 0600);
    assert_works(fixture->store, "C1");
    g_clear_pointer(&fixture->store, store_close);
    assert_int_equal(seteuid(getuid()), 0);
}

/* ---- a disk that does not confirm ---- */

static int disk_fails; /* atomic: set by the test, read by the store's threads */

/* In place of the C library's, for the store and for SQLite. */
int fdatasync(int descriptor) {
    if (!g_atomic_int_get(&disk_fails))
        return (int)syscall(SYS_fdatasync, descriptor);
    errno = EIO;
    return -1;
}

static void assert_put_fails(Store *store, const char *message, CadenceError code, const char *part) {
    ContactPut put = {"C1", message, {.at = 1}};
    g_autoptr(GError) error = NULL;
    assert_false(store_transact(store, put_contact_work, &put, &error));
    assert_error_is(error, code, part);
}

static guint contacts_of(Store *store, const char *customer) {
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(store, customer, INSTANT_ALWAYS, &ledger, NULL));
    return ledger->contacts->len;
}

static void a_commit_that_the_disk_does_not_confirm_is_uncertain(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    g_atomic_int_set(&disk_fails, 1);
    assert_put_fails(fixture->store, "m", CADENCE_ERROR_UNCERTAIN, "store.db-wal: Input/output error");
    g_atomic_int_set(&disk_fails, 0);
    assert_works(fixture->store, "C1");
}

/* What comes after a log that was not confirmed must not be confirmed alone. */
static void nothing_is_written_behind_a_log_that_is_not_on_disk(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    g_atomic_int_set(&disk_fails, 1);
    assert_put_fails(fixture->store, "first", CADENCE_ERROR_UNCERTAIN, fixture->path);
    for (int i = 0; i < 3; i++)
        assert_put_fails(fixture->store, "second", CADENCE_ERROR_TEMPORARY, "store.db-wal: Input/output error");
    assert_int_equal(contacts_of(fixture->store, "C1"), 1);
    g_atomic_int_set(&disk_fails, 0);
    put_contact(fixture->store, "C1", "third", 1, NULL);
    assert_int_equal(contacts_of(fixture->store, "C1"), 2);
    g_clear_pointer(&fixture->store, store_close);
    fixture->store = store_open(fixture->url, NULL);
    assert_int_equal(contacts_of(fixture->store, "C1"), 2);
}

/* The header of a new log is synced by SQLite, within the commit. */
static void a_new_log_that_the_disk_does_not_confirm_is_uncertain(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    store_close(fixture->store);
    fixture->store = store_open(fixture->url, NULL);
    assert_int_equal(contacts_of(fixture->store, "C1"), 0);
    g_atomic_int_set(&disk_fails, 1);
    assert_put_fails(fixture->store, "m", CADENCE_ERROR_UNCERTAIN, fixture->path);
    g_atomic_int_set(&disk_fails, 0);
    assert_int_equal(contacts_of(fixture->store, "C1"), 0);
    assert_works(fixture->store, "C1");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_malformed_url_is_permanent),
        TEST(folder_and_files_are_the_owners_alone),
        TEST(making_again_keeps_what_is_there),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
        TEST(a_store_that_is_not_there_yet_is_waited_for),
        TEST(a_store_taken_away_and_put_back_serves_again),
        TEST(a_folder_taken_away_and_put_back_loses_nothing),
        TEST(another_store_at_the_path_is_the_one_that_counts),
        TEST(what_is_not_ours_is_left_alone),
        TEST(a_file_that_is_no_database_is_named),
        TEST(a_making_that_was_cut_off_is_finished_by_the_next),
        TEST(a_locked_store_is_temporary_within_seconds),
        TEST(a_full_disk_is_temporary_until_there_is_room),
        TEST(a_log_that_fills_the_disk_is_given_back),
        TEST(what_may_not_be_opened_or_written_says_so),
        TEST(a_commit_that_the_disk_does_not_confirm_is_uncertain),
        TEST(nothing_is_written_behind_a_log_that_is_not_on_disk),
        TEST(a_new_log_that_the_disk_does_not_confirm_is_uncertain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
