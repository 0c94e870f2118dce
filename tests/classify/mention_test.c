/* What sentences name and do not say: found by form, in order, and not where it only looks alike. */
#include "../../milter/classify/mention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

typedef struct {
    const char *text;
    const char *mentions; /* "kind:folded;", one after the other */
} Case;

static const Case cases[] = {
    {"A purchase of $249.99 at BEST BARGAINS ONLINE on May 3.", "name:best bargains online;"},
    {"You paid Garage Sale Finds and Ann's Old-Time Deals today.", "name:garage sale finds;name:ann s old time deals;"},
    {"Zapłacono kartą w Super Okazje Żółw wczoraj.", "name:super okazje zolw;"},
    {"Вы оплатили покупку в Магазин Скидок вчера.", "name:магазин скидок;"},
    {"Up To Half Price On Everything", ""},   /* a title, no sentence */
    {"Half Price is what they call it.", ""}, /* the first word is a capital anyway */
    {"we met Ann and Bob there", ""},
    {"Sam commented on \"Spring Sale 2025\".", "quoted:spring sale 2025;"},
    {"Sam: \"Is it cheap? Buy it.\" He did.", "quoted:is it cheap buy it;"},
    {"Ваш тариф «Скидки круглый год» изменён", "quoted:скидки круглыи год;"},
    {"Ihr Produkt „Sale“ und „Rabatt” hier", "quoted:sale;quoted:rabatt;"},
    {"write to deals@cheap.example, or to (sale@b.example)", "address:deals cheap example;address:sale b example;"},
    {"see https://a.example/sale?x=1 or www.sale.example.",
     "address:https a example sale x 1;address:www sale example;"},
    {"meet me @ noon, 50@", ""},
    {"a 17\" screen is on sale", ""}, /* inches */
    {"He said \"never", ""},
    {"\"\" is empty", ""},
    {"An order of {shop_name} is here", ""},
    {"An order of {\"a\"} is here", ""},
};

static const char *header_of(gpointer user G_GNUC_UNUSED, const char *name) {
    return g_ascii_strcasecmp(name, "From") == 0 ? "Mutual Insurance <info@mutual.example>" : NULL;
}

static Document *document_of(const char *text) {
    ClassifyMessage message = {.header = header_of, .text = text, .text_length = strlen(text)};
    return document_read(&message);
}

static char *mentions_of(const Document *document) {
    static const char *const kinds[] = {"sender", "address", "quoted", "name"};
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < document->mentions->len; i++) {
        const Mention *mention = &g_array_index(document->mentions, Mention, i);
        g_autofree char *said = g_strndup(document->folded->str + mention->start, mention->end - mention->start);
        g_string_append_printf(all, "%s:%s;", kinds[mention->kind], g_strstrip(said));
    }
    return g_string_free(all, FALSE);
}

static void mentions_are_found(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Document) document = document_of(cases[i].text);
        g_autofree char *found = mentions_of(document);
        if (strcmp(found, cases[i].mentions) != 0)
            fail_msg("%s: '%s', expected '%s'", cases[i].text, found, cases[i].mentions);
    }
}

/* A quotation is a part of its sentence, whatever stops stand in it. */
static void quotations_do_not_end_sentences(void **state G_GNUC_UNUSED) {
    g_autoptr(Document) document = document_of("Sam wrote: \"Is it cheap? Buy it. Now!\" and left. Ann stayed.");
    assert_int_equal(document->units->len, 2);
}

static void the_sender_is_named_wherever_he_stands(void **state G_GNUC_UNUSED) {
    g_autoptr(Document) document =
        document_of("Your letter from Mutual Insurance. mutual insurance, mutual insurances.");
    g_autofree char *found = mentions_of(document);
    assert_string_equal(found, "name:mutual insurance;sender:mutual insurance;sender:mutual insurance;");
}

/* Each unit knows its own mentions. */
static void mentions_belong_to_their_sentence(void **state G_GNUC_UNUSED) {
    g_autoptr(Document) document = document_of("He read \"one\" here. He read nothing. He read \"two\" and \"three\".");
    static const guint expected[] = {1, 0, 2};
    assert_int_equal(document->units->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < document->units->len; i++)
        assert_int_equal(g_array_index(document->units, Unit, i).mentions, expected[i]);
}

static void hostile_text_takes_no_time(void **state G_GNUC_UNUSED) {
    static const char *const seeds[] = {"\" ", "„a ", "A B ", "{ ", "« A "};
    for (gsize i = 0; i < G_N_ELEMENTS(seeds); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < DOCUMENT_SAMPLE_BYTES)
            g_string_append(text, seeds[i]);
        gint64 start = g_get_monotonic_time();
        g_autoptr(Document) document = document_of(text->str);
        assert_true(document->words > 0 || i == 0 || i == 3);
        assert_true(g_get_monotonic_time() - start < 10 * G_USEC_PER_SEC);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mentions_are_found),
        cmocka_unit_test(quotations_do_not_end_sentences),
        cmocka_unit_test(the_sender_is_named_wherever_he_stands),
        cmocka_unit_test(mentions_belong_to_their_sentence),
        cmocka_unit_test(hostile_text_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
