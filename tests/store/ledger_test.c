/* Contacts, verdicts, retries, and forgetting them. */
#include "fixture.h"

/* ---- contacts ---- */

static Ledger *ledger_since(Store *store, const char *customer, Instant since) {
    Ledger *ledger = NULL;
    assert_true(store_ledger(store, customer, since, &ledger, NULL));
    return ledger;
}

static void contacts_come_ascending_and_later_than_since(void **state) {
    Fixture *fixture = *state;
    put_contact(fixture->store, "C1", "m3", 300, "loans");
    put_contact(fixture->store, "C1", "m1", 100, NULL);
    put_contact(fixture->store, "C1", "m2", 200, "loans");
    put_contact(fixture->store, "C2", "m4", 250, NULL);
    g_autoptr(Ledger) ledger = ledger_since(fixture->store, "C1", 100);
    assert_int_equal(ledger->contacts->len, 2);
    const Contact *contacts = (const Contact *)ledger->contacts->data;
    assert_int_equal(contacts[0].at, 200);
    assert_int_equal(contacts[1].at, 300);
    assert_int_equal(contacts[0].class, CLASS_SALES);
    assert_string_equal(contacts[0].topic, "loans");
    assert_null(contacts[0].campaign);
    assert_string_equal(ledger->messages->pdata[0], "m2");
    assert_string_equal(ledger->messages->pdata[1], "m3");
}

static bool add_contact_work(Transaction *transaction, gpointer user, GError **error) {
    const ContactPut *put = user;
    return transaction_contact_add(transaction, put->customer, put->message, &put->contact, error);
}

static void a_contact_added_twice_is_one(void **state) {
    Fixture *fixture = *state;
    ContactPut add = {"C1", "m1", {.at = 5, .class = CLASS_SALES, .topic = "first"}};
    must_transact(fixture->store, add_contact_work, &add);
    add.contact.topic = "second";
    must_transact(fixture->store, add_contact_work, &add);
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(fixture->store, "C1", 0, &ledger, NULL));
    assert_int_equal(ledger->contacts->len, 1);
    assert_string_equal(g_array_index(ledger->contacts, Contact, 0).topic, "first");
}

static void a_contact_put_again_replaces(void **state) {
    Fixture *fixture = *state;
    put_contact(fixture->store, "C1", "m1", 100, "loans");
    put_contact(fixture->store, "C1", "m1", 500, "tips");
    put_contact(fixture->store, "C2", "m1", 100, NULL);
    g_autoptr(Ledger) ledger = ledger_since(fixture->store, "C1", 0);
    assert_int_equal(ledger->contacts->len, 1);
    assert_int_equal(g_array_index(ledger->contacts, Contact, 0).at, 500);
    assert_string_equal(g_array_index(ledger->contacts, Contact, 0).topic, "tips");
}

typedef struct {
    const char *except;
    guint found;
} LedgerAsk;

static bool ask_ledger_work(Transaction *transaction, gpointer user, GError **error) {
    LedgerAsk *ask = user;
    g_autoptr(Ledger) ledger = NULL;
    if (!transaction_ledger(transaction, "C1", 0, ask->except, &ledger, error))
        return false;
    ask->found = ledger->contacts->len;
    return true;
}

static bool remove_contact_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_contact_remove(transaction, "C1", user, error);
}

static void a_transaction_may_leave_one_message_out(void **state) {
    Fixture *fixture = *state;
    put_contact(fixture->store, "C1", "m1", 100, NULL);
    put_contact(fixture->store, "C1", "m2", 200, NULL);
    LedgerAsk all = {NULL, 0}, one = {"m2", 0};
    must_transact(fixture->store, ask_ledger_work, &all);
    must_transact(fixture->store, ask_ledger_work, &one);
    assert_int_equal(all.found, 2);
    assert_int_equal(one.found, 1);
}

static void a_removed_contact_is_gone_and_removing_again_is_harmless(void **state) {
    Fixture *fixture = *state;
    put_contact(fixture->store, "C1", "m1", 100, NULL);
    put_contact(fixture->store, "C1", "m2", 200, NULL);
    must_transact(fixture->store, remove_contact_work, "m1");
    must_transact(fixture->store, remove_contact_work, "m1");
    g_autoptr(Ledger) ledger = ledger_since(fixture->store, "C1", INSTANT_ALWAYS);
    assert_int_equal(ledger->contacts->len, 1);
    assert_string_equal(ledger->messages->pdata[0], "m2");
}

/* ---- verdicts ---- */

static void verdicts_of_a_message_come_by_ordinal_then_in_order(void **state) {
    Fixture *fixture = *state;
    add_verdict(fixture->store, "C2", "m1", 1, 100, ACTION_REFUSE);
    add_verdict(fixture->store, "C1", "m1", 0, 100, ACTION_HOLD);
    add_verdict(fixture->store, "C1", "m1", 0, 100, ACTION_PASS);
    add_verdict(fixture->store, "C1", "m2", 0, 90, ACTION_DROP);
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_message(fixture->store, "m1", &records, NULL));
    const Action expected[] = {ACTION_HOLD, ACTION_PASS, ACTION_REFUSE};
    assert_int_equal(records->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < records->len; i++)
        assert_int_equal(((VerdictRecord *)records->pdata[i])->action, expected[i]);
}

static void verdicts_of_a_customer_come_newest_first_and_limited(void **state) {
    Fixture *fixture = *state;
    add_verdict(fixture->store, "C1", "zz", 0, 100, ACTION_PASS);
    add_verdict(fixture->store, "C1", "aa", 0, 100, ACTION_HOLD);
    add_verdict(fixture->store, "C1", "mm", 0, 300, ACTION_DROP);
    add_verdict(fixture->store, "C2", "mm", 1, 400, ACTION_DROP);
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GPtrArray) two = NULL;
    assert_true(store_verdicts_of_customer(fixture->store, "C1", 100, &all, NULL));
    assert_true(store_verdicts_of_customer(fixture->store, "C1", 2, &two, NULL));
    const char *const expected[] = {"mm", "aa", "zz"};
    assert_int_equal(all->len, 3);
    assert_int_equal(two->len, 2);
    for (guint i = 0; i < all->len; i++)
        assert_string_equal(((VerdictRecord *)all->pdata[i])->message, expected[i]);
}

static void a_verdict_comes_back_as_it_was_added(void **state) {
    Fixture *fixture = *state;
    VerdictRecord record = {"m1", 3, "C1", "Ann@B.example", 123, ACTION_HOLD, 456, true, "{\"a\": 1}", NULL};
    must_transact(fixture->store, add_verdict_work, &record);
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_message(fixture->store, "m1", &records, NULL));
    assert_int_equal(records->len, 1);
    const VerdictRecord *found = records->pdata[0];
    assert_string_equal(found->message, record.message);
    assert_int_equal(found->ordinal, record.ordinal);
    assert_string_equal(found->customer, record.customer);
    assert_string_equal(found->address, record.address);
    assert_int_equal(found->at, record.at);
    assert_int_equal(found->action, record.action);
    assert_int_equal(found->until, record.until);
    assert_true(found->custody);
    assert_string_equal(found->receipt, record.receipt);
}

/* ---- retries ---- */

static void add_try(Store *store, const char *customer, const char *fingerprint, const char *message, int ordinal,
                    Instant at, Action action) {
    VerdictRecord record = {.message = (char *)message,
                            .ordinal = ordinal,
                            .customer = (char *)customer,
                            .address = (char *)"ann@b.example",
                            .at = at,
                            .action = action,
                            .until = INSTANT_NEVER,
                            .fingerprint = (char *)fingerprint};
    must_transact(store, add_verdict_work, &record);
}

typedef struct {
    const char *customer, *fingerprint;
    Instant since;
    const char *expected; /* message; NULL: none */
    GPtrArray *found;
} TryAsk;

static bool ask_try_work(Transaction *transaction, gpointer user, GError **error) {
    TryAsk *ask = user;
    return transaction_verdicts_of_try(transaction, ask->customer, ask->fingerprint, ask->since, &ask->found, error);
}

static void what_a_customer_got_of_a_message_comes_as_it_was_given(void **state) {
    Fixture *fixture = *state;
    add_try(fixture->store, "C1", "f", "m1", 2, 200, ACTION_HOLD);
    add_try(fixture->store, "C1", "f", "m1", 0, 200, ACTION_PASS);
    add_try(fixture->store, "C1", "f", "m1", 2, 100, ACTION_DROP); /* the clock went back */
    add_try(fixture->store, "C2", "f", "m1", 1, 200, ACTION_PASS);
    add_try(fixture->store, "C1", "other", "m2", 0, 200, ACTION_PASS);
    TryAsk ask = {"C1", "f", 0, NULL, NULL};
    must_transact(fixture->store, ask_try_work, &ask);
    g_autoptr(GPtrArray) found = ask.found;
    static const Action expected[] = {ACTION_HOLD, ACTION_PASS, ACTION_DROP};
    assert_int_equal(found->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < found->len; i++)
        assert_int_equal(((VerdictRecord *)found->pdata[i])->action, expected[i]);
}

static void a_retry_finds_the_newest_message_inside_the_window(void **state) {
    Fixture *fixture = *state;
    add_try(fixture->store, "C1", "f1", "m2", 0, 100, ACTION_PASS);
    add_try(fixture->store, "C1", "f1", "m1", 0, 200, ACTION_PASS);
    add_try(fixture->store, "C1", "f2", "m3", 0, 300, ACTION_PASS);
    TryAsk asks[] = {
        {"C1", "f1", 0, "m1", NULL}, {"C1", "f1", 200, "m1", NULL}, {"C1", "f1", 201, NULL, NULL},
        {"C2", "f1", 0, NULL, NULL}, {"C1", "f3", 0, NULL, NULL},   {"C1", "f2", 300, "m3", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(asks); i++) {
        must_transact(fixture->store, ask_try_work, &asks[i]);
        g_autoptr(GPtrArray) found = asks[i].found;
        const char *message = found->len > 0 ? ((VerdictRecord *)found->pdata[0])->message : NULL;
        if (g_strcmp0(message, asks[i].expected) != 0 || found->len > 1)
            fail_msg("ask %u found %u of %s", i, found->len, message);
    }
}

/* What is written of a recipient later, without a fingerprint or with another, belongs to the same try. */
static void a_recipients_first_fingerprint_is_kept(void **state) {
    Fixture *fixture = *state;
    add_try(fixture->store, "C1", "f", "m1", 0, 100, ACTION_HOLD);
    add_try(fixture->store, "C1", "other", "m1", 0, 200, ACTION_PASS);
    add_try(fixture->store, "C1", NULL, "m1", 0, 300, ACTION_DROP);
    TryAsk first = {"C1", "f", 0, NULL, NULL}, other = {"C1", "other", 0, NULL, NULL};
    must_transact(fixture->store, ask_try_work, &first);
    must_transact(fixture->store, ask_try_work, &other);
    g_autoptr(GPtrArray) all = first.found;
    g_autoptr(GPtrArray) none = other.found;
    assert_int_equal(all->len, 3);
    assert_int_equal(none->len, 0);
}

typedef struct {
    const char *message;
    int ordinal;
} OrdinalAsk;

static bool ask_ordinal_work(Transaction *transaction, gpointer user, GError **error) {
    OrdinalAsk *ask = user;
    return transaction_ordinal_next(transaction, ask->message, &ask->ordinal, error);
}

static void the_next_ordinal_is_nobodys_yet(void **state) {
    Fixture *fixture = *state;
    OrdinalAsk known = {"m1", -1}, unknown = {"m9", -1};
    add_verdict(fixture->store, "C1", "m1", 0, 200, ACTION_PASS);
    add_verdict(fixture->store, "C2", "m1", 7, 200, ACTION_PASS);
    must_transact(fixture->store, ask_ordinal_work, &known);
    must_transact(fixture->store, ask_ordinal_work, &unknown);
    assert_int_equal(known.ordinal, 8);
    assert_int_equal(unknown.ordinal, 0);
}

/* ---- forgetting ---- */

static void pruning_forgets_what_is_older_and_nothing_else(void **state) {
    Fixture *fixture = *state;
    put_contact(fixture->store, "C1", "old", 999, NULL);
    put_contact(fixture->store, "C1", "new", 1000, NULL);
    add_verdict(fixture->store, "C1", "old", 0, 999, ACTION_HOLD);
    add_verdict(fixture->store, "C1", "both", 0, 999, ACTION_HOLD);
    add_verdict(fixture->store, "C1", "both", 0, 1000, ACTION_PASS);
    assert_int_equal(prune_all(fixture->store, 1000), 1);

    g_autoptr(Ledger) ledger = ledger_since(fixture->store, "C1", 0);
    assert_int_equal(ledger->contacts->len, 1);
    assert_string_equal(ledger->messages->pdata[0], "new");
    g_autoptr(GPtrArray) old = NULL;
    g_autoptr(GPtrArray) both = NULL;
    assert_true(store_verdicts_of_message(fixture->store, "old", &old, NULL));
    assert_true(store_verdicts_of_message(fixture->store, "both", &both, NULL));
    assert_int_equal(old->len, 0);
    assert_int_equal(both->len, 1);
    assert_int_equal(((VerdictRecord *)both->pdata[0])->action, ACTION_PASS);
}

#define CUSTOMERS 1100
#define CONTACTS_OF_ONE 9000

static bool many_contacts_work(Transaction *transaction, gpointer user, GError **error) {
    (void)user;
    Contact contact = {.class = CLASS_SALES};
    for (int i = 0; i < CUSTOMERS; i++) {
        g_autofree char *customer = g_strdup_printf("C%05d", i);
        contact.at = 10;
        if (!transaction_contact_put(transaction, customer, "old", &contact, error))
            return false;
        contact.at = 1000;
        if (!transaction_contact_put(transaction, customer, "new", &contact, error))
            return false;
    }
    return true;
}

static bool busy_customer_work(Transaction *transaction, gpointer user, GError **error) {
    const int *from = user;
    Contact contact = {.class = CLASS_SALES};
    for (int i = *from; i < *from + 1000; i++) {
        g_autofree char *customer = g_strdup_printf("A%05d", i / CONTACTS_OF_ONE);
        g_autofree char *message = g_strdup_printf("m%05d", i);
        contact.at = i % 100;
        if (!transaction_contact_put(transaction, customer, message, &contact, error))
            return false;
    }
    return true;
}

static void pruning_takes_many_customers_in_steps(void **state) {
    Fixture *fixture = *state;
    must_transact(fixture->store, many_contacts_work, NULL);
    assert_in_range(prune_all(fixture->store, 1000), 3, 5);
    StoreStatus status;
    assert_true(store_status(fixture->store, 2000, &status, NULL));
    assert_int_equal(status.contacts, CUSTOMERS);
}

static void pruning_takes_a_busy_customer_in_steps(void **state) {
    Fixture *fixture = *state;
    for (int from = 0; from < CONTACTS_OF_ONE; from += 1000)
        must_transact(fixture->store, busy_customer_work, &from);
    put_contact(fixture->store, "B", "old", 1, NULL);
    assert_in_range(prune_all(fixture->store, 1000), 9, 11);
    StoreStatus status;
    assert_true(store_status(fixture->store, 2000, &status, NULL));
    assert_int_equal(status.contacts, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(contacts_come_ascending_and_later_than_since),
        TEST(a_contact_put_again_replaces),
        TEST(a_contact_added_twice_is_one),
        TEST(a_transaction_may_leave_one_message_out),
        TEST(a_removed_contact_is_gone_and_removing_again_is_harmless),
        TEST(verdicts_of_a_message_come_by_ordinal_then_in_order),
        TEST(verdicts_of_a_customer_come_newest_first_and_limited),
        TEST(a_verdict_comes_back_as_it_was_added),
        TEST(what_a_customer_got_of_a_message_comes_as_it_was_given),
        TEST(the_next_ordinal_is_nobodys_yet),
        TEST(a_retry_finds_the_newest_message_inside_the_window),
        TEST(a_recipients_first_fingerprint_is_kept),
        TEST(pruning_forgets_what_is_older_and_nothing_else),
        TEST(pruning_takes_many_customers_in_steps),
        TEST(pruning_takes_a_busy_customer_in_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
