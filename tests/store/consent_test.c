/* Consents: what is in force, what was ever said, and what outlives the customer. */
#include "fixture.h"

#include <sqlite3.h>

typedef struct {
    const char *customer;
    Consent consent;
} ConsentPut;

static bool put_consent_work(Transaction *transaction, gpointer user, GError **error) {
    const ConsentPut *put = user;
    return transaction_consent_put(transaction, put->customer, &put->consent, error);
}

static void say(Store *store, const char *customer, const char *purpose, ConsentState state, Instant at) {
    ConsentPut put = {customer, {.purpose = (char *)purpose, .state = state, .at = at, .source = (char *)"test"}};
    must_transact(store, put_consent_work, &put);
}

static void put_soft_optin(ConsentPut *put, const char *customer, Instant at) {
    *put = (ConsentPut){customer,
                        {.purpose = (char *)"marketing",
                         .state = CONSENT_GRANTED,
                         .at = at,
                         .basis = BASIS_SOFT_OPTIN,
                         .wording = (char *)"v3",
                         .sale = (char *)"order 17",
                         .source = (char *)"test"}};
}

static guint history_length(Store *store, const char *customer) {
    g_autoptr(GPtrArray) history = NULL;
    assert_true(store_consent_history(store, customer, &history, NULL));
    return history->len;
}

static void assert_marketing(Store *store, const char *customer, ConsentState state, Instant at) {
    g_autoptr(GPtrArray) consents = NULL;
    assert_true(store_consents(store, customer, &consents, NULL));
    if (state == CONSENT_NONE) {
        assert_int_equal(consents->len, 0);
        return;
    }
    assert_int_equal(consents->len, 1);
    const Consent *consent = consents->pdata[0];
    assert_string_equal(consent->purpose, "marketing");
    assert_int_equal(consent->state, state);
    assert_int_equal(consent->at, at);
}

/* What forgetting a customer takes away; withdrawals are not among it. */
static void erase(const Fixture *fixture, const char *customer) {
    sqlite3 *database = NULL;
    g_autofree char *sql = g_strdup_printf("DELETE FROM customer WHERE id = '%s'; DELETE FROM address WHERE customer ="
                                           " '%s'; DELETE FROM consent WHERE customer = '%s'",
                                           customer, customer, customer);
    assert_int_equal(sqlite3_open(fixture->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

/* ---- what is in force ---- */

static void what_is_in_force_comes_by_purpose(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    say(fixture->store, "C1", "profiling", CONSENT_GRANTED, 5);
    say(fixture->store, "C1", "marketing", CONSENT_GRANTED, 10);
    say(fixture->store, "C1", "marketing", CONSENT_WITHDRAWN, 20);
    g_autoptr(GPtrArray) consents = NULL;
    assert_true(store_consents(fixture->store, "C1", &consents, NULL));
    assert_int_equal(consents->len, 2);
    const Consent *marketing = consents->pdata[0];
    assert_string_equal(marketing->purpose, "marketing");
    assert_int_equal(marketing->state, CONSENT_WITHDRAWN);
    assert_int_equal(marketing->at, 20);
    assert_string_equal(((Consent *)consents->pdata[1])->purpose, "profiling");
}

static void the_right_one_of_several_is_in_force(void **state) {
    Fixture *fixture = *state;
    const ConsentState G = CONSENT_GRANTED, W = CONSENT_WITHDRAWN, O = CONSENT_OBJECTED;
    const struct {
        ConsentState said[4];
        Instant at[4];
        ConsentState state;
        Instant since;
    } rows[] = {
        {{G, W}, {10, 20}, W, 20},
        {{W, G}, {10, 20}, G, 20},
        {{W, G}, {10, 10}, G, 10},
        {{W, G}, {20, 10}, W, 20},        /* a grant of before changes nothing now */
        {{G, G}, {20, 10}, G, 20},        /* nor does it make the one in force older */
        {{G, W}, {20, 10}, W, 10},        /* a clock that jumped back keeps no withdrawal from its effect */
        {{G, O, W}, {10, 20, 30}, O, 20}, /* a withdrawal softens no objection */
        {{G, W, O}, {10, 20, 30}, O, 30},
        {{O, G}, {10, 20}, G, 20},               /* a new consent ends it */
        {{O, G}, {20, 10}, O, 20},               /* an old one does not */
        {{O, G, W}, {10, 20, 30}, W, 30},        /* and then it is over */
        {{G, W, G, W}, {10, 10, 10, 10}, W, 10}, /* all in one second */
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *customer = g_strdup_printf("C%u", i);
        put_customer(fixture->store, customer, NULL);
        guint said = 0;
        for (; said < 4 && rows[i].said[said] != CONSENT_NONE; said++)
            say(fixture->store, customer, "marketing", rows[i].said[said], rows[i].at[said]);
        assert_marketing(fixture->store, customer, rows[i].state, rows[i].since);
        assert_int_equal(history_length(fixture->store, customer), said);
    }
}

static void a_grant_keeps_its_basis_and_evidence(void **state) {
    Fixture *fixture = *state;
    ConsentPut put;
    put_customer(fixture->store, "C1", NULL);
    put_soft_optin(&put, "C1", 10);
    must_transact(fixture->store, put_consent_work, &put);
    say(fixture->store, "C1", "marketing", CONSENT_WITHDRAWN, 20);
    g_autoptr(GPtrArray) history = NULL;
    assert_true(store_consent_history(fixture->store, "C1", &history, NULL));
    assert_int_equal(history->len, 2);
    const Consent *first = history->pdata[0];
    assert_int_equal(first->state, CONSENT_GRANTED);
    assert_int_equal(first->basis, BASIS_SOFT_OPTIN);
    assert_string_equal(first->wording, "v3");
    assert_string_equal(first->sale, "order 17");
    assert_string_equal(first->source, "test");
    const Consent *second = history->pdata[1];
    assert_int_equal(second->state, CONSENT_WITHDRAWN);
    assert_null(second->sale);
}

static void the_same_twice_in_a_row_is_said_once(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", NULL);
    for (int i = 0; i < 3; i++)
        say(fixture->store, "C1", "marketing", CONSENT_GRANTED, 10);
    assert_int_equal(history_length(fixture->store, "C1"), 1);
}

static void a_soft_opt_in_ends_no_objection(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    ConsentPut put;
    put_customer(fixture->store, "C1", NULL);
    say(fixture->store, "C1", "marketing", CONSENT_OBJECTED, 10);
    put_soft_optin(&put, "C1", 20);
    assert_false(store_transact(fixture->store, put_consent_work, &put, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "C1");
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "objected");
    assert_marketing(fixture->store, "C1", CONSENT_OBJECTED, 10);
    say(fixture->store, "C1", "marketing", CONSENT_WITHDRAWN, 15); /* does not pave the way */
    g_clear_error(&error);
    assert_false(store_transact(fixture->store, put_consent_work, &put, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "objected");
}

static void the_consent_of_nobody_is_refused(void **state) {
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    ConsentPut put = {"ghost", {.purpose = (char *)"marketing", .state = CONSENT_GRANTED}};
    assert_false(store_transact(fixture->store, put_consent_work, &put, &error));
    assert_error_is(error, CADENCE_ERROR_PERMANENT, "ghost");
    assert_int_equal(history_length(fixture->store, "ghost"), 0);
}

/* ---- what is remembered ---- */

static void a_withdrawal_outlives_the_customer(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", "a@x.example");
    say(fixture->store, "C1", "marketing", CONSENT_GRANTED, 10);
    say(fixture->store, "C1", "marketing", CONSENT_WITHDRAWN, 20);
    put_customer(fixture->store, "C1", "b@x.example"); /* the customer's too, though it came later */
    erase(fixture, "C1");

    const char *const addresses[] = {"a@x.example", "b@x.example"};
    for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autoptr(GPtrArray) remembered = NULL;
        assert_true(store_withdrawals(fixture->store, addresses[i], &remembered, NULL));
        assert_int_equal(remembered->len, 1);
        g_autofree char *customer = g_strdup_printf("N%u", i);
        put_customer(fixture->store, customer, addresses[i]);
        assert_marketing(fixture->store, customer, CONSENT_WITHDRAWN, 20);
        say(fixture->store, customer, "marketing", CONSENT_GRANTED, 19);
        assert_marketing(fixture->store, customer, CONSENT_WITHDRAWN, 20);
        say(fixture->store, customer, "marketing", CONSENT_GRANTED, 30);
        assert_marketing(fixture->store, customer, CONSENT_GRANTED, 30);
    }
    g_autoptr(GPtrArray) nothing = NULL;
    assert_true(store_withdrawals(fixture->store, "c@x.example", &nothing, NULL));
    assert_int_equal(nothing->len, 0);
}

static void an_address_that_comes_later_brings_what_is_remembered_of_it(void **state) {
    Fixture *fixture = *state;
    static const struct {
        ConsentState here;
        Instant at;
        ConsentState state;
        Instant since;
    } rows[] = {{CONSENT_NONE, 0, CONSENT_OBJECTED, 20},
                {CONSENT_GRANTED, 10, CONSENT_OBJECTED, 20},
                {CONSENT_GRANTED, 30, CONSENT_GRANTED, 30},
                {CONSENT_WITHDRAWN, 30, CONSENT_OBJECTED, 20}};
    put_customer(fixture->store, "C1", "a@x.example");
    say(fixture->store, "C1", "marketing", CONSENT_OBJECTED, 20);
    erase(fixture, "C1");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *customer = g_strdup_printf("N%u", i);
        put_customer(fixture->store, customer, NULL);
        if (rows[i].here != CONSENT_NONE)
            say(fixture->store, customer, "marketing", rows[i].here, rows[i].at);
        put_customer(fixture->store, customer, "a@x.example");
        assert_marketing(fixture->store, customer, rows[i].state, rows[i].since);
        erase(fixture, customer);
    }
}

static void a_soft_opt_in_of_before_does_not_outweigh_an_objection_that_comes_to_light(void **state) {
    Fixture *fixture = *state;
    ConsentPut put;
    put_customer(fixture->store, "C1", "a@x.example");
    say(fixture->store, "C1", "marketing", CONSENT_OBJECTED, 20);
    erase(fixture, "C1");
    put_customer(fixture->store, "C2", NULL);
    put_soft_optin(&put, "C2", 30);
    must_transact(fixture->store, put_consent_work, &put);
    put_customer(fixture->store, "C2", "a@x.example");
    assert_marketing(fixture->store, "C2", CONSENT_OBJECTED, 20);
}

static void an_address_put_again_brings_nothing_back(void **state) {
    Fixture *fixture = *state;
    put_customer(fixture->store, "C1", "a@x.example");
    say(fixture->store, "C1", "marketing", CONSENT_WITHDRAWN, 20);
    say(fixture->store, "C1", "marketing", CONSENT_GRANTED, 30);
    put_customer(fixture->store, "C1", "a@x.example");
    assert_marketing(fixture->store, "C1", CONSENT_GRANTED, 30);
    assert_int_equal(history_length(fixture->store, "C1"), 2);
}

static char *first_hash(const Fixture *fixture) {
    sqlite3 *database = NULL;
    sqlite3_stmt *read = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "SELECT hash FROM withdrawal", -1, &read, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(read), SQLITE_ROW);
    char *hash = g_strdup((const char *)sqlite3_column_text(read, 0));
    assert_int_equal(sqlite3_step(read), SQLITE_DONE);
    sqlite3_finalize(read);
    sqlite3_close(database);
    return hash;
}

static void each_store_has_a_salt_of_its_own(void **state) {
    void *other_state = NULL;
    char *hashes[2];
    fixture_setup(&other_state);
    Fixture *fixtures[] = {*state, other_state};
    for (int i = 0; i < 2; i++) {
        put_customer(fixtures[i]->store, "C1", "a@x.example");
        say(fixtures[i]->store, "C1", "marketing", CONSENT_WITHDRAWN, 20);
        hashes[i] = first_hash(fixtures[i]);
        assert_int_equal(strlen(hashes[i]), 64);
    }
    g_autofree char *plain = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "a@x.example", -1);
    assert_string_not_equal(hashes[0], hashes[1]);
    assert_string_not_equal(hashes[0], plain);
    g_free(hashes[0]);
    g_free(hashes[1]);
    fixture_teardown(&other_state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_in_force_comes_by_purpose),
        TEST(the_right_one_of_several_is_in_force),
        TEST(a_grant_keeps_its_basis_and_evidence),
        TEST(the_same_twice_in_a_row_is_said_once),
        TEST(a_soft_opt_in_ends_no_objection),
        TEST(the_consent_of_nobody_is_refused),
        TEST(a_withdrawal_outlives_the_customer),
        TEST(an_address_that_comes_later_brings_what_is_remembered_of_it),
        TEST(a_soft_opt_in_of_before_does_not_outweigh_an_objection_that_comes_to_light),
        TEST(an_address_put_again_brings_nothing_back),
        TEST(each_store_has_a_salt_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
