/* When a worker is begun: where one waits and another session may lie, and not too often. The test is the listener. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../milter/mta/pool.h"

#define PAUSE_US 10000 /* longer than between two workers */

typedef struct {
    char *folder, *path, *socket;
    int descriptor;
    Pool *pool;
} Listener;

static Listener listener_new(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    Listener listener = {.folder = g_dir_make_tmp("cadence-pool-XXXXXX", NULL)};
    listener.path = g_build_filename(listener.folder, "milter.sock", NULL);
    listener.socket = g_strconcat("unix:", listener.path, NULL);
    g_strlcpy(address.sun_path, listener.path, sizeof address.sun_path);
    listener.descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(listener.descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener.descriptor, 8), 0);
    listener.pool = pool_new(listener.socket);
    return listener;
}

static void listener_clear(Listener *listener) {
    pool_free(listener->pool);
    close(listener->descriptor);
    g_unlink(listener->path);
    g_rmdir(listener->folder);
    g_free(listener->folder);
    g_free(listener->path);
    g_free(listener->socket);
}

/* How many have connected since it was asked last. Each has closed without a word. */
static int connections(const Listener *listener) {
    int count = 0;
    char byte;
    for (int one; (one = accept(listener->descriptor, NULL, NULL)) >= 0; count++) {
        assert_int_equal(read(one, &byte, 1), 0);
        close(one);
    }
    return count;
}

static void who_is_alone_needs_no_worker(G_GNUC_UNUSED void **state) {
    Listener listener = listener_new();
    pool_session_begins(listener.pool);
    pool_worker_waits(listener.pool);
    assert_int_equal(connections(&listener), 0);
    listener_clear(&listener);
}

static void where_others_may_lie_a_worker_is_begun(G_GNUC_UNUSED void **state) {
    Listener listener = listener_new();
    for (int i = 0; i < 3; i++)
        pool_session_begins(listener.pool);
    pool_worker_waits(listener.pool);
    assert_int_equal(connections(&listener), 1);
    pool_worker_waits(listener.pool);
    assert_int_equal(connections(&listener), 0); /* so soon after the last */
    g_usleep(PAUSE_US);
    pool_worker_waits(listener.pool);
    assert_int_equal(connections(&listener), 0); /* all of them have workers */
    pool_worker_goes_on(listener.pool);
    pool_worker_goes_on(listener.pool);
    pool_worker_waits(listener.pool);
    assert_int_equal(connections(&listener), 1);
    listener_clear(&listener);
}

static void sessions_that_have_ended_do_not_count(G_GNUC_UNUSED void **state) {
    Listener listener = listener_new();
    pool_session_begins(listener.pool);
    pool_session_begins(listener.pool);
    pool_session_ends(listener.pool);
    pool_worker_waits(listener.pool);
    assert_int_equal(connections(&listener), 0);
    listener_clear(&listener);
}

static void other_sockets_are_left_alone(G_GNUC_UNUSED void **state) {
    g_autofree char *long_path = g_strnfill(200, 'x');
    g_autofree char *long_socket = g_strconcat("unix:/", long_path, NULL);
    const char *const sockets[] = {"inet:9@127.0.0.1", "unix:/nonexistent/milter.sock", long_socket};
    for (guint i = 0; i < G_N_ELEMENTS(sockets); i++) {
        Pool *pool = pool_new(sockets[i]);
        pool_session_begins(pool);
        pool_session_begins(pool);
        pool_worker_waits(pool);
        pool_worker_goes_on(pool);
        pool_free(pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_alone_needs_no_worker),
        cmocka_unit_test(where_others_may_lie_a_worker_is_begun),
        cmocka_unit_test(sessions_that_have_ended_do_not_count),
        cmocka_unit_test(other_sockets_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
