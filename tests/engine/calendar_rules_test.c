/* The rules that look at calendars, events and the customer's own wishes, through the engine and a real store. */
#include "world.h"

static const char config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true class = \"sales\" }\n"
    "topic \"tips\" { class = \"relational\" }\n"
    "topic \"security\" { class = \"relational\" exempt = true }\n"
    "policy \"default\" {\n"
    "  cap \"a day\" { limit = 2 window = \"day\" }\n"
    "  hours { days = \"Mon-Sat\" from = \"08:00\" until = \"20:00\" }\n"
    "  first { relational = 1 }\n"
    "  gate \"after a complaint\" { event = \"complaint\" until = \"resolved\" cool = \"2d\" class = \"sales\" }\n"
    "  over = {\"hold\"}\n"
    "  hold { max = \"30d\" }\n"
    "}\n";

/* 2026-11-23 is a Monday; its 08:00 in Warsaw is 07:00 UTC. */
#define MONDAY_8 (NOON - 12 * HOUR + DAY + 7 * HOUR)

static int setup(void **state) {
    *state = world_new(config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static const Reason *reason_of(const Judgement *judgement, const char *rule) {
    const Outcome *outcome = world_outcome(judgement, 0);
    for (guint i = 0; i < outcome->reasons->len; i++)
        if (g_str_equal(((Reason *)outcome->reasons->pdata[i])->rule, rule))
            return outcome->reasons->pdata[i];
    return NULL;
}

static Judgement *judge(World *world, int number, const char *fields, Instant at) {
    g_autofree char *text = world_mail(number, fields, "Hello\n");
    return world_judge(world, "a@home.example", text, at);
}

static void closed_hours_hold_until_they_open(void **state) {
    g_autoptr(Judgement) sunday = judge(*state, 1, "Cadence-Topic: tips\n", NOON);
    assert_int_equal(world_outcome(sunday, 0)->action, ACTION_HOLD);
    assert_int_equal(world_outcome(sunday, 0)->until, MONDAY_8);
    assert_non_null(reason_of(sunday, "hours"));
    g_autoptr(Judgement) code = judge(*state, 2, "Cadence-Topic: security\n", NOON);
    assert_int_equal(world_outcome(code, 0)->action, ACTION_PASS);
}

static void a_civil_day_ends_at_midnight_of_the_customer(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(world_send(world, "a@home.example", i, "Cadence-Topic: tips\n", MONDAY_8 + i), ACTION_PASS);
    g_autoptr(Judgement) third = judge(world, 3, "Cadence-Topic: tips\n", MONDAY_8 + HOUR);
    assert_int_equal(reason_of(third, "cap")->until, MONDAY_8 - 8 * HOUR + DAY);
    assert_int_equal(world_outcome(third, 0)->until,
                     MONDAY_8 + DAY); /* midnight frees the cap, the hours open at eight */
}

static void sales_wait_for_the_first_relational_mail(void **state) {
    World *world = *state;
    g_autoptr(Judgement) early = judge(world, 1, "", MONDAY_8);
    assert_int_equal(world_outcome(early, 0)->action, ACTION_REFUSE); /* no instant frees it */
    assert_int_equal(reason_of(early, "first")->relational, 1);
    world_send(world, "a@home.example", 2, "Cadence-Topic: tips\n", MONDAY_8);
    assert_int_equal(world_send(world, "a@home.example", 3, "", MONDAY_8 + 1), ACTION_PASS);
}

typedef struct {
    const char *kind;
    Instant at;
} Happening;

static bool happen(Transaction *transaction, gpointer user, GError **error) {
    const Happening *happening = user;
    return transaction_event_add(transaction, "a@home.example", happening->kind, happening->at, error);
}

static void a_complaint_closes_the_gate_until_it_is_resolved(void **state) {
    World *world = *state;
    Happening complaint = {"complaint", MONDAY_8 + 60}, resolved = {"resolved", MONDAY_8 + HOUR};
    world_send(world, "a@home.example", 1, "Cadence-Topic: tips\n", MONDAY_8);
    assert_true(store_transact(world->store, happen, &complaint, NULL));
    g_autoptr(Judgement) open = judge(world, 2, "", MONDAY_8 + 120);
    assert_int_equal(world_outcome(open, 0)->action, ACTION_REFUSE);
    assert_non_null(reason_of(open, "gate"));
    assert_true(store_transact(world->store, happen, &resolved, NULL));
    g_autoptr(Judgement) cooling = judge(world, 3, "", MONDAY_8 + 2 * HOUR);
    assert_int_equal(world_outcome(cooling, 0)->action, ACTION_HOLD);
    assert_int_equal(world_outcome(cooling, 0)->until, MONDAY_8 + HOUR + 2 * DAY);
}

static bool wish(Transaction *transaction, gpointer user, GError **error) {
    return transaction_customer_put(transaction, user, NOON, error) && transaction_wishes_put(transaction, user, error);
}

static Customer *person(void) {
    Customer *customer = customer_new("a@home.example");
    g_ptr_array_add(customer->addresses, g_strdup("a@home.example"));
    return customer;
}

static void a_pause_and_a_cap_of_their_own_are_kept(void **state) {
    World *world = *state;
    g_autoptr(Customer) customer = person();
    customer->paused_until = MONDAY_8 + DAY;
    assert_true(store_transact(world->store, wish, customer, NULL));
    g_autoptr(Judgement) paused = judge(world, 1, "Cadence-Topic: tips\n", MONDAY_8);
    assert_int_equal(world_outcome(paused, 0)->until, MONDAY_8 + DAY);
    assert_non_null(reason_of(paused, "own"));

    customer->paused_until = INSTANT_ALWAYS;
    customer->limits = g_strdup("any 1/day");
    assert_true(store_transact(world->store, wish, customer, NULL));
    assert_int_equal(world_send(world, "a@home.example", 2, "Cadence-Topic: tips\nCadence-Priority: 99\n", MONDAY_8),
                     ACTION_PASS);
    g_autoptr(Judgement) second = judge(world, 3, "Cadence-Topic: tips\nCadence-Priority: 99\n", MONDAY_8 + 1);
    assert_non_null(reason_of(second, "own"));
}

static void unreadable_wishes_are_read_strictly(void **state) {
    World *world = *state;
    g_autoptr(Customer) customer = person();
    customer->limits = g_strdup("as little as possible");
    assert_true(store_transact(world->store, wish, customer, NULL));
    g_autoptr(Judgement) judgement = judge(world, 1, "Cadence-Topic: tips\n", MONDAY_8);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_REFUSE);
    assert_int_equal(judgement->notes->len, 1);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(closed_hours_hold_until_they_open, setup, teardown),
        cmocka_unit_test_setup_teardown(a_civil_day_ends_at_midnight_of_the_customer, setup, teardown),
        cmocka_unit_test_setup_teardown(sales_wait_for_the_first_relational_mail, setup, teardown),
        cmocka_unit_test_setup_teardown(a_complaint_closes_the_gate_until_it_is_resolved, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pause_and_a_cap_of_their_own_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(unreadable_wishes_are_read_strictly, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
