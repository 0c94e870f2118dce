/* GLib's locks for ThreadSanitizer, which sees those of POSIX threads alone: GLib's are futexes of its own, in a
 * library that is not compiled for it, so that all that they order looks like a race. Each function here stands before
 * GLib's of that name, calls it, and says what it means. Only builds with -fsanitize=thread have this file (Makefile),
 * and only what we, GMime or GObject call is here: GLib's own calls do not pass by. */
#include <dlfcn.h>
#include <glib.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>

/* GLib's own function of this name. Every thread finds the same, whichever comes first. */
#define REAL(name) ((__typeof__(&name))real_function(#name))

static gpointer real_function(const char *name) {
    gpointer function = dlsym(RTLD_NEXT, name);
    g_assert(function);
    return function;
}

/* ---- locks ---- */

void g_mutex_init(GMutex *mutex) {
    REAL(g_mutex_init)(mutex);
    __tsan_mutex_create(mutex, 0);
}

void g_mutex_clear(GMutex *mutex) {
    __tsan_mutex_destroy(mutex, 0);
    REAL(g_mutex_clear)(mutex);
}

void g_mutex_lock(GMutex *mutex) {
    __tsan_mutex_pre_lock(mutex, __tsan_mutex_linker_init);
    REAL(g_mutex_lock)(mutex);
    __tsan_mutex_post_lock(mutex, __tsan_mutex_linker_init, 0);
}

void g_mutex_unlock(GMutex *mutex) {
    __tsan_mutex_pre_unlock(mutex, 0);
    REAL(g_mutex_unlock)(mutex);
    __tsan_mutex_post_unlock(mutex, 0);
}

void g_cond_wait(GCond *condition, GMutex *mutex) {
    __tsan_mutex_pre_unlock(mutex, 0);
    __tsan_mutex_post_unlock(mutex, 0);
    REAL(g_cond_wait)(condition, mutex);
    __tsan_mutex_pre_lock(mutex, 0);
    __tsan_mutex_post_lock(mutex, 0, 0);
}

void g_rec_mutex_lock(GRecMutex *mutex) {
    __tsan_mutex_pre_lock(mutex, __tsan_mutex_linker_init | __tsan_mutex_write_reentrant);
    REAL(g_rec_mutex_lock)(mutex);
    __tsan_mutex_post_lock(mutex, __tsan_mutex_linker_init | __tsan_mutex_write_reentrant, 1);
}

void g_rec_mutex_unlock(GRecMutex *mutex) {
    __tsan_mutex_pre_unlock(mutex, 0);
    REAL(g_rec_mutex_unlock)(mutex);
    __tsan_mutex_post_unlock(mutex, 0);
}

void g_rw_lock_writer_lock(GRWLock *lock) {
    __tsan_mutex_pre_lock(lock, __tsan_mutex_linker_init);
    REAL(g_rw_lock_writer_lock)(lock);
    __tsan_mutex_post_lock(lock, __tsan_mutex_linker_init, 0);
}

void g_rw_lock_writer_unlock(GRWLock *lock) {
    __tsan_mutex_pre_unlock(lock, 0);
    REAL(g_rw_lock_writer_unlock)(lock);
    __tsan_mutex_post_unlock(lock, 0);
}

void g_rw_lock_reader_lock(GRWLock *lock) {
    __tsan_mutex_pre_lock(lock, __tsan_mutex_linker_init | __tsan_mutex_read_lock);
    REAL(g_rw_lock_reader_lock)(lock);
    __tsan_mutex_post_lock(lock, __tsan_mutex_linker_init | __tsan_mutex_read_lock, 0);
}

void g_rw_lock_reader_unlock(GRWLock *lock) {
    __tsan_mutex_pre_unlock(lock, __tsan_mutex_read_lock);
    REAL(g_rw_lock_reader_unlock)(lock);
    __tsan_mutex_post_unlock(lock, __tsan_mutex_read_lock);
}

/* ---- what is done once ---- */

gboolean(g_once_init_enter)(volatile void *location) {
    gboolean first = REAL(g_once_init_enter)(location);
    __tsan_acquire((void *)location);
    return first;
}

void(g_once_init_leave)(volatile void *location, gsize result) {
    __tsan_release((void *)location);
    REAL(g_once_init_leave)(location, result);
}

/* ---- counted references: who lets go last has seen all that the others did ---- */

gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count) {
    __tsan_release((void *)count);
    gboolean last = REAL(g_atomic_ref_count_dec)(count);
    if (last)
        __tsan_acquire((void *)count);
    return last;
}

/* GLib calls this with the box alone, on the thread that lets go. */
static _Thread_local GDestroyNotify clear_contents;

static void clear_box(gpointer box) {
    __tsan_acquire(box);
    clear_contents(box);
}

void g_atomic_rc_box_release_full(gpointer box, GDestroyNotify clear) {
    GDestroyNotify outer = clear_contents;
    clear_contents = clear;
    __tsan_release(box);
    REAL(g_atomic_rc_box_release_full)(box, clear_box);
    clear_contents = outer;
}

/* Where GLib itself frees what nobody holds any more, whoever lets go has seen what those did who let go before. */
static void let_go(gpointer object) {
    if (!object)
        return;
    __tsan_release(object);
    __tsan_acquire(object);
}

void g_bytes_unref(GBytes *bytes) {
    let_go(bytes);
    REAL(g_bytes_unref)(bytes);
}

void g_ptr_array_unref(GPtrArray *array) {
    let_go(array);
    REAL(g_ptr_array_unref)(array);
}

/* ---- zones: GLib keeps those that are in use in a table behind a lock of its own, in place of which stands this one
 * ---- */

static pthread_mutex_t zones = PTHREAD_MUTEX_INITIALIZER;

GTimeZone *g_time_zone_new_identifier(const char *name) {
    pthread_mutex_lock(&zones);
    GTimeZone *zone = REAL(g_time_zone_new_identifier)(name);
    pthread_mutex_unlock(&zones);
    return zone;
}

void g_time_zone_unref(GTimeZone *zone) {
    pthread_mutex_lock(&zones);
    REAL(g_time_zone_unref)(zone);
    pthread_mutex_unlock(&zones);
}

void g_date_time_unref(GDateTime *time) {
    pthread_mutex_lock(&zones);
    REAL(g_date_time_unref)(time);
    pthread_mutex_unlock(&zones);
}
