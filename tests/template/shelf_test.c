/* A folder of plain templates, and which text of it a locale gets. */
#include "template/shelf.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void put(const char *folder, const char *name, const char *text) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int set_up(void **state) {
    *state = g_dir_make_tmp("cadence-shelf-XXXXXX", NULL);
    return 0;
}

static int tear_down(void **state) {
    GDir *folder = g_dir_open(*state, 0, NULL);
    for (const char *name = g_dir_read_name(folder); name; name = g_dir_read_name(folder)) {
        g_autofree char *path = g_build_filename(*state, name, NULL);
        g_unlink(path);
    }
    g_dir_close(folder);
    g_rmdir(*state);
    g_free(*state);
    return 0;
}

static void a_locale_falls_back(void **state) {
    static const struct {
        const char *locale, *fallback, *expected;
    } cases[] = {
        {"pl-PL", "en", "pl"}, {"pl", "en", "pl"},       {"pl_PL", "en", "pl"},
        {"PL-pl", "en", "pl"}, {"de-AT", "en", "de-AT"}, {"de_at", "en", "de-AT"},
        {"de", "pl-PL", "pl"}, {"fr", "it", "de-AT"},    {"pla", "en", "en"},
    };
    put(*state, "pl.txt", "Subject: pl\n\nx\n");
    put(*state, "en.txt", "Subject: en\n\nx\n");
    put(*state, "de-AT.txt", "Subject: de\n\nx\n");
    g_autoptr(Shelf) shelf = shelf_read(*state, NULL);
    assert_non_null(shelf);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_string_equal(shelf_text(shelf, cases[i].locale, cases[i].fallback)->locale, cases[i].expected);
}

static void a_file_is_a_subject_and_a_text(void **state) {
    put(*state, "pl.txt", "Subject:  Dzień dobry \r\n\r\nJeden\r\n\r\nDwa\r\n");
    put(*state, "pl.html", "<b>{{x}}</b>\n");
    put(*state, ".pl.txt.swp", "");
    g_autoptr(Shelf) shelf = shelf_read(*state, NULL);
    assert_non_null(shelf);
    const ShelfText *text = shelf_text(shelf, "pl", "en");
    assert_string_equal(text->subject, "Dzień dobry");
    assert_string_equal(text->text, "Jeden\n\nDwa\n");
    assert_string_equal(text->html, "<b>{{x}}</b>\n");
}

static void faults_name_the_file_and_the_line(void **state) {
    static const struct {
        const char *name, *text, *found;
    } faults[] = {
        {"a.txt", "", "a.txt:1: "},
        {"a.txt", "Hello\n", "a.txt:1: "},
        {"a.txt", "Subject: \n\nx", "a.txt:1: "},
        {"a.txt", "Subject: {{x\n\nx", "a.txt:1: "},
        {"a.txt", "Subject: x\ny\n", "a.txt:2: "},
        {"a.txt", "Subject: x\n\n{{/y}}\n", "a.txt:3: "},
        {"a.txt", "Subject: x\n\n\xff\n", "UTF-8"},
        {"a.txt", "Subject: x\n\n{{#sales}}y{{/sales}}\n", "sales"},
        {"a.html", "{{#y}}", "a.html:1: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        put(*state, "a.txt", "Subject: x\n\nx\n");
        put(*state, faults[i].name, faults[i].text);
        assert_null(shelf_read(*state, &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
        if (!strstr(error->message, faults[i].found) || !strstr(error->message, "expected"))
            fail_msg("%s", error->message);
    }
}

static void an_empty_folder_is_none(void **state) {
    g_autoptr(GError) error = NULL;
    assert_null(shelf_read(*state, &error));
    assert_non_null(strstr(error->message, "en.txt"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_locale_falls_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_a_subject_and_a_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_name_the_file_and_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_folder_is_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
