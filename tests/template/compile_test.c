/* What the compiler says of templates that are wrong, what it takes that only looks wrong, and that hostile ones cost
 * no time. */
#include "base/error.h"
#include "template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define HOSTILE_BYTES (16 * 1024 * 1024)
#define HOSTILE_SECONDS 5.0 /* linear work takes a twentieth of it; quadratic work takes hours */

typedef struct {
    const char *text, *error;
} Wrong;

static void wrong_templates_are_named(void **state G_GNUC_UNUSED) {
    static const Wrong cases[] = {
        {"a\nbc {{name", "line 2, column 4: found {{ and no end of this tag, expected }} or |"},
        {"{{", "line 1, column 1: found {{ and no end of this tag, expected a name"},
        {"{{! a comment", "line 1, column 1: found {{ and no end of this tag, expected }}"},
        {"a {{ color: red }", "line 1, column 13: found red, expected }} or |"},
        {"{{}}", "line 1, column 3: found }}, expected a name"},
        {"{{{name}}", "line 1, column 8: found }}, expected }}} or |"},
        {"{{name}", "line 1, column 7: found }, expected }} or |"},
        {"{{a b}}", "line 1, column 5: found b}}, expected }} or |"},
        {"{{a..b}}", "line 1, column 3: found a..b, expected a name between the dots"},
        {"{{.a}}", "line 1, column 3: found .a, expected a name between the dots"},
        {"ż {{#a}}\n{{/b}}",
         "line 2, column 1: found the end of section b, expected that of a, which begins in line 1"},
        {"{{/b}}", "line 1, column 1: found the end of section b, expected its beginning before it"},
        {"x\nż {{#a}}",
         "line 2, column 3: found section a, which begins in line 2 and has no end, expected its end before the "
         "end of the text"},
        {"{{#a | upper}}", "line 1, column 6: found |, expected }}"},
        {"{{a | shout}}",
         "line 1, column 7: found the filter shout, expected one of the filters default, upper, lower, capitalize, "
         "date, time, datetime, number, money, url"},
        {"{{a | }}", "line 1, column 7: found }}, expected one of the filters default, upper, lower, capitalize, "
                     "date, time, datetime, number, money, url"},
        {"{{a | default}}", "line 1, column 14: found }}, expected : and a text in quotes after default"},
        {"{{a | default: there}}", "line 1, column 16: found there}}, expected a text in quotes"},
        {"{{a | default: \"there}}",
         "line 1, column 16: found \" and no end of the text in quotes, expected another \""},
        {"{{a | default: \"\\n\"}}",
         "line 1, column 18: found n\"}}, expected a quote or a backslash after a backslash"},
        {"{{a | money}}", "line 1, column 12: found }}, expected : and a text in quotes after money"},
        {"{{a | money: 'zloty'}}", "line 1, column 12: found money: \"zloty\", expected a currency such as PLN"},
        {"{{a | money: 'pln'}}", "line 1, column 12: found money: \"pln\", expected a currency such as PLN"},
        {"{{a | money: 'QQQ'}}", "line 1, column 12: found money: \"QQQ\", expected a currency such as PLN"},
        {"{{a | number: 16}}",
         "line 1, column 13: found number: \"16\", expected how many digits after the point, 0 to 15"},
        {"{{a | number: '-1'}}",
         "line 1, column 13: found number: \"-1\", expected how many digits after the point, 0 to 15"},
        {"{{a | date: 'Long'}}", "line 1, column 11: found date: \"Long\", expected short, medium, long, full or a "
                                 "pattern such as d MMMM y"},
        {"{{a | date: ''}}", "line 1, column 11: found date: \"\", expected short, medium, long, full or a "
                             "pattern such as d MMMM y"},
        {"{{a | url: 'x'}}", "line 1, column 10: found :, expected }} or |"},
        {"{{a | default: &quot;x&quot;}}", "line 1, column 16: found &quot;x&quot;}}, expected a text in quotes"},
        {"{{a | upper: \"x\"}}", "line 1, column 12: found :, expected }} or |"},
        {"{{=<%%>=}}", "line 1, column 8: found =}}, expected two delimiters with a blank between, as in {{=<% %>=}}"},
        {"{{=<% %>}}", "line 1, column 1: found {{ and no end of this tag, expected = after two delimiters"},
        {"{{> }}", "line 1, column 5: found }}, expected a name"},
        {"{{> ../secret}}", "line 1, column 5: found ../secret, expected a name between the dots"},
        {"{{> a b}}", "line 1, column 7: found b}}, expected }}"},
        {"{{<a}}{{$b}}{{/a}}",
         "line 1, column 13: found the end of section a, expected that of b, which begins in line 1"},
        {"{{<*a}}{{/b}}", "line 1, column 8: found the end of section b, expected that of a, which begins in line 1"},
        {"{{<a}}{{/*a}}", "line 1, column 7: found the end of section *a, expected that of a, which begins in line 1"},
        {"x{{$a}}", "line 1, column 2: found section a, which begins in line 1 and has no end, expected its end before "
                    "the end of the text"},
        {"{{a}}\n\xff", "line 2, column 1: found a byte that is not UTF-8, expected UTF-8 text"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(template_compile(cases[i].text, strlen(cases[i].text), TEMPLATE_TEXT, &error));
        assert_string_equal(error->message, cases[i].error);
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
    }
}

static Template *compiled(const char *text) {
    g_autoptr(GError) error = NULL;
    Template *template = template_compile(text, strlen(text), TEMPLATE_TEXT, &error);
    if (!template)
        print_error("%s: %s\n", text, error->message);
    assert_non_null(template);
    return template;
}

static void text_without_tags_may_be_anything(void **state G_GNUC_UNUSED) {
    static const char bytes[] = "\xff } }} { \0 {";
    g_autoptr(Template) template = template_compile(bytes, sizeof bytes, TEMPLATE_HTML, NULL);
    assert_non_null(template);
    assert_false(template_has_tags(template));
    g_autoptr(Template) empty = template_compile("", 0, TEMPLATE_HTML, NULL);
    assert_false(template_has_tags(empty));
    g_autoptr(Template) comment = compiled("{{!}}");
    assert_true(template_has_tags(comment));
}

static void sections_are_known_by_name(void **state G_GNUC_UNUSED) {
    g_autoptr(Template) template = compiled("{{#sales}}{{#a.b}}{{/a.b}}{{/sales}}{{^else}}{{/else}}{{value}}");
    assert_true(template_has_section(template, "sales"));
    assert_true(template_has_section(template, "a.b"));
    assert_false(template_has_section(template, "sale"));
    assert_false(template_has_section(template, "else"));
    assert_false(template_has_section(template, "value"));
}

static void names_are_collected(void **state G_GNUC_UNUSED) {
    static const char *const expected[] = {"customer.first_name",
                                           "sales",
                                           "customer",
                                           "city",
                                           "customer.city",
                                           "street",
                                           "customer.street",
                                           "absent",
                                           "list",
                                           "customer.absent",
                                           "sales.price",
                                           "price"};
    g_autoptr(Template) template =
        compiled("{{customer.first_name | upper}}{{#sales}}{{price}}{{customer.first_name}}{{/sales}}{{! note}}"
                 "{{#customer}}{{city}}{{^absent}}{{street}}{{/absent}}{{/customer}}{{#list}}{{.}}{{/list}}");
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    template_collect_names(template, names);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        if (!g_hash_table_contains(names, expected[i]))
            fail_msg("%s is not collected", expected[i]);
    assert_int_equal(g_hash_table_size(names), G_N_ELEMENTS(expected));
}

static char *nested(guint depth) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < depth; i++)
        g_string_append(text, "{{#a}}");
    for (guint i = 0; i < depth; i++)
        g_string_append(text, "{{/a}}");
    return g_string_free(text, FALSE);
}

static void nesting_is_bounded(void **state G_GNUC_UNUSED) {
    g_autofree char *deep = nested(100);
    g_autofree char *too_deep = nested(101);
    g_autoptr(Template) template = compiled(deep);
    assert_true(template_has_section(template, "a"));
    g_autoptr(GError) error = NULL;
    assert_null(template_compile(too_deep, strlen(too_deep), TEMPLATE_TEXT, &error));
    assert_string_equal(error->message,
                        "line 1, column 601: found a section inside 100 others, expected no more than that");
}

static void names_of_partials_are_not_looked_up(void **state G_GNUC_UNUSED) {
    g_autoptr(Template) template = compiled("{{> a}}{{> *b}}{{<c}}{{$d}}{{#e}}{{f}}{{/e}}{{/d}}{{/c}}{{<*g}}{{/*g}}");
    static const char *const expected[] = {"b", "e", "f", "e.f", "g"};
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    template_collect_names(template, names);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        if (!g_hash_table_contains(names, expected[i]))
            fail_msg("%s is not collected", expected[i]);
    assert_int_equal(g_hash_table_size(names), G_N_ELEMENTS(expected));
}

static void names_are_bounded(void **state G_GNUC_UNUSED) {
    g_autofree char *long_name = g_strnfill(255, 'n');
    g_autofree char *longest = g_strdup_printf("{{%s}}", long_name);
    g_autofree char *too_long = g_strdup_printf("{{%sn}}", long_name);
    g_autoptr(Template) template = compiled(longest);
    assert_true(template_has_tags(template));
    assert_null(template_compile(too_long, strlen(too_long), TEMPLATE_TEXT, NULL));
}

/* Sixteen MiB of the pattern end in an error, and soon. */
static void hostile_text_costs_no_time(void **state G_GNUC_UNUSED) {
    static const char *const patterns[] = {"<a href=\"{{a}}",
                                           "{{#a}}<",
                                           "{{a&nbsp;",
                                           "{{a|default:&quot;",
                                           "<!--[if",
                                           "{{#a}}<a {{/a}}{{^a}}<b {{/a}}",
                                           "{{",
                                           "{{#a}}",
                                           "{{a}}",
                                           "{{!",
                                           "{{{",
                                           "{{ ",
                                           "{{a|default:\"",
                                           "{{/a}}",
                                           "{{! }}  ",
                                           "{{#a}}\n",
                                           "{{=a b=}}",
                                           "{{a.",
                                           "}}{{",
                                           "{{a|upper",
                                           "{{>a}}\n",
                                           "{{<a}}",
                                           "{{$a}}{{/a}}  ",
                                           "{{<a}}{{/a}} "};
    g_autofree char *text = g_malloc(HOSTILE_BYTES);
    g_autoptr(GTimer) timer = g_timer_new();
    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        gsize length = strlen(patterns[i]);
        for (gsize at = 0; at < HOSTILE_BYTES; at++)
            text[at] = patterns[i][at % length];
        g_autoptr(GError) error = NULL;
        g_timer_start(timer);
        g_autoptr(Template) template = template_compile(text, HOSTILE_BYTES, TEMPLATE_HTML, &error);
        if (g_timer_elapsed(timer, NULL) > HOSTILE_SECONDS)
            fail_msg("16 MiB of %s took %.1f s", patterns[i], g_timer_elapsed(timer, NULL));
        assert_true(template || g_str_has_prefix(error->message, "line "));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_templates_are_named),
        cmocka_unit_test(text_without_tags_may_be_anything),
        cmocka_unit_test(sections_are_known_by_name),
        cmocka_unit_test(names_are_collected),
        cmocka_unit_test(names_of_partials_are_not_looked_up),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(names_are_bounded),
        cmocka_unit_test(hostile_text_costs_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
