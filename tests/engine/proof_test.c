/* Each thing that proof-reading finds, in a shelf that is in order but for it. */
#include "engine/proof.h"

#include "../folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char config_text[] = "templates = \"templates\"\n"
                                  "company { name = \"Bank\" }\n"
                                  "topic \"tips\" { class = \"relational\" }\n"
                                  "topic \"loans\" { class = \"sales\" }\n"
                                  "attribute \"first_name\" { sensitivity = 0 }\n"
                                  "policy \"default\" { over = {\"rewrite\", \"hold\"} }\n";

static const char *const shelf[][2] = {
    {"tips/template.conf", "topic = \"tips\"\n"},
    {"tips/en.txt", "Subject: Hi {{customer.first_name}}\n\n{{company.name}} {{message.tip}}\n"},
    {"tips/pl.txt", "Subject: Hej\n\nx {{> footer}}\n"},
    {"offer/template.conf", "topic = \"loans\"\nfallback = \"tips\"\n"},
    {"offer/en.txt", "Subject: Buy\n\nBuy {{message.x}}: https://bank.example/unsubscribe\n"},
    {"offer/en.html", "<p>Buy {{message.x}}</p> <a href=\"https://bank.example/Unsubscribe\">no</a>\n"},
    {"offer/pl.txt", "Subject: Kup\n\nKup {{> footer}}\n"},
    {"offer/pl.html", "<p>Kup, unsubscribe</p>\n"},
    {"partials/footer.txt", "unsubscribe\n"},
};

static void put(const char *folder, const char *name, const char *text) {
    g_autofree char *templates = g_build_filename(folder, "templates", NULL);
    folder_put(templates, name, text);
}

static void put_shelf(const char *folder) {
    folder_put(folder, "cadence.conf", config_text);
    for (gsize i = 0; i < G_N_ELEMENTS(shelf); i++)
        put(folder, shelf[i][0], shelf[i][1]);
}

static int set_up(void **state) {
    *state = g_dir_make_tmp("cadence-proof-XXXXXX", NULL);
    put_shelf(*state);
    return 0;
}

static int tear_down(void **state) {
    folder_remove(*state);
    g_free(*state);
    return 0;
}

/* "fault tips/en.txt:3:1: what", one a line. */
static char *proof_of(const char *folder, char *const *names) {
    g_autofree char *path = g_build_filename(folder, "cadence.conf", NULL);
    g_autofree char *root = g_build_filename(folder, "templates/", NULL);
    GError *error = NULL;
    g_autoptr(Config) config = config_load(path, &error);
    if (!config)
        fail_msg("%s", error->message);
    g_autoptr(GPtrArray) findings = proof_read(config, names);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++) {
        const ProofFinding *finding = findings->pdata[i];
        const char *short_path = g_str_has_prefix(finding->path, root) ? finding->path + strlen(root) : finding->path;
        g_string_append_printf(text, "%s %s:%u:%u: %s\n", finding->fault ? "fault" : "warning", short_path,
                               finding->line, finding->column, finding->what);
    }
    return g_string_free(text, FALSE);
}

static void what_is_in_order_is_passed_in_silence(void **state) {
    g_autofree char *found = proof_of(*state, NULL);
    assert_string_equal(found, "");
}

static void each_fault_is_found(void **state) {
    static const struct {
        const char *file, *text, *found;
    } cases[] = {
        {"tips/en.txt", "Subject: Hi\n\n{{customer.shoe}}\n", "fault tips/en.txt:0:0: customer.shoe: "},
        {"tips/en.txt", "Subject: Hi\n\n{{company.motto}}\n", "fault tips/en.txt:0:0: company.motto: "},
        {"tips/en.txt", "Subject: Hi {{first_name}}\n\nx\n",
         "warning tips/en.txt:0:0: first_name: found a name that nothing"},
        {"tips/en.txt", "Subject: Hi\n\n{{#shoe}}x{{/shoe}}\n", "warning tips/en.txt:0:0: shoe: found a name"},
        {"tips/en.html", "{{^message.tip}}{{shoe}}{{/message.tip}}\n", "warning tips/en.html:0:0: shoe: found a name"},
        {"offer/en.txt", "Subject: x\n\n{{#sales}}{{shoe}} unsubscribe{{/sales}}\n",
         "warning offer/en.txt:0:0: shoe: found a name"},
        {"tips/en.txt", "Subject: Hi\n\n{{#x}}\n", "fault tips/en.txt:3:1: "},
        {"tips/en.html", "<a href={{message.tip}}>x</a>\n", "fault tips/en.html:1:9: "},
        {"tips/en.html", "<p>{{message.tip}}</p>\n", "warning tips/en.txt:0:0: company.name stands here, but not in"},
        {"tips/en.html", "{{company.name}}{{message.tip}}{{customer.first_name}}{{message.more}}\n",
         "warning tips/en.html:0:0: message.more stands here, but not in"},
        {"tips/en.html", "{{company.name}}{{message.tip}}{{customer.first_name}}\n",
         "warning tips/pl.txt:0:0: there is no HTML beside it"},
        {"tips/en.txt", "Subject: 1234567890123456789012345678901234567890123456789012345678901 {{message.tip}}\n\nx\n",
         "warning tips/en.txt:0:0: the subject has 62 characters"},
        {"tips/template.conf", "topic = \"tips\"\nlocale = \"fr\"\n", "fault tips:0:0: found no text for fr"},
        {"tips/de.txt", "Subject: x\n\nx\n", "warning offer:0:0: there is no de.txt"},
        {"offer/de.txt", "Subject: x\n\nunsubscribe\n", "warning offer/de.txt:0:0: the fallback \"tips\" has no text"},
        {"offer/pl.txt", "Subject: x\n\nx\n", "fault offer/pl.txt:0:0: found no way to unsubscribe"},
        {"offer/pl.html", "<p>x</p>\n", "fault offer/pl.html:0:0: found no way to unsubscribe"},
        {"offer/template.conf", "class = \"mixed\"\n", "warning offer/template.conf:0:0: class = \"mixed\", but"},
        {"partials/footer.txt", "{{#x}}", "fault partials/footer.txt:1:1: "},
        {"partials/box.html", "<a href={{x}}>x</a>\n", "fault partials/box.html:1:9: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *templates = g_build_filename(*state, "templates", NULL);
        folder_remove(templates);
        put_shelf(*state);
        put(*state, cases[i].file, cases[i].text);
        g_autofree char *found = proof_of(*state, NULL);
        if (!strstr(found, cases[i].found))
            fail_msg("no '%s' in:\n%s", cases[i].found, found);
    }
}

/* What a section is about may have any name, and so may what a partial is used for. */
static void names_in_sections_are_those_of_the_section(void **state) {
    static const char *const texts[] = {
        "{{#message.list}}{{name}}{{#tags}}{{label}}{{/tags}}{{price.net}}{{.}}{{/message.list}}",
        "{{#customer}}{{first_name}}{{/customer}}{{now}}",
        "{{#message.list}}{{> row}}{{/message.list}}",
    };
    put(*state, "partials/row.txt", "{{name}}\n");
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *text = g_strdup_printf("Subject: Hi\n\n%s\n", texts[i]);
        put(*state, "tips/en.txt", text);
        g_autofree char *found = proof_of(*state, NULL);
        if (strstr(found, "found a name that nothing has"))
            fail_msg("in %s:\n%s", texts[i], found);
    }
}

/* An attribute with a dot in its name, and one whose value has members. */
static void a_name_with_dots_is_declared_by_any_of_its_beginnings(void **state) {
    static const struct {
        const char *declared, *name;
        bool known;
    } cases[] = {{"shoe.size", "shoe.size", true}, {"shoe", "shoe.size", true},         {"shoe", "shoe.size.eu", true},
                 {"*", "shoe.size", true},         {"shoe.size", "shoe.colour", false}, {"shoe.size", "shoe", false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *config =
            g_strdup_printf("%sattribute \"%s\" { sensitivity = 0 }\n", config_text, cases[i].declared);
        g_autofree char *text = g_strdup_printf("Subject: Hi\n\n{{customer.%s}}\n", cases[i].name);
        folder_put(*state, "cadence.conf", config);
        put(*state, "tips/en.txt", text);
        g_autofree char *found = proof_of(*state, NULL);
        g_autofree char *fault = g_strdup_printf("customer.%s: found an attribute", cases[i].name);
        assert_int_equal(strstr(found, fault) == NULL, cases[i].known);
    }
}

static void a_fallback_that_no_policy_comes_to_is_found(void **state) {
    g_auto(GStrv) parts = g_strsplit(config_text, "\"rewrite\", ", 2);
    g_autofree char *text = g_strjoinv("", parts);
    folder_put(*state, "cadence.conf", text);
    g_autofree char *found = proof_of(*state, NULL);
    assert_non_null(strstr(found, "the fallback never goes"));
}

static void an_unsubscribing_value_is_known_by_its_name(void **state) {
    put(*state, "offer/pl.txt", "Subject: x\n\n{{message.unsubscribe_url}}\n");
    put(*state, "offer/pl.html", "<a href=\"{{message.unsubscribe_url}}\">x</a>\n");
    g_autofree char *found = proof_of(*state, NULL);
    assert_null(strstr(found, "no way to unsubscribe"));
}

static void only_what_is_asked_for_is_told(void **state) {
    char *const names[] = {(char *)"offer", NULL};
    put(*state, "tips/en.txt", "Subject: Hi\n\n{{#x}}\n");
    put(*state, "offer/en.txt", "Subject: Hi\n\n{{#y}}\n");
    g_autofree char *found = proof_of(*state, names);
    assert_non_null(strstr(found, "offer/en.txt:3:1"));
    assert_null(strstr(found, "tips/en.txt"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_in_order_is_passed_in_silence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_fault_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_in_sections_are_those_of_the_section, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_with_dots_is_declared_by_any_of_its_beginnings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fallback_that_no_policy_comes_to_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unsubscribing_value_is_known_by_its_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_what_is_asked_for_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
