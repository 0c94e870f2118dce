/* Custody: taking, the order of release, what is due when, giving up. */
#include "fixture.h"

static void take(Store *store, Custody custody) {
    must_transact(store, take_custody_work, &custody);
}

static bool update_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_custody_update(transaction, user, error);
}

static bool end_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_custody_end(transaction, user, error);
}

static char *ids_of(const GPtrArray *rows) {
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(ids, "%s%s", i ? " " : "", ((Custody *)rows->pdata[i])->id);
    return g_strdup(ids->str);
}

static void assert_due(Store *store, Instant x, guint limit, const char *expected) {
    g_autoptr(GPtrArray) rows = NULL;
    assert_true(store_custody_due(store, x, limit, &rows, NULL));
    g_autofree char *ids = ids_of(rows);
    assert_string_equal(ids, expected);
}

static void assert_next(Store *store, Instant expected) {
    Instant next = 0;
    assert_true(store_custody_next(store, &next, NULL));
    assert_int_equal(next, expected);
}

static void assert_raw_is_there(Store *store, const char *message, bool expected) {
    g_autoptr(GBytes) raw = NULL;
    g_autoptr(GError) error = NULL;
    assert_int_equal(store_custody_raw(store, message, &raw, &error), expected);
    if (!expected)
        assert_error_is(error, CADENCE_ERROR_PERMANENT, message);
}

static void what_is_taken_comes_back_as_it_was(void **state) {
    Fixture *fixture = *state;
    Custody custody = {.message = "m.1",
                       .customer = "C1",
                       .address = "Ann@B.example",
                       .sender = "crm@x.example",
                       .ordinal = 12,
                       .state = CUSTODY_HELD,
                       .class = CLASS_SALES,
                       .topic = "loans",
                       .stream = "crm",
                       .priority = 70,
                       .since = 1,
                       .due = 2,
                       .expires = 3,
                       .deadline = 4,
                       .then = THEN_RETURN,
                       .forced = true,
                       .submitted = true,
                       .mail_parameters = "BODY=8BITMIME",
                       .recipient_parameters = "NOTIFY=NEVER",
                       .reasons = "[1]",
                       .ticket = "nonce",
                       .attempts = 5};
    take(fixture->store, custody);
    g_autoptr(Custody) found = NULL;
    assert_true(store_custody(fixture->store, "m.1.12", &found, NULL));
    assert_non_null(found);
    assert_string_equal(found->id, "m.1.12");
    assert_string_equal(found->message, "m.1");
    assert_string_equal(found->customer, "C1");
    assert_string_equal(found->address, "Ann@B.example");
    assert_string_equal(found->sender, "crm@x.example");
    assert_int_equal(found->ordinal, 12);
    assert_int_equal(found->state, CUSTODY_HELD);
    assert_int_equal(found->class, CLASS_SALES);
    assert_string_equal(found->topic, "loans");
    assert_null(found->campaign);
    assert_string_equal(found->stream, "crm");
    assert_int_equal(found->priority, 70);
    assert_int_equal(found->since, 1);
    assert_int_equal(found->due, 2);
    assert_int_equal(found->expires, 3);
    assert_int_equal(found->deadline, 4);
    assert_int_equal(found->then, THEN_RETURN);
    assert_true(found->forced);
    assert_true(found->submitted);
    assert_string_equal(found->mail_parameters, "BODY=8BITMIME");
    assert_string_equal(found->recipient_parameters, "NOTIFY=NEVER");
    assert_string_equal(found->reasons, "[1]");
    assert_string_equal(found->ticket, "nonce");
    assert_int_equal(found->attempts, 5);
    g_autoptr(GBytes) raw = NULL;
    assert_true(store_custody_raw(fixture->store, "m.1", &raw, NULL));
    assert_int_equal(g_bytes_get_size(raw), 17);
    assert_memory_equal(g_bytes_get_data(raw, NULL), "Subject: x\r\n\r\na\0b", 17);
}

static void what_is_no_id_is_not_found(void **state) {
    Fixture *fixture = *state;
    take(fixture->store, custody_of("C1", "m", 0, 10));
    const char *const ids[] = {"", "m", "m.", ".0", "m.x", "m.1", "m.-0", "m.99999999999999999999", "n.0"};
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        Custody *found = (Custody *)1;
        assert_true(store_custody(fixture->store, ids[i], &found, NULL));
        assert_null(found);
        must_transact(fixture->store, end_work, (gpointer)ids[i]);
    }
    assert_due(fixture->store, 10, 9, "m.0");
}

static void taking_again_leaves_what_is_there(void **state) {
    Fixture *fixture = *state;
    take(fixture->store, custody_of("C1", "m", 0, 10));
    take(fixture->store, custody_of("C1", "m", 0, 99));
    g_autoptr(Custody) found = NULL;
    assert_true(store_custody(fixture->store, "m.0", &found, NULL));
    assert_int_equal(found->due, 10);
}

static void the_raw_bytes_go_with_the_last_recipient(void **state) {
    Fixture *fixture = *state;
    take(fixture->store, custody_of("C1", "m", 0, 10));
    take(fixture->store, custody_of("C2", "m", 1, 10));
    take(fixture->store, custody_of("C1", "n", 0, 10));
    must_transact(fixture->store, end_work, "m.0");
    must_transact(fixture->store, end_work, "m.0");
    assert_raw_is_there(fixture->store, "m", true);
    must_transact(fixture->store, end_work, "m.1");
    assert_raw_is_there(fixture->store, "m", false);
    assert_raw_is_there(fixture->store, "n", true);
}

/* An id must lead to one customer, or the other's mail is due and cannot be found. */
static void an_id_is_one_customers_for_good(void **state) {
    Fixture *fixture = *state;
    Custody custody = custody_of("C2", "m", 0, 10);
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GError) error = NULL;
    take(fixture->store, custody_of("C1", "m", 0, 10));
    assert_false(store_transact(fixture->store, take_custody_work, &custody, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "m.0 is customer C1, not C2");
    assert_true(store_custody_list(fixture->store, &all, NULL));
    assert_int_equal(all->len, 1);
}

static void the_directory_outlives_custody_while_there_are_verdicts(void **state) {
    Fixture *fixture = *state;
    add_verdict(fixture->store, "C1", "m", 0, 1, ACTION_HOLD);
    take(fixture->store, custody_of("C1", "m", 0, 10));
    must_transact(fixture->store, end_work, "m.0");
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_message(fixture->store, "m", &records, NULL));
    assert_int_equal(records->len, 1);
}

static void an_update_changes_what_a_judgement_may_change(void **state) {
    Fixture *fixture = *state;
    Custody custody = custody_of("C1", "m", 0, 10);
    take(fixture->store, custody);
    custody.class = CLASS_RELATIONAL;
    custody.due = 500;
    custody.deadline = 600;
    custody.forced = true;
    custody.submitted = true;
    custody.reasons = "[2]";
    custody.ticket = "t";
    custody.attempts = 3;
    custody.priority = 1;
    must_transact(fixture->store, update_work, &custody);
    g_autoptr(Custody) found = NULL;
    assert_true(store_custody(fixture->store, "m.0", &found, NULL));
    assert_int_equal(found->class, CLASS_RELATIONAL);
    assert_int_equal(found->due, 500);
    assert_int_equal(found->deadline, 600);
    assert_true(found->forced);
    assert_true(found->submitted);
    assert_string_equal(found->reasons, "[2]");
    assert_string_equal(found->ticket, "t");
    assert_int_equal(found->attempts, 3);
    assert_int_equal(found->priority, 50);
    assert_next(fixture->store, 500);
}

static void an_update_of_what_is_gone_is_refused(void **state) {
    Fixture *fixture = *state;
    Custody custody = custody_of("C1", "m", 0, 10);
    g_autoptr(GError) error = NULL;
    assert_false(store_transact(fixture->store, update_work, &custody, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "m.0");
}

static void due_expiry_and_deadline_each_make_it_ready(void **state) {
    Fixture *fixture = *state;
    const struct {
        Instant due, expires, deadline, ready;
    } cases[] = {{10, 20, 30, 10}, {30, 10, 20, 10}, {20, 30, 10, 10}, {INSTANT_NEVER, INSTANT_NEVER, 7, 7}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Custody custody = custody_of("C1", "m", 0, cases[i].due);
        custody.expires = cases[i].expires;
        custody.deadline = cases[i].deadline;
        take(fixture->store, custody);
        assert_next(fixture->store, cases[i].ready);
        assert_due(fixture->store, cases[i].ready - 1, 9, "");
        assert_due(fixture->store, cases[i].ready, 9, "m.0");
        must_transact(fixture->store, end_work, "m.0");
    }
    assert_next(fixture->store, INSTANT_NEVER);
}

/* One row each, in the order in which they are to be released. */
static void take_in_release_order_backwards(Store *store) {
    static const struct {
        const char *customer, *message;
        int priority;
        Instant expires, since;
    } rows[] = {{"C1", "z", 90, INSTANT_NEVER, 9},
                {"C1", "y", 50, 100, 9},
                {"C1", "x", 50, INSTANT_NEVER, 3},
                {"C1", "w", 50, INSTANT_NEVER, 5},
                {"C2", "v", 99, 50, 1}};
    for (int i = G_N_ELEMENTS(rows) - 1; i >= 0; i--) {
        Custody custody = custody_of(rows[i].customer, rows[i].message, 0, 10);
        custody.priority = rows[i].priority;
        custody.expires = rows[i].expires;
        custody.since = rows[i].since;
        take(store, custody);
    }
}

static void due_mail_comes_in_the_order_of_release(void **state) {
    Fixture *fixture = *state;
    take_in_release_order_backwards(fixture->store);
    assert_due(fixture->store, 20, 99, "z.0 y.0 x.0 w.0 v.0");
    assert_due(fixture->store, 20, 2, "z.0 y.0");
    assert_due(fixture->store, 9, 99, "");
}

static void of_one_second_the_first_to_arrive_goes_first(void **state) {
    Fixture *fixture = *state;
    const char *const messages[] = {"q", "a", "z", "m"};
    for (guint i = 0; i < G_N_ELEMENTS(messages); i++)
        take(fixture->store, custody_of("C1", messages[i], 0, 10));
    assert_due(fixture->store, 10, 99, "q.0 a.0 z.0 m.0");
}

static void a_limit_takes_those_who_have_been_ready_longest(void **state) {
    Fixture *fixture = *state;
    take(fixture->store, custody_of("C1", "late", 0, 30));
    take(fixture->store, custody_of("C2", "early", 0, 10));
    assert_due(fixture->store, 40, 1, "early.0");
}

static void what_is_being_released_is_not_due(void **state) {
    Fixture *fixture = *state;
    Custody custody = custody_of("C1", "m", 0, 10);
    take(fixture->store, custody);
    const CustodyState states[] = {CUSTODY_RELEASING, CUSTODY_PASSED};
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        custody.state = states[i];
        must_transact(fixture->store, update_work, &custody);
        assert_due(fixture->store, 10, 9, "");
        assert_next(fixture->store, INSTANT_NEVER);
    }
    custody.state = CUSTODY_HELD;
    must_transact(fixture->store, update_work, &custody);
    assert_due(fixture->store, 10, 9, "m.0");
}

static void what_was_not_finished_in_time_is_found(void **state) {
    Fixture *fixture = *state;
    const struct {
        const char *message;
        CustodyState state;
        Instant due;
    } rows[] = {{"held", CUSTODY_HELD, 10},
                {"passed", CUSTODY_PASSED, 10},
                {"releasing", CUSTODY_RELEASING, 20},
                {"young", CUSTODY_RELEASING, 21}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Custody custody = custody_of("C1", rows[i].message, 0, rows[i].due);
        custody.state = rows[i].state;
        take(fixture->store, custody);
    }
    g_autoptr(GPtrArray) unfinished = NULL;
    assert_true(store_custody_unfinished(fixture->store, 20, &unfinished, NULL));
    g_autofree char *ids = ids_of(unfinished);
    assert_string_equal(ids, "passed.0 releasing.0");
}

static void the_list_has_all_by_due_then_customer(void **state) {
    Fixture *fixture = *state;
    take(fixture->store, custody_of("C2", "b", 0, 10));
    take(fixture->store, custody_of("C1", "c", 0, 10));
    take(fixture->store, custody_of("C9", "a", 0, 5));
    g_autoptr(GPtrArray) rows = NULL;
    assert_true(store_custody_list(fixture->store, &rows, NULL));
    g_autofree char *ids = ids_of(rows);
    assert_string_equal(ids, "a.0 c.0 b.0");
}

typedef struct {
    int priority;
    char *ids;
} CustomerAsk;

static bool ask_customer_work(Transaction *transaction, gpointer user, GError **error) {
    CustomerAsk *ask = user;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(Custody) one = NULL;
    if (!transaction_custody_of_customer(transaction, "C1", ask->priority, &rows, error) ||
        !transaction_custody(transaction, "z.0", &one, error))
        return false;
    g_free(ask->ids);
    ask->ids = ids_of(rows);
    return one && g_str_equal(one->customer, "C1");
}

static void a_customers_custody_comes_in_order_from_a_priority_up(void **state) {
    Fixture *fixture = *state;
    take_in_release_order_backwards(fixture->store);
    CustomerAsk all = {0, NULL}, some = {51, NULL};
    must_transact(fixture->store, ask_customer_work, &all);
    must_transact(fixture->store, ask_customer_work, &some);
    assert_string_equal(all.ids, "z.0 y.0 x.0 w.0");
    assert_string_equal(some.ids, "z.0");
    g_free(all.ids);
    g_free(some.ids);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

static void who_has_anything_is_listed_once_and_by_pages(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) first = NULL;
    g_autoptr(GPtrArray) rest = NULL;
    const char *const customers[] = {"C2", "C1", "C3", "C1"};
    for (guint i = 0; i < G_N_ELEMENTS(customers); i++) {
        g_autofree char *message = g_strdup_printf("m%u", i);
        take(fixture->store, custody_of(customers[i], message, 0, 100));
    }
    assert_true(store_custody_customers(fixture->store, "", 2, &first, NULL));
    assert_int_equal(first->len, 2);
    assert_string_equal(first->pdata[0], "C1");
    assert_string_equal(first->pdata[1], "C2");
    assert_true(store_custody_customers(fixture->store, "C2", 2, &rest, NULL));
    assert_int_equal(rest->len, 1);
    assert_string_equal(rest->pdata[0], "C3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_taken_comes_back_as_it_was),
        TEST(who_has_anything_is_listed_once_and_by_pages),
        TEST(what_is_no_id_is_not_found),
        TEST(taking_again_leaves_what_is_there),
        TEST(the_raw_bytes_go_with_the_last_recipient),
        TEST(an_id_is_one_customers_for_good),
        TEST(the_directory_outlives_custody_while_there_are_verdicts),
        TEST(an_update_changes_what_a_judgement_may_change),
        TEST(an_update_of_what_is_gone_is_refused),
        TEST(due_expiry_and_deadline_each_make_it_ready),
        TEST(due_mail_comes_in_the_order_of_release),
        TEST(of_one_second_the_first_to_arrive_goes_first),
        TEST(a_limit_takes_those_who_have_been_ready_longest),
        TEST(what_is_being_released_is_not_due),
        TEST(what_was_not_finished_in_time_is_found),
        TEST(the_list_has_all_by_due_then_customer),
        TEST(a_customers_custody_comes_in_order_from_a_priority_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
