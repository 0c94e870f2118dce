/* What filters write, in the locale and the time zone of whoever reads it; and how editors of HTML write filters. */
#include "template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

typedef struct {
    const char *text, *locale, *timezone;
    const char *expected; /* NULL: the value counts as missing, and nothing is printed */
} Case;

static json_t *data(void) {
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:i, s:s, s:s, s:s, s:s, s:s, s:b}", "now",
                     "2026-11-25T23:30:00+01:00", "day", "2026-02-28", "no_day", "2026-02-30", "word", "tomorrow",
                     "local", "2026-11-25T23:30:00", "text_number", " 1234567.891 ", "price", 1234.5, "count", 1234567,
                     "huge", "1e999999999", "hex", "0x1F", "infinite", "inf", "path", "a/b c&ż?'", "blank", " ", "yes",
                     1);
}

static void check(const Case *cases, gsize count, TemplateForm form) {
    json_auto_t *values = data();
    for (gsize i = 0; i < count; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Template) template = template_compile(cases[i].text, strlen(cases[i].text), form, &error);
        if (!template)
            fail_msg("%s: %s", cases[i].text, error->message);
        g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
        TemplateContext context = {.printed = values, .locale = cases[i].locale, .timezone = cases[i].timezone};
        g_autofree char *text = template_render(template, &context, missing);
        if (!g_str_equal(text, cases[i].expected ? cases[i].expected : ""))
            print_error("%s (%s):\n", cases[i].text, cases[i].locale);
        assert_string_equal(text, cases[i].expected ? cases[i].expected : "");
        assert_int_equal(missing->len, cases[i].expected == NULL);
    }
}

static void dates_are_local(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{now | date: 'long'}}", "pl", "Europe/Warsaw", "25 listopada 2026"},
        {"{{now | date: \"long\"}}", "pl-PL", "Asia/Tokyo", "26 listopada 2026"},
        {"{{now | date: 'full'}}", "en", "Europe/Warsaw", "Wednesday, November 25, 2026"},
        {"{{now | date: 'short'}}", "de", "UTC", "25.11.26"},
        {"{{now | date}}", "en-GB", NULL, "25 Nov 2026"},
        {"{{now | date: 'd MMMM y, HH:mm'}}", "uk", "Europe/Kyiv", "26 листопада 2026, 00:30"},
        {"{{now | time}}", "pl", "Europe/Warsaw", "23:30"},
        {"{{now | time: 'HH.mm'}}", NULL, "nowhere/at all", "22.30"},
        {"{{now | datetime: 'short'}}", "pl", "Europe/Warsaw", "25.11.2026, 23:30"},
        {"{{day | date: 'long'}}", "pl", "Pacific/Kiritimati", "28 lutego 2026"},
        {"{{day | date: 'long'}}", "pl", "Pacific/Pago_Pago", "28 lutego 2026"},
        {"{{day | time}}", "pl", "Europe/Warsaw", NULL},
        {"{{day | datetime}}", "pl", "Europe/Warsaw", NULL},
        {"{{no_day | date}}", "pl", "Europe/Warsaw", NULL},
        {"{{word | date}}", "pl", "Europe/Warsaw", NULL},
        {"{{local | date}}", "pl", "Europe/Warsaw", NULL},
        {"{{count | date}}", "pl", "Europe/Warsaw", NULL},
        {"{{blank | date}}{{blank | number}}", "pl", "Europe/Warsaw", NULL},
        {"{{word | date | default: 'soon'}}", "pl", "Europe/Warsaw", "soon"},
        {"{{nothing | default: 'soon' | date}}", "pl", "Europe/Warsaw", NULL},
        {"{{nothing | default: '2026-11-25' | date: 'long'}}", "pl", "Europe/Warsaw", "25 listopada 2026"},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT);
}

static void numbers_are_local(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{count | number}}", "de", NULL, "1.234.567"},
        {"{{count | number}}", "en", NULL, "1,234,567"},
        {"{{price | number}}", "pl", NULL, "1\u00a0234,5"},
        {"{{price | number: 2}}", "en", NULL, "1,234.50"},
        {"{{price | number: '0'}}", "en", NULL, "1,234"},
        {"{{text_number | number}}", "en", NULL, "1,234,567.891"},
        {"{{price | money: 'PLN'}}", "pl", NULL, "1\u00a0234,50\u00a0zł"},
        {"{{price | money: 'EUR'}}", "de", NULL, "1.234,50\u00a0€"},
        {"{{price | money: 'USD'}}", "en", NULL, "$1,234.50"},
        {"{{price | money: 'JPY'}}", "en", NULL, "¥1,234"},
        {"{{word | number}}", "en", NULL, NULL},
        {"{{huge | number}}", "en", NULL, NULL},
        {"{{hex | number}}", "en", NULL, NULL},
        {"{{infinite | money: 'PLN'}}", "en", NULL, NULL},
        {"{{day | money: 'PLN'}}", "en", NULL, NULL},
        {"{{yes | number}}", "en", NULL, NULL},
        {"{{word | number | default: '0' | number}}", "en", NULL, "0"},
        {"{{path | url}}", "en", NULL, "a%2Fb%20c%26%C5%BC%3F%27"},
        {"{{nothing | url}}", "en", NULL, NULL},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT);
}

/* Editors write what an author typed as HTML. */
static void tags_may_be_typed_in_an_editor(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{nothing | default: &quot;there&quot;}}", NULL, NULL, "there"},
        {"{{nothing | default: &#34;it&#39;s&#34;}}", NULL, NULL, "it&#39;s"},
        {"{{nothing | default: &#x27;it's&apos;}}", NULL, NULL, "it&#39;s"},
        {"{{nothing | default: \"say &quot;hi&quot;\"}}", NULL, NULL, "say &quot;hi&quot;"},
        {"{{nothing | default: &quot;a\\&quot;b &amp; &lt;c&gt;&quot;}}", NULL, NULL, "a&quot;b &amp; &lt;c&gt;"},
        {"{{nothing&nbsp;|&nbsp;default:\u00a0'x'&#160;}}", NULL, NULL, "x"},
        {"{{\u00a0word\u00a0}}{{#&nbsp;yes}}!{{/yes&nbsp;}}", NULL, NULL, "tomorrow!"},
        {"{{nothing | default: '&unknown; &#0; &#xD800; &#9999999; &'}}", NULL, NULL,
         "&amp;unknown; &amp;#0; &amp;#xD800; &amp;#9999999; &amp;"},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HTML);
}

static void text_knows_no_references(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{nothing | default: \"&amp;&quot;\"}}", NULL, NULL, "&amp;&quot;"},
        {"{{\u00a0word\u00a0}}", NULL, NULL, "tomorrow"},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_TEXT);
}

static void one_template_serves_all_zones(void **state G_GNUC_UNUSED) {
    static const Case readers[] = {{.timezone = "Europe/Warsaw", .expected = "23:30 25"},
                                   {.timezone = "Asia/Tokyo", .expected = "07:30 26"},
                                   {.timezone = "Europe/Warsaw", .expected = "23:30 25"},
                                   {.timezone = NULL, .expected = "22:30 25"}};
    static const char text[] = "{{now | time: 'HH:mm'}} {{now | date: 'd'}}";
    g_autoptr(Template) template = template_compile(text, strlen(text), TEMPLATE_TEXT, NULL);
    json_auto_t *values = data();
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++) {
        TemplateContext context = {.printed = values, .timezone = readers[i].timezone};
        g_autofree char *written = template_render(template, &context, NULL);
        assert_string_equal(written, readers[i].expected);
    }
}

typedef struct {
    const Template *template;
    const char *locale, *expected;
} Reader;

static gpointer read_often(gpointer argument) {
    const Reader *reader = argument;
    json_auto_t *values = data();
    TemplateContext context = {.printed = values, .locale = reader->locale, .timezone = "Europe/Warsaw"};
    for (int i = 0; i < 2000; i++) {
        g_autofree char *text = template_render(reader->template, &context, NULL);
        if (!g_str_equal(text, reader->expected))
            return (gpointer) "differs";
    }
    return NULL;
}

/* One template, read in several languages at once. */
static void threads_share_formatters(void **state G_GNUC_UNUSED) {
    static const char text[] = "{{now | date: 'long'}} {{price | money: 'PLN'}} {{now | date: 'd MMM'}}";
    g_autoptr(Template) template = template_compile(text, strlen(text), TEMPLATE_TEXT, NULL);
    const Reader readers[] = {
        {template, "pl", "25 listopada 2026 1\u00a0234,50\u00a0zł 25 lis"},
        {template, "de", "25. November 2026 1.234,50\u00a0PLN 25 Nov."},
        {template, "en", "November 25, 2026 PLN\u00a01,234.50 25 Nov"},
        {template, "pl", "25 listopada 2026 1\u00a0234,50\u00a0zł 25 lis"},
    };
    GThread *threads[G_N_ELEMENTS(readers)];
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
        threads[i] = g_thread_new("reader", read_often, (gpointer)&readers[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
        assert_null(g_thread_join(threads[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_local),
        cmocka_unit_test(numbers_are_local),
        cmocka_unit_test(tags_may_be_typed_in_an_editor),
        cmocka_unit_test(text_knows_no_references),
        cmocka_unit_test(one_template_serves_all_zones),
        cmocka_unit_test(threads_share_formatters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
