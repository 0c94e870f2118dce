/* The writer: works of many threads in few commits, each with its own outcome, none lost. */
#include "fixture.h"

#include <pthread.h>

#include "../../milter/store/sqlite_transaction.h"
#include "../../milter/store/writer.h"

#define THREADS 16

static void run_threads(void *(*body)(void *), void *const users[THREADS]) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, body, users[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void run_threads_alike(void *(*body)(void *), void *user) {
    void *users[THREADS];
    for (int i = 0; i < THREADS; i++)
        users[i] = user;
    run_threads(body, users);
}

/* ---- grouping, seen with a commit that only counts ---- */

typedef struct {
    Writer *writer;
    guint groups, jobs, largest;
} Counter;

static bool no_work(Transaction *transaction, gpointer user, GError **error) {
    (void)transaction;
    (void)user;
    (void)error;
    return true;
}

static void count_commit(const GPtrArray *jobs, gpointer user) {
    Counter *counter = user;
    counter->groups++;
    counter->jobs += jobs->len;
    counter->largest = MAX(counter->largest, jobs->len);
    g_usleep(1000); /* as a disk does, so that the others can gather */
}

static void *run_many(void *user) {
    Counter *counter = user;
    for (int i = 0; i < 50; i++)
        assert_true(writer_run(counter->writer, no_work, NULL, NULL));
    return NULL;
}

static void works_that_wait_share_a_commit(void **state) {
    (void)state;
    Counter counter = {0};
    counter.writer = writer_new(count_commit, &counter, NULL);
    run_threads_alike(run_many, &counter);
    writer_free(counter.writer);
    assert_int_equal(counter.jobs, THREADS * 50);
    assert_in_range(counter.groups, 50, THREADS * 50 / 2);
    assert_in_range(counter.largest, 2, THREADS);
}

static void fail_every_second(const GPtrArray *jobs, gpointer user) {
    int *seen = user;
    for (guint i = 0; i < jobs->len; i++) {
        WriterJob *job = jobs->pdata[i];
        if (GPOINTER_TO_INT(job->user) % 2)
            g_set_error(&job->error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "job %d", GPOINTER_TO_INT(job->user));
        ++*seen;
    }
}

typedef struct {
    Writer *writer;
    int number;
    bool done;
    GError *error;
} Caller;

static void *call_once(void *user) {
    Caller *caller = user;
    caller->done = writer_run(caller->writer, no_work, GINT_TO_POINTER(caller->number), &caller->error);
    return NULL;
}

static void everybody_gets_the_outcome_of_their_own(void **state) {
    (void)state;
    int seen = 0;
    Writer *writer = writer_new(fail_every_second, &seen, NULL);
    Caller callers[THREADS];
    void *users[THREADS];
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (Caller){writer, i, false, NULL};
        users[i] = &callers[i];
    }
    run_threads(call_once, users);
    writer_free(writer);
    assert_int_equal(seen, THREADS);
    for (int i = 0; i < THREADS; i++) {
        g_autofree char *expected = g_strdup_printf("job %d", i);
        assert_int_equal(callers[i].done, i % 2 == 0);
        if (i % 2)
            assert_string_equal(callers[i].error->message, expected);
        g_clear_error(&callers[i].error);
    }
}

/* ---- no update is lost ---- */

#define ROUNDS 40

/* Reads how many contacts there are and writes one more under that number: two that read the same number would share a
 * row. */
static bool count_up_work(Transaction *transaction, gpointer user, GError **error) {
    g_autoptr(Ledger) ledger = NULL;
    if (!transaction_ledger(transaction, user, INSTANT_ALWAYS, NULL, &ledger, error))
        return false;
    Contact contact = {.at = ledger->contacts->len, .class = CLASS_SALES};
    g_autofree char *message = g_strdup_printf("m%u", ledger->contacts->len);
    return transaction_contact_put(transaction, user, message, &contact, error);
}

static void *count_up(void *user) {
    for (int i = 0; i < ROUNDS; i++)
        must_transact(user, count_up_work, "C1");
    return NULL;
}

static void assert_contacts(Store *store, const char *customer, guint expected) {
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(store, customer, INSTANT_ALWAYS, &ledger, NULL));
    assert_int_equal(ledger->contacts->len, expected);
}

static void no_update_is_lost_between_threads(void **state) {
    Fixture *fixture = *state;
    run_threads_alike(count_up, fixture->store);
    assert_contacts(fixture->store, "C1", THREADS * ROUNDS);
}

static void no_update_is_lost_between_two_stores_on_one_file(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Store) other = store_open(fixture->url, NULL);
    void *users[THREADS];
    for (int i = 0; i < THREADS; i++)
        users[i] = i % 2 ? other : fixture->store;
    run_threads(count_up, users);
    assert_contacts(fixture->store, "C1", THREADS * ROUNDS);
    assert_contacts(other, "C1", THREADS * ROUNDS);
}

static void *read_along(void *user) {
    guint before = 0;
    for (int i = 0; i < ROUNDS; i++) {
        g_autoptr(Ledger) ledger = NULL;
        assert_true(store_ledger(user, "C1", INSTANT_ALWAYS, &ledger, NULL));
        assert_true(ledger->contacts->len >= before);
        before = ledger->contacts->len;
    }
    return NULL;
}

static void *write_or_read(void *user) {
    Caller *caller = user;
    return caller->number % 4 ? read_along(caller->writer) : count_up(caller->writer);
}

static void readers_see_only_what_is_whole(void **state) {
    Fixture *fixture = *state;
    Caller callers[THREADS];
    void *users[THREADS];
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (Caller){.writer = (gpointer)fixture->store, .number = i};
        users[i] = &callers[i];
    }
    run_threads(write_or_read, users);
    assert_contacts(fixture->store, "C1", THREADS / 4 * ROUNDS);
}

static void what_is_done_is_seen_at_once(void **state) {
    Fixture *fixture = *state;
    for (guint i = 1; i <= 20; i++) {
        must_transact(fixture->store, count_up_work, "C1");
        assert_contacts(fixture->store, "C1", i);
    }
}

/* ---- one group, seen from inside ---- */

typedef struct {
    Connection *connection;
    WriterJob jobs[4];
    GPtrArray *group;
} Group;

static Group *group_new(const Fixture *fixture, const StoreWork works[4]) {
    static const char *const customers[] = {"J0", "J1", "J2", "J3"};
    Group *group = g_new0(Group, 1);
    group->connection = connection_new(fixture->path, 1024);
    group->group = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(group->jobs) && works[i]; i++) {
        group->jobs[i] = (WriterJob){.work = works[i], .user = (gpointer)customers[i]};
        g_ptr_array_add(group->group, &group->jobs[i]);
    }
    return group;
}

static void group_free(Group *group) {
    for (guint i = 0; i < G_N_ELEMENTS(group->jobs); i++)
        g_clear_error(&group->jobs[i].error);
    g_ptr_array_unref(group->group);
    connection_free(group->connection);
    g_free(group);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Group, group_free)

static bool write_and_fail_work(Transaction *transaction, gpointer user, GError **error) {
    if (count_up_work(transaction, user, error))
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "on purpose");
    return false;
}

static bool write_and_fail_silently_work(Transaction *transaction, gpointer user, GError **error) {
    count_up_work(transaction, user, error);
    return false;
}

static void a_failing_work_is_undone_alone(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Group) group = group_new(
        fixture, (StoreWork[4]){count_up_work, write_and_fail_work, count_up_work, write_and_fail_silently_work});
    transaction_run_group(group->group, group->connection);
    assert_null(group->jobs[0].error);
    assert_error_is(group->jobs[1].error, CADENCE_ERROR_PERMANENT, "on purpose");
    assert_null(group->jobs[2].error);
    assert_error_is(group->jobs[3].error, CADENCE_ERROR_TEMPORARY, fixture->path);
    const guint expected[] = {1, 0, 1, 0};
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_contacts(fixture->store, group->jobs[i].user, expected[i]);
}

static bool limit_pages(Connection *connection) {
    sqlite3 *handle = connection_handle(connection);
    return sqlite3_exec(handle, "PRAGMA max_page_count = 1", NULL, NULL, NULL) ==
           SQLITE_OK; /* no less than there are */
}

/* Writes until nothing more goes in, which makes SQLite give the whole transaction up: not where a trigger belongs to
 * the statement, for that SQLite can undo alone. */
static bool fill_work(Transaction *transaction, gpointer user, GError **error) {
    g_autofree char *long_name = g_strnfill(100000, 'x');
    limit_pages(transaction->connection);
    return transaction_event_add(transaction, user, long_name, 1, error);
}

static void who_fills_the_disk_fails_and_the_others_run_again(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Group) group =
        group_new(fixture, (StoreWork[4]){count_up_work, fill_work, count_up_work, write_and_fail_work});
    transaction_run_group(group->group, group->connection);
    assert_null(group->jobs[0].error);
    assert_error_is(group->jobs[1].error, CADENCE_ERROR_TEMPORARY, "full");
    assert_null(group->jobs[2].error);
    assert_error_is(group->jobs[3].error, CADENCE_ERROR_PERMANENT, "on purpose");
    assert_contacts(fixture->store, "J0", 1);
    assert_contacts(fixture->store, "J1", 0);
    assert_contacts(fixture->store, "J2", 1);
}

static void on_a_full_disk_nothing_is_written_and_all_are_told(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Group) group = group_new(fixture, (StoreWork[4]){count_up_work, fill_work, fill_work, NULL});
    transaction_run_group(group->group, group->connection);
    for (guint i = 0; i < 3; i++) {
        assert_error_is(group->jobs[i].error, CADENCE_ERROR_TEMPORARY, fixture->path);
        assert_contacts(fixture->store, group->jobs[i].user, 0);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_that_wait_share_a_commit),
        cmocka_unit_test(everybody_gets_the_outcome_of_their_own),
        TEST(no_update_is_lost_between_threads),
        TEST(no_update_is_lost_between_two_stores_on_one_file),
        TEST(readers_see_only_what_is_whole),
        TEST(what_is_done_is_seen_at_once),
        TEST(a_failing_work_is_undone_alone),
        TEST(who_fills_the_disk_fails_and_the_others_run_again),
        TEST(on_a_full_disk_nothing_is_written_and_all_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
