/* What `status` shows of the store beside the verdicts of a day (planner_test.c): rates, balance, troubles. */
#include "fixture.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static const Instant now = 400 * (Instant)DAY + 12345;

static StoreStatus status_of(const Fixture *fixture) {
    StoreStatus status;
    g_autoptr(GError) error = NULL;
    if (!store_status(fixture->store, now, &status, &error))
        fail_msg("%s", error->message);
    return status;
}

static void a_message_counts_once(void **state) {
    Fixture *fixture = *state;
    add_verdict(fixture->store, "C1", "m1", 0, now - 2 * HOUR, ACTION_HOLD);
    add_verdict(fixture->store, "C2", "m1", 1, now - 2 * HOUR, ACTION_PASS);
    add_verdict(fixture->store, "C1", "m1", 0, now, ACTION_PASS); /* the release */
    add_verdict(fixture->store, "C1", "m2", 3, now, ACTION_PASS);
    add_verdict(fixture->store, "C1", "m3", 0, now - DAY - HOUR, ACTION_PASS);
    StoreStatus status = status_of(fixture);
    assert_int_equal(status.hour.messages, 1);
    assert_int_equal(status.day.messages, 2);
    assert_int_equal(status.day_before.messages, 1);
    assert_int_equal(status.ever.messages, 3);
    assert_int_equal(status.hour.actions[ACTION_PASS], 2);
    assert_int_equal(status.day.actions[ACTION_PASS], 3);
    assert_int_equal(status.day_before.actions[ACTION_PASS], 1);
    assert_int_equal(status.ever.actions[ACTION_PASS], 4);
}

static bool erase_work(Transaction *transaction, gpointer user, GError **error) {
    Erasure erasure;
    return transaction_erase(transaction, user, &erasure, error);
}

static void what_ever_was_never_falls(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", "anna@x.example");
    add_verdict(fixture->store, "C1", "m1", 0, 1000, ACTION_HOLD);
    add_verdict(fixture->store, "C2", "m2", 0, 1000, ACTION_PASS);
    prune_all(fixture->store, 2000);
    add_verdict(fixture->store, "C1", "m3", 0, now, ACTION_HOLD);
    must_transact(fixture->store, erase_work, "C1");
    StoreStatus status = status_of(fixture);
    assert_int_equal(status.verdicts, 0);
    assert_int_equal(status.ever.messages, 3);
    assert_int_equal(status.ever.actions[ACTION_HOLD], 2);
    assert_int_equal(status.ever.actions[ACTION_PASS], 1);
}

static bool put_relational_work(Transaction *transaction, gpointer user, GError **error) {
    const Contact contact = {.at = now, .class = CLASS_RELATIONAL};
    return transaction_contact_put(transaction, user, "r", &contact, error);
}

/* A contact that is put again is one, and one that goes is none. */
static void the_balance_is_of_thirty_days(void **state) {
    Fixture *fixture = *state;
    put_contact(fixture->store, "C1", "old", now - 31 * DAY, NULL);
    put_contact(fixture->store, "C1", "new", now - 29 * DAY, NULL);
    put_contact(fixture->store, "C1", "again", now - DAY, NULL);
    put_contact(fixture->store, "C1", "again", now, NULL);
    put_contact(fixture->store, "C1", "later", now + HOUR, NULL);
    must_transact(fixture->store, put_relational_work, "C1");
    StoreStatus status = status_of(fixture);
    assert_int_equal(status.sales, 2);
    assert_int_equal(status.relational, 1);
    assert_int_equal(status.contacts, 5);
}

static void held_mail_and_the_disk(void **state) {
    Fixture *fixture = *state;
    assert_int_equal(status_of(fixture).next_due, INSTANT_NEVER);
    Custody first = custody_of("C1", "m1", 0, now + 7), second = custody_of("C1", "m2", 0, now + 5);
    must_transact(fixture->store, take_custody_work, &first);
    must_transact(fixture->store, take_custody_work, &second);
    StoreStatus status = status_of(fixture);
    assert_int_equal(status.next_due, now + 5);
    assert_true(status.size >= 65536);
    assert_true(status.free > 0);
}

/* ---- troubles ---- */

static bool add_trouble_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_trouble_add(transaction, user, error);
}

static void add_trouble(const Fixture *fixture, const char *text, bool is_error, Instant at) {
    Trouble trouble = {
        .program = "cadence-milter", .text = (char *)text, .error = is_error, .at = at, .count = is_error ? 1 : 2};
    must_transact(fixture->store, add_trouble_work, &trouble);
}

static GPtrArray *troubles_of(const Fixture *fixture) {
    GPtrArray *troubles = NULL;
    assert_true(store_troubles(fixture->store, &troubles, NULL));
    return troubles;
}

static void warnings_do_not_drive_errors_out(void **state) {
    Fixture *fixture = *state;
    add_trouble(fixture, "disk full", true, 1);
    for (int i = 2; i < 10; i++) {
        g_autofree char *text = g_strdup_printf("warning %d", i);
        add_trouble(fixture, text, false, i);
    }
    add_trouble(fixture, "warning 8", false, 20);
    g_autoptr(GPtrArray) troubles = troubles_of(fixture);
    assert_int_equal(troubles->len, TROUBLES_KEPT + 1);
    const Trouble *newest = troubles->pdata[0], *oldest = troubles->pdata[TROUBLES_KEPT];
    assert_string_equal(newest->text, "warning 8");
    assert_int_equal(newest->at, 20);
    assert_int_equal(newest->count, 4);
    assert_false(newest->error);
    assert_string_equal(oldest->text, "disk full");
    assert_true(oldest->error);
}

static void troubles_are_forgotten_with_age_and_with_the_customer(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", "anna@x.example");
    add_trouble(fixture, "old", true, 10);
    add_trouble(fixture, "Postfix said: 550 <Anna@x.example>: no", false, 200);
    add_trouble(fixture, "new", true, 200);
    prune_all(fixture->store, 100);
    must_transact(fixture->store, erase_work, "C1");
    g_autoptr(GPtrArray) troubles = troubles_of(fixture);
    assert_int_equal(troubles->len, 1);
    assert_string_equal(((const Trouble *)troubles->pdata[0])->text, "new");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_message_counts_once),
        TEST(what_ever_was_never_falls),
        TEST(the_balance_is_of_thirty_days),
        TEST(held_mail_and_the_disk),
        TEST(warnings_do_not_drive_errors_out),
        TEST(troubles_are_forgotten_with_age_and_with_the_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
