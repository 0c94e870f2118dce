/* What a message is made of: header fields, declarations, mixed mail, samples of texts without end. */
#include "classify/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static const char *header_of(gpointer user, const char *name) {
    const char *(*field)[2] = user;
    for (; (*field)[0]; field++)
        if (g_ascii_strcasecmp((*field)[0], name) == 0)
            return (*field)[1];
    return NULL;
}

static Classification *classify(const char *(*fields)[2], const char *text, const char *html) {
    g_autoptr(Classifier) classifier = classifier_load(NULL, NULL);
    ClassifyMessage message = {.header = header_of,
                               .user = fields,
                               .text = text,
                               .text_length = text ? strlen(text) : 0,
                               .html = html,
                               .html_length = html ? strlen(html) : 0};
    return classify_message(classifier, &message);
}

static bool has_evidence(const Classification *found, const char *sentence) {
    for (guint i = 0; i < found->evidence->len; i++)
        if (strstr(found->evidence->pdata[i], sentence))
            return true;
    return false;
}

static void nothing_counts_as_sales(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    g_autoptr(Classification) found = classify(none, NULL, NULL);
    assert_int_equal(found->class, CLASS_SALES);
    assert_true(found->confidence < 0.8);
    assert_true(has_evidence(found, "nothing in it tells"));
}

/* A known language that says nothing of buying says something by that, but no certainty; a line or two do not. */
static void silence_speaks_for_relational(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    g_autoptr(Classification) long_one = classify(
        none, "The oak in the yard of the school lost a branch in the wind, and you may see it from the road.\n", NULL);
    g_autoptr(Classification) short_one = classify(none, "The oak and the elm.\n", NULL);
    assert_int_equal(long_one->class, CLASS_RELATIONAL);
    assert_true(long_one->confidence < 0.8);
    assert_true(has_evidence(long_one, "nothing in it asks to buy"));
    assert_int_equal(short_one->class, CLASS_SALES);
    assert_true(short_one->confidence < 0.8);
}

/* "o" and "u" are words of Czech too: longer words tell that this is Polish. */
static void letters_do_not_tell_the_language(void **state G_GNUC_UNUSED) {
    const char *subject[][2] = {{"Subject", "Przypomnienie o wizycie 21 maja"}, {NULL, NULL}};
    g_autoptr(Classification) found =
        classify(subject, "Przypominamy o wizycie u dr Nowak o 9:15, a u dr Lis o 10:00. Gabinet 7.\n", NULL);
    assert_int_equal(found->class, CLASS_RELATIONAL);
    assert_true(has_evidence(found, "is about an appointment"));
}

static void the_sender_s_name_is_no_evidence(void **state G_GNUC_UNUSED) {
    const char *fields[][2] = {{"From", "\"Special Offer, Ltd\" <billing@offer.example>"}, {NULL, NULL}};
    const char *text = "Special Offer, Ltd\n\nYour invoice 20391 is ready. Thank you, Special Offer Ltd.\n";
    g_autoptr(Classification) found = classify(fields, text, NULL);
    g_autoptr(Classification) nameless = classify(fields + 1, text, NULL);
    assert_null(strstr(found->features, "offer:"));
    assert_non_null(strstr(nameless->features, "offer:"));
}

static bool is_essential(const char *subject, const char *text) {
    const char *fields[][2] = {{"Subject", subject}, {NULL, NULL}};
    g_autoptr(Classification) found = classify(fields, text, NULL);
    return found->class == CLASS_RELATIONAL && found->essential;
}

static void what_a_report_names_is_no_offer(void **state G_GNUC_UNUSED) {
    assert_true(
        is_essential("Purchase alert: $249.99 at BEST BARGAINS ONLINE",
                     "A purchase of $249.99 was made with your card ending in 4410 at BEST BARGAINS ONLINE.\n"));
    assert_true(is_essential("Did you try to spend $899.00 at LUXURY WATCH OUTLET?",
                             "We stopped a purchase of $899.00 on your card ending 9920. Reply YES if it was you.\n"));
    assert_true(is_essential("Your loan payment is due",
                             "A payment of $312.18 on loan **4471 is due on May 5. Your balance is $8,204.66.\n"));
}

static void what_is_quoted_is_no_offer(void **state G_GNUC_UNUSED) {
    const char *fields[][2] = {{"Subject", "Sam commented on \"Black Friday landing page\""}, {NULL, NULL}};
    g_autoptr(Classification) found = classify(
        fields, "Sam wrote: \"Can we make the discount bigger? Save up to 30%.\" Reply to this message.\n", NULL);
    assert_int_equal(found->class, CLASS_RELATIONAL);
}

static void answers_do_not_say_what_they_quote(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    const char *answer = "I would take the one from the harbour.\n\nKarl wrote:\n> Buy now, save up to 30%.\n>\n"
                         "> The offer ends tonight.\nSee you there.\n";
    g_autoptr(Classification) quoting = classify(none, answer, NULL);
    g_autoptr(Classification) listing = classify(none, "Hello.\n> Buy now\n> The offer ends tonight.\n", NULL);
    assert_null(strstr(quoting->features, "buy:"));
    assert_null(strstr(quoting->features, "urgency:"));
    assert_non_null(strstr(listing->features, "buy:"));
}

static void a_tag_or_a_field_tells_a_discussion(void **state G_GNUC_UNUSED) {
    static const struct {
        const char *name, *value;
        bool expected;
    } fields[] = {
        {"Subject", "[shop/cart] Sale banner (#482)", true},
        {"Subject", "Re: Fwd: [users] Cheap hosts", true},
        {"Subject", "[LAST CHANCE] Sale ends", false},
        {"Subject", "Our sale ends [today]", false},
        {"Subject", "[] Sale", false},
        {"Subject", "[users Sale", false},
        {"List-Post", "<mailto:users@lists.example>", true},
        {"List-Id", "<users.lists.example>", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *field[][2] = {{fields[i].name, fields[i].value}, {NULL, NULL}};
        g_autoptr(Classification) found = classify(field, "A word.\n", NULL);
        assert_int_equal(has_evidence(found, "part of a discussion"), fields[i].expected);
    }
}

static void a_button_to_book_is_no_booking(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    g_autoptr(Classification) asked =
        classify(none, NULL, "<p>Three Saturdays of bread.</p><a class=btn>Book your stay</a>");
    g_autoptr(Classification) booked =
        classify(none, NULL, "<p>Your booking is confirmed.</p><a class=btn>Your booking</a>");
    assert_null(strstr(asked->features, "booking:"));
    assert_non_null(strstr(booked->features, "booking:"));
}

static void one_sentence_makes_no_certainty(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    g_autoptr(Classification) one = classify(
        none, "The choir meets on Tuesday in the old hall and then we look for the best price of tea.\n", NULL);
    g_autoptr(Classification) two = classify(
        none, "The choir meets on Tuesday in the old hall. Buy now! Save up to 30%. The offer ends tonight.\n", NULL);
    assert_true(one->confidence < 0.8);
    assert_int_equal(two->class, CLASS_SALES);
    assert_true(two->confidence >= 0.8);
}

/* "Keep the volume discount" is no part that sells, a paragraph that does is. */
static void a_word_in_passing_makes_no_mixed_mail(void **state G_GNUC_UNUSED) {
    const char *fields[][2] = {{"Subject", "Notes from our meeting on your contract"}, {NULL, NULL}};
    g_autoptr(Classification) notes = classify(
        fields, "Your contract is renewed as scheduled, and we agreed to keep the volume discount of 4% until July.\n",
        NULL);
    g_autoptr(Classification) mixed = classify(
        fields,
        "Your contract is renewed as scheduled.\n\nSpecial offer for you: save 40% on a second one. Buy now with "
        "code MORE and get a free gift. The offer ends tonight.\n",
        NULL);
    assert_int_equal(notes->class, CLASS_RELATIONAL);
    assert_int_equal(mixed->class, CLASS_SALES);
    assert_non_null(mixed->sales_part);
}

static void a_code_beside_a_discount_is_no_secret(void **state G_GNUC_UNUSED) {
    assert_true(is_essential("Your account", "Enter this code to sign in: 448 201. It expires in 10 minutes.\n"));
    assert_false(is_essential("Your account", "Here is your voucher. Enter this code in your next cart.\n"));
}

static void prices_in_mail_to_many_are_evidence(void **state G_GNUC_UNUSED) {
    const char *fields[][2] = {{"List-Unsubscribe", "<mailto:u@a.example>"}, {NULL, NULL}};
    const char *bowls = "We have made bowls and jugs all winter, and they are in the window. A bowl is $42.\n";
    g_autoptr(Classification) many = classify(fields, bowls, NULL);
    g_autoptr(Classification) one = classify(fields + 1, bowls, NULL);
    g_autoptr(Classification) bill = classify(fields, "Your invoice for the bowl is ready. You owe $42.\n", NULL);
    assert_int_equal(many->class, CLASS_SALES);
    assert_true(has_evidence(many, "it names prices"));
    assert_false(has_evidence(one, "it names prices"));
    assert_false(has_evidence(bill, "it names prices"));
}

static void fields_are_evidence(void **state G_GNUC_UNUSED) {
    const char *bulk[][2] = {{"List-Unsubscribe", "<mailto:u@a.example>"}, {"Precedence", " Bulk"}, {NULL, NULL}};
    const char *program[][2] = {{"Auto-Submitted", "auto-generated"}, {"Precedence", "bulky"}, {NULL, NULL}};
    g_autoptr(Classification) sent = classify(bulk, "Our autumn", NULL);
    g_autoptr(Classification) reported = classify(program, "Our autumn", NULL);
    assert_int_equal(sent->class, CLASS_SALES);
    assert_true(has_evidence(sent, "List-Unsubscribe is there"));
    assert_true(strstr(sent->features, "bulk_precedence:1"));
    assert_true(has_evidence(reported, "Auto-Submitted"));
    assert_null(strstr(reported->features, "bulk_precedence"));
}

/* 16 CFR 316.3(a)(2): by subject and beginning it serves, so it is transactional before the law; it is counted as what
 * it also is. */
static void mixed_mail_is_sales(void **state G_GNUC_UNUSED) {
    const char *subject[][2] = {{"Subject", "Your March statement is ready"}, {NULL, NULL}};
    const char *text = "Dear Anna, your statement for March is ready in the app. The balance is 1,204.10.\n\n"
                       "And take a personal loan at a special rate: 20% off the fee, apply now.\n";
    g_autoptr(Classification) found = classify(subject, text, NULL);
    assert_int_equal(found->class, CLASS_SALES);
    assert_int_equal(found->legal, LEGAL_TRANSACTIONAL);
    assert_non_null(found->sales_part);
    assert_true(g_str_has_prefix(found->sales_part, "And take a personal loan"));
    assert_true(found->separable);
    assert_false(found->essential);
}

static void offers_first_are_commercial(void **state G_GNUC_UNUSED) {
    const char *subject[][2] = {{"Subject", "20% off our personal loan, this week only"}, {NULL, NULL}};
    const char *text = "Apply now and pay a fifth less: our special offer ends on Sunday.\n\n"
                       "By the way, your statement for March is ready in the app.\n";
    g_autoptr(Classification) found = classify(subject, text, NULL);
    assert_int_equal(found->class, CLASS_SALES);
    assert_int_equal(found->legal, LEGAL_COMMERCIAL);
    assert_false(found->separable);
}

/* A code is what its reader waits for, whatever is printed below it. */
static void codes_are_never_sales(void **state G_GNUC_UNUSED) {
    const char *subject[][2] = {{"Subject", "Your verification code"}, {"List-Unsubscribe", "<a:b>"}, {NULL, NULL}};
    g_autoptr(Classification) found =
        classify(subject,
                 "Your verification code is 481516. It expires in 10 minutes.\n\n"
                 "Shop our summer sale: 30% off everything, this weekend only!\n[Shop now]\n",
                 NULL);
    assert_int_equal(found->class, CLASS_RELATIONAL);
    assert_true(found->essential);
}

/* A shop's promotion does not become essential by a word. */
static void accounts_do_not_hide_offers(void **state G_GNUC_UNUSED) {
    const char *subject[][2] = {{"Subject", "40% off for account holders"}, {NULL, NULL}};
    g_autoptr(Classification) found = classify(
        subject, "Log in to your account and use your password-free checkout: 40% off all shoes.\n[Shop now]\n", NULL);
    assert_int_equal(found->class, CLASS_SALES);
    assert_false(found->essential);
}

static void pages_are_read_as_seen(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    g_autoptr(Classification) shown = classify(
        none, NULL,
        "<html><head><style>p{}</style></head><body><h1>Spring collection</h1><p><s>49 €</s> 29 €</p>"
        "<a class='btn' href='x'>Kup teraz</a><div style='display: none'>verification code password</div></body></html>");
    assert_int_equal(shown->class, CLASS_SALES);
    assert_true(has_evidence(shown, "button asks to buy: 'Kup teraz'"));
    assert_true(has_evidence(shown, "strikes an old price out"));
    assert_null(strstr(shown->features, "password"));
}

static void features_hold_no_words(void **state G_GNUC_UNUSED) {
    const char *subject[][2] = {{"Subject", "Zanzibarquux special offer"}, {NULL, NULL}};
    g_autoptr(Classification) found = classify(subject, "Zanzibarquux, buy now", NULL);
    assert_true(strstr(found->features, "offer:"));
    assert_null(strcasestr(found->features, "zanzibar"));
    assert_true(strlen(found->features) <= CLASSIFY_FEATURES_MAX);
}

/* Beginning, middle and end are read of a text without end. */
static void long_texts_are_sampled(void **state G_GNUC_UNUSED) {
    const char *none[][2] = {{NULL, NULL}};
    g_autoptr(GString) text = g_string_new("Your verification code is 123456.\n");
    for (guint i = 0; i < 200000; i++)
        g_string_append(text, "word filler here.\n");
    g_string_append(text, "Unsubscribe\n");
    g_autoptr(Classification) found = classify(none, text->str, NULL);
    assert_int_equal(found->class, CLASS_RELATIONAL);
    assert_true(strstr(found->features, "bulk:"));
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
        cmocka_unit_test(nothing_counts_as_sales),
        cmocka_unit_test(what_a_report_names_is_no_offer),
        cmocka_unit_test(what_is_quoted_is_no_offer),
        cmocka_unit_test(answers_do_not_say_what_they_quote),
        cmocka_unit_test(a_tag_or_a_field_tells_a_discussion),
        cmocka_unit_test(a_button_to_book_is_no_booking),
        cmocka_unit_test(one_sentence_makes_no_certainty),
        cmocka_unit_test(a_word_in_passing_makes_no_mixed_mail),
        cmocka_unit_test(a_code_beside_a_discount_is_no_secret),
        cmocka_unit_test(prices_in_mail_to_many_are_evidence),
        cmocka_unit_test(fields_are_evidence),
        cmocka_unit_test(silence_speaks_for_relational),
        cmocka_unit_test(letters_do_not_tell_the_language),
        cmocka_unit_test(the_sender_s_name_is_no_evidence),
        cmocka_unit_test(mixed_mail_is_sales),
        cmocka_unit_test(offers_first_are_commercial),
        cmocka_unit_test(codes_are_never_sales),
        cmocka_unit_test(accounts_do_not_hide_offers),
        cmocka_unit_test(pages_are_read_as_seen),
        cmocka_unit_test(features_hold_no_words),
        cmocka_unit_test(long_texts_are_sampled),
        cmocka_unit_test(declarations_are_certain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
