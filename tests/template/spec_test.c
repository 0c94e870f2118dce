/* The official Mustache specification's own tests, read in place. Each is rendered as text and as splices, which must
 * come to the same. */
#include "template/template.h"

#include "../shared_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

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

static Template *compiled(const char *name, const json_t *text) {
    g_autoptr(GError) error = NULL;
    Template *template = template_compile(json_string_value(text), json_string_length(text), TEMPLATE_HTML, &error);
    if (!template)
        fail_msg("%s: %s", name, error->message);
    return template;
}

static GHashTable *partials_of(const char *name, json_t *test) {
    GHashTable *partials = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
    const char *partial;
    json_t *text;
    json_object_foreach (json_object_get(test, "partials"), partial, text)
        g_hash_table_insert(partials, (char *)partial, compiled(name, text));
    return partials;
}

static bool passes(json_t *test) {
    const char *name = json_string_value(json_object_get(test, "name"));
    const json_t *text = json_object_get(test, "template");
    const char *expected = json_string_value(json_object_get(test, "expected"));
    g_autoptr(GHashTable) partials = partials_of(name, test);
    g_autoptr(Template) template = compiled(name, text);
    TemplateContext context = {.printed = json_object_get(test, "data"), .partials = partials, .plain = true};
    g_autofree char *rendered = template_render(template, &context, NULL);
    g_autofree char *spliced = splice(template, json_string_value(text), json_string_length(text), &context);
    return agrees(name, "text", expected, rendered) && agrees(name, "splices", expected, spliced);
}

static void module_passes(const char *module, int least) {
    g_autofree char *folder = shared_data_or_skip("mustache-spec");
    g_autofree char *path = g_strdup_printf("%s/%s.json", folder, module);
    json_auto_t *spec = json_load_file(path, 0, NULL);
    assert_non_null(spec);
    json_t *test;
    size_t i;
    int run = 0, failed = 0;
    json_array_foreach (json_object_get(spec, "tests"), i, test) {
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

static void partials(void **state G_GNUC_UNUSED) {
    module_passes("partials", 12);
}

static void inheritance(void **state G_GNUC_UNUSED) {
    module_passes("~inheritance", 26);
}

static void dynamic_names(void **state G_GNUC_UNUSED) {
    module_passes("~dynamic-names", 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpolation), cmocka_unit_test(sections),      cmocka_unit_test(inverted),
        cmocka_unit_test(comments),      cmocka_unit_test(delimiters),    cmocka_unit_test(partials),
        cmocka_unit_test(inheritance),   cmocka_unit_test(dynamic_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
