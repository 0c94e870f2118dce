/* SQLite would checkpoint within the commit that makes the log long: thousands of pages are written and synced at
 * random places, a tenth of a second and more in which nobody gets a verdict. A passive checkpoint by another
 * connection stands in nobody's way.
 *
 * But the log begins anew only where a commit finds all of it copied, which never happens while commits come faster
 * than a checkpoint ends. So past a certain length the writer does the little that is left itself. */
#include "sqlite_checkpoint.h"

#include "quiet_thread.h"
#include "sqlite_connection.h"

#define CACHE_KIB 512        /* a checkpoint goes past the cache */
#define BEHIND_FRAMES 4000   /* 16 MiB not copied yet: time for a checkpoint */
#define LONGEST_FRAMES 16000 /* 64 MiB of log: the writer helps */

struct Checkpointer {
    Connection *connection; /* the thread's own */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    int copied; /* frames of the log that are in the database */
    bool started, wanted, stopping;
};

Checkpointer *checkpointer_new(const char *path) {
    Checkpointer *checkpointer = g_new0(Checkpointer, 1);
    checkpointer->connection = connection_new(path, CACHE_KIB);
    pthread_mutex_init(&checkpointer->lock, NULL);
    pthread_cond_init(&checkpointer->changed, NULL);
    return checkpointer;
}

void checkpointer_free(Checkpointer *checkpointer) {
    if (!checkpointer)
        return;
    pthread_mutex_lock(&checkpointer->lock);
    checkpointer->stopping = true;
    pthread_cond_signal(&checkpointer->changed);
    pthread_mutex_unlock(&checkpointer->lock);
    if (checkpointer->started)
        pthread_join(checkpointer->thread, NULL);
    pthread_cond_destroy(&checkpointer->changed);
    pthread_mutex_destroy(&checkpointer->lock);
    connection_free(checkpointer->connection);
    g_free(checkpointer);
}

/* Frames that are copied now; 0 where it could not be done, and then the next commit asks again. */
static int checkpoint(sqlite3 *handle) {
    int frames = 0, copied = 0;
    int result = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
    return result == SQLITE_OK ? MAX(copied, 0) : 0;
}

static bool wait_until_wanted(Checkpointer *checkpointer) {
    pthread_mutex_lock(&checkpointer->lock);
    while (!checkpointer->wanted && !checkpointer->stopping)
        pthread_cond_wait(&checkpointer->changed, &checkpointer->lock);
    bool goes_on = !checkpointer->stopping;
    pthread_mutex_unlock(&checkpointer->lock);
    return goes_on;
}

static void note_copied(Checkpointer *checkpointer, int copied) {
    pthread_mutex_lock(&checkpointer->lock);
    checkpointer->copied = copied;
    checkpointer->wanted = false;
    pthread_mutex_unlock(&checkpointer->lock);
}

static void *checkpointer_main(void *user) {
    Checkpointer *checkpointer = user;
    while (wait_until_wanted(checkpointer)) {
        bool ready = connection_ready(checkpointer->connection, NULL);
        note_copied(checkpointer, ready ? checkpoint(connection_handle(checkpointer->connection)) : 0);
    }
    return NULL;
}

/* Where the system gives no thread, the log grows until the writer helps. */
static void want(Checkpointer *checkpointer) {
    if (!checkpointer->started)
        checkpointer->started = quiet_thread_start(&checkpointer->thread, checkpointer_main, checkpointer) == 0;
    checkpointer->wanted = checkpointer->started;
    pthread_cond_signal(&checkpointer->changed);
}

int checkpointer_on_commit(void *user, sqlite3 *handle, G_GNUC_UNUSED const char *schema, int frames) {
    Checkpointer *checkpointer = user;
    pthread_mutex_lock(&checkpointer->lock);
    if (frames < checkpointer->copied)
        checkpointer->copied = 0; /* the log has begun anew */
    if (frames - checkpointer->copied >= BEHIND_FRAMES && !checkpointer->wanted)
        want(checkpointer);
    pthread_mutex_unlock(&checkpointer->lock);
    if (frames >= LONGEST_FRAMES)
        checkpoint(handle);
    return SQLITE_OK;
}
