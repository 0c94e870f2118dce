/* The writer waits for works that are on their way, and not for ever. */
#include "fixture.h"

#include <pthread.h>
#include <unistd.h>

#include "../../milter/store/writer.h"

#define PATIENCE 100 /* seconds for both tests, under valgrind too */
#define TRIES 100
#define LONE_WORKS 15000 /* lingering for each would take them longer than PATIENCE */

/* A disk that takes no time and counts the groups. Each job's user learns in which group it was. */

static bool run_nothing(const GPtrArray *jobs, gpointer user) {
    (void)jobs;
    (void)user;
    return true;
}

static bool count_commit(const GPtrArray *jobs, gpointer user) {
    guint *groups = user;
    ++*groups;
    for (guint i = 0; i < jobs->len; i++)
        *(guint *)((WriterJob *)jobs->pdata[i])->user = *groups;
    return true;
}

static bool sync_at_once(gpointer user, GError **error) {
    (void)user;
    (void)error;
    return true;
}

static const WriterBackend instantaneous = {run_nothing, count_commit, sync_at_once};

static bool no_work(Transaction *transaction, gpointer user, GError **error) {
    (void)transaction;
    (void)user;
    (void)error;
    return true;
}

/* The group it was in. */
static guint call(Writer *writer) {
    guint group = 0;
    assert_true(writer_run(writer, no_work, &group, NULL));
    return group;
}

static void *call_when_expected(void *user) {
    Writer *writer = user;
    g_usleep(1000);
    writer_expect(writer, -1);
    return GUINT_TO_POINTER(call(writer));
}

/* Whether one who is a millisecond away gets into the group of who is there. */
static bool is_lingered_for(Writer *writer) {
    pthread_t thread;
    void *second;
    writer_expect(writer, 1);
    assert_int_equal(pthread_create(&thread, NULL, call_when_expected, writer), 0);
    guint first = call(writer);
    pthread_join(thread, &second);
    return first == GPOINTER_TO_UINT(second);
}

/* On a busy machine a millisecond can last longer than the writer lingers, but not each time. */
static void an_idle_writer_lingers_for_who_is_on_their_way(void **state) {
    (void)state;
    guint groups = 0;
    int shared = 0;
    Writer *writer = writer_new(&instantaneous, &groups, NULL);
    for (int i = 0; i < TRIES; i++)
        shared += is_lingered_for(writer);
    writer_free(writer);
    assert_in_range(shared, TRIES / 4, TRIES);
}

static void who_does_not_come_is_hardly_ever_lingered_for(void **state) {
    (void)state;
    guint groups = 0;
    Writer *writer = writer_new(&instantaneous, &groups, NULL);
    writer_expect(writer, 3);
    for (int i = 0; i < LONE_WORKS; i++)
        call(writer);
    writer_free(writer);
    assert_int_equal(groups, LONE_WORKS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_writer_lingers_for_who_is_on_their_way),
        cmocka_unit_test(who_does_not_come_is_hardly_ever_lingered_for),
    };
    alarm(PATIENCE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
