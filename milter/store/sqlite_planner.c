/* flock(2) on a file beside the store: the kernel frees it with the process, whatever kills that. The file stays where
 * it is; it is the lock that counts. A lock of SQLite's own would do for exclusion, but would keep every other writer
 * out for a whole pass. */
#include "sqlite_planner.h"

#include "base/error.h"
#include "sqlite_side_file.h"
#include "sqlite_store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define POLL_US 10000

struct PlannerLock {
    char *store_path, *path;
    int descriptor; /* -1: not locked */
};

PlannerLock *planner_lock_new(const char *path) {
    PlannerLock *lock = g_new0(PlannerLock, 1);
    lock->store_path = g_strdup(path);
    lock->path = g_strconcat(path, ".planner", NULL);
    lock->descriptor = -1;
    return lock;
}

static void release(PlannerLock *lock) {
    if (lock->descriptor >= 0)
        close(lock->descriptor);
    lock->descriptor = -1;
}

void planner_lock_free(PlannerLock *lock) {
    release(lock);
    g_free(lock->store_path);
    g_free(lock->path);
    g_free(lock);
}

/* -1 with errno; EWOULDBLOCK where another has it, or where the file was exchanged just then. */
static int try_lock(const PlannerLock *lock) {
    int descriptor = side_file_open(lock->store_path, lock->path, O_RDWR | O_CREAT);
    if (descriptor < 0)
        return -1;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        if (side_file_is_at(descriptor, lock->path))
            return descriptor;
        errno = EWOULDBLOCK;
    }
    int cause = errno;
    close(descriptor);
    errno = cause;
    return -1;
}

static int lock_patiently(const PlannerLock *lock, int patience) {
    gint64 end = g_get_monotonic_time() + (gint64)patience * 1000;
    int descriptor = try_lock(lock);
    while (descriptor < 0 && errno == EWOULDBLOCK && g_get_monotonic_time() < end) {
        g_usleep(POLL_US);
        descriptor = try_lock(lock);
    }
    return descriptor;
}

bool store_planner_lock(Store *store, int patience, bool *locked, GError **error) {
    PlannerLock *lock = store->planner;
    g_assert(lock->descriptor < 0);
    wake_listen(store->wake);
    int descriptor = lock_patiently(lock, patience);
    if (descriptor < 0 && errno != EWOULDBLOCK) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "the planner's lock %s: %s", lock->path,
                    g_strerror(errno));
        return false;
    }
    lock->descriptor = descriptor;
    *locked = descriptor >= 0;
    return true;
}

void store_planner_unlock(Store *store) {
    release(store->planner);
}
