/* Partials, parents and blocks beyond the official tests: what is missing, what has no end, what is absent at load, and
 * lines. */
#include "template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static Template *compiled(const char *text) {
    g_autoptr(GError) error = NULL;
    Template *template = template_compile(text, strlen(text), TEMPLATE_TEXT, &error);
    if (!template)
        fail_msg("%s: %s", text, error->message);
    return template;
}

/* names and texts by turns, up to NULL. */
static GHashTable *partials_of(const char *const *pairs) {
    GHashTable *partials = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
    for (; *pairs; pairs += 2)
        g_hash_table_insert(partials, (char *)pairs[0], compiled(pairs[1]));
    return partials;
}

static json_t *context_data(void) {
    return json_pack("{s:s, s:s, s:[{s:s, s:[]}, {s:s, s:[]}], s:{s:s}}", "name", "Anna", "lines", "x\ny", "nodes", "n",
                     "1", "nodes", "n", "2", "nodes", "customer", "city", "Gdynia");
}

typedef struct {
    const char *text, *partials[9];
    const char *expected, *missing;
} Case;

static const Case cases[] = {
    {"a {{> none}} b {{<none}}{{$x}}y{{/x}}{{/none}}", {NULL}, "a  b ", "> none"},
    {"{{> *none}}{{> *name}}", {"x", ""}, "", "> *none > *name"},
    {"{{<*name}}{{$b}}x{{/b}}{{/*name}}", {"Anna", "[{{$b}}{{/b}}]"}, "[x]", ""},
    {"{{> a}}", {"a", "{{nobody}}"}, "", "nobody"},
    {"{{#nodes}}{{> a}}{{/nodes}}", {"a", "{{n}}{{name}} "}, "1Anna 2Anna ", ""},
    {"{{#customer}}{{> a}}{{/customer}}", {"a", "{{city}}"}, "Gdynia", ""},
    /* lines: indented in literal text, not in values; in partials of partials; blank lines too */
    {"<\n  {{> a}}\n>", {"a", "1\n\n{{lines}}\n"}, "<\n  1\n  \n  x\ny\n>", ""},
    {" {{> a}}\n", {"a", "1\n {{> b}}\n3\n", "b", "2\n2\n"}, " 1\n  2\n  2\n 3\n", ""},
    {" {{> a}}\n", {"a", "1 {{> b}}\n3\n", "b", "2\n2\n"}, " 1 2\n2\n\n 3\n", ""},
    {" {{> a}}\n", {"a", "{{> b}}|\n", "b", ""}, " |\n", ""},
    {" {{> a}}\n", {"a", "{{#nodes}}\n{{n}}\n{{/nodes}}\n"}, " 1\n 2\n", ""},
    {"{{#nodes}}\n  {{> a}}\n{{/nodes}}\n", {"a", "{{n}}\n"}, "  1\n  2\n", ""},
    /* blocks */
    {"{{<p}}{{$b}}{{$b}}{{name}}{{/b}}!{{/b}}{{/p}}", {"p", "[{{$b}}{{/b}}]"}, "[Anna!]", ""},
    {"{{<p}}{{#nodes}}{{$b}}no{{/b}}{{/nodes}}{{/p}}", {"p", "[{{$b}}yes{{/b}}]"}, "[yes]", ""},
    {"{{<p}}{{$b}}1{{/b}}{{$b}}2{{/b}}{{/p}}", {"p", "[{{$b}}{{/b}}]"}, "[1]", ""},
    {"{{<p}}{{$b}}1{{/b}}{{/p}}", {"p", "{{> q}}", "q", "[{{$b}}{{/b}}]"}, "[1]", ""},
    {"{{<p}}{{$b}}{{<p}}{{$b}}in{{/b}}{{/p}}{{/b}}{{/p}}", {"p", "[{{$b}}{{/b}}]"}, "[[in]]", ""},
    {"{{<p}}\n{{$b}}\n\t1\n\t\t2\n{{/b}}\n{{/p}}\n", {"p", "<\n {{$b}}{{/b}}\n>"}, "<\n 1\n \t2\n\n>", ""},
    {"{{<p}}{{$b}}1\n2{{/b}}{{/p}}", {"p", "x {{$b}}{{/b}} y"}, "x 1\n2 y", ""},
};

static char *joined(GPtrArray *names) {
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static void text_is_brought_in(void **state G_GNUC_UNUSED) {
    json_auto_t *data = context_data();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GHashTable) partials = partials_of(cases[i].partials);
        g_autoptr(Template) template = compiled(cases[i].text);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        TemplateContext context = {.printed = data, .partials = partials};
        g_autofree char *text = template_render(template, &context, names);
        g_autoptr(GArray) splices = template_splices(template, &context, NULL);
        g_autoptr(GBytes) spliced = splices_apply(splices, cases[i].text, strlen(cases[i].text));
        g_autofree char *missing = joined(names);
        if (!g_str_equal(text, cases[i].expected))
            print_error("%s:\n", cases[i].text);
        assert_string_equal(text, cases[i].expected);
        assert_string_equal(missing, cases[i].missing);
        assert_int_equal(g_bytes_get_size(spliced), strlen(text));
        assert_memory_equal(g_bytes_get_data(spliced, NULL), text, strlen(text));
    }
}

/* Several steps' worth of literal text. */
#define BLANKS "                                                                                          "

/* Each of these never ends by itself. */
static void recursion_is_bounded(void **state G_GNUC_UNUSED) {
    static const Case endless[] = {
        {"{{> a}}", {"a", "x{{> a}}"}, NULL, "> a"},
        {" {{> a}}", {"a", "x\n {{> a}}\n"}, NULL, "> a"},
        {"{{> a}}", {"a", "{{> b}}{{> b}}", "b", "{{> a}}"}, NULL, "> b"},
        {"a text of three hundred bytes" BLANKS BLANKS BLANKS "{{> a}}", {"a", "x{{> a}}{{> a}}"}, NULL, "> a"},
        {"{{> a}}",
         {"a", "{{#customer}}{{#customer}}{{#customer}}{{#customer}}{{#customer}}{{> a}}{{/customer}}"
               "{{/customer}}{{/customer}}{{/customer}}{{/customer}}"},
         NULL,
         "customer"},
        {"{{<a}}{{$b}}{{> c}}{{/b}}{{/a}}", {"a", "{{$b}}{{/b}}", "c", "{{<a}}{{/a}}"}, "", ""},
    };
    json_auto_t *data = context_data();
    for (gsize i = 0; i < G_N_ELEMENTS(endless); i++) {
        g_autoptr(GHashTable) partials = partials_of(endless[i].partials);
        g_autoptr(Template) template = compiled(endless[i].text);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        TemplateContext context = {.printed = data, .partials = partials};
        g_autofree char *text = template_render(template, &context, names);
        g_autofree char *missing = joined(names);
        if (endless[i].expected)
            assert_string_equal(text, endless[i].expected);
        if (!strstr(missing, endless[i].missing))
            fail_msg("%s: %s", endless[i].text, missing);
        g_autoptr(GArray) splices = template_splices(template, &context, NULL);
        g_autoptr(GBytes) spliced = splices_apply(splices, endless[i].text, strlen(endless[i].text));
        if (g_bytes_get_size(spliced) != strlen(text))
            fail_msg("%s: as splices it ends elsewhere", endless[i].text);
    }
}

static void absent_partials_are_named(void **state G_GNUC_UNUSED) {
    g_autoptr(Template) template =
        compiled("{{> here}}\nż {{> head/er}}{{> *dynamic}}\n  {{<layout}}{{$b}}{{> foot}}{{/b}}{{/layout}}\n");
    g_autoptr(GHashTable) partials = partials_of((const char *const[]){"here", "", NULL});
    static const TemplateFinding expected[] = {
        {2, 3, (char *)"found head/er, expected a partial that there is"},
        {3, 3, (char *)"found layout, expected a partial that there is"},
        {3, 20, (char *)"found foot, expected a partial that there is"},
    };
    g_autoptr(GPtrArray) findings = template_absent_partials(template, partials);
    assert_int_equal(findings->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < findings->len; i++) {
        const TemplateFinding *finding = findings->pdata[i];
        assert_int_equal(finding->line, expected[i].line);
        assert_int_equal(finding->column, expected[i].column);
        assert_string_equal(finding->what, expected[i].what);
    }
    g_autoptr(GPtrArray) all = template_absent_partials(template, NULL);
    assert_int_equal(all->len, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_brought_in),
        cmocka_unit_test(recursion_is_bounded),
        cmocka_unit_test(absent_partials_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
