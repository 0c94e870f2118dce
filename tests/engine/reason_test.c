/* Reasons in words, and what would have changed a verdict, from receipts as they are stored. */
#include "engine/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

static json_t *parse(const char *text) {
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    return json;
}

static void every_rule_has_its_sentence(void **state) {
    (void)state;
    static const struct {
        const char *reason, *sentence;
    } rows[] = {
        {"{'rule':'cap','name':'a week','have':2,'limit':2,'until':'2026-11-25T09:00:00+01:00'}",
         "cap \"a week\": 2 of 2, free 2026-11-25 09:00 +01:00"},
        {"{'rule':'cap','name':'a week','have':2,'limit':2,'until':null}", "cap \"a week\": 2 of 2"},
        {"{'rule':'ratio','name':'','have':1,'limit':3,'until':'2026-11-25T09:00:07+00:00'}",
         "ratio: 1 relational of the 3 it takes, free 2026-11-25 09:00:07 +00:00"},
        {"{'rule':'first','name':'','have':0,'limit':2,'until':null}", "first: 0 relational of the 2 it takes"},
        {"{'rule':'gap','name':'g','have':3600,'limit':172800,'until':null}",
         "gap \"g\": 1h since the last, 2d between"},
        {"{'rule':'gate','name':'complaint','until':null}", "gate \"complaint\""},
        {"{'rule':'hours','name':'','until':'2026-11-26T08:00:00+01:00'}",
         "contact hours, free 2026-11-26 08:00 +01:00"},
        {"{'rule':'own','name':'any 1/day','have':1,'limit':1,'until':null}",
         "the customer's own limit: any 1/day: 1 of 1"},
        {"{'rule':'own','name':'','until':null}", "the customer's own limit"},
        {"{'rule':'consent','name':'marketing'}", "there is no consent to \"marketing\""},
        {"{'rule':'consent','name':'objection'}", "the customer has objected to sales mail"},
        {"{'rule':'requires','name':'customer.a = 1'}", "Cadence-Requires does not hold: customer.a = 1"},
        {"{'rule':'expires','name':''}", "it has expired"},
        {"{'rule':'overtaking','name':'','have':2,'limit':0,'until':null}", "held mail that came before it goes first"},
        {"{'rule':'placeholder','name':'customer.name'}", "nothing to fill in for customer.name"},
        {"{'rule':'placeholder','name':'*|FNAME|*'}", "the sender left *|FNAME|* unfilled"},
        {"{'rule':'placeholder','name':'line 1: no end'}", "a placeholder cannot be read: line 1: no end"},
        {"{'rule':'review','name':'ab12'}", "a person is to say what it is: cadencectl classify label ab12"},
        {"{'rule':'custody','name':'by hand'}", "custody ended: by hand"},
        {"{'rule':'request','name':'Cadence-Class: %s'}", "Cadence-Class: %s"},
        {"{'rule':'novel','name':'n'}", "novel \"n\""},
        {"{}", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdelimit(g_strdup(rows[i].reason), "'", '"');
        json_auto_t *reason = parse(text);
        g_autofree char *sentence = reason_sentence(reason);
        assert_string_equal(sentence, rows[i].sentence);
    }
}

#define RATIO "{'rule':'ratio','name':'','have':1,'limit':3,'until':null,'relational':2}"
#define CAP "{'rule':'cap','name':'c','have':2,'limit':2,'until':'2026-11-25T09:00:00+01:00'}"
#define LATER "{'rule':'hours','name':'','until':'2026-11-25T08:30:00+00:00'}"

static void what_would_have_freed_it(void **state) {
    (void)state;
    static const struct {
        const char *reasons, *needs, *remedies; /* remedies: with "|" between */
    } rows[] = {
        {"", "", ""},
        {CAP, "", ""},
        {RATIO, "'relational':2", "2 more relational messages: it could have gone at once"},
        {RATIO, "'relational':1", "1 more relational message: it could have gone at once"},
        {RATIO "," CAP "," LATER, "'relational':2",
         "2 more relational messages: it could go from 2026-11-25 08:30 +00:00"},
        {RATIO ",{'rule':'gate','name':'g','until':null}", "'relational':2",
         "2 more relational messages, and no other rule against it|the event that opens gate \"g\""},
        {"{'rule':'consent','name':'marketing'},{'rule':'requires','name':'x'}", "",
         "the customer's consent to \"marketing\"|a customer for whom this holds: x"},
        {"{'rule':'consent','name':'objection'}", "", "a new consent of the customer, who has objected to sales mail"},
        {"{'rule':'cap','name':'c','have':0,'limit':0,'until':null}", "",
         "another policy: cap \"c\" lets nothing pass"},
        {"{'rule':'overtaking','name':'','have':2,'until':null}", "",
         "a higher priority than that of the 2 held before it"},
        {"{'rule':'placeholder','name':'customer.name'}", "", "a value for customer.name, or a default in the text"},
        {"{'rule':'placeholder','name':'*|FNAME|*'}", "", "another text from its author"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("{'reasons':[%s],'needs':{%s}}", rows[i].reasons, rows[i].needs);
        json_auto_t *receipt = parse(g_strdelimit(text, "'", '"'));
        json_auto_t *remedies = reason_remedies(receipt);
        GString *all = g_string_new(NULL);
        for (size_t j = 0; j < json_array_size(remedies); j++)
            g_string_append_printf(all, "%s%s", j ? "|" : "", json_string_value(json_array_get(remedies, j)));
        g_autofree char *expected = g_strdup(rows[i].remedies);
        assert_string_equal(all->str, expected);
        g_string_free(all, TRUE);
    }
}

static void a_receipt_that_says_nothing_is_read(void **state) {
    (void)state;
    json_auto_t *empty = json_object();
    json_auto_t *of_empty = reason_remedies(empty);
    json_auto_t *of_nothing = reason_remedies(NULL);
    assert_int_equal(json_array_size(of_empty) + json_array_size(of_nothing), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_its_sentence),
        cmocka_unit_test(what_would_have_freed_it),
        cmocka_unit_test(a_receipt_that_says_nothing_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
