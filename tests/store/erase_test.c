/* Erasing a customer: nothing of them is left in any byte of the store but what keeps a no a no and a cap a cap. */
#include "fixture.h"

/* Everything that is to be gone holds this word. */
#define MARK "mark7f3a"
#define PERSON "C-" MARK
#define ADDRESS MARK "@home.example"
#define SECOND "second-" MARK "@home.example"

static bool erase_work(Transaction *transaction, gpointer erasure, GError **error) {
    return transaction_erase(transaction, PERSON, erasure, error);
}

static Erasure erase(Store *store) {
    Erasure erasure = {0};
    must_transact(store, erase_work, &erasure);
    return erasure;
}

static void put_person(Store *store) {
    put_customer(store, PERSON, ADDRESS);
    put_customer(store, PERSON, SECOND);
}

static bool withdraw_work(Transaction *transaction, gpointer customer, GError **error) {
    Consent consent = {.purpose = (char *)"marketing", .state = CONSENT_WITHDRAWN, .at = 50, .source = (char *)MARK};
    return transaction_consent_put(transaction, customer, &consent, error);
}

static bool put_relational_work(Transaction *transaction, gpointer user, GError **error) {
    Contact contact = {.at = 300, .class = CLASS_RELATIONAL, .topic = MARK};
    (void)user;
    return transaction_contact_put(transaction, PERSON, "m-" MARK, &contact, error);
}

static bool put_everything_work(Transaction *transaction, gpointer user, GError **error) {
    (void)user;
    AttributeValue attribute = {.name = (char *)MARK, .value = (char *)MARK, .at = 5, .source = (char *)MARK};
    Customer wishes = {.id = (char *)PERSON, .limits = (char *)MARK, .quiet = (char *)MARK};
    CadenceOccurrence occurrence = {.day = 3, .at = 4, .message = MARK};
    CadenceState state = {.name = (char *)"tips", .hash = (char *)"h", .begun = 1, .walked = (char *)PERSON};
    Review review = {.id = (char *)"review1",
                     .stream = (char *)"crm",
                     .declared = CLASS_ANY,
                     .evidence = (char *)"[\"button: for " MARK "\"]",
                     .features = (char *)"",
                     .message = (char *)"message1"};
    MailClass label;
    bool added;
    return transaction_review_add(transaction, &review, &label, error) &&
           transaction_attribute_put(transaction, PERSON, &attribute, error) &&
           transaction_wishes_put(transaction, &wishes, error) &&
           transaction_event_add(transaction, PERSON, MARK, 6, error) &&
           transaction_occurrence_add(transaction, PERSON, MARK, &occurrence, &added, error) &&
           transaction_schedule_put(transaction, PERSON, MARK, 8, error) &&
           transaction_cadence_put(transaction, &state, error);
}

static bool take_marked_work(Transaction *transaction, gpointer user, GError **error) {
    g_autoptr(GBytes) raw = g_bytes_new_static("Subject: " MARK "\r\n\r\n" MARK, strlen(MARK) * 2 + 13);
    Custody *custody = user;
    custody->address = (char *)ADDRESS;
    custody->reasons = (char *)"[\"" MARK "\"]";
    return transaction_custody_take(transaction, custody, raw, error);
}

static bool add_receipt_work(Transaction *transaction, gpointer user, GError **error) {
    VerdictRecord record = {.message = (char *)"message1",
                            .customer = (char *)PERSON,
                            .address = (char *)ADDRESS,
                            .at = 9,
                            .until = INSTANT_NEVER,
                            .receipt = (char *)"{\"address\":\"" ADDRESS "\"}",
                            .fingerprint = (char *)MARK};
    (void)user;
    return transaction_verdict_add(transaction, &record, error);
}

static bool holds_mark(const char *path) {
    g_autofree char *bytes = NULL;
    gsize length;
    if (!g_file_get_contents(path, &bytes, &length, NULL))
        return false;
    return memmem(bytes, length, MARK, strlen(MARK)) != NULL;
}

static bool store_holds_mark(const Fixture *fixture) {
    g_autofree char *log = g_strconcat(fixture->path, "-wal", NULL);
    return holds_mark(fixture->path) || holds_mark(log);
}

static void no_byte_is_left(void **state) {
    Fixture *fixture = *state;
    Custody custody = custody_of(PERSON, "message2", 0, 500);
    put_person(fixture->store);
    must_transact(fixture->store, withdraw_work, (gpointer)PERSON);
    must_transact(fixture->store, put_everything_work, NULL);
    must_transact(fixture->store, take_marked_work, &custody);
    must_transact(fixture->store, add_receipt_work, NULL);
    must_transact(fixture->store, put_relational_work, NULL);
    assert_true(store_holds_mark(fixture));

    Erasure erasure = erase(fixture->store);
    assert_true(store_empty_log(fixture->store));
    assert_false(store_holds_mark(fixture));
    assert_int_equal(erasure.addresses, 2);
    assert_int_equal(erasure.attributes, 1);
    assert_int_equal(erasure.consents, 1);
    assert_int_equal(erasure.events, 1);
    assert_int_equal(erasure.contacts, 1);
    assert_int_equal(erasure.verdicts, 1);
    assert_int_equal(erasure.held, 1);
    assert_int_equal(erasure.occurrences, 1);
    assert_int_equal(erasure.withdrawals, 1);
    assert_int_equal(erasure.sales, 0);
}

/* ---- others ---- */

static void what_is_others_stays(void **state) {
    Fixture *fixture = *state;
    Custody mine = custody_of(PERSON, "message2", 0, 500), theirs = custody_of("C2", "message2", 1, 500);
    put_person(fixture->store);
    put_customer(fixture->store, "C2", "other@home.example");
    put_contact(fixture->store, "C2", "m1", 100, NULL);
    add_verdict(fixture->store, "C2", "message2", 1, 100, ACTION_HOLD);
    must_transact(fixture->store, take_custody_work, &mine);
    must_transact(fixture->store, take_custody_work, &theirs);
    erase(fixture->store);

    g_autoptr(Custody) gone = NULL;
    g_autoptr(Custody) held = NULL;
    g_autoptr(GBytes) raw = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GPtrArray) verdicts = NULL;
    assert_true(store_custody(fixture->store, "message2.0", &gone, NULL));
    assert_null(gone);
    assert_true(store_custody(fixture->store, "message2.1", &held, NULL));
    assert_non_null(held);
    assert_true(store_custody_raw(fixture->store, "message2", &raw, NULL));
    assert_true(store_ledger(fixture->store, "C2", INSTANT_ALWAYS, &ledger, NULL));
    assert_int_equal(ledger->contacts->len, 1);
    assert_true(store_verdicts_of_message(fixture->store, "message2", &verdicts, NULL));
    assert_int_equal(verdicts->len, 1);
}

static void nobody_cannot_be_erased(void **state) {
    Fixture *fixture = *state;
    Erasure erasure;
    g_autoptr(GError) error = NULL;
    assert_false(store_transact(fixture->store, erase_work, &erasure, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, PERSON);
}

/* ---- what comes back ---- */

static guint contacts_of(Store *store, const char *customer) {
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(store, customer, INSTANT_ALWAYS, &ledger, NULL));
    return ledger->contacts->len;
}

static void sales_mail_is_remembered_of_each_address_and_counted_once(void **state) {
    Fixture *fixture = *state;
    put_person(fixture->store);
    put_contact(fixture->store, PERSON, "m1-" MARK, 100, "loans");
    put_contact(fixture->store, PERSON, "m2-" MARK, 100, "loans");
    must_transact(fixture->store, put_relational_work, NULL);
    assert_int_equal(erase(fixture->store).sales, 2);

    put_customer(fixture->store, "C2", SECOND);
    assert_int_equal(contacts_of(fixture->store, "C2"), 2);
    put_customer(fixture->store, "C2", ADDRESS);
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(fixture->store, "C2", INSTANT_ALWAYS, &ledger, NULL));
    assert_int_equal(ledger->contacts->len, 2);
    const Contact *contact = &g_array_index(ledger->contacts, Contact, 0);
    assert_int_equal(contact->at, 100);
    assert_int_equal(contact->class, CLASS_SALES);
    assert_string_equal(contact->topic, "loans");
    assert_null(strstr(ledger->messages->pdata[0], MARK));
}

static void who_is_erased_twice_is_counted_once(void **state) {
    Fixture *fixture = *state;
    put_person(fixture->store);
    put_contact(fixture->store, PERSON, "m1", 100, NULL);
    for (int i = 0; i < 2; i++) {
        erase(fixture->store);
        put_person(fixture->store);
        assert_int_equal(contacts_of(fixture->store, PERSON), 1);
    }
}

static void what_is_remembered_is_pruned(void **state) {
    Fixture *fixture = *state;
    put_person(fixture->store);
    put_contact(fixture->store, PERSON, "m1", 100, NULL);
    put_contact(fixture->store, PERSON, "m2", 200, NULL);
    erase(fixture->store);
    prune_all(fixture->store, 200);
    put_person(fixture->store);
    assert_int_equal(contacts_of(fixture->store, PERSON), 1);
}

static void a_withdrawal_outlives_its_customer(void **state) {
    Fixture *fixture = *state;
    put_person(fixture->store);
    must_transact(fixture->store, withdraw_work, (gpointer)PERSON);
    erase(fixture->store);
    put_customer(fixture->store, "C2", ADDRESS);
    g_autoptr(GPtrArray) consents = NULL;
    assert_true(store_consents(fixture->store, "C2", &consents, NULL));
    assert_int_equal(consents->len, 1);
    assert_int_equal(((Consent *)consents->pdata[0])->state, CONSENT_WITHDRAWN);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_byte_is_left),
        TEST(what_is_others_stays),
        TEST(nobody_cannot_be_erased),
        TEST(sales_mail_is_remembered_of_each_address_and_counted_once),
        TEST(who_is_erased_twice_is_counted_once),
        TEST(what_is_remembered_is_pruned),
        TEST(a_withdrawal_outlives_its_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
