/* Log lines as they come out of stderr. A packet socket keeps each write(2) apart, so that two writes for a line would
 * show. */
#include "base/log.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
    int saved, ends[2];
} Capture;

static int set_up(void **state) {
    Capture *capture = g_new0(Capture, 1);
    capture->saved = dup(STDERR_FILENO);
    *state = capture;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, capture->ends) != 0)
        return -1;
    return dup2(capture->ends[1], STDERR_FILENO) < 0;
}

static int tear_down(void **state) {
    Capture *capture = *state;
    dup2(capture->saved, STDERR_FILENO);
    close(capture->saved);
    close(capture->ends[0]);
    close(capture->ends[1]);
    g_free(capture);
    return 0;
}

static void assert_written(const Capture *capture, const char *expected) {
    char line[8192];
    ssize_t length = recv(capture->ends[0], line, sizeof line - 1, MSG_DONTWAIT);
    line[MAX(length, 0)] = '\0';
    assert_string_equal(line, expected);
}

static void lines_name_the_program_and_the_weight(void **state) {
    log_open("cadence-test", LOG_TO_STDERR, LOG_AS_TEXT);
    log_info("held %d for %s", 2, "C1");
    assert_written(*state, "cadence-test: held 2 for C1\n");
    log_warning("100%% full");
    assert_written(*state, "cadence-test: warning: 100% full\n");
    log_error("%s", "gone");
    assert_written(*state, "cadence-test: error: gone\n");
    assert_written(*state, "");
}

static void no_text_starts_a_line_or_speaks_to_a_terminal(void **state) {
    log_open("cadence-test", LOG_TO_STDERR, LOG_AS_TEXT);
    log_info("%s", "a\nb\r\tc\033[31m\x7f\xc2\x85 zażółć");
    assert_written(*state, "cadence-test: a?b??c?[31m?? zażółć\n");
    log_info("%s", "\xff");
    assert_written(*state, "cadence-test: \uFFFD\n");
}

static void a_long_line_is_still_one_write(void **state) {
    log_open("cadence-test", LOG_TO_STDERR, LOG_AS_TEXT);
    g_autofree char *text = g_strnfill(6000, 'x'), *expected = g_strconcat("cadence-test: ", text, "\n", NULL);
    log_info("%s", text);
    assert_written(*state, expected);
    assert_written(*state, "");
}

static json_t *received_object(const Capture *capture) {
    char line[8192];
    ssize_t length = recv(capture->ends[0], line, sizeof line, MSG_DONTWAIT);
    assert_true(length > 1 && line[length - 1] == '\n' && !memchr(line, '\n', (size_t)length - 1));
    json_t *object = json_loadb(line, (size_t)length, 0, NULL);
    assert_non_null(object);
    return object;
}

static void assert_member(const json_t *object, const char *name, const char *expected) {
    assert_string_equal(json_string_value(json_object_get(object, name)), expected);
}

static void a_json_line_is_one_object_with_its_fields(void **state) {
    const LogField fields[] = {{"id", "7\"\n"}, {"queue", NULL}, {"to", "a\xff@b"}, {NULL, NULL}};
    log_open("cadence-test", LOG_TO_STDERR, LOG_AS_JSON);
    log_warning_about(fields, "held %d\nfor \"C1\"", 2);
    json_auto_t *object = received_object(*state);
    assert_member(object, "level", "warning");
    assert_member(object, "program", "cadence-test");
    assert_member(object, "message", "held 2\nfor \"C1\"");
    assert_member(object, "id", "7\"\n");
    assert_member(object, "to", "a\uFFFD@b");
    assert_null(json_object_get(object, "queue"));
    assert_true(g_str_has_suffix(json_string_value(json_object_get(object, "time")), "Z") ||
                g_str_has_suffix(json_string_value(json_object_get(object, "time")), "+00:00"));
    log_info("ready");
    json_auto_t *plain = received_object(*state);
    assert_member(plain, "level", "info");
    assert_member(plain, "message", "ready");
}

static void fields_do_not_show_in_text(void **state) {
    const LogField fields[] = {{"id", "7"}, {NULL, NULL}};
    log_open("cadence-test", LOG_TO_STDERR, LOG_AS_TEXT);
    log_info_about(fields, "held");
    assert_written(*state, "cadence-test: held\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_name_the_program_and_the_weight, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_text_starts_a_line_or_speaks_to_a_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_line_is_still_one_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_json_line_is_one_object_with_its_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_do_not_show_in_text, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
