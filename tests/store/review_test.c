/* Reviews: one for each campaign, bounded, answered once, and what pruning leaves of them. */
#include "fixture.h"

typedef struct {
    Review review;
    MailClass label;
} Add;

static bool add_work(Transaction *transaction, gpointer user, GError **error) {
    Add *add = user;
    return transaction_review_add(transaction, &add->review, &add->label, error);
}

static Review review_of(const char *id, const char *message, Instant at) {
    return (Review){.id = (char *)id,
                    .stream = "crm",
                    .doubt = DOUBT_UNCERTAIN,
                    .declared = CLASS_ANY,
                    .class = CLASS_SALES,
                    .legal = LEGAL_COMMERCIAL,
                    .confidence = 0.6254,
                    .evidence = "[\"button: buy\"]",
                    .features = "button:1",
                    .message = (char *)message,
                    .at = at};
}

/* Returns the label that was there already. */
static MailClass add(Store *store, const char *id, const char *message, Instant at) {
    Add one = {.review = review_of(id, message, at)};
    must_transact(store, add_work, &one);
    return one.label;
}

static bool label_as_sales_work(Transaction *transaction, gpointer id, GError **error) {
    return transaction_review_label(transaction, id, CLASS_SALES, "anna", 500, error);
}

static bool label_as_relational_work(Transaction *transaction, gpointer id, GError **error) {
    return transaction_review_label(transaction, id, CLASS_RELATIONAL, "piotr", 600, error);
}

/* "id:count …", as they are listed. */
static char *listed(Store *store, bool labelled, guint limit) {
    g_autoptr(GPtrArray) reviews = NULL;
    assert_true(store_reviews(store, labelled, limit, &reviews, NULL));
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < reviews->len; i++) {
        const Review *review = reviews->pdata[i];
        g_string_append_printf(text, "%s%s:%" G_GUINT64_FORMAT, i ? " " : "", review->id, review->count);
    }
    return g_string_free(text, FALSE);
}

static void assert_listed(Store *store, bool labelled, guint limit, const char *expected) {
    g_autofree char *text = listed(store, labelled, limit);
    assert_string_equal(text, expected);
}

static Review *read_review(Store *store, const char *id) {
    Review *review = NULL;
    assert_true(store_review(store, id, &review, NULL));
    return review;
}

static void messages_that_read_alike_are_one_review(void **state) {
    Fixture *fixture = *state;
    add(fixture->store, "a", "m1", 100);
    add(fixture->store, "b", "m2", 200);
    assert_listed(fixture->store, false, 9, "b:1 a:1");
    add(fixture->store, "a", "m3", 300);
    assert_listed(fixture->store, false, 9, "a:2 b:1");
    assert_listed(fixture->store, false, 1, "a:2");
    assert_listed(fixture->store, true, 9, "");
}

static void what_is_read_back_is_what_was_put(void **state) {
    Fixture *fixture = *state;
    Add one = {.review = review_of("a", "m1", 100)};
    one.review.campaign = "spring";
    one.review.doubt = DOUBT_CONTRADICTED;
    one.review.declared = CLASS_RELATIONAL;
    must_transact(fixture->store, add_work, &one);
    add(fixture->store, "b", "m2", 200);
    g_autoptr(Review) a = read_review(fixture->store, "a");
    assert_string_equal(a->stream, "crm");
    assert_string_equal(a->campaign, "spring");
    assert_int_equal(a->doubt, DOUBT_CONTRADICTED);
    assert_int_equal(a->declared, CLASS_RELATIONAL);
    assert_int_equal(a->class, CLASS_SALES);
    assert_int_equal(a->legal, LEGAL_COMMERCIAL);
    assert_true(a->confidence == 0.625);
    assert_string_equal(a->evidence, "[\"button: buy\"]");
    assert_string_equal(a->features, "button:1");
    assert_string_equal(a->message, "m1");
    assert_int_equal(a->first, 100);
    assert_int_equal(a->at, 100);
    assert_int_equal(a->label, CLASS_ANY);
    assert_null(a->labeller);
    g_autoptr(Review) b = read_review(fixture->store, "b");
    assert_null(b->campaign);
    assert_null(read_review(fixture->store, "c"));
}

static void the_newest_message_says_what_is_kept(void **state) {
    Fixture *fixture = *state;
    add(fixture->store, "a", "m1", 100);
    Add newer = {.review = review_of("a", "m2", 200)};
    newer.review.confidence = 0.7;
    newer.review.class = CLASS_RELATIONAL;
    must_transact(fixture->store, add_work, &newer);
    add(fixture->store, "b", "m3", 50);
    g_autoptr(Review) a = read_review(fixture->store, "a");
    assert_string_equal(a->message, "m2");
    assert_int_equal(a->class, CLASS_RELATIONAL);
    assert_true(a->confidence == 0.7);
    assert_int_equal(a->first, 100);
    assert_int_equal(a->at, 200);
}

static void a_label_says_who_and_when_and_ends_the_doubt(void **state) {
    Fixture *fixture = *state;
    assert_int_equal(add(fixture->store, "a", "m1", 100), CLASS_ANY);
    must_transact(fixture->store, label_as_sales_work, (gpointer) "a");
    assert_listed(fixture->store, false, 9, "");
    assert_listed(fixture->store, true, 9, "a:1");
    assert_int_equal(add(fixture->store, "a", "m2", 200), CLASS_SALES);
    must_transact(fixture->store, label_as_relational_work, (gpointer) "a");
    g_autoptr(Review) a = read_review(fixture->store, "a");
    assert_int_equal(a->label, CLASS_RELATIONAL);
    assert_int_equal(a->labelled, 600);
    assert_string_equal(a->labeller, "piotr");
    assert_int_equal(a->count, 1);
    assert_string_equal(a->message, "m1");
}

static void a_label_for_no_review_is_refused(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_false(store_transact(fixture->store, label_as_sales_work, (gpointer) "ghost", &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "\"ghost\"");
}

static bool add_many_work(Transaction *transaction, gpointer user, GError **error) {
    const int *range = user;
    for (int i = range[0]; i < range[1]; i++) {
        g_autofree char *id = g_strdup_printf("%d", i);
        Add one = {.review = review_of(id, "m", i)};
        if (!add_work(transaction, &one, error))
            return false;
    }
    return true;
}

static guint count_open(Store *store) {
    g_autoptr(GPtrArray) reviews = NULL;
    assert_true(store_reviews(store, false, G_MAXINT, &reviews, NULL));
    return reviews->len;
}

static void what_nobody_answers_is_bounded(void **state) {
    Fixture *fixture = *state;
    int most[] = {0, 10000}, more[] = {10000, 10003};
    must_transact(fixture->store, add_many_work, most);
    must_transact(fixture->store, label_as_sales_work, (gpointer) "0");
    assert_int_equal(count_open(fixture->store), 9999);
    must_transact(fixture->store, add_many_work, more);
    assert_int_equal(count_open(fixture->store), 10000);
    g_autoptr(Review) labelled = read_review(fixture->store, "0");
    assert_non_null(labelled);
    assert_null(read_review(fixture->store, "2"));
    g_autoptr(Review) kept = read_review(fixture->store, "3");
    assert_non_null(kept);
}

static void pruning_keeps_what_training_learns_from(void **state) {
    Fixture *fixture = *state;
    add(fixture->store, "open", "m1", 100);
    add(fixture->store, "said", "m2", 100);
    add(fixture->store, "new", "m3", 2000);
    must_transact(fixture->store, label_as_sales_work, (gpointer) "said");
    prune_all(fixture->store, 1000);
    assert_listed(fixture->store, false, 9, "new:1");
    g_autoptr(Review) said = read_review(fixture->store, "said");
    assert_null(said->message);
    assert_string_equal(said->evidence, "[]");
    assert_string_equal(said->features, "button:1");
    assert_int_equal(said->label, CLASS_SALES);
}

/* ---- custody ---- */

static void take(Store *store, const char *id, const char *message, const char *review) {
    Custody custody = custody_of("C1", message, 0, 5000);
    custody.id = (char *)id;
    custody.review = (char *)review;
    must_transact(store, take_custody_work, &custody);
}

static bool read_of_review_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_custody_of_review(transaction, "a", user, error);
}

static bool settle_work(Transaction *transaction, gpointer user, GError **error) {
    Custody *custody = user;
    g_clear_pointer(&custody->review, g_free);
    return transaction_custody_update(transaction, custody, error);
}

static void held_mail_is_found_by_its_review(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) held = NULL;
    g_autoptr(GPtrArray) left = NULL;
    add(fixture->store, "a", "m1", 100);
    take(fixture->store, "m1.0", "m1", "a");
    take(fixture->store, "m2.0", "m2", "b");
    take(fixture->store, "m3.0", "m3", NULL);
    take(fixture->store, "m4.0", "m4", "a");
    g_autoptr(Review) before = read_review(fixture->store, "a");
    assert_int_equal(before->held, 2);
    must_transact(fixture->store, read_of_review_work, &held);
    assert_int_equal(held->len, 2);
    assert_string_equal(((Custody *)held->pdata[0])->id, "m1.0");
    assert_string_equal(((Custody *)held->pdata[0])->review, "a");
    must_transact(fixture->store, settle_work, held->pdata[0]);
    must_transact(fixture->store, read_of_review_work, &left);
    assert_int_equal(left->len, 1);
    assert_string_equal(((Custody *)left->pdata[0])->id, "m4.0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(messages_that_read_alike_are_one_review, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_read_back_is_what_was_put, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_newest_message_says_what_is_kept, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_label_says_who_and_when_and_ends_the_doubt, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_label_for_no_review_is_refused, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_nobody_answers_is_bounded, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(pruning_keeps_what_training_learns_from, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(held_mail_is_found_by_its_review, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
