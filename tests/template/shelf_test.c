/* A folder of templates, which text of it a locale gets, and which partials that text sees. */
#include "template/shelf.h"

#include "../folder.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state) {
    *state = g_dir_make_tmp("cadence-shelf-XXXXXX", NULL);
    return 0;
}

static int tear_down(void **state) {
    folder_remove(*state);
    g_free(*state);
    return 0;
}

/* The folder as the template "letter", with the partials in it. */
static Shelf *shelf_of(const char *folder, bool sales) {
    g_autofree char *partials = g_build_filename(folder, "partials", NULL);
    GError *error = NULL;
    Shelf *shelf = shelf_new(partials, &error);
    if (!shelf || !shelf_add(shelf, "letter", folder, sales, &error))
        fail_msg("%s", error->message);
    return shelf;
}

static void a_locale_falls_back(void **state) {
    static const struct {
        const char *locales[4], *expected;
    } cases[] = {
        {{"pl-PL", "en"}, "pl"}, {{"pl", "en"}, "pl"},       {{"pl_PL", "en"}, "pl"},   {{"PL-pl", "en"}, "pl"},
        {{"de-AT"}, "de-AT"},    {{"de_at", "en"}, "de-AT"}, {{"de", "pl-PL"}, "pl"},   {{"fr", "it"}, "de-AT"},
        {{"pla", "en"}, "en"},   {{"fr", "it", "pl"}, "pl"}, {{"de-AT-1996"}, "de-AT"},
    };
    folder_put(*state, "pl.txt", "Subject: pl\n\nx\n");
    folder_put(*state, "en.txt", "Subject: en\n\nx\n");
    folder_put(*state, "de-AT.txt", "Subject: de\n\nx\n");
    g_autoptr(Shelf) shelf = shelf_of(*state, false);
    const ShelfTemplate *template = shelf_template(shelf, "letter");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_string_equal(shelf_text(template, cases[i].locales)->locale, cases[i].expected);
}

static char *rendered(const Template *template, const char *values) {
    json_auto_t *data = json_loads(values, 0, NULL);
    const TemplateContext context = {.printed = data};
    return template_render(template, &context, NULL);
}

static void a_file_is_a_subject_and_a_text(void **state) {
    folder_put(*state, "pl.txt", "Subject:  Dzień {{x}} \r\n\r\nJeden\r\n\r\nDwa\r\n");
    folder_put(*state, "pl.html", "<b>{{x}}</b>\n");
    folder_put(*state, ".pl.txt.swp", "");
    folder_put(*state, "template.conf", "");
    g_autoptr(Shelf) shelf = shelf_of(*state, false);
    const char *const locales[] = {"pl", NULL};
    const ShelfText *text = shelf_text(shelf_template(shelf, "letter"), locales);
    g_autofree char *subject = rendered(text->subject, "{\"x\": \"<\"}");
    g_autofree char *plain = rendered(text->text, "{}");
    g_autofree char *html = rendered(text->html, "{\"x\": \"<\"}");
    assert_string_equal(subject, "Dzień <");
    assert_string_equal(text->subject_source, "Dzień {{x}}");
    assert_string_equal(plain, "Jeden\n\nDwa\n");
    assert_string_equal(html, "<b>&lt;</b>\n");
    assert_true(g_hash_table_contains(text->names, "x"));
}

static const char *find(const ShelfText *text, bool html, const char *name) {
    const Template *partial = g_hash_table_lookup(html ? text->html_partials : text->text_partials, name);
    return partial ? rendered(partial, "{}") : NULL;
}

static void assert_partial(const ShelfText *text, bool html, const char *name, const char *expected) {
    g_autofree char *found = (char *)find(text, html, name);
    if (g_strcmp0(found, expected) != 0)
        fail_msg("%s of %s: %s instead of %s", name, text->locale, found, expected);
}

static void a_partial_is_the_nearest_to_the_locale(void **state) {
    static const char *const files[] = {"footer.txt", "footer.pl.txt", "footer.pl-PL.txt", "footer.html",
                                        "sign.de.txt"};
    g_autofree char *partials = g_build_filename(*state, "partials", NULL);
    assert_int_equal(g_mkdir(partials, 0700), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        folder_put(partials, files[i], files[i]);
    folder_put(*state, "pl.txt", "Subject: x\n\nx\n");
    folder_put(*state, "pl-PL.txt", "Subject: x\n\nx\n");
    folder_put(*state, "en.txt", "Subject: x\n\nx\n");
    g_autoptr(Shelf) shelf = shelf_of(*state, false);
    const GPtrArray *texts = shelf_template(shelf, "letter")->texts;
    assert_int_equal(texts->len, 3);
    assert_partial(texts->pdata[0], false, "footer", "footer.txt");
    assert_partial(texts->pdata[1], false, "footer", "footer.pl.txt");
    assert_partial(texts->pdata[2], false, "footer", "footer.pl-PL.txt");
    assert_partial(texts->pdata[2], true, "footer", "footer.html");
    assert_partial(texts->pdata[0], false, "sign", NULL);
}

static void sales_sections_are_for_templates_that_may_sell(void **state) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Shelf) shelf = shelf_new("/nonexistent", NULL);
    folder_put(*state, "en.txt", "Subject: x\n\nx\n");
    folder_put(*state, "en.html", "{{#sales}}y{{/sales}}\n");
    assert_true(shelf_add(shelf, "letter", *state, true, NULL));
    assert_true(shelf_template(shelf, "letter")->has_sales);
    assert_false(shelf_add(shelf, "other", *state, false, &error));
    assert_non_null(strstr(error->message, "a {{#sales}} section"));
    assert_null(shelf_template(shelf, "other"));
}

static void faults_name_the_file_and_the_line(void **state) {
    static const struct {
        const char *name, *text, *found;
    } faults[] = {
        {"en.txt", "", "en.txt:1: "},
        {"en.txt", "Hello\n", "en.txt:1: "},
        {"en.txt", "Subject: \n\nx", "en.txt:1: "},
        {"en.txt", "Subject: Ż {{x\n\nx", "en.txt:1:12: "},
        {"en.txt", "Subject: x\ny\n", "en.txt:2: "},
        {"en.txt", "Subject: x\n\n\n  {{/y}}\n", "en.txt:4:3: "},
        {"en.txt", "Subject: x\n\n\xff\n", "UTF-8"},
        {"en.html", "\n{{#y}}", "en.html:2:1: "},
        {"de.html", "x", "de.html:1: HTML without a text"},
        {"README.txt", "Subject: x\n\nx", "README.txt:1: "},
        {"en.txt", "Subject: {{> a}}\n\nx", "en.txt:1:"},
        {"en.txt", "Subject: x\n\n\n {{> none}}\n", "en.txt:4:2: "},
        {"partials/a.txt", "{{/y}}", "partials/a.txt:1:1: "},
        {"partials/a.english.txt", "x", "partials/a.english.txt:1: "},
        {"partials/a.odt", "x", "partials/a.odt:1: "},
    };
    g_autofree char *partials = g_build_filename(*state, "partials", NULL);
    assert_int_equal(g_mkdir(partials, 0700), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        folder_put(*state, "en.txt", "Subject: x\n\nx\n");
        folder_put(*state, faults[i].name, faults[i].text);
        g_autoptr(Shelf) shelf = shelf_new(partials, &error);
        assert_false(shelf && shelf_add(shelf, "letter", *state, false, &error));
        g_autofree char *path = g_build_filename(*state, faults[i].name, NULL);
        g_unlink(path);
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
        if (!strstr(error->message, faults[i].found) || !strstr(error->message, "expected"))
            fail_msg("%s", error->message);
    }
}

static void a_fault_in_a_partial_is_named_there(void **state) {
    g_autoptr(GError) error = NULL;
    g_autofree char *partials = g_build_filename(*state, "partials", NULL);
    assert_int_equal(g_mkdir(partials, 0700), 0);
    folder_put(partials, "a.txt", "x\n{{> b}}\n{{> none}}");
    folder_put(partials, "b.txt", "{{> a}}{{y}}");
    folder_put(*state, "en.txt", "Subject: x\n\n{{> b}}\n");
    g_autoptr(Shelf) shelf = shelf_new(partials, &error);
    assert_false(shelf_add(shelf, "letter", *state, false, &error));
    if (!strstr(error->message, "partials/a.txt:3:1: "))
        fail_msg("%s", error->message);
}

static void an_empty_folder_is_none(void **state) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Shelf) shelf = shelf_new("/nonexistent", NULL);
    assert_false(shelf_add(shelf, "letter", *state, false, &error));
    assert_non_null(strstr(error->message, "en.txt"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_locale_falls_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_a_subject_and_a_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_partial_is_the_nearest_to_the_locale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sales_sections_are_for_templates_that_may_sell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_name_the_file_and_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fault_in_a_partial_is_named_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_folder_is_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
