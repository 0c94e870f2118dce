/* Postbags written for this test and not from the lexicon: sixty letters of banks, telecoms, shops and others in seven
 * languages; the templates that such senders fill, pages with preview lines, buttons and footers; and plain service
 * mail beside softly worded offers, one bag in English, French, Spanish, Italian and Portuguese, one in Polish,
 * Ukrainian, Russian, German and Czech.
 * They are read as the milter reads them. What is wrong is printed; the limits are those that the product promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "classify/classify.h"
#include "message/message.h"

#define SEPARATOR "\nFrom "
#define RIGHT_LEAST 0.93
#define RELATIONAL_AS_SALES_MOST 0.03

/* "sales@de.shop", or "relational@de.bank essential". */
typedef struct {
    const char *name;
    MailClass class;
    bool essential;
    Classification *read;
} Letter;

static void letter_free(gpointer data) {
    Letter *letter = data;
    classification_free(letter->read);
    g_free((char *)letter->name);
    g_free(letter);
}

static const char *header_of(gpointer message, const char *name) {
    return message_header(message, name);
}

static Classification *read_bytes(const Classifier *classifier, const char *bytes) {
    g_autoptr(GBytes) raw = g_bytes_new(bytes, strlen(bytes));
    g_autoptr(Message) message = message_new(raw);
    const MessageReading *reading = message_reading(message);
    ClassifyMessage read = {header_of,           message, reading->plain, reading->plain_length, reading->html,
                            reading->html_length};
    return classify_message(classifier, &read);
}

static Letter *letter_new(const Classifier *classifier, const char *text) {
    const char *end = strchr(text, '\n');
    assert_non_null(end);
    Letter *letter = g_new0(Letter, 1);
    letter->name = g_strndup(text, end - text);
    letter->class = g_str_has_prefix(text, "sales") ? CLASS_SALES : CLASS_RELATIONAL;
    letter->essential = g_str_has_suffix(letter->name, " essential");
    letter->read = read_bytes(classifier, end + 1);
    return letter;
}

static int open_bag(void **state, const char *path, guint messages) {
    g_autoptr(GError) error = NULL;
    g_autofree char *bag = NULL;
    g_autoptr(Classifier) classifier = classifier_load(NULL, &error);
    assert_non_null(classifier);
    assert_true(g_file_get_contents(path, &bag, NULL, NULL));
    g_autofree char *all = g_strconcat("\n", bag, NULL);
    g_auto(GStrv) texts = g_strsplit(all, SEPARATOR, -1);
    GPtrArray *letters = g_ptr_array_new_with_free_func(letter_free);
    for (char **text = texts + 1; *text; text++)
        g_ptr_array_add(letters, letter_new(classifier, *text));
    assert_int_equal(letters->len, messages);
    *state = letters;
    return 0;
}

static int open_post(void **state) {
    return open_bag(state, "tests/classify/post.mbox", 60);
}

static int open_templates(void **state) {
    return open_bag(state, "tests/classify/templates.mbox", 139);
}

static int open_west(void **state) {
    return open_bag(state, "tests/classify/west.mbox", 152);
}

static int open_east(void **state) {
    return open_bag(state, "tests/classify/east.mbox", 105);
}

static int teardown(void **state) {
    g_ptr_array_unref(*state);
    return 0;
}

static bool is_right(const Letter *letter) {
    return letter->read->class == letter->class;
}

static bool is_relational(const Letter *letter) {
    return letter->class == CLASS_RELATIONAL;
}

static bool is_taken_for_sales(const Letter *letter) {
    return is_relational(letter) && !is_right(letter);
}

static bool is_essential_as_sales(const Letter *letter) {
    return letter->essential && !is_right(letter);
}

static guint count(const GPtrArray *letters, bool (*is)(const Letter *)) {
    guint found = 0;
    for (guint i = 0; i < letters->len; i++)
        found += is(letters->pdata[i]);
    return found;
}

static void print_wrong(const Letter *letter) {
    if (!is_right(letter))
        print_message("%s: taken for %s (%.2f): %s\n", letter->name, class_name(letter->read->class),
                      letter->read->confidence,
                      letter->read->evidence->len ? (const char *)letter->read->evidence->pdata[0] : "no evidence");
}

static void most_of_it_is_right(void **state) {
    const GPtrArray *letters = *state;
    for (guint i = 0; i < letters->len; i++)
        print_wrong(letters->pdata[i]);
    assert_true(count(letters, is_right) >= RIGHT_LEAST * letters->len);
}

static void hardly_any_relational_mail_is_taken_for_sales(void **state) {
    assert_true(count(*state, is_taken_for_sales) <= RELATIONAL_AS_SALES_MOST * count(*state, is_relational));
}

static bool is_offer_taken_for_essential(const Letter *letter) {
    return !is_relational(letter) && letter->read->essential;
}

static void no_offer_hides_as_what_its_reader_must_have(void **state) {
    assert_int_equal(count(*state, is_offer_taken_for_essential), 0);
}

static void what_its_reader_must_have_is_never_sales(void **state) {
    assert_int_equal(count(*state, is_essential_as_sales), 0);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_of_it_is_right),
        cmocka_unit_test(hardly_any_relational_mail_is_taken_for_sales),
        cmocka_unit_test(what_its_reader_must_have_is_never_sales),
        cmocka_unit_test(no_offer_hides_as_what_its_reader_must_have),
    };
    return cmocka_run_group_tests_name("post", tests, open_post, teardown) +
           cmocka_run_group_tests_name("templates", tests, open_templates, teardown) +
           cmocka_run_group_tests_name("west", tests, open_west, teardown) +
           cmocka_run_group_tests_name("east", tests, open_east, teardown);
}
