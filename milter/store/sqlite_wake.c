/* A FIFO beside the store. The planner keeps it open, so that a byte written while it is at work is still there when it
 * waits: a wake between a pass and the next wait is not lost. Everybody opens it for reading and writing: then open(2)
 * never blocks, and a write never meets a pipe without a reader, which would send SIGPIPE. Where no planner has it
 * open, the byte goes with the close. */
#include "sqlite_wake.h"

#include "sqlite_side_file.h"
#include "sqlite_store.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_MAX_MS                                                                                                    \
    10000 /* then the planner looks for itself: the FIFO may have gone with the store and come back as another */
#define DEAF_WAIT_MAX_MS 1000 /* the same while there is no FIFO to listen to */

struct Wake {
    char *store_path, *path;
    int descriptor; /* the planner's end; -1: does not listen */
};

Wake *wake_new(const char *path) {
    Wake *wake = g_new0(Wake, 1);
    wake->store_path = g_strdup(path);
    wake->path = g_strconcat(path, ".wake", NULL);
    wake->descriptor = -1;
    return wake;
}

static void stop_listening(Wake *wake) {
    if (wake->descriptor >= 0)
        close(wake->descriptor);
    wake->descriptor = -1;
}

void wake_free(Wake *wake) {
    stop_listening(wake);
    g_free(wake->store_path);
    g_free(wake->path);
    g_free(wake);
}

/* -1 where there is none, or where something else has its name. */
static int open_fifo(const Wake *wake) {
    struct stat file;
    int descriptor = side_file_open(wake->store_path, wake->path, O_RDWR | O_NONBLOCK);
    if (descriptor < 0 || (fstat(descriptor, &file) == 0 && S_ISFIFO(file.st_mode)))
        return descriptor;
    close(descriptor);
    return -1;
}

void wake_listen(Wake *wake) {
    if (wake->descriptor >= 0 && side_file_is_at(wake->descriptor, wake->path))
        return;
    stop_listening(wake);
    if (side_file_make_fifo(wake->store_path, wake->path))
        wake->descriptor = open_fifo(wake);
}

void store_wake(Store *store) {
    int descriptor = open_fifo(store->wake);
    if (descriptor < 0)
        return;
    ssize_t written = write(descriptor, "", 1); /* a full pipe wakes as well as one byte more */
    (void)written;
    close(descriptor);
}

static void drain(int descriptor) {
    char bytes[512];
    while (read(descriptor, bytes, sizeof bytes) == sizeof bytes)
        ;
}

void store_wait(Store *store, int patience, int stop) {
    wake_listen(store->wake);
    int longest = store->wake->descriptor >= 0 ? WAIT_MAX_MS : DEAF_WAIT_MAX_MS;
    struct pollfd sources[] = {{.fd = store->wake->descriptor, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    poll(sources, G_N_ELEMENTS(sources), patience < 0 ? longest : MIN(patience, longest));
    if (sources[0].revents & POLLIN)
        drain(sources[0].fd);
}
