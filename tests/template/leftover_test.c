/* Placeholders that other tools left behind: what is one, and what only looks a little like one. */
#include "template/leftover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* What is found, with a blank between; free with g_free. */
static char *found_in(const char *text, gsize length, bool html, bool mustache) {
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    LeftoverText kind = {html, mustache};
    leftovers_find(text, length, &kind, found);
    g_ptr_array_add(found, NULL);
    return g_strjoinv(" ", (char **)found->pdata);
}

typedef struct {
    const char *text, *found;
} Case;

static void assert_cases(const Case *cases, gsize count, bool html, bool mustache) {
    for (gsize i = 0; i < count; i++) {
        g_autofree char *found = found_in(cases[i].text, strlen(cases[i].text), html, mustache);
        if (strcmp(found, cases[i].found) != 0)
            fail_msg("in \"%s\": \"%s\", expected \"%s\"", cases[i].text, found, cases[i].found);
    }
}

static void each_form_is_found(void **state) {
    (void)state;
    static const Case cases[] = {
        {"Hello *|FNAME|*!", "*|FNAME|*"},
        {"*|IF:FNAME|* *|END:IF|*", "*|IF:FNAME|* *|END:IF|*"},
        {"Hello %%first_name%%,", "%%first_name%%"},
        {"%%[ SET @x = 1 ]%%", "%%[ SET @x = 1 ]%%"},
        {"%%=v(@name)=%%", "%%=v(@name)=%%"},
        {"Hello %FIRSTNAME%,", "%FIRSTNAME%"},
        {"Hello {contactfield=firstname}", "{contactfield=firstname}"},
        {"Hello {contactfield=firstname|Friend}", "{contactfield=firstname|Friend}"},
        {"Hello [[name]]", "[[name]]"},
        {"Hello ${first_name}", "${first_name}"},
        {"Hello ${user.name}", "${user.name}"},
        {"Hello [FIRST_NAME]", "[FIRST_NAME]"},
        {"Dear [NAME],", "[NAME]"},
        {"Hello <<name>>", "<<name>>"},
        {"Hello «First_Name»", "«First_Name»"},
        {"{% if customer.name %}Hello{% endif %}", "{% if customer.name %} {% endif %}"},
        {"<%= user.name %>", "<%= user.name %>"},
        {"<% if x %>", "<% if x %>"},
        {"*|A|* *|A|* [[b]]", "*|A|* [[b]]"},
    };
    assert_cases(cases, G_N_ELEMENTS(cases), false, false);
}

static void ordinary_text_is_passed_over(void **state) {
    (void)state;
    static const char *const texts[] = {
        "Save 20% on everything, 50% OFF today, 100% of it",
        "20%OFF50% and 5%ABC%",
        "between 5%% and 10%% more",
        "It costs $20 {about EUR 18} or ${20}",
        "* | * a *| table |* of *emphasis*",
        "[EXTERNAL] [URGENT] Re: [JIRA-123] [1] [see below]",
        "a[[i]] [[1,2],[3,4]] [[ -f x ]] if [[ $a ]]",
        "set PATH=%PATH%;%APPDATA%\\tool and %USERPROFILE%",
        "echo ${HOME} ${PATH} `${name}`",
        "cout << name >> x; a<<b>>c; cat <<EOF",
        "«Добрий день», dit-il, «bonjour»",
        "p { color: red } @media print { a { x: y } }",
        "{\"a\":{\"b\":1}} style={{color:'red'}} {{",
        "https://x.example/?utm_content=*|UNIQID|*&name=%FIRSTNAME%&u=[[id]]",
        "%C3%A9%20%FF%AB%C3 x%20ABC%20y",
        "1 <% 2 and 3 %> 4",
        "100 %%%% x %% y",
        "if (a {% b",
        "*|%%{contactfield=[[${<<<%",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        Case one = {texts[i], ""};
        assert_cases(&one, 1, false, true);
    }
}

static void mustache_is_somebody_elses_where_we_fill_nothing(void **state) {
    (void)state;
    static const Case others[] = {
        {"Hello {{first_name}}", "{{first_name}}"},
        {"Hello {{ customer.first_name | capitalize }}", "{{ customer.first_name | capitalize }}"},
        {"Hello {{{name}}} {{#if x}}", "{{{name}}} {{#if x}}"},
    };
    static const Case ours[] = {{"Hello {{first_name}} {{{x}}}", ""}};
    assert_cases(others, G_N_ELEMENTS(others), false, true);
    assert_cases(ours, G_N_ELEMENTS(ours), false, false);
}

static void html_is_read_where_a_person_reads_it(void **state) {
    (void)state;
    static const Case cases[] = {
        {"<p>Hello *|FNAME|*</p>", "*|FNAME|*"},
        {"<img alt=\"[[name]]\">", "[[name]]"},
        {"<p>&lt;&lt;name&gt;&gt;</p>", "&lt;&lt;name&gt;&gt;"},
        {"<style>[[name]]</style>[[b]]", "[[b]]"},
        {"<SCRIPT type=x>${name}</SCRIPT >", ""},
        {"<!-- *|A|* -->*|B|*", "*|B|*"},
        {"<pre>[[name]]</pre><code>[[x]]</code>[[b]]", "[[b]]"},
        {"<!-- *|A|*", ""},
        {"<precious>[[name]]", "[[name]]"},
        {"<a href=\"https://x.example/?e=*|EMAIL|*\">*|FNAME|*</a>", "*|FNAME|*"},
    };
    assert_cases(cases, G_N_ELEMENTS(cases), true, true);
}

static void bytes_of_any_kind_are_read_to_the_end(void **state) {
    (void)state;
    static const char text[] = "\0*|A\0|* \xC2 \xC2\xAB \xFF%%\xFF%% [[b]]";
    g_autofree char *found = found_in(text, sizeof text - 1, true, true);
    assert_string_equal(found, "[[b]]");
}

static void a_text_full_of_openings_takes_no_time(void **state) {
    (void)state;
    gsize length = 4 * 1024 * 1024;
    static const char *const openings[] = {"<!--", "<pre", "{{", "%", "[[", "<%", "*|a"};
    for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
        g_autoptr(GString) text = g_string_sized_new(length);
        while (text->len < length / 8)
            g_string_append(text, openings[i]);
        gint64 start = g_get_monotonic_time();
        g_autofree char *found = found_in(text->str, text->len, true, true);
        assert_string_equal(found, "");
        assert_in_range(g_get_monotonic_time() - start, 0, 5 * G_USEC_PER_SEC);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_found),
        cmocka_unit_test(ordinary_text_is_passed_over),
        cmocka_unit_test(mustache_is_somebody_elses_where_we_fill_nothing),
        cmocka_unit_test(html_is_read_where_a_person_reads_it),
        cmocka_unit_test(bytes_of_any_kind_are_read_to_the_end),
        cmocka_unit_test(a_text_full_of_openings_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
