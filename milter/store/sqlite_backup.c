/* VACUUM INTO reads one moment of the store while others go on writing, and leaves out what was deleted. The copy gets
 * its name when it is whole and on disk: whoever finds it finds all of it. */
#include "sqlite_backup.h"

#include "base/error.h"
#include "sqlite_statement.h"
#include "sqlite_store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static bool refuse(const char *path, const char *what, GError **error) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s: %s: %s", path, what, g_strerror(errno));
    return false;
}

/* Told before the long work, and once more at its end, by link(2). */
static bool is_free(const char *path, GError **error) {
    if (access(path, F_OK) != 0)
        return true;
    errno = EEXIST;
    return refuse(path, "the backup cannot be put there", error);
}

/* An empty file, which VACUUM INTO takes: made here, it is its owner's alone from the start. */
static char *make_draft(const char *path, GError **error) {
    g_autofree char *draft = g_strdup_printf("%s.XXXXXX", path);
    int descriptor = g_mkstemp_full(draft, O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        refuse(path, "a backup cannot be written there", error);
        return NULL;
    }
    close(descriptor);
    return g_steal_pointer(&draft);
}

static bool copy_into(Connection *connection, const char *draft, GError **error) {
    g_auto(Statement) copy = statement_of(connection, "VACUUM INTO ?");
    bind_text(&copy, draft);
    return statement_run(&copy, error);
}

static bool synchronize(const char *path, int flags) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | flags);
    bool done = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return done;
}

/* link(2), unlike rename(2), leaves an older backup of that name alone. */
static bool publish(const char *draft, const char *path, GError **error) {
    g_autofree char *folder = g_path_get_dirname(path);
    return (synchronize(draft, 0) && link(draft, path) == 0 && synchronize(folder, O_DIRECTORY)) ||
           refuse(path, "the backup cannot be put there", error);
}

bool backup_make(Connection *connection, const char *path, GError **error) {
    g_autofree char *draft = is_free(path, error) ? make_draft(path, error) : NULL;
    bool done = draft && copy_into(connection, draft, error) && publish(draft, path, error);
    if (draft)
        g_unlink(draft);
    return done;
}

bool store_backup(Store *store, const char *path, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && backup_make(reader->connection, path, error);
}
