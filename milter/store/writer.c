/* Group commit in two stages. To wait for the disk takes as long as a dozen works or more, and whatever was committed
 * before is durable with one wait. So while the syncer waits for one group, the runner already runs the works of the
 * next, as they come, in one open transaction, and commits it when the syncer is free: the disk is never waited for
 * with nothing under way, and a group holds all who came meanwhile.
 *
 * At a few hundred works a second that would be one or two, and each commit writes pages that a hundred works could
 * have shared. So an idle writer to which a work comes lingers before it begins, if others are said to be on their way.
 * It lingers no longer than nobody minds; where nobody comes in that time, those on their way may be clients that send
 * their messages by the byte, and it is done ever more seldom; and a lone work waits for nobody.
 *
 * Nobody is told before the sync that began after the commit of their group. A later group may have read what an
 * earlier one wrote; it is told later, and the log keeps their order on disk.
 *
 * POSIX threads rather than GLib's: GLib's locks are futexes of its own which ThreadSanitizer cannot see, and this file
 * is the one that most needs its eye. */
#include "writer.h"

#include "base/error.h"
#include "quiet_thread.h"

#include <errno.h>
#include <semaphore.h>
#include <time.h>

#define LINGER_NS 10000000 /* the longest that an idle writer waits for works on their way */
#define LINGER_WORKS 8     /* so many are worth a commit of their own */
#define SKIPPED_MAX 63     /* groups that are not lingered for where it was in vain before */

/* A semaphore each: a group's end wakes those whom it concerns, and none of them has to wait for a lock that the others
 * want too. */
typedef struct {
    WriterJob job; /* first: a group is of jobs, and leads back to who waits */
    GList link;    /* in the queue */
    sem_t finished;
} Waiter;

struct Writer {
    const WriterBackend *backend;
    gpointer user;
    pthread_t runner, syncer;
    pthread_mutex_t lock;     /* guards what follows */
    pthread_cond_t stirred;   /* for the runner: a work has come, the syncer is free, or it is to stop */
    pthread_cond_t committed; /* for the syncer: there is a group, or none will come */
    GQueue waiting;           /* of WriterJob, links and all on their callers' stacks */
    GPtrArray *done;          /* the group that is committed, until the syncer takes it */
    bool syncing;             /* from the hand-over of a group until it is durable */
    guint enough;             /* the runner is to be woken when so many wait */
    bool stopping, ended;     /* the runner is to stop; it has */
    gint expected;            /* works on their way; atomic */
    guint skips, skipped;     /* the runner's own: groups not to linger for, now and at first */
    GQueue arrived;           /* the runner's own: what it has taken of those who wait */
};

/* A waiter's stack may be gone as soon as it is told; glibc's sem_post does not touch it any more then. */
static void dismiss(GPtrArray *group) {
    for (guint i = 0; i < group->len; i++)
        sem_post(&((Waiter *)group->pdata[i])->finished);
    g_ptr_array_set_size(group, 0);
}

static void move_jobs(GPtrArray *to, GPtrArray *from) {
    g_ptr_array_extend(to, from, NULL, NULL);
    g_ptr_array_set_size(from, 0);
}

/* ---- the syncer ---- */

/* Moves the committed group over; waits until there is one. False when there will be none. */
static bool take_group(Writer *writer, GPtrArray *group) {
    pthread_mutex_lock(&writer->lock);
    while (writer->done->len == 0 && !writer->ended)
        pthread_cond_wait(&writer->committed, &writer->lock);
    move_jobs(group, writer->done);
    pthread_mutex_unlock(&writer->lock);
    return group->len > 0;
}

static void note_fault(const GPtrArray *group, const GError *fault) {
    for (guint i = 0; i < group->len; i++) {
        WriterJob *job = group->pdata[i];
        if (!job->error)
            job->error = g_error_copy(fault);
    }
}

static void become_free(Writer *writer) {
    pthread_mutex_lock(&writer->lock);
    writer->syncing = false;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->stirred);
}

static void *syncer_main(void *user) {
    Writer *writer = user;
    g_autoptr(GPtrArray) group = g_ptr_array_sized_new(WRITER_GROUP_MAX);
    while (take_group(writer, group)) {
        g_autoptr(GError) fault = NULL;
        if (!writer->backend->sync(writer->user, &fault))
            note_fault(group, fault);
        become_free(writer);
        dismiss(group);
    }
    return NULL;
}

/* ---- the runner ---- */

static struct timespec end_of_lingering(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += LINGER_NS;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    return end;
}

static bool is_worth_lingering(const Writer *writer) {
    return g_atomic_int_get(&writer->expected) > 0 && writer->waiting.length < LINGER_WORKS && !writer->stopping;
}

static void linger(Writer *writer) {
    const struct timespec end = end_of_lingering();
    int result = 0;
    writer->enough = LINGER_WORKS;
    while (result != ETIMEDOUT && is_worth_lingering(writer))
        result = pthread_cond_timedwait(&writer->stirred, &writer->lock, &end);
    writer->enough = 1;
    bool in_vain = result == ETIMEDOUT && writer->waiting.length == 1;
    writer->skipped = in_vain ? MIN(2 * writer->skipped + 1, SKIPPED_MAX) : 0;
    writer->skips = writer->skipped;
}

static void linger_unless_in_vain(Writer *writer) {
    if (writer->skips > 0)
        writer->skips--;
    else if (is_worth_lingering(writer))
        linger(writer);
}

/* Takes all who wait; none when the group is to be committed, or, where it is empty, when the writer is to stop. */
static void take_arrived(Writer *writer, const GPtrArray *group) {
    pthread_mutex_lock(&writer->lock);
    while (g_queue_is_empty(&writer->waiting) && (writer->syncing || (group->len == 0 && !writer->stopping)))
        pthread_cond_wait(&writer->stirred, &writer->lock);
    if (group->len == 0 && !writer->syncing)
        linger_unless_in_vain(writer);
    writer->arrived = writer->waiting;
    g_queue_init(&writer->waiting);
    pthread_mutex_unlock(&writer->lock);
}

static WriterJob *next_job(Writer *writer, const GPtrArray *group) {
    if (g_queue_is_empty(&writer->arrived))
        take_arrived(writer, group);
    GList *link = g_queue_pop_head_link(&writer->arrived);
    return link ? link->data : NULL;
}

static void wait_for_syncer(Writer *writer) {
    pthread_mutex_lock(&writer->lock);
    while (writer->syncing)
        pthread_cond_wait(&writer->stirred, &writer->lock);
    pthread_mutex_unlock(&writer->lock);
}

static void hand_over(Writer *writer, GPtrArray *group) {
    pthread_mutex_lock(&writer->lock);
    move_jobs(writer->done, group);
    writer->syncing = true;
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_signal(&writer->committed);
}

/* False when the writer is to stop and nobody waits. */
static bool gather(Writer *writer, GPtrArray *group) {
    WriterJob *job;
    bool open = true;
    while (open && (job = next_job(writer, group))) {
        g_ptr_array_add(group, job);
        open = writer->backend->run(group, writer->user) && group->len < WRITER_GROUP_MAX;
    }
    return group->len > 0;
}

static void commit(Writer *writer, GPtrArray *group) {
    wait_for_syncer(writer);
    if (writer->backend->commit(group, writer->user))
        hand_over(writer, group);
    else
        dismiss(group);
}

static void let_syncer_end(Writer *writer) {
    pthread_mutex_lock(&writer->lock);
    writer->ended = true;
    pthread_cond_signal(&writer->committed);
    pthread_mutex_unlock(&writer->lock);
}

static void *runner_main(void *user) {
    Writer *writer = user;
    g_autoptr(GPtrArray) group = g_ptr_array_sized_new(WRITER_GROUP_MAX);
    while (gather(writer, group))
        commit(writer, group);
    let_syncer_end(writer);
    return NULL;
}

/* ---- all of it ---- */

static void destroy(Writer *writer) {
    g_ptr_array_unref(writer->done);
    pthread_cond_destroy(&writer->stirred);
    pthread_cond_destroy(&writer->committed);
    pthread_mutex_destroy(&writer->lock);
    g_free(writer);
}

/* 0, or what pthread_create(3) says. */
static int start(Writer *writer) {
    int fault = quiet_thread_start(&writer->syncer, syncer_main, writer);
    if (fault != 0)
        return fault;
    fault = quiet_thread_start(&writer->runner, runner_main, writer);
    if (fault != 0) {
        let_syncer_end(writer);
        pthread_join(writer->syncer, NULL);
    }
    return fault;
}

/* The runner's has timeouts, and they are to heed no clock that is set. */
static void make_conditions(Writer *writer) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->stirred, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&writer->committed, NULL);
}

Writer *writer_new(const WriterBackend *backend, gpointer user, GError **error) {
    Writer *writer = g_new0(Writer, 1);
    writer->backend = backend;
    writer->user = user;
    writer->done = g_ptr_array_sized_new(WRITER_GROUP_MAX);
    g_queue_init(&writer->waiting);
    g_queue_init(&writer->arrived);
    pthread_mutex_init(&writer->lock, NULL);
    writer->enough = 1;
    make_conditions(writer);
    int fault = start(writer);
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
    pthread_cond_signal(&writer->stirred);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->runner, NULL);
    pthread_join(writer->syncer, NULL);
    destroy(writer);
}

void writer_expect(Writer *writer, int works) {
    g_atomic_int_add(&writer->expected, works);
}

static void wait_for(sem_t *semaphore) {
    while (sem_wait(semaphore) != 0)
        ; /* a signal came */
}

static bool is_own_thread(const Writer *writer) {
    return pthread_equal(pthread_self(), writer->runner) || pthread_equal(pthread_self(), writer->syncer);
}

bool writer_run(Writer *writer, StoreWork work, gpointer user, GError **error) {
    Waiter waiter = {.job = {.work = work, .user = user}};
    g_assert(!is_own_thread(writer));
    waiter.link.data = &waiter.job;
    sem_init(&waiter.finished, 0, 0);
    pthread_mutex_lock(&writer->lock);
    g_queue_push_tail_link(&writer->waiting, &waiter.link);
    bool enough = writer->waiting.length == writer->enough || g_atomic_int_get(&writer->expected) == 0;
    pthread_mutex_unlock(&writer->lock);
    if (enough)
        pthread_cond_signal(&writer->stirred);
    wait_for(&waiter.finished);
    sem_destroy(&waiter.finished);
    if (!waiter.job.error)
        return true;
    g_propagate_error(error, waiter.job.error);
    return false;
}
