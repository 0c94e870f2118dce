/* The official Mustache specification's own tests, read in place. Those that need partials wait for them. Each is
 * rendered as text and as splices, which must come to the same. */
#include "template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static char *spec_path(const char *module) {
    const char *shared = g_getenv("CADENCE_SHARED");
    return g_strdup_printf("%s/data/mustache-spec/%s.json", shared ? shared : "../shared", module);
}

static char *splice(const Template *template, const char *text, gsize length, const TemplateContext *context) {
    g_autoptr(GArray) splices = template_splices(template, context, NULL);
    g_autoptr(GBytes) bytes = splices_apply(splices, text, length);
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    return g_strndup(data ? data : "", size);
}

static bool agrees(const char *name, const char *way, const char *expected, const char *rendered) {
    if (g_str_equal(expected, rendered))
        return true;
    print_error("%s, as %s:\n  expected %s\n  rendered %s\n", name, way, expected, rendered);
    return false;
}

static bool passes(json_t *test) {
    const char *name = json_string_value(json_object_get(test, "name"));
    const char *text = json_string_value(json_object_get(test, "template"));
    const char *expected = json_string_value(json_object_get(test, "expected"));
    gsize length = json_string_length(json_object_get(test, "template"));
    TemplateContext context = {.printed = json_object_get(test, "data"), .raw_allowed = true};
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template = template_compile(text, length, TEMPLATE_HTML, &error);
    if (!template) {
        print_error("%s: %s\n", name, error->message);
        return false;
    }
    g_autofree char *rendered = template_render(template, &context, NULL);
    g_autofree char *spliced = splice(template, text, length, &context);
    return agrees(name, "text", expected, rendered) && agrees(name, "splices", expected, spliced);
}

static void module_passes(const char *module, int least) {
    g_autofree char *path = spec_path(module);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        printf("skipped: no %s\n", path);
        g_clear_pointer(&path, g_free); /* skip() leaves by longjmp */
        skip();
    }
    json_auto_t *spec = json_load_file(path, 0, NULL);
    assert_non_null(spec);
    json_t *test;
    size_t i;
    int run = 0, failed = 0;
    json_array_foreach (json_object_get(spec, "tests"), i, test) {
        if (json_object_get(test, "partials"))
            continue;
        run++;
        failed += !passes(test);
    }
    assert_int_equal(failed, 0);
    assert_true(run >= least);
}

static void interpolation(void **state G_GNUC_UNUSED) {
    module_passes("interpolation", 40);
}

static void sections(void **state G_GNUC_UNUSED) {
    module_passes("sections", 30);
}

static void inverted(void **state G_GNUC_UNUSED) {
    module_passes("inverted", 20);
}

static void comments(void **state G_GNUC_UNUSED) {
    module_passes("comments", 12);
}

static void delimiters(void **state G_GNUC_UNUSED) {
    module_passes("delimiters", 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpolation), cmocka_unit_test(sections),   cmocka_unit_test(inverted),
        cmocka_unit_test(comments),      cmocka_unit_test(delimiters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
