/* Simulate: the policy in force reproduces every recorded verdict, another one says what would have changed. Histories
 * are made by the engine and the planner themselves, at random too. */
#include "history.h"

#include <sqlite3.h>

#define RANDOM_STEPS 60

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
    const SimulationOutside outside = {add_change, show_progress, report};
    return history_simulate(world, text, since, now, &outside);
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

/* ---- a history told in full ---- */

static int setup(void **state) {
    *state = history_world(policies[0]);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

/* Two pass, one is held and released an hour late, one is cut, one refused, one exempt, one retried, and a cadence
 * sends one. */
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
    assert_int_equal(sums.messages, 7);
    assert_int_equal(sums.customers, 1);
    assert_int_equal(sums.before.actions[ACTION_PASS], 4);
    assert_int_equal(sums.after.actions[ACTION_HOLD], 1);
    assert_int_equal(sums.after.actions[ACTION_REWRITE], 1);
    assert_int_equal(sums.after.actions[ACTION_REFUSE], 1);
    assert_int_equal(sums.after.released, 1);
    assert_int_equal(sums.after.waited, 7 * DAY + HOUR - 2 * HOUR);
    assert_int_equal(report.progress, 8); /* the release has a verdict too */
    assert_int_equal(world_contacts(world, "a@home.example"), 5);
}

static Action send_at(World *world, int number, Instant at, bool live) {
    g_autofree char *text = world_mail(number, "", "Hello\n");
    g_autoptr(Judgement) judgement = world_submit(world, "offers@crm.example", "a@home.example", text,
                                                  (Submission){.at = at, .live = live, .record = true});
    return world_outcome(judgement, 0)->action;
}

/* By the clock what was sent in a time yet to come counts; of another time it is asked what counted then. */
static void a_clock_that_went_back_changes_nothing(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(send_at(world, i, NOON + 10 * HOUR, true), ACTION_PASS);
    assert_int_equal(send_at(world, 2, NOON, true), ACTION_HOLD);
    assert_int_equal(send_at(world, 3, NOON, false), ACTION_PASS);
    g_auto(Report) report = report_new();
    Simulation sums = simulate_with(world, policies[0], INSTANT_ALWAYS, NOON + DAY, &report);
    assert_int_equal(report.lines->len + sums.moved, 0);
    assert_int_equal(sums.messages, 4);
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
    assert_int_equal(sums.messages, 5);
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
    static const char *const others[] = {"a@home.example", "z@home.example", "m@home.example"};
    for (int i = 0; i < 3; i++) {
        g_auto(Report) report = report_new();
        live_a_while(world, others[i], 100 * (i + 1));
        simulate_with(world, POLICY(CAP(1), "\"rewrite\", \"hold\"", "drop"), INSTANT_ALWAYS, NOON + 20 * DAY, &report);
        assert_int_equal(report.lines->len, i + 1);
    }
}

/* ---- an older release ---- */

/* Its receipts did not keep what was asked. */
static void make_old(const World *world, Instant before) {
    g_autofree char *path = g_build_filename(world->folder, "cadence.db", NULL);
    g_autofree char *sql = g_strdup_printf("UPDATE receipt SET text = json_remove(text, '$.matter')"
                                           " WHERE id IN (SELECT receipt FROM verdict WHERE at < %" G_GINT64_FORMAT ")",
                                           before);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

/* Of what it let through the younger verdicts know: the mixed message is cut. */
static void what_an_older_release_recorded_is_left_out_and_counts(void **state) {
    World *world = *state;
    live_a_while(world, "a@home.example", 10);
    live_a_while(world, "b@home.example", 20);
    make_old(world, NOON + DAY);
    g_auto(Report) report = report_new();
    Simulation sums = simulate_with(world, policies[0], INSTANT_ALWAYS, NOON + 20 * DAY, &report);
    assert_int_equal(sums.left_out, 8);
    assert_int_equal(sums.left_out_customers, 2);
    assert_int_equal(report.lines->len + sums.moved, 0);
    assert_int_equal(sums.after.actions[ACTION_REWRITE], 2);
    g_auto(Report) late = report_new();
    assert_int_equal(simulate_with(world, policies[0], NOON + HOUR, NOON + 20 * DAY, &late).left_out, 6);
}

static void no_release_of_ours_is_old(void **state) {
    World *world = *state;
    live_a_while(world, "a@home.example", 10);
    g_auto(Report) report = report_new();
    assert_int_equal(simulate_with(world, policies[0], INSTANT_ALWAYS, NOON + 20 * DAY, &report).left_out, 0);
    make_old(world, NOON + 20 * DAY);
    g_auto(Report) old = report_new();
    Simulation sums = simulate_with(world, policies[1], INSTANT_ALWAYS, NOON + 20 * DAY, &old);
    assert_int_equal(sums.left_out, 7); /* messages, however many verdicts they have */
    assert_int_equal(sums.messages, 0);
}

/* ---- random histories ---- */

static guint32 histories(void) {
    const char *text = g_getenv("CADENCE_HISTORIES");
    return text ? (guint32)g_ascii_strtoull(text, NULL, 10) : 28;
}

static void any_history_is_reproduced(G_GNUC_UNUSED void **state) {
    for (guint32 seed = 0; seed < histories(); seed++) {
        const char *policy = policies[seed % G_N_ELEMENTS(policies)];
        GRand *random = g_rand_new_with_seed(seed);
        World *world = history_world(policy);
        Instant at;
        live_at_random(world, random, RANDOM_STEPS, &at);
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
    for (guint32 seed = 0; seed < histories() / 2; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        World *world = history_world(policies[seed % G_N_ELEMENTS(policies)]);
        Instant at;
        live_at_random(world, random, RANDOM_STEPS, &at);
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
        cmocka_unit_test_setup_teardown(a_clock_that_went_back_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_looser_cap_holds_less, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tighter_cap_holds_more_and_says_how_long, setup, teardown),
        cmocka_unit_test_setup_teardown(contacts_that_would_not_have_been_do_not_count, setup, teardown),
        cmocka_unit_test_setup_teardown(what_came_before_is_taken_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(a_gate_that_was_not_there_would_have_kept_it, setup, teardown),
        cmocka_unit_test_setup_teardown(customers_do_not_matter_to_one_another, setup, teardown),
        cmocka_unit_test_setup_teardown(what_an_older_release_recorded_is_left_out_and_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(no_release_of_ours_is_old, setup, teardown),
        cmocka_unit_test(any_history_is_reproduced),
        cmocka_unit_test(every_message_has_a_fate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
