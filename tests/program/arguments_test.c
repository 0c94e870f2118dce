/* The command line: options anywhere, words in order, and a sentence for everything else. */
#include "config/config.h"
#include "program/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Arguments *parse(const char *line, GError **error) {
    g_auto(GStrv) argv = g_strsplit(line, " ", 0);
    return arguments_parse(argv, error);
}

static void takes_options_anywhere(void **state) {
    static const char *const lines[] = {
        "cadencectl -c x.conf --json customer show C1",
        "cadencectl customer -c x.conf show --json C1",
        "cadencectl customer show C1 --config=x.conf --json",
        "cadencectl --json -c x.conf customer show -- C1",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        g_autoptr(Arguments) arguments = parse(lines[i], NULL);
        assert_non_null(arguments);
        g_autofree char *words = g_strjoinv(" ", arguments->words);
        assert_string_equal(words, "customer show C1");
        assert_string_equal(arguments->config, "x.conf");
        assert_true(arguments->json);
    }
    (void)state;
}

static void has_defaults(void **state) {
    g_autoptr(Arguments) arguments = parse("cadencectl", NULL);
    assert_non_null(arguments);
    assert_string_equal(arguments->config, CONFIG_DEFAULT_PATH);
    assert_null(arguments->words[0]);
    assert_null(arguments->recipients);
    assert_false(arguments->json || arguments->help || arguments->version || arguments->record || arguments->all);
    assert_true(ABS(arguments->at - instant_now()) <= 1);
    assert_int_equal(arguments->event_at, arguments->at);
    (void)state;
}

static void reads_the_values(void **state) {
    g_autoptr(Arguments) arguments = parse(
        "cadencectl try - --rcpt a@b --sender s@t --rcpt Łukasz@d --now 1970-01-02T01:00:00+01:00 --record", NULL);
    assert_non_null(arguments);
    assert_string_equal(arguments->words[1], "-");
    assert_string_equal(arguments->sender, "s@t");
    assert_string_equal(arguments->recipients[0], "a@b");
    assert_string_equal(arguments->recipients[1], "Łukasz@d");
    assert_null(arguments->recipients[2]);
    assert_int_equal(arguments->at, 86400);
    assert_int_equal(arguments->event_at, 86400);
    assert_true(arguments->record);
    (void)state;
}

static void reads_when_it_happened(void **state) {
    g_autoptr(Arguments) arguments =
        parse("cadencectl event add C1 complaint --at 1970-01-02T00:00:00Z --now 1970-01-03T00:00:00Z", NULL);
    assert_non_null(arguments);
    assert_int_equal(arguments->event_at, 86400);
    assert_int_equal(arguments->at, 2 * 86400);
    (void)state;
}

static void names_what_is_wrong(void **state) {
    static const struct {
        const char *line, *says;
    } examples[] = {
        {"cadencectl --wat", "--wat"},
        {"cadencectl status --now", "--now"},
        {"cadencectl status --now tomorrow", "RFC 3339"},
        {"cadencectl status --now 2026-11-25T09:00:00", "with an offset"},
        {"cadencectl event add --at 2026-11-25T09:00:00", "--at '2026-11-25T09:00:00'"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        g_autoptr(GError) error = NULL;
        assert_null(parse(examples[i].line, &error));
        assert_true(error->domain == USAGE_ERROR);
        assert_non_null(strstr(error->message, examples[i].says));
    }
    (void)state;
}

static void refuses_what_the_command_does_not_take(void **state) {
    static const struct {
        const char *line;
        guint taken;
        const char *says; /* NULL: allowed */
    } examples[] = {
        {"cadencectl x --all", ARGUMENT_ALL, NULL},
        {"cadencectl x --json -c f --now 2026-11-25T09:00:00Z", 0, NULL},
        {"cadencectl x --all", 0, "'x' takes no --all"},
        {"cadencectl x --rcpt a@b --all", ARGUMENT_ALL, "'x' takes no --rcpt"},
        {"cadencectl x --at 2026-11-25T09:00:00Z", ARGUMENT_ALL, "'x' takes no --at"},
        {"cadencectl x --output d", ARGUMENT_SENDER | ARGUMENT_RECORD, "'x' takes no --output"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Arguments) arguments = parse(examples[i].line, NULL);
        assert_non_null(arguments);
        assert_int_equal(arguments_allow(arguments, examples[i].taken, "x", &error), examples[i].says == NULL);
        if (examples[i].says)
            assert_true(g_str_has_prefix(error->message, examples[i].says));
    }
    (void)state;
}

static void helps_with_what_the_command_takes(void **state) {
    g_autofree char *help = arguments_help("held release ID|--all", "Let it go now.", ARGUMENT_ALL);
    assert_non_null(strstr(help, "held release ID|--all"));
    assert_non_null(strstr(help, "Let it go now."));
    assert_non_null(strstr(help, "everything that is held"));
    assert_non_null(strstr(help, "--now=TIME"));
    assert_null(strstr(help, "--rcpt"));
    (void)state;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_options_anywhere),
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(reads_the_values),
        cmocka_unit_test(reads_when_it_happened),
        cmocka_unit_test(names_what_is_wrong),
        cmocka_unit_test(refuses_what_the_command_does_not_take),
        cmocka_unit_test(helps_with_what_the_command_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
