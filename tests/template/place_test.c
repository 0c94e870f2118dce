/* Values in every place of HTML: how they are written, what is refused, what lint says, and that nothing a value holds
 * changes the document: each of the Big List of Naughty Strings (read in place) and of our own, in each place, leaves
 * the elements and attributes that "Ann" leaves. */
#include "template/template.h"

#include "../shared_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>

static Template *compiled(const char *text, TemplateForm form) {
    g_autoptr(GError) error = NULL;
    Template *template = template_compile(text, strlen(text), form, &error);
    if (!template)
        fail_msg("%s: %s", text, error->message);
    return template;
}

static char *rendered(const Template *template, const char *value, GPtrArray *missing) {
    json_auto_t *data = json_pack("{s:s, s:b, s:b, s:[i, i]}", "x", value, "yes", 1, "no", 0, "list", 1, 2);
    TemplateContext context = {.printed = data};
    return template_render(template, &context, missing);
}

typedef struct {
    const char *text, *value;
    const char *expected;
    bool refused;
} Case;

static void check(const Case *cases, gsize count, TemplateForm form) {
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Template) template = compiled(cases[i].text, form);
        g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *text = rendered(template, cases[i].value, missing);
        if (!g_str_equal(text, cases[i].expected) || (missing->len > 0) != cases[i].refused)
            print_error("%s with %s:\n", cases[i].text, cases[i].value);
        assert_string_equal(text, cases[i].expected);
        assert_int_equal(missing->len > 0, cases[i].refused);
    }
}

static void text_and_attributes_are_escaped(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"<p>{{x}}", "<a b=\"c\" d='e'> & -", "<p>&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt; &amp; -", false},
        {"<p title='{{x}}'>", "'\"", "<p title='&#39;&quot;'>", false},
        {"<p title = \"a{{x}}b\">{{x}}", "\"-", "<p title = \"a&quot;-b\">&quot;-", false},
        {"<p title={{x}}>", "a b=c", "<p title=a&#32;b&#61;c>", false},
        {"<p title={{x}} id=1>", "ż", "<p title=ż id=1>", false},
        {"<p title={{x | default: ''}} id=1>", "", "<p title=&#32; id=1>", false},
        {"<p title=a{{x}}>{{x}}", ">", "<p title=a&#62;>&gt;", false},
        {"<title>{{x}}</title><textarea>{{x}}</textarea>", "</title>",
         "<title>&lt;/title&gt;</title><textarea>&lt;/title&gt;</textarea>", false},
        {"<!-- {{x}} -->{{x}}", "-->", "<!-- &#45;&#45;&gt; -->--&gt;", false},
        {"<!--[if mso]><p title=\"{{x}}\">{{x}}<![endif]-->{{x}}", "-->",
         "<!--[if mso]><p title=\"&#45;&#45;&gt;\">&#45;&#45;&gt;<![endif]-->--&gt;", false},
        {"<!--[if !mso]><!--><i>{{x}}</i><!--<![endif]-->{{x}}", "-", "<!--[if !mso]><!--><i>-</i><!--<![endif]-->-",
         false},
        {"<![if !mso]>{{x}}<![endif]>{{x}}", "-", "<![if !mso]>-<![endif]>-", false},
        {"<!doctype html>{{x}}<!-->{{x}}<!--->{{x}}<!-- a --!>{{x}}", "-", "<!doctype html>-<!-->-<!--->-<!-- a --!>-",
         false},
        {"1 < 2 {{x}} <3{{x}} </ >{{x}}", "<", "1 < 2 &lt; <3&lt; </ >&lt;", false},
        {"<script>if (a < b) '</p>'</script>{{x}}<style></style>{{x}}<br/>{{x}}", "a",
         "<script>if (a < b) '</p>'</script>a<style></style>a<br/>a", false},
        {"<SCRIPT></scripted></SCRIPT >{{x}}", "a", "<SCRIPT></scripted></SCRIPT >a", false},
        {"<p>{{x}}", "a\x01\x7f\r\n\xe2\x80\xae z\xe2\x81\xa9\xe2\x80\x8f", "<p>a  \r\n z\xe2\x80\x8f", false},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HTML);
}

static void urls_are_encoded(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"<a href=\"https://a.example/{{x}}\">", "../b?c&d", "<a href=\"https://a.example/..%2Fb%3Fc%26d\">", false},
        {"<a href='https://a.example?q={{x}}&amp;r={{x}}'>", "ż'",
         "<a href='https://a.example?q=%C5%BC%27&amp;r=%C5%BC%27'>", false},
        {"<a href=\"https://a.example#{{x | url}}\">", "a b", "<a href=\"https://a.example#a%20b\">", false},
        {"<a href=/{{x}}>", "/evil", "<a href=/&#37;2Fevil>", false},
        {"<a href=\"page{{x}}\">", ":a", "<a href=\"page%3Aa\">", false},
        {"<a href=\"mailto:{{x}}\">", "a+b@c.example?cc=d", "<a href=\"mailto:a+b@c.example%3Fcc%3Dd\">", false},
        {"<a href=\"tel:{{x}}\">", "+48 22", "<a href=\"tel:+48%2022\">", false},
        {"<a href=\"{{x}}\">", "https://a.example/?a=1&b='", "<a href=\"https://a.example/?a=1&amp;b=&#39;\">", false},
        {"<a href=\" {{x}}/y\">", " HTTP://a.example\"<", "<a href=\" HTTP://a.example%22%3C/y\">", false},
        {"<a href=\"{{x}}\">", "mailto:a@b.example", "<a href=\"mailto:a@b.example\">", false},
        {"<a href=\"{{x}}\">", "javascript:alert(1)", "<a href=\"\">", true},
        {"<a href=\"{{x}}\">", "java\nscript:alert(1)", "<a href=\"\">", true},
        {"<a href=\"{{x}}\">", "//evil.example", "<a href=\"\">", true},
        {"<a href=\"{{x}}\">", "https:///evil.example", "<a href=\"\">", true},
        {"<a href=\"{{x}}\">", "https:\\\\evil.example", "<a href=\"\">", true},
        {"<a href=\"{{x}}\">", "data:text/html,a", "<a href=\"\">", true},
        {"<a href=\"{{x}}\">", "page", "<a href=\"\">", true},
        {"<img srcset=\"https://a.example/{{x}} 1x, {{x}} 2x\">", "https://b.example/,c d",
         "<img srcset=\"https://a.example/https%3A%2F%2Fb.example%2F%2Cc%20d 1x, https://b.example/%2Cc%20d 2x\">",
         false},
        {"<a href=\"https://{{x}}/\">", "a.example", "<a href=\"https:///\">", true},
        {"<a href=\"https://a.example{{x}}\">", ".evil", "<a href=\"https://a.example\">", true},
        {"<a href=\"//{{x}}\">", "a", "<a href=\"//\">", true},
        {"<a href=\"https:////{{x}}\">", "a", "<a href=\"https:////\">", true},
        {"<p {{#no}}x-{{/no}}href=\"{{x}}\">", "javascript:a", "<p href=\"\">", true},
        {"<a href=\"\\\\{{x}}\">", "a", "<a href=\"\\\\\">", true},
        {"<a href=\"https:{{x}}\">", "a", "<a href=\"https:\">", true},
        {"<a href=\"{{x}}{{x}}\">", "https://a.example", "<a href=\"https://a.example\">", true},
        {"<a href=\"JavaScript:f('{{x}}')\">", "a", "<a href=\"JavaScript:f('')\">", true},
        {"<script src=\"{{x}}\"></script>", "https://a.example", "<script src=\"\"></script>", true},
        {"<a href=\"{{#yes}}https://a.example/{{/yes}}{{x}}\">", "a/b", "<a href=\"https://a.example/a%2Fb\">", false},
        {"<a href=\"{{#no}}https://a.example/{{/no}}{{^no}}{{x}}{{/no}}\">", "https://b.example",
         "<a href=\"https://b.example\">", false},
        {"<a href=\"{{#no}}a/{{/no}}{{x}}\">", "javascript:a", "<a href=\"javascript%3Aa\">", false},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HTML);
}

static void nothing_stands_where_nothing_is_safe(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"<script>'{{x}}'</script>", "a", "<script>''</script>", true},
        {"<style>{{x}}</style>", "a", "<style></style>", true},
        {"<p style=\"color: {{x}}\">", "red", "<p style=\"color: \">", true},
        {"<p onClick='{{x}}'>", "a", "<p onClick=''>", true},
        {"<iframe srcdoc='{{x}}'></iframe>", "a", "<iframe srcdoc=''></iframe>", true},
        {"<{{x}}>", "b", "<>", true},
        {"</{{x}}>", "b", "</>", true},
        {"<b{{x}}>", "r", "<b>", true},
        {"<p {{x}}>", "hidden", "<p >", true},
        {"<p {{x}}=\"a\">", "title", "<p =\"a\">", true},
        {"<p data-{{x}}='1'>", "a", "<p data-='1'>", true},
        {"<!{{x}}>", "a", "<!>", true},
        {"<title></{{x}}</title>", "title", "<title></</title>", true},
        {"<p {{#no}}title=\"{{/no}}{{x}}>", "a", "<p >", true},
        {"{{#no}}<!--{{/no}}{{x}}", "a", "", true},
        {"<p {{#no}}on{{/no}}click=\"{{x}}\">", "a", "<p click=\"\">", true},
        {"<plaintext>{{x}}", "a", "<plaintext>", true},
        {"{{#list}}<a title=\"{{x}}{{/list}}", "a onclick=b", "<a title=\"<a title=\"", true},
        {"<p {{#list}}title=\"{{x}}\" on{{/list}}>", "a", "<p title=\"\" ontitle=\"\" on>", true},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HTML);
}

static void sections_keep_their_place(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"<td{{#yes}} class=\"a\"{{/yes}} title=\"{{x}}\">", "\"", "<td class=\"a\" title=\"&quot;\">", false},
        {"<input {{#yes}}checked{{/yes}} title=\"{{x}}\">", "\"", "<input checked title=\"&quot;\">", false},
        {"<td class=\"{{#yes}}a{{/yes}}{{^yes}}b{{/yes}} {{x}}\">{{x}}", "\"", "<td class=\"a &quot;\">&quot;", false},
        {"{{#yes}}<a href=\"https://a.example\">{{/yes}}{{x}}{{#yes}}</a>{{/yes}}", "<",
         "<a href=\"https://a.example\">&lt;</a>", false},
        {"<ul{{#list}} title=\"{{x}}\"{{/list}}>{{#list}}<li title='{{x}}'>{{x}}{{/list}}</ul>", "'",
         "<ul title=\"&#39;\" title=\"&#39;\"><li title='&#39;'>&#39;<li title='&#39;'>&#39;</ul>", false},
        {"<td width={{#yes}}10{{/yes}}{{^yes}}20{{/yes}} title='{{x}}'>", "'", "<td width=10 title='&#39;'>", false},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HTML);
}

static void subjects_stay_one_line(void **state G_GNUC_UNUSED) {
    static const Case cases[] = {
        {"{{x}}", "a\r\nBcc: b\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xa9", "a  Bcc: b    ", false},
        {"{{x}}!",
         "\xe2\x80\xae"
         "a\xe2\x81\xa6",
         "a!", false},
    };
    check(cases, G_N_ELEMENTS(cases), TEMPLATE_HEADER);
}

/* ---- partials ---- */

static void partials_stand_in_text(void **state G_GNUC_UNUSED) {
    static const struct {
        const char *text, *partial, *expected;
    } cases[] = {
        {"<p>{{> p}}", "<b>{{x}}</b>", "<p><b>&lt;-</b>"},
        {"<p title=\"{{> p}}\">", "{{x}}", "<p title=\"&lt;-\">"},
        {"<!--[if mso]>{{> p}}<![endif]-->", "{{x}}", "<!--[if mso]>&lt;&#45;<![endif]-->"},
        {"<a href=\"{{> p}}\">", "https://a.example/", "<a href=\"https://a.example/\">"},
        {"<a href=\"{{> p}}\">", "{{x}}", "<a href=\"\">"},
        {"<script>{{> p}}</script>", "{{x}}", "<script></script>"},
        {"{{> p}}", "<b>{{x}}</b><a title=\"", ""},
        {"{{<p}}{{$b}}{{x}}{{/b}}{{/p}}", "<i title='{{$b}}{{/b}}'>", "<i title='&lt;-'>"},
        {"{{<p}}{{$b}}{{x}}{{/b}}{{/p}}", "<i style='{{$b}}{{/b}}'>", "<i style=''>"},
        {"{{<p}}{{$b}}{{x}}<i title='{{/b}}{{/p}}", "<i>{{$b}}{{/b}}", "<i>"},
        {"<p title=\"{{<p}}{{$b}}<a href='{{x}}'>{{/b}}{{/p}}\">", "{{$b}}{{/b}}", "<p title=\"<a href=''>\">"},
        {"{{<p}}{{$b}}color: red{{/b}}{{/p}}", "<i style='{{$b}}{{/b}}'>", "<i style='color: red'>"},
    };
    json_auto_t *data = json_pack("{s:s}", "x", "<-");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GHashTable) partials =
            g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
        g_hash_table_insert(partials, (char *)"p", compiled(cases[i].partial, TEMPLATE_HTML));
        g_autoptr(Template) template = compiled(cases[i].text, TEMPLATE_HTML);
        TemplateContext context = {.printed = data, .partials = partials};
        g_autofree char *text = template_render(template, &context, NULL);
        assert_string_equal(text, cases[i].expected);
    }
}

/* ---- lint ---- */

typedef struct {
    const char *text;
    guint line, column;
    const char *what; /* the beginning; NULL: nothing is found */
} Finding;

static void lint_names_the_place(void **state G_GNUC_UNUSED) {
    static const Finding cases[] = {
        {"<p title={{x}}>", 1, 10, "found a value in an attribute without quotes"},
        {"<p>\n <script>{{x}}</script>", 2, 10, "found a value inside <script>"},
        {"<style>{{x}}</style>", 1, 8, "found a value inside <style>"},
        {"<p style='{{x}}'>", 1, 11, "found a value in a style attribute"},
        {"<p onclick='{{x}}'>", 1, 13, "found a value in an event handler"},
        {"<a href='{{customer.site}}'>", 1, 10, "found a value as a whole URL"},
        {"<a href='https://{{x}}'>", 1, 18, "found a value in the host of a URL"},
        {"<a href='javascript:{{x}}'>", 1, 21, "found a value in a URL that is a program"},
        {"<a href={{company.url}}>", 1, 9, "found a value as a whole URL"},
        {"<{{x}}>", 1, 2, "found a value as the name of a tag"},
        {"<p {{x}}>", 1, 4, "found a value as the name of an attribute"},
        {"{{{x}}}", 1, 1, "found a value that asks not to be escaped"},
        {"<p {{#a}}title='{{/a}}>", 1, 4, "found a section that does not end where it begins"},
        {"{{<p}}{{$b}}<i {{/b}}{{/p}}", 1, 7, "found a block that ends inside a tag"},
        {"<a href='{{> p}}'>", 1, 10, "found a partial that does not stand in text"},
        {"{{x}}<a href='", 1, 15, "found the end of the template inside a tag"},
        {"{{x | date: 'dd/MM/YYYY'}}", 1, 1, "found Y in \"dd/MM/YYYY\""},
        {"{{x | date: 'DD.MM.yyyy'}}", 1, 1, "found D in \"DD.MM.yyyy\""},
        {"{{x}}{{#a}}<a href='{{company.url}}/a?b={{x}}'>{{/a}}{{^a}}<a>{{/a}}<title>{{x}}</title>", 0, 0, NULL},
        {"{{x | date: \"d MMMM y 'Y'\"}}{{#a}}<img src='https://a.example/{{.}}' alt='{{x}}'>{{/a}}", 0, 0, NULL},
        {"<body style='{{$style}}{{/style}}'>{{> p}}{{$main}}<p>{{x}}</p>{{/main}}</body>", 0, 0, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Template) template = compiled(cases[i].text, TEMPLATE_HTML);
        g_autoptr(GPtrArray) findings = template_lint(template);
        const TemplateFinding *first = findings->len > 0 ? findings->pdata[0] : NULL;
        if (first && (!cases[i].what || !g_str_has_prefix(first->what, cases[i].what)))
            fail_msg("%s: %s", cases[i].text, first->what);
        if ((first != NULL) != (cases[i].what != NULL))
            fail_msg("%s: nothing is found", cases[i].text);
        assert_int_equal(first ? first->line : 0, cases[i].line);
        assert_int_equal(first ? first->column : 0, cases[i].column);
    }
    g_autoptr(Template) text = compiled("<script>{{{x}}}", TEMPLATE_TEXT);
    g_autoptr(GPtrArray) none = template_lint(text);
    assert_int_equal(none->len, 0);
}

/* ---- the parsed result ---- */

static const char *const places[] = {
    "<p>{{x}}</p>",
    "<p>{{{x}}}</p>",
    "<p>{{x}}",
    "<p title=\"{{x}}\">a</p>",
    "<p title='{{x}}'>a</p>",
    "<p title={{x}}>a</p>",
    "<p title={{x}} class=b>a</p>",
    "<p title=a{{x}}b class=b>a</p>",
    "<p id=\"a\" title = \"{{x}}\" class='b'>a</p>",
    "<a href=\"https://a.example/{{x}}\">a</a>",
    "<a href='https://a.example/?q={{x}}'>a</a>",
    "<a href=https://a.example/{{x}}>a</a>",
    "<a href=\"{{x}}\">a</a>",
    "<a href={{x}}>a</a>",
    "<a href=\"https://{{x}}/\">a</a>",
    "<img src=\"cid:{{x}}\" alt=\"{{x}}\">",
    "<img srcset=\"{{x}} 2x\" alt='{{x}}'>",
    "<form action='{{x}}'><button formaction={{x}}>a</button></form>",
    "<table background=\"{{x}}\"><tr><td>{{x}}</td></tr></table>",
    "<title>{{x}}</title><p>a</p>",
    "<textarea>{{x}}</textarea><p>a</p>",
    "<script>var a = '{{x}}';</script><p>a</p>",
    "<style>a { b: {{x}} }</style><p>a</p>",
    "<p style=\"color: {{x}}\" onclick='{{x}}'>a</p>",
    "<!-- {{x}} --><p>a</p>",
    "<!--{{x}}--><p>a</p>",
    "<!-- {{x}}> --><p>a</p>",
    "<!--[if mso]><p title=\"{{x}}\">{{x}}</p><![endif]--><p>a</p>",
    "<p {{x}}>a</p>",
    "<p {{x}}=\"a\">a</p>",
    "<{{x}}>a",
    "<p>a</{{x}}>",
    "<!doctype {{x}}><p>a</p>",
    "<ul>{{#yes}}<li {{#yes}}class=\"{{x}}\"{{/yes}}>{{x}}</li>{{/yes}}</ul>",
};

static const char *const nasty[] = {"\"><script>alert(1)</script>",
                                    "' onmouseover='x",
                                    "\" onmouseover=\"x",
                                    "x onmouseover=x",
                                    "--><b>",
                                    "-->",
                                    "--",
                                    "-",
                                    "--!>",
                                    "></title><b>",
                                    "</title><b>",
                                    "</textarea><b>",
                                    "</script><b>",
                                    "</style><b>",
                                    "<!--",
                                    "<![CDATA[",
                                    "<![endif]-->",
                                    "javascript:alert(1)",
                                    "https://evil.example/\"><b>",
                                    "https://evil.example/ onclick=x",
                                    "https://evil.example/,x",
                                    "data:text/html,<b>",
                                    "//evil.example",
                                    "\\\\evil.example",
                                    "<",
                                    "</",
                                    "</p",
                                    ">",
                                    "=",
                                    "/",
                                    "/>",
                                    "`",
                                    "&",
                                    "&lt;b&gt;",
                                    "&quot;>",
                                    "&#34;",
                                    "&#x3c;b>",
                                    "{{x}}",
                                    "{{/yes}}",
                                    "{{=<% %>=}}",
                                    "a\r\nb",
                                    "a\tb\fc",
                                    "\x01\x1f\x7f",
                                    "\xe2\x80\xae",
                                    "\xc2\x85\xe2\x80\xa8",
                                    "\xc2\xa0",
                                    "b c d",
                                    "Ann",
                                    "",
                                    " "};

static void append_structure(GString *out, const xmlNode *node) {
    for (; node; node = node->next) {
        if (node->type == XML_COMMENT_NODE)
            g_string_append(out, "<!-->");
        if (node->type != XML_ELEMENT_NODE)
            continue;
        g_string_append_printf(out, "<%s", (const char *)node->name);
        for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
            g_string_append_printf(out, " %s", (const char *)attribute->name);
        g_string_append_c(out, '>');
        append_structure(out, node->children);
        g_string_append(out, "</>");
    }
}

static char *structure_of(const char *html) {
    g_autofree char *whole = g_strconcat("<html><body><div>", html, "</div></body></html>", NULL);
    htmlDocPtr document = htmlReadMemory(whole, (int)strlen(whole), NULL, "UTF-8",
                                         HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    GString *structure = g_string_new(NULL);
    append_structure(structure, xmlDocGetRootElement(document));
    xmlFreeDoc(document);
    return g_string_free(structure, FALSE);
}

static void check_structure(const Template *template, const char *place, const char *ann, const char *value) {
    g_autofree char *html = rendered(template, value, NULL);
    g_autofree char *structure = structure_of(html);
    if (!g_str_equal(structure, ann))
        fail_msg("%s with %s:\n%s\nis %s, with Ann %s", place, value, html, structure, ann);
}

static json_t *naughty_strings(void) {
    g_autofree char *path = shared_data("names/blns.json");
    json_t *strings = path ? json_load_file(path, 0, NULL) : json_array();
    assert_non_null(strings);
    return strings;
}

static void no_value_changes_the_document(void **state G_GNUC_UNUSED) {
    json_auto_t *strings = naughty_strings();
    for (gsize i = 0; i < G_N_ELEMENTS(nasty); i++)
        json_array_append_new(strings, json_string(nasty[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(Template) template = compiled(places[i], TEMPLATE_HTML);
        g_autofree char *html = rendered(template, "Ann", NULL);
        g_autofree char *ann = structure_of(html);
        size_t at;
        json_t *value;
        json_array_foreach (strings, at, value)
            check_structure(template, places[i], ann, json_string_value(value));
    }
}

/* What is in the document is what was in the value. */
static void values_come_through(void **state G_GNUC_UNUSED) {
    static const char *const values[] = {"<b>&amp;\"'</b>", "Zażółć -- `gęślą` {{x}}", "a=b c", "&quot;&#34;"};
    static const char *const templates[] = {"<p title=\"{{x}}\">{{x}}</p>", "<p title={{x}}>{{x}}</p>",
                                            "<p title='{{x}}'>{{x}}</p>"};
    for (gsize i = 0; i < G_N_ELEMENTS(values) * G_N_ELEMENTS(templates); i++) {
        const char *value = values[i % G_N_ELEMENTS(values)];
        g_autoptr(Template) template = compiled(templates[i / G_N_ELEMENTS(values)], TEMPLATE_HTML);
        g_autofree char *html = rendered(template, value, NULL);
        htmlDocPtr document = htmlReadMemory(html, (int)strlen(html), NULL, "UTF-8", HTML_PARSE_NOERROR);
        xmlNode *p = xmlDocGetRootElement(document)->children->children;
        g_autofree char *title = (char *)xmlGetProp(p, (const xmlChar *)"title");
        g_autofree char *content = (char *)xmlNodeGetContent(p);
        assert_string_equal(title, value);
        assert_string_equal(content, value);
        xmlFreeDoc(document);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_attributes_are_escaped),
        cmocka_unit_test(urls_are_encoded),
        cmocka_unit_test(nothing_stands_where_nothing_is_safe),
        cmocka_unit_test(sections_keep_their_place),
        cmocka_unit_test(subjects_stay_one_line),
        cmocka_unit_test(partials_stand_in_text),
        cmocka_unit_test(lint_names_the_place),
        cmocka_unit_test(no_value_changes_the_document),
        cmocka_unit_test(values_come_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
