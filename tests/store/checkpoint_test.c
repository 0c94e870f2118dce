/* The write-ahead log is copied into the database beside the writer, and begins anew however fast commits come. */
#include "fixture.h"

#include <sys/stat.h>

#define MESSAGE_BYTES (1 << 20)
#define FEW 30  /* messages: more than 16 MiB of log, less than 64 */
#define MANY 96 /* more than 64 MiB */
#define LOG_MAX ((off_t)72 << 20)
#define PATIENCE_MS 10000

static bool take_large(Transaction *transaction, gpointer user, GError **error) {
    g_autofree char *bytes = g_strnfill(MESSAGE_BYTES, 'x');
    g_autoptr(GBytes) raw = g_bytes_new_static(bytes, MESSAGE_BYTES);
    return transaction_custody_take(transaction, user, raw, error);
}

static void take_messages(Store *store, int first, int end) {
    for (int i = first; i < end; i++) {
        g_autofree char *message = g_strdup_printf("m%d", i);
        Custody custody = custody_of("C1", message, 0, 2000);
        must_transact(store, take_large, &custody);
    }
}

static off_t size_of(const char *path, const char *suffix) {
    g_autofree char *name = g_strconcat(path, suffix, NULL);
    struct stat file;
    return stat(name, &file) == 0 ? file.st_size : 0;
}

/* SQLite's own checkpoint would come at 64 MiB, within a commit. */
static void what_is_committed_comes_into_the_database_beside_the_writer(void **state) {
    Fixture *fixture = *state;
    take_messages(fixture->store, 0, FEW);
    assert_true(size_of(fixture->path, "-wal") < LOG_MAX);
    for (int waited = 0; size_of(fixture->path, "") < FEW / 2 * MESSAGE_BYTES; waited++) {
        assert_true(waited < PATIENCE_MS);
        g_usleep(1000);
    }
}

/* How soon depends on the machine: a checkpoint that is under way keeps the writer from helping. */
static void the_log_becomes_short_again_while_commits_go_on(void **state) {
    Fixture *fixture = *state;
    int messages = MANY;
    take_messages(fixture->store, 0, messages);
    for (gint64 end = g_get_monotonic_time() + PATIENCE_MS * 1000; size_of(fixture->path, "-wal") >= LOG_MAX;
         messages++) {
        assert_true(g_get_monotonic_time() < end);
        take_messages(fixture->store, messages, messages + 1);
    }
    for (int i = 0; i < messages; i++) {
        g_autofree char *message = g_strdup_printf("m%d", i);
        g_autoptr(GBytes) raw = NULL;
        assert_true(store_custody_raw(fixture->store, message, &raw, NULL));
        assert_int_equal(g_bytes_get_size(raw), MESSAGE_BYTES);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_committed_comes_into_the_database_beside_the_writer, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_log_becomes_short_again_while_commits_go_on, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
