/* A commit with synchronous = FULL waits for the disk inside, and the writer with it. With NORMAL it only writes the
 * log, in order, and here the log is synced while the next transaction is run. Why that loses nothing:
 *
 * A sync confirms all that stands in the log, so all commits before it, whichever process made them; after a power cut
 * SQLite takes the log as far as its checksums go, so never a commit without those before it. Whatever leaves the log
 * early, by a checkpoint, was synced by SQLite first, log and database, in NORMAL too; so was the log's header when it
 * begins anew. A commit can be seen by readers before it is on disk, but whoever acts on what they read writes first,
 * and waits for a sync of the same log.
 *
 * What a failed fsync(2) did not bring to disk the kernel forgets, and confirms the next one (fsyncgate). SQLite would
 * write the same pages again; here they stand in the log already, and what came after them could be confirmed with a
 * hole before it. So before the next commit the whole log is written once more, out of the kernel's memory, under the
 * write lock. The descriptor is our own, so that SQLite's, before a checkpoint, is told of the failure as well. */
#include "sqlite_wal.h"

#include "base/error.h"
#include "sqlite_side_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BLOCK_BYTES (1 << 20)

struct Wal {
    char *store_path, *path;
    int descriptor; /* -1: not open */
    bool doubtful;  /* a sync has failed, and the log has not been written again since */
};

Wal *wal_new(const char *path) {
    Wal *wal = g_new0(Wal, 1);
    wal->store_path = g_strdup(path);
    wal->path = g_strconcat(path, "-wal", NULL);
    wal->descriptor = -1;
    return wal;
}

static void close_log(Wal *wal) {
    if (wal->descriptor >= 0)
        close(wal->descriptor);
    wal->descriptor = -1;
}

void wal_free(Wal *wal) {
    if (!wal)
        return;
    close_log(wal);
    g_free(wal->store_path);
    g_free(wal->path);
    g_free(wal);
}

static bool fail(const Wal *wal, CadenceError code, GError **error) {
    g_set_error(error, CADENCE_ERROR, code, "store %s: its log %s: %s", wal->store_path, wal->path, g_strerror(errno));
    return false;
}

/* SQLite keeps no locks on the log, which closing it would drop. */
static bool open_log(Wal *wal) {
    if (wal->descriptor >= 0 && side_file_is_at(wal->descriptor, wal->path))
        return true;
    close_log(wal);
    wal->doubtful = false;
    wal->descriptor = side_file_open(wal->store_path, wal->path, O_RDWR);
    return wal->descriptor >= 0;
}

/* False with errno. */
static bool write_again(const Wal *wal) {
    g_autofree char *block = g_malloc(BLOCK_BYTES);
    off_t place = 0;
    ssize_t length, written;
    while ((length = pread(wal->descriptor, block, BLOCK_BYTES, place)) > 0) {
        if ((written = pwrite(wal->descriptor, block, (size_t)length, place)) < 0)
            return false;
        place += written;
    }
    return length == 0 && fdatasync(wal->descriptor) == 0;
}

bool wal_prepare(Wal *wal, GError **error) {
    if (!open_log(wal) || (wal->doubtful && !write_again(wal)))
        return fail(wal, CADENCE_ERROR_TEMPORARY, error);
    wal->doubtful = false;
    return true;
}

bool wal_sync(Wal *wal, GError **error) {
    if (fdatasync(wal->descriptor) == 0)
        return true;
    wal->doubtful = true;
    return fail(wal, CADENCE_ERROR_UNCERTAIN, error);
}
