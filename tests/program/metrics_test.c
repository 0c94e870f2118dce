/* Numbers for Prometheus: the text, and the file that others read while it is replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "program/metrics.h"

#define NOW 100000

static void assert_says(const char *text, const char *line) {
    g_autofree char *whole = g_strdup_printf("\n%s\n", line);
    if (!strstr(text, whole))
        fail_msg("no line \"%s\" in:\n%s", line, text);
}

static void every_number_has_its_name(G_GNUC_UNUSED void **state) {
    g_autoptr(GPtrArray) daemons = g_ptr_array_new();
    Daemon gone = {.name = "cadence-milter", .pid = 1};
    const StoreStatus status = {.held = 2,
                                .releasing = 1,
                                .ever = {.messages = 7, .actions = {5, 0, 3, 0, 1}},
                                .day = {.messages = 4, .actions = {9, 9, 9, 9, 9}},
                                .oldest_held = NOW - 60,
                                .next_due = NOW + 60,
                                .relational = 6,
                                .sales = 2,
                                .size = G_GUINT64_CONSTANT(1) << 40,
                                .schema = 2};
    g_ptr_array_add(daemons, &gone);
    g_autofree char *text = metrics_text(&status, daemons, NOW);
    static const char *const lines[] = {"cadence_store_up 1",
                                        "cadence_up{daemon=\"cadence-milter\"} 0",
                                        "# TYPE cadence_messages_total counter",
                                        "cadence_messages_total 7",
                                        "cadence_verdicts_total{action=\"pass\"} 5",
                                        "cadence_verdicts_total{action=\"hold\"} 3",
                                        "cadence_held 2",
                                        "cadence_held_oldest_seconds 60",
                                        "cadence_held_overdue_seconds 0",
                                        "cadence_releasing 1",
                                        "cadence_contacts_30d{class=\"sales\"} 2",
                                        "cadence_store_bytes 1099511627776"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_says(text, lines[i]);
}

static void a_silent_store_has_one_number(G_GNUC_UNUSED void **state) {
    g_autofree char *text = metrics_text(NULL, NULL, NOW);
    assert_says(text, "cadence_store_up 0");
    assert_null(strstr(text, "cadence_held"));
}

static void the_file_is_for_everybody(G_GNUC_UNUSED void **state) {
    g_autofree char *folder = g_dir_make_tmp("cadence-metrics-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "cadence.prom", NULL);
    g_autofree char *nowhere = g_build_filename(folder, "no", "cadence.prom", NULL);
    g_autofree char *content = NULL;
    g_autoptr(GError) error = NULL;
    struct stat file;
    mode_t mask = umask(077);
    assert_true(metrics_write(path, "first\n", NULL));
    assert_true(metrics_write(path, "second\n", NULL));
    umask(mask);
    assert_true(g_file_get_contents(path, &content, NULL, NULL));
    assert_string_equal(content, "second\n");
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0644);
    assert_false(metrics_write(nowhere, "x", &error));
    assert_int_equal(error->code, CADENCE_ERROR_TEMPORARY);
    assert_non_null(strstr(error->message, nowhere));
    g_unlink(path);
    assert_int_equal(g_rmdir(folder), 0); /* nothing else was left there */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_has_its_name),
        cmocka_unit_test(a_silent_store_has_one_number),
        cmocka_unit_test(the_file_is_for_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
