/* libmilter (8.17, worker.c) gives a session whose command has come to an idle worker by waking it, and counts it as
 * idle until it runs. All that come before that moment are given to the same worker; it takes one, and the others lie
 * there until some worker finds its own session silent for a millisecond. Under load no session is: with 32 of them, 20
 * were seen to lie for seconds while few workers shared a commit that many could have shared.
 *
 * A connection that is closed at once has no message, but libmilter begins a worker for it where none is idle, and a
 * worker that is done with it takes a session that lies there. So where workers are about to wait while other sessions
 * are open, one such connection is made, at most every few milliseconds. */
#include "pool.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define UNIX_SCHEME "unix:"
#define BETWEEN_US 4000

struct Pool {
    struct sockaddr_un address; /* an empty path: nothing to be done */
    gint sessions, waiting;     /* atomic */
    GMutex lock;                /* guards last */
    gint64 last;                /* when a worker was last begun */
};

Pool *pool_new(const char *socket) {
    Pool *pool = g_new0(Pool, 1);
    pool->address.sun_family = AF_UNIX;
    const char *path = g_str_has_prefix(socket, UNIX_SCHEME) ? socket + strlen(UNIX_SCHEME) : "";
    if (strlen(path) < sizeof pool->address.sun_path)
        g_strlcpy(pool->address.sun_path, path, sizeof pool->address.sun_path);
    g_mutex_init(&pool->lock);
    return pool;
}

void pool_free(Pool *pool) {
    if (!pool)
        return;
    g_mutex_clear(&pool->lock);
    g_free(pool);
}

void pool_session_begins(Pool *pool) {
    g_atomic_int_inc(&pool->sessions);
}

void pool_session_ends(Pool *pool) {
    g_atomic_int_add(&pool->sessions, -1);
}

static bool is_time(Pool *pool) {
    gint64 now = g_get_monotonic_time();
    g_mutex_lock(&pool->lock);
    bool long_ago = now - pool->last >= BETWEEN_US;
    if (long_ago)
        pool->last = now;
    g_mutex_unlock(&pool->lock);
    return long_ago;
}

/* A queue of connections that is full has workers begun for it anyway. */
static void begin_worker(const Pool *pool) {
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return;
    int connected = connect(descriptor, (const struct sockaddr *)&pool->address, sizeof pool->address);
    (void)connected;
    close(descriptor);
}

void pool_worker_waits(Pool *pool) {
    gint waiting = g_atomic_int_add(&pool->waiting, 1) + 1;
    if (*pool->address.sun_path && waiting < g_atomic_int_get(&pool->sessions) && is_time(pool))
        begin_worker(pool);
}

void pool_worker_goes_on(Pool *pool) {
    g_atomic_int_add(&pool->waiting, -1);
}
