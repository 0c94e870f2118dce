/* Group commit. A commit costs one fsync whatever it holds, so while one group is being committed the next one gathers:
 * nobody waits for a timer, an idle store commits a lone work at once, and a busy one shares its fsync among all who
 * wait.
 *
 * POSIX threads rather than GLib's: GLib's locks are futexes of its own which ThreadSanitizer cannot see, and this file
 * is the one that most needs its eye. */
#include "writer.h"

#include "base/error.h"
#include "quiet_thread.h"

#include <semaphore.h>

/* A semaphore each: a group's end wakes those whom it concerns, and none of them has to wait for a lock that the others
 * want too. */
typedef struct {
    WriterJob job;
    sem_t finished;
} Waiter;

struct Writer {
    WriterCommit commit;
    gpointer user;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    GQueue waiting; /* of Waiter, each on its caller's stack */
    bool stopping;
};

/* Moves up to a group's worth of waiters over; waits until there is one. False when the writer is to stop and nobody
 * waits. */
static bool gather(Writer *writer, GPtrArray *group) {
    pthread_mutex_lock(&writer->lock);
    while (g_queue_is_empty(&writer->waiting) && !writer->stopping)
        pthread_cond_wait(&writer->arrived, &writer->lock);
    while (!g_queue_is_empty(&writer->waiting) && group->len < WRITER_GROUP_MAX)
        g_ptr_array_add(group, g_queue_pop_head(&writer->waiting));
    pthread_mutex_unlock(&writer->lock);
    return group->len > 0;
}

/* A waiter's stack may be gone as soon as it is told; glibc's sem_post does not touch it any more then. */
static void dismiss(GPtrArray *group) {
    for (guint i = 0; i < group->len; i++)
        sem_post(&((Waiter *)group->pdata[i])->finished);
    g_ptr_array_set_size(group, 0);
}

static void commit(Writer *writer, const GPtrArray *group) {
    g_autoptr(GPtrArray) jobs = g_ptr_array_sized_new(group->len);
    for (guint i = 0; i < group->len; i++)
        g_ptr_array_add(jobs, &((Waiter *)group->pdata[i])->job);
    writer->commit(jobs, writer->user);
}

static void *writer_main(void *user) {
    Writer *writer = user;
    g_autoptr(GPtrArray) group = g_ptr_array_sized_new(WRITER_GROUP_MAX);
    while (gather(writer, group)) {
        commit(writer, group);
        dismiss(group);
    }
    return NULL;
}

static void destroy(Writer *writer) {
    pthread_cond_destroy(&writer->arrived);
    pthread_mutex_destroy(&writer->lock);
    g_free(writer);
}

Writer *writer_new(WriterCommit commit_group, gpointer user, GError **error) {
    Writer *writer = g_new0(Writer, 1);
    writer->commit = commit_group;
    writer->user = user;
    g_queue_init(&writer->waiting);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->arrived, NULL);
    int fault = quiet_thread_start(&writer->thread, writer_main, writer);
    if (fault == 0)
        return writer;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "the store's writer cannot start: %s",
                g_strerror(fault));
    destroy(writer);
    return NULL;
}

void writer_free(Writer *writer) {
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->arrived);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    destroy(writer);
}

static void wait_for(sem_t *semaphore) {
    while (sem_wait(semaphore) != 0)
        ; /* a signal came */
}

bool writer_run(Writer *writer, StoreWork work, gpointer user, GError **error) {
    Waiter waiter = {.job = {.work = work, .user = user}};
    g_assert(!pthread_equal(pthread_self(), writer->thread));
    sem_init(&waiter.finished, 0, 0);
    pthread_mutex_lock(&writer->lock);
    g_queue_push_tail(&writer->waiting, &waiter);
    pthread_cond_signal(&writer->arrived);
    pthread_mutex_unlock(&writer->lock);
    wait_for(&waiter.finished);
    sem_destroy(&waiter.finished);
    if (!waiter.job.error)
        return true;
    g_propagate_error(error, waiter.job.error);
    return false;
}
