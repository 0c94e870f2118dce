/* The store as the other rooms see it: a url becomes a backend with one writer and a few readers. There is one backend,
 * SQLite in the files sqlite_*.c, which define the verbs of store.h themselves: a table of fifty functions for one
 * implementation would only hide who is called. What any backend needs alike is here, in writer.c (one commit for all
 * who wait) and in record.c. */
#include "store/store.h"

#include "base/error.h"
#include "sqlite_schema.h"
#include "sqlite_store.h"

#define SQLITE_SCHEME "sqlite:"
#define WRITER_CACHE_KIB 16384

/* The path is made absolute, so that neither a later chdir(2) nor SQLite's special names (":memory:", "file:") change
 * what it means. */
static char *path_of_url(const char *url, GError **error) {
    if (g_str_has_prefix(url, SQLITE_SCHEME) && url[strlen(SQLITE_SCHEME)])
        return g_canonicalize_filename(url + strlen(SQLITE_SCHEME), NULL);
    g_set_error(
        error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
        "store url \"%s\": expected \"sqlite:\" and the path of a file, as in sqlite:/var/lib/cadence/cadence.db", url);
    return NULL;
}

/* SQLite counts its memory under one lock for all connections, which nobody reads and every thread waits for. It can be
 * told only before its first use; later it refuses, and nothing is lost. */
static void quieten_sqlite(void) {
    static gsize done;
    if (!g_once_init_enter(&done))
        return;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    g_once_init_leave(&done, 1);
}

bool store_create(const char *url, GError **error) {
    g_autofree char *path = path_of_url(url, error);
    return path && schema_create(path, error);
}

bool store_upgrade(const char *url, char **backup, GError **error) {
    g_autofree char *path = path_of_url(url, error);
    return path && schema_upgrade(path, backup, error);
}

Store *store_open(const char *url, GError **error) {
    g_autofree char *path = path_of_url(url, error);
    if (!path)
        return NULL;
    quieten_sqlite();
    Store *store = g_new0(Store, 1);
    store->readers = readers_new(path);
    store->checkpointer = checkpointer_new(path);
    store->committer = (Committer){connection_new(path, WRITER_CACHE_KIB), wal_new(path)};
    connection_sync_apart(store->committer.connection);
    connection_hook_commits(store->committer.connection, checkpointer_on_commit, store->checkpointer);
    store->planner = planner_lock_new(path);
    store->wake = wake_new(path);
    store->writer = writer_new(&transaction_backend, &store->committer, error);
    if (!store->writer)
        g_clear_pointer(&store, store_close);
    return store;
}

void store_close(Store *store) {
    if (!store)
        return;
    g_clear_pointer(&store->writer, writer_free);
    g_clear_pointer(&store->committer.connection, connection_free);
    g_clear_pointer(&store->committer.wal, wal_free);
    g_clear_pointer(&store->checkpointer, checkpointer_free);
    g_clear_pointer(&store->readers, readers_free);
    g_clear_pointer(&store->planner, planner_lock_free);
    g_clear_pointer(&store->wake, wake_free);
    g_free(store);
}

bool store_transact(Store *store, StoreWork work, gpointer user, GError **error) {
    return writer_run(store->writer, work, user, error);
}

void store_expect(Store *store, int works) {
    writer_expect(store->writer, works);
}

Store *store_view(Store *store) {
    Store *view = g_new0(Store, 1);
    view->readers = readers_view(store->readers);
    return view;
}

void store_view_end(Store *view) {
    readers_view_end(view->readers);
    g_free(view);
}
