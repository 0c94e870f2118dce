/* What templates print: filters, escaping, the two views, and what is missing. */
#include "template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define DATA                                                                                                           \
    "{'name': 'anna', 'empty': '', 'blank': ' \\u00a0\\u200b', 'null': null, 'yes': true, 'no': false, 'zero': 0,"     \
    " 'whole': 100.0, 'price': 1.21, 'tenth': 0.1, 'third': 0.3333333333333333, 'big': 12345678901234567890.0,"        \
    " 'minus': -3, 'html': '<b a=\\u0022&\\u0027\\u0022>', 'lines': 'a\\r\\nBcc: x\\u0085y\\u2028z\\tt', 'list': [1, " \
    "2], 'none': "                                                                                                     \
    "[],"                                                                                                              \
    " 'object': {'name': 'inner', 'list': [{'n': 1}, {'n': 2}]}, 'i': 'istanbul', 'ij': 'ijsbrand', 'sharp': "         \
    "'straße'}"

/* JSON written with single quotes. */
static json_t *json_of(const char *text) {
    json_error_t error;
    g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
    json_t *json = json_loads(quoted, 0, &error);
    if (!json)
        print_error("%s: %s\n", text, error.text);
    assert_non_null(json);
    return json;
}

static Template *compiled(const char *text, TemplateForm form) {
    g_autoptr(GError) error = NULL;
    Template *template = template_compile(text, strlen(text), form, &error);
    if (!template)
        print_error("%s: %s\n", text, error->message);
    assert_non_null(template);
    return template;
}

/* Renders both ways; they must agree in the text and in what is missing. */
static char *rendered(const char *text, TemplateForm form, const TemplateContext *context, char **missing) {
    g_autoptr(Template) template = compiled(text, form);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) spliced_names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *result = template_render(template, context, names);
    g_autoptr(GArray) splices = template_splices(template, context, spliced_names);
    g_autoptr(GBytes) bytes = splices_apply(splices, text, strlen(text));
    gsize length;
    const char *spliced = g_bytes_get_data(bytes, &length);
    assert_int_equal(length, strlen(result));
    if (length > 0)
        assert_memory_equal(spliced, result, length);
    assert_int_equal(names->len, spliced_names->len);
    g_ptr_array_add(names, NULL);
    if (missing)
        *missing = g_strjoinv(" ", (char **)names->pdata);
    return g_steal_pointer(&result);
}

typedef struct {
    const char *text, *expected, *missing;
} Case;

static void check(const Case *cases, gsize count, TemplateForm form, const TemplateContext *context) {
    for (gsize i = 0; i < count; i++) {
        g_autofree char *missing = NULL;
        g_autofree char *result = rendered(cases[i].text, form, context, &missing);
        if (!g_str_equal(result, cases[i].expected))
            print_error("%s:\n", cases[i].text);
        assert_string_equal(result, cases[i].expected);
        assert_string_equal(missing, cases[i].missing ? cases[i].missing : "");
    }
}

static void values_are_printed(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{name}}", "anna", NULL},
        {"{{whole}} {{price}} {{tenth}} {{third}} {{minus}} {{zero}}", "100 1.21 0.1 0.3333333333333333 -3 0", NULL},
        {"{{big}}", "1.2345678901234567e+19", NULL},
        {"{{yes}} {{no}}", "true false", NULL},
        {"{{object.name}}", "inner", NULL},
        {"{{#object}}{{name}}{{price}}{{/object}}", "inner1.21", NULL},
        {"{{#list}}[{{.}}]{{/list}}", "[1][2]", NULL},
        {"{{#object.list}}{{n}}{{name}},{{/object.list}}", "1anna,2anna,", NULL},
        {"{{html}}", "<b a=\"&'\">", NULL},
        {"{{{name}}}}", "anna}", NULL},
    };
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data};
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT, &context);
}

static void blank_texts_are_no_values(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"Hello {{nobody}}!", "Hello !", "nobody"},
        {"{{nobody}}{{nobody}}{{null}}{{empty}}", "", "nobody null empty"},
        {"{{object}}{{list}}{{object.nobody}}", "", "object list object.nobody"},
        {"{{blank | upper}}", " \u00a0\u200b", "blank"},
        {"{{nobody | default: \"there\"}}", "there", NULL},
        {"{{empty | default: 'there'}} {{blank | default: 'there'}} {{null|default:'there'}}", "there there there",
         NULL},
        {"{{name | default: 'there'}} {{zero | default: 'there'}}", "anna 0", NULL},
        {"{{nobody | default: ''}}", "", NULL},
        {"{{#empty}}x{{/empty}}{{#blank}}x{{/blank}}{{^empty}}y{{/empty}}", "y", NULL},
        {"{{#zero}}x{{/zero}}{{#none}}y{{/none}}{{#no}}z{{/no}}{{#nobody}}{{deep}}{{/nobody}}", "x", NULL},
    };
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data};
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT, &context);
}

static void filters_are_chained(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{name | upper}} {{ name|upper|lower }} {{name | capitalize}}", "ANNA anna Anna", NULL},
        {"{{nobody | default: \"there\" | upper}}", "THERE", NULL},
        {"{{nobody | upper | default: \"there\"}}", "there", NULL},
        {"{{nobody | default: \"}} \\\"q\\\" \\\\ it's\"}}", "}} \"q\" \\ it's", NULL},
        {"{{nobody | default: 'it\\'s'}}", "it's", NULL},
        {"{{sharp | upper}}", "STRASSE", NULL},
        {"{{sharp | upper | capitalize}}", "Strasse", NULL},
        {"{{i | upper}} {{i | capitalize}}", "ISTANBUL Istanbul", NULL},
        {"{{{name | upper}}} {{& name | upper}}", "ANNA ANNA", NULL},
        {"{{nobody | upper}}", "", "nobody"},
        {"{{price | upper}}", "1.21", NULL},
    };
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data};
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT, &context);
}

static void case_follows_the_locale(void **state G_GNUC_UNUSED) {
    static const Case turkish[] = {{"{{i | upper}} {{i | capitalize}}", "İSTANBUL İstanbul", NULL}};
    static const Case dutch[] = {{"{{ij | capitalize}}", "IJsbrand", NULL}};
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data, .locale = "tr-TR"};
    check(turkish, 1, TEMPLATE_TEXT, &context);
    context.locale = "nl";
    check(dutch, 1, TEMPLATE_TEXT, &context);
    context.locale = "no such locale at all";
    check(&(Case){"{{i | upper}}", "ISTANBUL", NULL}, 1, TEMPLATE_TEXT, &context);
}

static void html_is_escaped(void **state G_GNUC_UNUSED) {
    static const Case strict[] = {
        {"{{html}}", "&lt;b a=&quot;&amp;&#39;&quot;&gt;", NULL},
        {"{{{html}}}", "&lt;b a=&quot;&amp;&#39;&quot;&gt;", NULL},
        {"{{&html}}", "&lt;b a=&quot;&amp;&#39;&quot;&gt;", NULL},
        {"{{nobody | default: '<b>'}}", "&lt;b&gt;", NULL},
        {"<b>{{name}}</b>", "<b>anna</b>", NULL},
    };
    static const Case raw[] = {
        {"{{{html}}}{{&html}}", "<b a=\"&'\"><b a=\"&'\">", NULL},
        {"{{html}}", "&lt;b a=&quot;&amp;&#39;&quot;&gt;", NULL},
    };
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data};
    check(strict, G_N_ELEMENTS(strict), TEMPLATE_HTML, &context);
    context.plain = true;
    check(raw, G_N_ELEMENTS(raw), TEMPLATE_HTML, &context);
}

static void headers_keep_to_one_line(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{lines}}", "a  Bcc: x y z t", NULL},
        {"{{{lines}}}", "a  Bcc: x y z t", NULL},
        {"{{nobody | default: 'a\nb'}}", "a b", NULL},
        {"{{sharp}} {{html}}", "straße <b a=\"&'\">", NULL},
    };
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data, .plain = true};
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HEADER, &context);
}

static void views_are_kept_apart(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{#country}}a trip{{/country}}", "a trip", NULL},
        {"{{#country}}{{.}}{{/country}}", "", "."},
        {"{{country}}", "", "country"},
        {"{{country | default: 'far'}}", "far", NULL},
        {"{{#customer}}{{city}}{{secret}}{{/customer}}", "Gdynia", "secret"},
        {"{{#hidden}}{{city}}{{/hidden}}", "", "city"},
        {"{{#hidden}}{{company}}{{/hidden}}", "ACME", NULL},
        {"{{#trips}}{{to}},{{/trips}}", ",,", "to"},
        {"{{#same}}{{.}},{{/same}}", "1,2,", NULL},
        {"{{#unasked}}x{{/unasked}}{{unasked}}", "u", NULL},
    };
    json_auto_t *printed = json_of("{'customer': {'city': 'Gdynia'}, 'company': 'ACME', 'city': 'head office',"
                                   " 'trips': [{'to': 'A'}], 'same': [1, 2], 'secret': 'outer', 'unasked': 'u'}");
    json_auto_t *asked = json_of("{'customer': {'city': 'Gdynia', 'secret': 's'}, 'company': 'ACME', 'country': 'PL',"
                                 " 'city': 'head office', 'hidden': {'city': 'X'}, 'trips': [{'to': 'A'}, {'to': 'B'}],"
                                 " 'same': [1, 2], 'secret': 'outer'}");
    TemplateContext context = {.printed = printed, .asked = asked};
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT, &context);
}

static void values_are_never_templates(void **state G_GNUC_UNUSED) {
    json_auto_t *data = json_of("{'name': '{{secret}}{{#sales}}', 'secret': 's', 'list': ['{{secret}}', '{{/list}}']}");
    TemplateContext context = {.printed = data};
    static const Case cases[] = {
        {"{{name}}", "{{secret}}{{#sales}}", NULL},
        {"{{#list}}{{.}}{{/list}}", "{{secret}}{{/list}}", NULL},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT, &context);
}

static void literal_text_is_not_spliced(void **state G_GNUC_UNUSED) {
    static const char text[] = "Dear {{name}},\r\n{{#yes}}\r\nliteral\r\n{{/yes}}\r\n{{#no}}\r\ncut\r\n{{/no}}\r\nend";
    json_auto_t *data = json_of(DATA);
    TemplateContext context = {.printed = data};
    g_autoptr(Template) template = compiled(text, TEMPLATE_TEXT);
    g_autoptr(GArray) splices = template_splices(template, &context, NULL);
    static const char *const expected[] = {"anna", "", "", ""};
    assert_int_equal(splices->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < splices->len; i++)
        assert_string_equal(g_array_index(splices, Splice, i).text, expected[i]);
    const Splice *section = &g_array_index(splices, Splice, 1);
    assert_int_equal(section->end - section->start, strlen("{{#yes}}\r\n"));
    const Splice *absent = &g_array_index(splices, Splice, 3);
    assert_int_equal(absent->end - absent->start, strlen("{{#no}}\r\ncut\r\n{{/no}}\r\n"));
}

/* Each section over the outermost list again: 10 to the power of 20 bodies, had nobody an eye on it. */
static void lists_in_lists_are_bounded(void **state G_GNUC_UNUSED) {
    g_autoptr(GString) text = g_string_new("before ");
    for (int i = 0; i < 20; i++)
        g_string_append(text, "{{#a}}");
    g_string_append(text, "x");
    for (int i = 0; i < 20; i++)
        g_string_append(text, "{{/a}}");
    g_string_append(text, " after {{b}}");
    json_auto_t *data = json_of("{'a': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'b': 'B'}");
    TemplateContext context = {.printed = data};
    g_autofree char *missing = NULL;
    g_autofree char *result = rendered(text->str, TEMPLATE_TEXT, &context, &missing);
    assert_string_equal(missing, "a b");
    assert_true(g_str_has_suffix(result, "x after "));
}

static void missing_names_are_bounded(void **state G_GNUC_UNUSED) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(text, "{{n%d}}", i % 500);
    TemplateContext context = {0};
    g_autoptr(Template) template = compiled(text->str, TEMPLATE_TEXT);
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *result = template_render(template, &context, missing);
    assert_string_equal(result, "");
    assert_int_equal(missing->len, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_printed),
        cmocka_unit_test(blank_texts_are_no_values),
        cmocka_unit_test(filters_are_chained),
        cmocka_unit_test(case_follows_the_locale),
        cmocka_unit_test(html_is_escaped),
        cmocka_unit_test(headers_keep_to_one_line),
        cmocka_unit_test(views_are_kept_apart),
        cmocka_unit_test(values_are_never_templates),
        cmocka_unit_test(literal_text_is_not_spliced),
        cmocka_unit_test(lists_in_lists_are_bounded),
        cmocka_unit_test(missing_names_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
