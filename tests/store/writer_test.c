/* The writer: works of many threads in few commits, each with its own outcome, none lost. */
#include "fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "../../milter/store/sqlite_transaction.h"
#include "../../milter/store/writer.h"

#define THREADS 16
#define PATIENCE 300 /* seconds for all tests, under valgrind too: who waits for a call that is lost waits for ever */

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

/* ---- grouping, seen with a disk that only counts ---- */

typedef struct {
    Writer *writer;
    guint groups, jobs, largest; /* committed */
    gint durable;                /* groups that a sync has confirmed; atomic */
    bool fails;                  /* the disk confirms nothing */
} Disk;

static bool no_work(Transaction *transaction, gpointer user, GError **error) {
    (void)transaction;
    (void)user;
    (void)error;
    return true;
}

static bool run_nothing(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    (void)user;
    return true;
}

/* Each job's user learns in which group it was. */
static bool count_commit(const GPtrArray *jobs, gpointer user) {
    Disk *disk = user;
    disk->groups++;
    disk->jobs += jobs->len;
    disk->largest = MAX(disk->largest, jobs->len);
    for (guint i = 0; i < jobs->len; i++)
        *(guint *)((WriterJob *)jobs->pdata[i])->user = disk->groups;
    return true;
}

static bool sync_slowly(gpointer user, GError **error) {
    Disk *disk = user;
    guint committed = disk->groups;
    g_usleep(1000); /* so that the others can gather */
    g_atomic_int_set(&disk->durable, (gint)committed);
    if (disk->fails)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_UNCERTAIN, "the disk does not confirm it");
    return !disk->fails;
}

static const WriterBackend counting = {run_nothing, count_commit, sync_slowly};

static void *run_many(void *user) {
    Disk *disk = user;
    for (int i = 0; i < 50; i++) {
        guint group = 0;
        assert_true(writer_run(disk->writer, no_work, &group, NULL));
        assert_in_range(group, 1, g_atomic_int_get(&disk->durable));
    }
    return NULL;
}

static void works_that_wait_share_a_commit_and_a_sync(void **state) {
    (void)state;
    Disk disk = {0};
    disk.writer = writer_new(&counting, &disk, NULL);
    run_threads_alike(run_many, &disk);
    writer_free(disk.writer);
    assert_int_equal(disk.jobs, THREADS * 50);
    assert_in_range(disk.groups, 50, THREADS * 50 / 2);
    assert_in_range(disk.largest, 2, THREADS);
}

/* ---- each their own outcome ---- */

typedef struct {
    Writer *writer;
    int number;
    guint group;
    bool done;
    GError *error;
} Caller;

static bool fail_every_second(const GPtrArray *jobs, gpointer user) {
    (void)user;
    WriterJob *job = jobs->pdata[jobs->len - 1];
    const Caller *caller = (const Caller *)(const void *)((char *)job->user - G_STRUCT_OFFSET(Caller, group));
    if (caller->number % 2)
        g_set_error(&job->error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "job %d", caller->number);
    return true;
}

static void *call_once(void *user) {
    Caller *caller = user;
    caller->done = writer_run(caller->writer, no_work, &caller->group, &caller->error);
    return NULL;
}

static void call_all(const WriterBackend *backend, Disk *disk, Caller callers[THREADS]) {
    void *users[THREADS];
    Writer *writer = writer_new(backend, disk, NULL);
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (Caller){.writer = writer, .number = i};
        users[i] = &callers[i];
    }
    run_threads(call_once, users);
    writer_free(writer);
}

static void everybody_gets_the_outcome_of_their_own(void **state) {
    (void)state;
    const WriterBackend backend = {fail_every_second, count_commit, sync_slowly};
    Disk disk = {0};
    Caller callers[THREADS];
    call_all(&backend, &disk, callers);
    assert_int_equal(disk.jobs, THREADS);
    for (int i = 0; i < THREADS; i++) {
        g_autofree char *expected = g_strdup_printf("job %d", i);
        assert_int_equal(callers[i].done, i % 2 == 0);
        if (i % 2)
            assert_string_equal(callers[i].error->message, expected);
        g_clear_error(&callers[i].error);
    }
}

static void what_the_disk_does_not_confirm_is_uncertain_for_all(void **state) {
    (void)state;
    const WriterBackend backend = {fail_every_second, count_commit, sync_slowly};
    Disk disk = {.fails = true};
    Caller callers[THREADS];
    call_all(&backend, &disk, callers);
    for (int i = 0; i < THREADS; i++) {
        assert_false(callers[i].done);
        assert_error_is(callers[i].error, i % 2 ? CADENCE_ERROR_TEMPORARY : CADENCE_ERROR_UNCERTAIN, "");
        g_clear_error(&callers[i].error);
    }
}

static bool commit_nothing(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    (void)user;
    return false;
}

static void what_wrote_nothing_waits_for_no_disk(void **state) {
    (void)state;
    const WriterBackend backend = {fail_every_second, commit_nothing, sync_slowly};
    Disk disk = {.fails = true};
    Caller callers[THREADS];
    call_all(&backend, &disk, callers);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(callers[i].done, i % 2 == 0);
        g_clear_error(&callers[i].error);
    }
}

/* ---- nobody is forgotten ---- */

#define HURRIES 150 /* works of each thread */

typedef struct {
    Writer *writer;
    guint runs, commits;
} Hurry;

static bool run_and_end_every_third_group(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    Hurry *hurry = user;
    return ++hurry->runs % 3 != 0;
}

static bool commit_all_but_every_fifth_group(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    Hurry *hurry = user;
    return ++hurry->commits % 5 != 0;
}

static bool sync_at_once(gpointer user, GError **error) {
    (void)user;
    (void)error;
    return true;
}

static void *hurry_on(void *user) {
    Hurry *hurry = user;
    for (int i = 0; i < HURRIES; i++)
        assert_true(writer_run(hurry->writer, no_work, NULL, NULL));
    return NULL;
}

/* With a disk that takes no time the writer's threads fall asleep all the time: a call that they do not hear then
 * leaves everybody waiting. */
static void nobody_waits_for_a_writer_that_sleeps(void **state) {
    (void)state;
    const WriterBackend backend = {run_and_end_every_third_group, commit_all_but_every_fifth_group, sync_at_once};
    Hurry hurry = {0};
    hurry.writer = writer_new(&backend, &hurry, NULL);
    run_threads_alike(hurry_on, &hurry);
    writer_free(hurry.writer);
    assert_int_equal(hurry.runs, THREADS * HURRIES);
}

/* ---- beside the disk ---- */

typedef struct {
    sem_t syncing, second_has_run;
    guint runs, syncs;
    bool beside;
} Beside;

static bool note_run(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    Beside *beside = user;
    if (++beside->runs == 2)
        sem_post(&beside->second_has_run);
    return true;
}

static bool commit_something(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    (void)user;
    return true;
}

/* The first sync does not end before the second work has run. */
static bool sync_until_second(gpointer user, GError **error) {
    (void)error;
    Beside *beside = user;
    struct timespec latest;
    if (beside->syncs++ > 0)
        return true;
    clock_gettime(CLOCK_REALTIME, &latest);
    latest.tv_sec += 10;
    sem_post(&beside->syncing);
    beside->beside = sem_timedwait(&beside->second_has_run, &latest) == 0;
    return true;
}

static void works_run_while_the_disk_is_waited_for(void **state) {
    (void)state;
    const WriterBackend backend = {note_run, commit_something, sync_until_second};
    Beside beside = {0};
    pthread_t threads[2];
    Caller callers[2];
    sem_init(&beside.syncing, 0, 0);
    sem_init(&beside.second_has_run, 0, 0);
    Writer *writer = writer_new(&backend, &beside, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(callers); i++) {
        callers[i] = (Caller){.writer = writer};
        assert_int_equal(pthread_create(&threads[i], NULL, call_once, &callers[i]), 0);
        if (i == 0)
            sem_wait(&beside.syncing);
    }
    for (guint i = 0; i < G_N_ELEMENTS(callers); i++)
        pthread_join(threads[i], NULL);
    writer_free(writer);
    assert_true(beside.beside);
    sem_destroy(&beside.syncing);
    sem_destroy(&beside.second_has_run);
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
    Committer committer;
    WriterJob jobs[4];
    guint count;
} Group;

static Group *group_new(const Fixture *fixture, const StoreWork works[4]) {
    static const char *const customers[] = {"J0", "J1", "J2", "J3"};
    Group *group = g_new0(Group, 1);
    group->committer = (Committer){connection_new(fixture->path, 1024), wal_new(fixture->path)};
    for (; group->count < G_N_ELEMENTS(group->jobs) && works[group->count]; group->count++)
        group->jobs[group->count] = (WriterJob){.work = works[group->count], .user = (gpointer)customers[group->count]};
    return group;
}

static void group_free(Group *group) {
    for (guint i = 0; i < group->count; i++)
        g_clear_error(&group->jobs[i].error);
    connection_free(group->committer.connection);
    wal_free(group->committer.wal);
    g_free(group);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Group, group_free)

/* As the writer does it: a group ends where no other job may join. */
static void run_all(Group *group) {
    g_autoptr(GPtrArray) jobs = g_ptr_array_new();
    for (guint i = 0; i < group->count; i++) {
        g_ptr_array_add(jobs, &group->jobs[i]);
        if (transaction_backend.run(jobs, &group->committer) && i + 1 < group->count)
            continue;
        transaction_backend.commit(jobs, &group->committer);
        g_ptr_array_set_size(jobs, 0);
    }
}

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
    run_all(group);
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
    return transaction_schedule_put(transaction, user, long_name, 1, error);
}

static void who_fills_the_disk_fails_and_the_others_run_again(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Group) group =
        group_new(fixture, (StoreWork[4]){count_up_work, fill_work, count_up_work, write_and_fail_work});
    run_all(group);
    assert_null(group->jobs[0].error);
    assert_error_is(group->jobs[1].error, CADENCE_ERROR_TEMPORARY, "full");
    assert_null(group->jobs[2].error);
    assert_error_is(group->jobs[3].error, CADENCE_ERROR_PERMANENT, "on purpose");
    assert_contacts(fixture->store, "J0", 1);
    assert_contacts(fixture->store, "J1", 0);
    assert_contacts(fixture->store, "J2", 1);
}

static bool was_run;

static bool fill_when_run_again_work(Transaction *transaction, gpointer user, GError **error) {
    bool again = was_run;
    was_run = true;
    return (again ? fill_work : count_up_work)(transaction, user, error);
}

static void on_a_full_disk_nothing_is_written_and_all_are_told(void **state) {
    Fixture *fixture = *state;
    g_autoptr(Group) group =
        group_new(fixture, (StoreWork[4]){fill_when_run_again_work, count_up_work, fill_work, NULL});
    was_run = false;
    run_all(group);
    for (guint i = 0; i < 3; i++) {
        assert_error_is(group->jobs[i].error, CADENCE_ERROR_TEMPORARY, fixture->path);
        assert_contacts(fixture->store, group->jobs[i].user, 0);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_that_wait_share_a_commit_and_a_sync),
        cmocka_unit_test(everybody_gets_the_outcome_of_their_own),
        cmocka_unit_test(what_the_disk_does_not_confirm_is_uncertain_for_all),
        cmocka_unit_test(what_wrote_nothing_waits_for_no_disk),
        cmocka_unit_test(nobody_waits_for_a_writer_that_sleeps),
        cmocka_unit_test(works_run_while_the_disk_is_waited_for),
        TEST(no_update_is_lost_between_threads),
        TEST(no_update_is_lost_between_two_stores_on_one_file),
        TEST(readers_see_only_what_is_whole),
        TEST(what_is_done_is_seen_at_once),
        TEST(a_failing_work_is_undone_alone),
        TEST(who_fills_the_disk_fails_and_the_others_run_again),
        TEST(on_a_full_disk_nothing_is_written_and_all_are_told),
    };
    alarm(PATIENCE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
