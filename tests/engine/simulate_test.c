/* Simulate: the policy in force reproduces every recorded verdict, another one says what would have changed. Histories
 * are made by the engine and the planner themselves, at random too. */
#include "world.h"

#include "base/text.h"
#include "engine/custody.h"
#include "engine/planner.h"
#include "engine/simulate.h"

#define RANDOM_HISTORIES 40
#define RANDOM_STEPS 60

/* Every kind of rule, streams that are not enforced, exempt topics, everything `over` knows. */
#define SCOPE                                                                                                          \
    "store { url = \"sqlite:cadence.db\" }\n"                                                                          \
    "secret = \"secret\"\n"                                                                                            \
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"                        \
    "stream \"staff\" { sender = {\"*@staff.example\"} enforce = false }\n"                                            \
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"sales\" }\n"              \
    "topic \"security\" { class = \"relational\" exempt = true counts = false }\n"                                     \
    "topic \"tips\" { class = \"relational\" }\n"                                                                      \
    "topic \"loans\" { class = \"sales\" consent = \"marketing\" }\n"                                                  \
    "attribute \"first_name\" { sensitivity = 0 }\n"
#define POLICY(rules, over, then)                                                                                      \
    SCOPE "policy \"default\" {\n" rules "  over = {" over "}\n  hold { max = \"7d\" then = \"" then "\" }\n}\n"
#define CAP(limit) "  cap \"sales a week\" { class = \"sales\" limit = " #limit " window = \"7d\" }\n"

static const char *const policies[] = {
    POLICY(CAP(2), "\"rewrite\", \"hold\"", "drop"),
    POLICY(CAP(1) "  gap \"between\" { class = \"sales\" min = \"20h\" }\n", "\"rewrite\", \"hold\"", "send"),
    POLICY("  ratio { relational = 2 sales = 1 window = \"5d\" }\n  first { relational = 1 }\n", "\"hold\"", "return"),
    POLICY(
        "  gate \"complaint\" { event = \"complaint\" until = \"resolved\" cool = \"2h\" class = \"sales\" }\n" CAP(3),
        "\"rewrite\", \"hold\"", "drop"),
    POLICY("  hours { days = \"Mon-Sat\" from = \"08:00\" until = \"20:00\" }\n  cap \"a day\" { class = \"sales\""
           " limit = 1 window = \"day\" }\n",
           "\"hold\"", "drop"),
    POLICY(CAP(1), "\"rewrite\", \"refuse\"", "drop"),
    POLICY(CAP(1) "  mode = \"observe\"\n", "\"rewrite\", \"hold\"", "drop"),
};

/* ---- a Postfix that takes everything ---- */

typedef struct {
    World *world;
    Instant at;
    bool down;
} Postfix;

static void hand_over(Postfix *postfix, const Handover *handover, PlannerPass *pass) {
    gsize length;
    const char *bytes = g_bytes_get_data(handover->raw, &length);
    GString *text = g_string_new(NULL);
    if (handover->ticket)
        g_string_append_printf(text, "Cadence-Ticket: %s\r\n", handover->ticket);
    g_string_append_len(text, bytes, (gssize)length);
    g_autoptr(GBytes) raw = g_string_free_to_bytes(text);
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_new(handover->custody->sender);
    envelope->client = g_strdup("127.0.0.1");
    envelope_add_recipient(envelope, handover->custody->address, handover->custody->recipient_parameters);
    Submission submission = {
        .envelope = envelope, .message = message, .at = postfix->at, .record = true, .deliver = true};
    g_autoptr(Judgement) judgement = engine_judge(postfix->world->engine, &submission);
    assert_true(judgement->reply == REPLY_ACCEPT || judgement->reply == REPLY_DISCARD);
    planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250 2.0.0 Ok");
}

static void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    Postfix *postfix = user;
    for (guint i = 0; i < handovers->len; i++)
        if (postfix->down)
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_DEFERRED, "no connection");
        else
            hand_over(postfix, handovers->pdata[i], pass);
}

static void say_nothing(G_GNUC_UNUSED const char *line, G_GNUC_UNUSED gpointer user) {
}

static bool never_stop(G_GNUC_UNUSED gpointer user) {
    return false;
}

static void pass_at(World *world, Instant at, bool down) {
    Postfix postfix = {.world = world, .at = at, .down = down};
    PlannerOutside outside = {deliver, say_nothing, never_stop, &postfix};
    PlannerCounts counts;
    bool locked;
    assert_true(planner_pass(world->engine, at, 1000, &outside, &locked, &counts, NULL));
}

/* ---- simulating ---- */

typedef struct {
    GPtrArray *lines; /* of char *: "customer was would_be" */
    Instant would_go; /* of the last change */
    guint64 progress;
} Report;

static void add_change(const SimulationChange *change, gpointer user) {
    Report *report = user;
    report->would_go = change->would_go;
    g_ptr_array_add(report->lines, g_strdup_printf("%s %s %s", change->customer, action_name(change->was),
                                                   action_name(change->would_be)));
}

static void show_progress(guint64 verdicts, gpointer user) {
    Report *report = user;
    assert_true(verdicts > report->progress);
    report->progress = verdicts;
}

static Simulation simulate_with(World *world, const char *text, Instant since, Instant now, Report *report) {
    g_autofree char *path = g_build_filename(world->folder, "new.conf", NULL);
    GError *error = NULL;
    assert_true(g_file_set_contents(path, text, -1, NULL));
    g_autoptr(Config) config = config_load(path, &error);
    assert_null(error);
    g_autoptr(Engine) engine = engine_new(config, world->store, NULL, NULL);
    SimulationOutside outside = {add_change, show_progress, report};
    Simulation sums;
    assert_true(simulate(engine, since, now, &outside, &sums, &error));
    return sums;
}

static Report report_new(void) {
    return (Report){.lines = g_ptr_array_new_with_free_func(g_free), .would_go = INSTANT_NEVER};
}

static void report_clear(Report *report) {
    g_ptr_array_unref(report->lines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Report, report_clear)

static guint64 differences(World *world, const char *text, Instant since, Instant now) {
    g_auto(Report) report = report_new();
    Simulation sums = simulate_with(world, text, since, now, &report);
    for (guint i = 0; i < report.lines->len; i++)
        print_message("%s\n", (const char *)report.lines->pdata[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(sums.before.actions); i++)
        assert_true(report.lines->len > 0 || sums.before.actions[i] == sums.after.actions[i]);
    if (report.lines->len == 0 && sums.moved == 0) {
        assert_int_equal(sums.before.released, sums.after.released);
        assert_int_equal(sums.before.ended, sums.after.ended);
        assert_int_equal(sums.before.waited, sums.after.waited);
        assert_int_equal(sums.spared + sums.let_through, 0);
    }
    return report.lines->len + sums.moved;
}

/* ---- what is done to a customer ---- */

typedef struct {
    const char *customer, *kind;
    Instant at;
} Happening;

static bool add_event(Transaction *transaction, gpointer user, GError **error) {
    const Happening *event = user;
    return transaction_event_add(transaction, event->customer, event->kind, event->at, error) &&
           custody_reschedule(transaction, event->customer, event->at, error);
}

static bool add_contact(Transaction *transaction, gpointer user, GError **error) {
    const Happening *contact = user;
    g_autofree char *id = identifier_new(contact->at);
    Contact imported = {.at = contact->at, .class = CLASS_RELATIONAL};
    return transaction_contact_put(transaction, contact->customer, id, &imported, error);
}

static void happen(World *world, StoreWork work, const char *customer, const char *kind, Instant at) {
    Happening happening = {customer, kind, at};
    assert_true(store_transact(world->store, work, &happening, NULL));
}

/* ---- a history told in full ---- */

static int setup(void **state) {
    *state = world_new(policies[0]);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

/* Two pass, one is held and released a day late, one is cut, one refused, one exempt, one retried. */
static void live_a_while(World *world, const char *customer, int first) {
    assert_int_equal(world_send(world, customer, first, "", NOON), ACTION_PASS);
    assert_int_equal(world_send(world, customer, first + 1, "", NOON + HOUR), ACTION_PASS);
    assert_int_equal(world_send(world, customer, first + 2, "", NOON + 2 * HOUR), ACTION_HOLD);
    assert_int_equal(world_send(world, customer, first + 2, "", NOON + 3 * HOUR), ACTION_HOLD);
    assert_int_equal(world_send(world, customer, first + 3, "Cadence-Topic: loans\n", NOON + 4 * HOUR), ACTION_REFUSE);
    assert_int_equal(world_send(world, customer, first + 4, "Cadence-Topic: security\n", NOON + DAY), ACTION_PASS);
    g_autofree char *mixed = world_mail(first + 5, "", "Your statement.\n{{#sales}}\nBuy.\n{{/sales}}\n");
    g_autoptr(Judgement) cut = world_judge(world, customer, mixed, NOON + DAY + 1);
    assert_int_equal(world_outcome(cut, 0)->action, ACTION_REWRITE);
    pass_at(world, NOON + 7 * DAY + HOUR, false);
}

static void the_policy_in_force_changes_nothing(void **state) {
    World *world = *state;
    live_a_while(world, "a@home.example", 10);
    g_auto(Report) report = report_new();
    Simulation sums = simulate_with(world, policies[0], INSTANT_ALWAYS, NOON + 20 * DAY, &report);
    assert_int_equal(report.lines->len + sums.moved, 0);
    assert_int_equal(sums.messages, 6);
    assert_int_equal(sums.customers, 1);
    assert_int_equal(sums.before.actions[ACTION_PASS], 3);
    assert_int_equal(sums.after.actions[ACTION_HOLD], 1);
    assert_int_equal(sums.after.actions[ACTION_REWRITE], 1);
    assert_int_equal(sums.after.actions[ACTION_REFUSE], 1);
    assert_int_equal(sums.after.released, 1);
    assert_int_equal(sums.after.waited, 7 * DAY + HOUR - 2 * HOUR);
    assert_int_equal(report.progress, 7); /* the release has a verdict too */
    assert_int_equal(world_contacts(world, "a@home.example"), 4);
}

static void a_looser_cap_holds_less(void **state) {
    World *world = *state;
    live_a_while(world, "a@home.example", 10);
    g_auto(Report) report = report_new();
    Simulation sums =
        simulate_with(world, POLICY(CAP(5), "\"rewrite\", \"hold\"", "drop"), INSTANT_ALWAYS, NOON + 20 * DAY, &report);
    assert_int_equal(report.lines->len, 2);
    assert_string_equal(report.lines->pdata[0], "a@home.example hold pass");
    assert_string_equal(report.lines->pdata[1], "a@home.example rewrite pass");
    assert_int_equal(sums.before.actions[ACTION_HOLD], 1);
    assert_int_equal(sums.after.actions[ACTION_HOLD], 0);
}

static void a_tighter_cap_holds_more_and_says_how_long(void **state) {
    World *world = *state;
    live_a_while(world, "a@home.example", 10);
    g_auto(Report) report = report_new();
    Simulation sums =
        simulate_with(world, POLICY(CAP(1), "\"rewrite\", \"hold\"", "drop"), INSTANT_ALWAYS, NOON + 20 * DAY, &report);
    assert_int_equal(report.lines->len, 1);
    assert_string_equal(report.lines->pdata[0], "a@home.example pass hold");
    assert_int_equal(report.would_go, NOON + 7 * DAY);
    assert_int_equal(sums.after.actions[ACTION_HOLD], 2);
    assert_int_equal(sums.after.released, 1);
    assert_int_equal(sums.after.ended, 1); /* the other is not free before its deadline */
    assert_int_equal(sums.spared, 1);
    assert_int_equal(sums.spared_customers, 1);
}

static void contacts_that_would_not_have_been_do_not_count(void **state) {
    World *world = *state;
    for (int i = 0; i < 3; i++)
        world_send(world, "a@home.example", i, "", NOON + i * 4 * DAY);
    g_auto(Report) report = report_new();
    Simulation sums =
        simulate_with(world, POLICY(CAP(1), "\"refuse\"", "drop"), INSTANT_ALWAYS, NOON + 20 * DAY, &report);
    assert_int_equal(sums.after.actions[ACTION_REFUSE], 1); /* the second alone: without it the third is free */
    assert_int_equal(sums.after.actions[ACTION_PASS], 2);
}

static void what_came_before_is_taken_as_it_was(void **state) {
    World *world = *state;
    live_a_while(world, "a@home.example", 10);
    g_auto(Report) report = report_new();
    Simulation sums = simulate_with(world, POLICY(CAP(1), "\"rewrite\", \"hold\"", "drop"), NOON + 2 * HOUR,
                                    NOON + 20 * DAY, &report);
    assert_int_equal(sums.messages, 4);
    assert_int_equal(report.lines->len, 0);
    assert_int_equal(differences(world, policies[0], NOON + 2 * HOUR, NOON + 20 * DAY), 0);
}

static void a_gate_that_was_not_there_would_have_kept_it(void **state) {
    World *world = *state;
    world_send(world, "a@home.example", 1, "", NOON);
    happen(world, add_event, "a@home.example", "complaint", NOON + HOUR);
    world_send(world, "a@home.example", 2, "", NOON + 2 * HOUR);
    happen(world, add_event, "a@home.example", "resolved", NOON + DAY);
    g_auto(Report) report = report_new();
    simulate_with(world, policies[3], INSTANT_ALWAYS, NOON + 20 * DAY, &report);
    assert_int_equal(report.lines->len, 1); /* nobody could know when it would end */
    assert_string_equal(report.lines->pdata[0], "a@home.example pass refuse");
}

/* Customers are replayed alone: who else there is changes nothing. */
static void customers_do_not_matter_to_one_another(void **state) {
    World *world = *state;
    static const char *const customers[] = {"a@home.example", "z@home.example", "m@home.example"};
    for (int i = 0; i < 3; i++) {
        g_auto(Report) report = report_new();
        live_a_while(world, customers[i], 100 * (i + 1));
        simulate_with(world, POLICY(CAP(1), "\"rewrite\", \"hold\"", "drop"), INSTANT_ALWAYS, NOON + 20 * DAY, &report);
        assert_int_equal(report.lines->len, i + 1);
    }
}

/* ---- random histories ---- */

static const char *const customers[] = {"a@home.example", "b@home.example", "c@home.example"};

static void send_at_random(World *world, GRand *random, int number, Instant at) {
    static const char *const fields[] = {"",
                                         "",
                                         "Cadence-Topic: tips\n",
                                         "Cadence-Topic: loans\n",
                                         "Cadence-Topic: security\n",
                                         "Cadence-Priority: 90\n",
                                         "Cadence-Priority: 10\nCadence-Topic: tips\n",
                                         "Cadence-Expires: 2026-11-29T12:00:00Z\n",
                                         "Cadence-Requires: customer.tier = 'gold'\n"};
    static const char *const bodies[] = {"Hello\n", "Hello\n", "Statement.\n{{#sales}}\nBuy.\n{{/sales}}\n",
                                         "{{#sales}}Buy.{{/sales}}\n", "Hello {{customer.first_name}}\n"};
    static const char *const recipients[] = {"a@home.example", "b@home.example", "c@home.example",
                                             "a@home.example b@home.example c@home.example"};
    g_autofree char *text = world_mail(number, fields[g_rand_int_range(random, 0, G_N_ELEMENTS(fields))],
                                       bodies[g_rand_int_range(random, 0, G_N_ELEMENTS(bodies))]);
    const char *sender = g_rand_int_range(random, 0, 6) == 0 ? "ann@staff.example" : "offers@crm.example";
    g_autoptr(Judgement) judgement = world_judge_as(
        world, sender, recipients[g_rand_int_range(random, 0, G_N_ELEMENTS(recipients))], text, at, true);
    assert_true(judgement->reply != REPLY_TEMPORARY);
}

/* A person acts on one held message, and the planner, which is woken, follows. */
static void handle_at_random(World *world, GRand *random, Instant at) {
    g_autoptr(GPtrArray) held = world_held(world);
    if (held->len == 0)
        return;
    const Custody *custody = held->pdata[g_rand_int_range(random, 0, (gint32)held->len)];
    if (!*custody->stream)
        return;
    if (g_rand_boolean(random))
        assert_true(custody_release(world->engine, custody->id, at, NULL));
    else
        assert_true(custody_drop(world->engine, custody->id, at, NULL));
    pass_at(world, at, false);
}

static void step_at_random(World *world, GRand *random, int number, Instant at) {
    const char *customer = customers[g_rand_int_range(random, 0, G_N_ELEMENTS(customers))];
    switch (g_rand_int_range(random, 0, 14)) {
    case 0:
        happen(world, add_event, customer, g_rand_boolean(random) ? "complaint" : "resolved", at);
        break;
    case 1:
        happen(world, add_contact, customer, NULL, at);
        break;
    case 2:
        handle_at_random(world, random, at);
        break;
    case 3:
    case 4:
    case 5:
        pass_at(world, at, g_rand_int_range(random, 0, 4) == 0);
        break;
    case 6:
        send_at_random(world, random, MAX(0, number - g_rand_int_range(random, 1, 4)), at); /* perhaps a retry */
        break;
    default:
        send_at_random(world, random, number, at);
    }
}

static void live_at_random(World *world, GRand *random, Instant *at) {
    *at = NOON;
    assert_true(store_transact(world->store, world_grant_work, (gpointer)customers[0], NULL));
    assert_true(store_transact(world->store, world_name_work, (gpointer)customers[1], NULL));
    assert_true(store_transact(world->store, world_grant_work, (gpointer)customers[2], NULL));
    for (int i = 0; i < RANDOM_STEPS; i++) {
        *at += g_rand_int_range(random, 1, g_rand_boolean(random) ? HOUR : 12 * HOUR);
        step_at_random(world, random, i, *at);
    }
}

static void any_history_is_reproduced(G_GNUC_UNUSED void **state) {
    for (guint32 seed = 0; seed < RANDOM_HISTORIES; seed++) {
        const char *policy = policies[seed % G_N_ELEMENTS(policies)];
        GRand *random = g_rand_new_with_seed(seed);
        World *world = world_new(policy);
        Instant at;
        live_at_random(world, random, &at);
        guint64 all = differences(world, policy, INSTANT_ALWAYS, at),
                late = differences(world, policy, NOON + 4 * DAY, at);
        if (all + late > 0)
            fail_msg("history %u: %u and %u verdicts are not reproduced", seed, (guint)all, (guint)late);
        world_free(world);
        g_rand_free(random);
    }
}

/* Under another policy nothing is lost: every message has a verdict on both sides, and every held one a fate. */
static void every_message_has_a_fate(G_GNUC_UNUSED void **state) {
    for (guint32 seed = 0; seed < RANDOM_HISTORIES / 2; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        World *world = world_new(policies[seed % G_N_ELEMENTS(policies)]);
        Instant at;
        live_at_random(world, random, &at);
        for (gsize other = 0; other < G_N_ELEMENTS(policies); other++) {
            g_auto(Report) report = report_new();
            Simulation sums = simulate_with(world, policies[other], INSTANT_ALWAYS, at, &report);
            guint64 before = 0, after = 0;
            for (gsize i = 0; i < G_N_ELEMENTS(sums.after.actions); i++) {
                before += sums.before.actions[i];
                after += sums.after.actions[i];
            }
            assert_int_equal(before, sums.messages);
            assert_int_equal(after, sums.messages);
            assert_int_equal(sums.after.released + sums.after.ended + sums.after.waiting,
                             sums.after.actions[ACTION_HOLD]);
        }
        world_free(world);
        g_rand_free(random);
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_policy_in_force_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_looser_cap_holds_less, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tighter_cap_holds_more_and_says_how_long, setup, teardown),
        cmocka_unit_test_setup_teardown(contacts_that_would_not_have_been_do_not_count, setup, teardown),
        cmocka_unit_test_setup_teardown(what_came_before_is_taken_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(a_gate_that_was_not_there_would_have_kept_it, setup, teardown),
        cmocka_unit_test_setup_teardown(customers_do_not_matter_to_one_another, setup, teardown),
        cmocka_unit_test(any_history_is_reproduced),
        cmocka_unit_test(every_message_has_a_fate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
