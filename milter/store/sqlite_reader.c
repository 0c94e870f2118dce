/* libmilter calls from many threads, and one connection serves one thread at a time. The pool opens connections as they
 * are needed, up to a bound, and lends the one used last first, since its cache is the warmest. A view keeps what it
 * was lent, in one read transaction: to begin another for each verb takes locks and looks at the file anew.
 *
 * POSIX threads rather than GLib's, for the reason that writer.c gives. */
#include "sqlite_reader.h"

#include <pthread.h>

#define READER_CACHE_KIB 2048

struct Readers {
    char *path;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    GPtrArray *idle; /* of Reader, owned */
    guint opened;    /* idle and lent */
    Readers *whole;  /* of a view: where its one reader comes from; NULL: this is no view */
    Reader *held;    /* by a view, from its first use on */
};

static Reader *reader_new(Readers *readers) {
    Reader *reader = g_new0(Reader, 1);
    reader->pool = readers;
    reader->connection = connection_new(readers->path, READER_CACHE_KIB);
    return reader;
}

static void reader_free(Reader *reader) {
    connection_free(reader->connection);
    g_free(reader);
}

Readers *readers_new(const char *path) {
    Readers *readers = g_new0(Readers, 1);
    readers->path = g_strdup(path);
    readers->idle = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);
    pthread_mutex_init(&readers->lock, NULL);
    pthread_cond_init(&readers->returned, NULL);
    return readers;
}

void readers_free(Readers *readers) {
    g_assert(readers->idle->len == readers->opened);
    g_ptr_array_unref(readers->idle);
    pthread_cond_destroy(&readers->returned);
    pthread_mutex_destroy(&readers->lock);
    g_free(readers->path);
    g_free(readers);
}

/* NULL: the caller may make a new one. */
static Reader *wait_for_idle(Readers *readers) {
    while (readers->idle->len == 0 && readers->opened == READERS_MAX)
        pthread_cond_wait(&readers->returned, &readers->lock);
    if (readers->idle->len > 0)
        return g_ptr_array_steal_index(readers->idle, readers->idle->len - 1);
    readers->opened++;
    return NULL;
}

static Reader *take(Readers *readers, GError **error) {
    pthread_mutex_lock(&readers->lock);
    g_autoptr(Reader) reader = wait_for_idle(readers);
    pthread_mutex_unlock(&readers->lock);
    if (!reader)
        reader = reader_new(readers);
    return connection_ready(reader->connection, error) ? g_steal_pointer(&reader) : NULL;
}

static bool hold(Readers *view, GError **error) {
    g_autoptr(Reader) reader = take(view->whole, error);
    if (!reader || !connection_execute(reader->connection, "BEGIN", error))
        return false;
    reader->held = true;
    view->held = g_steal_pointer(&reader);
    return true;
}

Reader *readers_take(Readers *readers, GError **error) {
    if (!readers->whole)
        return take(readers, error);
    return readers->held || hold(readers, error) ? readers->held : NULL;
}

void reader_give_back(Reader *reader) {
    if (!reader || reader->held)
        return;
    Readers *readers = reader->pool;
    pthread_mutex_lock(&readers->lock);
    g_ptr_array_add(readers->idle, reader);
    pthread_cond_signal(&readers->returned);
    pthread_mutex_unlock(&readers->lock);
}

Readers *readers_view(Readers *readers) {
    Readers *view = g_new0(Readers, 1);
    view->whole = readers;
    return view;
}

void readers_view_end(Readers *view) {
    Reader *reader = view->held;
    g_free(view);
    if (!reader)
        return;
    if (connection_in_transaction(reader->connection))
        connection_execute(reader->connection, "ROLLBACK", NULL);
    reader->held = false;
    reader_give_back(reader);
}
