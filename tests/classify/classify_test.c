/* What header fields make of a message. */
#include "classify/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#define FIELDS_MAX 4

typedef struct {
    const char *fields[FIELDS_MAX][2];
    MailClass class;
    double confidence;
    guint evidence;
    const char *first; /* how the first sentence begins */
} Case;

static const char *header_of(gpointer user, const char *name) {
    const Case *message = user;
    for (int i = 0; i < FIELDS_MAX; i++)
        if (message->fields[i][0] && g_ascii_strcasecmp(message->fields[i][0], name) == 0)
            return message->fields[i][1];
    return NULL;
}

static const Case cases[] = {
    {{{NULL}}, CLASS_SALES, 0.5, 1, "nothing in the header tells"},
    {{{"Subject", "Sale"}, {"Precedence", "first-class"}}, CLASS_SALES, 0.5, 1, "nothing in the header tells"},
    {{{"List-Unsubscribe", "<mailto:u@a.example>"}}, CLASS_SALES, 0.6, 1, "List-Unsubscribe"},
    {{{"List-Unsubscribe", "<https://a.example/u>"}, {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}},
     CLASS_SALES,
     0.65,
     2,
     "List-Unsubscribe is there"},
    {{{"Precedence", "Bulk"}}, CLASS_SALES, 0.56, 1, "Precedence: bulk"},
    {{{"Precedence", " list"}}, CLASS_SALES, 0.54, 1, "Precedence: list"},
    {{{"Precedence", "listless"}}, CLASS_SALES, 0.5, 1, "nothing"},
    {{{"Feedback-ID", "spring:crm:a"}}, CLASS_SALES, 0.55, 1, "Feedback-ID"},
    {{{"Auto-Submitted", "auto-generated; x=y"}}, CLASS_RELATIONAL, 0.6, 1, "Auto-Submitted"},
    {{{"Auto-Submitted", "no"}}, CLASS_SALES, 0.5, 1, "nothing"},
    {{{"Auto-Submitted", "auto-generated"}, {"List-Unsubscribe", "<mailto:u@a.example>"}},
     CLASS_SALES,
     0.5,
     2,
     "List-"},
    {{{"Auto-Submitted", "auto-generated"}, {"Feedback-ID", "a:b"}}, CLASS_RELATIONAL, 0.55, 2, "Auto-Submitted"},
    {{{"List-Unsubscribe", "<a:b>"}, {"List-Unsubscribe-Post", "x"}, {"Precedence", "bulk"}, {"Feedback-ID", "a"}},
     CLASS_SALES,
     0.75,
     4,
     "List-Unsubscribe is there"},
};

static void headers_are_evidence(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Classification) found = classify_headers(header_of, (gpointer)&cases[i]);
        if (found->class != cases[i].class || fabs(found->confidence - cases[i].confidence) > 1e-9)
            fail_msg("case %zu: class %d, confidence %f", i, (int)found->class, found->confidence);
        assert_int_equal(found->legal, found->class == CLASS_SALES ? LEGAL_COMMERCIAL : LEGAL_OTHER);
        assert_int_equal(found->evidence->len, cases[i].evidence);
        if (!g_str_has_prefix(found->evidence->pdata[0], cases[i].first))
            fail_msg("case %zu: %s", i, (char *)found->evidence->pdata[0]);
    }
}

static void declarations_are_certain(void **state G_GNUC_UNUSED) {
    g_autoptr(Classification) sales = classification_declared(CLASS_SALES, "the stream says so");
    g_autoptr(Classification) relational = classification_declared(CLASS_RELATIONAL, "the topic says so");
    assert_int_equal(sales->class, CLASS_SALES);
    assert_int_equal(sales->legal, LEGAL_COMMERCIAL);
    assert_true(sales->confidence == 1.0);
    assert_int_equal(sales->evidence->len, 1);
    assert_string_equal(sales->evidence->pdata[0], "the stream says so");
    assert_int_equal(relational->class, CLASS_RELATIONAL);
    assert_int_equal(relational->legal, LEGAL_OTHER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_evidence),
        cmocka_unit_test(declarations_are_certain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
