/* What processes share: the planner's lock, the bell, the daemons' register, the status. */
#include "fixture.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool lock(Store *store, int patience) {
    bool locked = false;
    g_autoptr(GError) error = NULL;
    if (!store_planner_lock(store, patience, &locked, &error))
        fail_msg("%s", error->message);
    return locked;
}

/* ---- the lock ---- */

static void one_planner_at_a_time_has_the_lock(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Store) other = store_open(fixture->url, NULL);
    assert_true(lock(fixture->store, 0));
    assert_false(lock(other, 0));
    assert_false(lock(other, 30));
    store_planner_unlock(fixture->store);
    assert_true(lock(other, 0));
    assert_false(lock(fixture->store, 0));
    store_planner_unlock(other);
}

static void closing_the_store_frees_the_lock(void **state) {
    Fixture *fixture = *state;
    Store *other = store_open(fixture->url, NULL);
    assert_true(lock(other, 0));
    store_close(other);
    assert_true(lock(fixture->store, 0));
}

/* A process forks before it starts the writer's thread, here as in the daemons. */
static pid_t fork_without_threads(Fixture *fixture) {
    store_close(fixture->store);
    pid_t child = fork();
    fixture->store = child == 0 ? NULL : store_open(fixture->url, NULL);
    return child;
}

/* The child says through the pipe that it has the lock, and keeps it until it is killed. */
static pid_t start_planner(Fixture *fixture, int *ready) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork_without_threads(fixture);
    if (child == 0) {
        Store *store = store_open(fixture->url, NULL);
        bool locked = false;
        if (store && store_planner_lock(store, 0, &locked, NULL) && locked && write(ends[1], "y", 1) == 1)
            pause();
        _exit(1);
    }
    close(ends[1]);
    *ready = ends[0];
    return child;
}

static void a_killed_planner_frees_the_lock(void **state) {
    Fixture *fixture = *state;
    char byte;
    int ready;
    pid_t child = start_planner(fixture, &ready);
    assert_int_equal(read(ready, &byte, 1), 1);
    close(ready);
    assert_false(lock(fixture->store, 0));
    kill(child, SIGKILL);
    assert_true(lock(fixture->store, 5000));
    waitpid(child, NULL, 0);
    store_planner_unlock(fixture->store);
}

static void without_a_store_there_is_no_lock_and_no_litter(void **state) {
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "none.db", NULL);
    g_autofree char *lock_path = g_strconcat(path, ".planner", NULL);
    g_autofree char *url = g_strconcat("sqlite:", path, NULL);
    g_autoptr(Store) store = store_open(url, NULL);
    g_autoptr(GError) error = NULL;
    bool locked = true;
    assert_false(store_planner_lock(store, 0, &locked, &error));
    assert_error_is(error, CADENCE_ERROR_TEMPORARY, "none.db");
    assert_false(g_file_test(lock_path, G_FILE_TEST_EXISTS));
    store_wake(store);
    store_wait(store, 1, -1);
    assert_true(store_create(url, NULL));
    assert_true(lock(store, 0));
    assert_true(g_file_test(lock_path, G_FILE_TEST_EXISTS));
}

static void a_lock_file_that_was_exchanged_does_not_count(void **state) {
    Fixture *fixture = *state;
    g_autofree char *lock_path = g_strconcat(fixture->path, ".planner", NULL);
    g_autoptr(Store) other = store_open(fixture->url, NULL);
    assert_true(lock(fixture->store, 0));
    store_planner_unlock(fixture->store);
    g_remove(lock_path);
    assert_true(lock(fixture->store, 0));
    assert_false(lock(other, 0));
}

static void the_side_files_are_the_owners_alone(void **state) {
    Fixture *fixture = *state;
    assert_true(lock(fixture->store, 0));
    const char *const suffixes[] = {".planner", ".wake"};
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        struct stat file;
        g_autofree char *path = g_strconcat(fixture->path, suffixes[i], NULL);
        assert_int_equal(stat(path, &file), 0);
        assert_int_equal(file.st_mode & 0777, 0600);
    }
}

/* ---- the bell ---- */

#define LONG 8000 /* milliseconds; a wait that takes half of it was not woken */

static bool wait_was_cut_short(Store *store, int stop) {
    gint64 begun = g_get_monotonic_time();
    store_wait(store, LONG, stop);
    return g_get_monotonic_time() - begun < LONG / 2 * 1000;
}

static void a_wait_ends_by_itself(void **state) {
    Fixture *fixture = *state;
    gint64 begun = g_get_monotonic_time();
    store_wait(fixture->store, 50, -1);
    assert_true(g_get_monotonic_time() - begun >= 49000);
}

static void a_wake_between_pass_and_wait_is_not_lost(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Store) milter = store_open(fixture->url, NULL);
    assert_true(lock(fixture->store, 0));
    store_planner_unlock(fixture->store);
    store_wake(milter);
    store_wake(milter);
    assert_true(wait_was_cut_short(fixture->store, -1));
    gint64 begun = g_get_monotonic_time();
    store_wait(fixture->store, 50, -1);
    assert_true(g_get_monotonic_time() - begun >= 49000); /* one wait takes all wakes that came before it */
}

static void another_process_wakes(void **state) {
    Fixture *fixture = *state;
    store_wait(fixture->store, 0, -1);
    pid_t child = fork_without_threads(fixture);
    if (child == 0) {
        Store *store = store_open(fixture->url, NULL);
        g_usleep(200000);
        store_wake(store);
        _exit(0);
    }
    assert_true(wait_was_cut_short(fixture->store, -1));
    waitpid(child, NULL, 0);
}

static void a_wake_without_a_planner_is_harmless(void **state) {
    Fixture *fixture = *state;
    store_wake(fixture->store);
    store_wait(fixture->store, 0, -1);
    g_autoptr(Store) milter = store_open(fixture->url, NULL);
    for (int i = 0; i < 70000; i++) /* more than a pipe holds */
        store_wake(milter);
    assert_true(wait_was_cut_short(fixture->store, -1));
}

static void the_stop_descriptor_ends_a_wait(void **state) {
    Fixture *fixture = *state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_true(wait_was_cut_short(fixture->store, ends[0]));
    close(ends[0]);
    close(ends[1]);
}

static void a_file_in_the_place_of_the_bell_is_not_written_to(void **state) {
    Fixture *fixture = *state;
    g_autofree char *path = g_strconcat(fixture->path, ".wake", NULL);
    g_autofree char *text = NULL;
    gsize length;
    assert_true(g_file_set_contents(path, "", 0, NULL));
    store_wake(fixture->store);
    store_wait(fixture->store, 1, -1);
    assert_true(g_file_get_contents(path, &text, &length, NULL));
    assert_int_equal(length, 0);
}

/* ---- daemons and status ---- */

static bool put_daemon_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_daemon_put(transaction, user, error);
}

static bool remove_daemon_work(Transaction *transaction, gpointer user, GError **error) {
    const Daemon *daemon = user;
    return transaction_daemon_remove(transaction, daemon->name, daemon->pid, error);
}

static void daemons_come_and_go(void **state) {
    Fixture *fixture = *state;
    Daemon planner = {"cadence-planner", 20, 5, "ff", NULL};
    Daemon milter = {"cadence-milter", 10, 5, "ff", "old"};
    Daemon changed = {"cadence-milter", 10, 6, "ee", "new"};
    must_transact(fixture->store, put_daemon_work, &planner);
    must_transact(fixture->store, put_daemon_work, &milter);
    must_transact(fixture->store, put_daemon_work, &changed);
    g_autoptr(GPtrArray) both = NULL;
    assert_true(store_daemons(fixture->store, &both, NULL));
    assert_int_equal(both->len, 2);
    const Daemon *first = both->pdata[0], *second = both->pdata[1];
    assert_string_equal(first->name, "cadence-milter");
    assert_int_equal(first->pid, 10);
    assert_int_equal(first->started, 6);
    assert_string_equal(first->config_hash, "ee");
    assert_string_equal(first->note, "new");
    assert_string_equal(second->name, "cadence-planner");
    assert_string_equal(second->note, "");
    must_transact(fixture->store, remove_daemon_work, &milter);
    g_autoptr(GPtrArray) one = NULL;
    assert_true(store_daemons(fixture->store, &one, NULL));
    assert_int_equal(one->len, 1);
}

static bool asked_work(Transaction *transaction, gpointer hash, GError **error) {
    return transaction_asked_put(transaction, "cadence-milter", hash, error);
}

static char *asked_of(const Fixture *fixture, const char *name) {
    char *hash = NULL;
    assert_true(store_asked(fixture->store, name, &hash, NULL));
    return hash;
}

static void what_a_daemon_had_asked_outlives_it_and_is_no_daemon(void **state) {
    Fixture *fixture = *state;
    Daemon milter = {"cadence-milter", 10, 5, "ff", NULL};
    must_transact(fixture->store, put_daemon_work, &milter);
    assert_null(asked_of(fixture, "cadence-milter"));
    must_transact(fixture->store, asked_work, "ee");
    must_transact(fixture->store, asked_work, "ff");
    must_transact(fixture->store, remove_daemon_work, &milter);
    g_autofree char *hash = asked_of(fixture, "cadence-milter");
    assert_string_equal(hash, "ff");
    assert_null(asked_of(fixture, "cadence-planner"));
    g_autoptr(GPtrArray) daemons = NULL;
    assert_true(store_daemons(fixture->store, &daemons, NULL));
    assert_int_equal(daemons->len, 0);
}

static void the_status_counts(void **state) {
    Fixture *fixture = *state;
    const Instant now = 200000;
    StoreStatus empty;
    assert_true(store_status(fixture->store, now, &empty, NULL));
    assert_int_equal(empty.customers + empty.contacts + empty.verdicts + empty.held + empty.releasing, 0);
    assert_int_equal(empty.oldest_held, INSTANT_NEVER);
    assert_int_equal(empty.schema, 4);

    put_customer(fixture->store, "C1", NULL);
    put_contact(fixture->store, "C1", "m", now, NULL);
    add_verdict(fixture->store, "C1", "m1", 0, now - 86400, ACTION_PASS);
    add_verdict(fixture->store, "C1", "m2", 0, now - 86399, ACTION_HOLD);
    add_verdict(fixture->store, "C1", "m3", 0, now, ACTION_HOLD);
    add_verdict(fixture->store, "C1", "m4", 0, now + 1, ACTION_DROP);
    Custody held = custody_of("C1", "m2", 0, now + 5);
    Custody releasing = custody_of("C1", "m5", 0, now);
    releasing.state = CUSTODY_RELEASING;
    releasing.since = 1;
    must_transact(fixture->store, take_custody_work, &held);
    must_transact(fixture->store, take_custody_work, &releasing);
    StoreStatus status;
    assert_true(store_status(fixture->store, now, &status, NULL));
    assert_int_equal(status.customers, 1);
    assert_int_equal(status.contacts, 1);
    assert_int_equal(status.verdicts, 4);
    assert_int_equal(status.held, 1);
    assert_int_equal(status.releasing, 1);
    assert_int_equal(status.oldest_held, 1000);
    const guint64 actions[] = {0, 0, 2, 0, 0};
    assert_memory_equal(status.day.actions, actions, sizeof actions);
}

/* Hours begin and end anywhere in the day that is counted, and what is forgotten is counted no more. */
static void a_day_is_counted_to_the_second(void **state) {
    Fixture *fixture = *state;
    enum { VERDICTS = 300, DAY = 86400 };
    const Instant begin = 400 * (Instant)DAY, forgotten = begin + DAY / 2 + 77;
    Instant at[VERDICTS];
    GRand *random = g_rand_new_with_seed(7);
    for (int i = 0; i < VERDICTS; i++) {
        g_autofree char *message = g_strdup_printf("m%d", i);
        at[i] = begin + g_rand_int_range(random, 0, 3 * DAY);
        add_verdict(fixture->store, "C1", message, 0, at[i], i % 2 ? ACTION_PASS : ACTION_DROP);
        put_contact(fixture->store, "C1", message, at[i], NULL);
    }
    prune_all(fixture->store, forgotten);
    for (int probe = 0; probe < 200; probe++) {
        Instant x = begin + g_rand_int_range(random, 0, 4 * DAY) / (probe % 2 ? 1 : 3600) * (probe % 2 ? 1 : 3600);
        guint64 passed = 0, dropped = 0, left = 0;
        StoreStatus status;
        for (int i = 0; i < VERDICTS; i++) {
            bool in_day = at[i] >= forgotten && at[i] > x - DAY && at[i] <= x;
            passed += in_day && i % 2;
            dropped += in_day && i % 2 == 0;
            left += at[i] >= forgotten;
        }
        assert_true(store_status(fixture->store, x, &status, NULL));
        assert_int_equal(status.day.actions[ACTION_PASS], passed);
        assert_int_equal(status.day.actions[ACTION_DROP], dropped);
        assert_int_equal(status.verdicts, left);
        assert_int_equal(status.contacts, left);
    }
    g_rand_free(random);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_planner_at_a_time_has_the_lock),
        TEST(closing_the_store_frees_the_lock),
        TEST(a_killed_planner_frees_the_lock),
        TEST(without_a_store_there_is_no_lock_and_no_litter),
        TEST(a_lock_file_that_was_exchanged_does_not_count),
        TEST(the_side_files_are_the_owners_alone),
        TEST(a_wait_ends_by_itself),
        TEST(a_wake_between_pass_and_wait_is_not_lost),
        TEST(another_process_wakes),
        TEST(a_wake_without_a_planner_is_harmless),
        TEST(the_stop_descriptor_ends_a_wait),
        TEST(a_file_in_the_place_of_the_bell_is_not_written_to),
        TEST(daemons_come_and_go),
        TEST(what_a_daemon_had_asked_outlives_it_and_is_no_daemon),
        TEST(the_status_counts),
        TEST(a_day_is_counted_to_the_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
