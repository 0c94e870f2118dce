/* Held mail whose customer, address or clock is not what it was when it was taken: it is judged, or it comes to an end,
 * and no pass goes round for it. */
#include "postfix.h"

#include "engine/custody.h"
#include "engine/plan.h"

#include <sqlite3.h>

static bool some_batches(gpointer user) {
    Postfix *postfix = user;
    return ++postfix->batches > 20;
}

/* One that would end by itself ends before it is told to stop. */
static PlannerCounts pass_that_ends(Postfix *postfix, Instant at) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = some_batches, .user = postfix};
    postfix->at = at;
    postfix->batches = 0;
    PlannerCounts counts = run_pass(postfix->world, at, &outside);
    assert_in_range(postfix->batches, 1, 20);
    return counts;
}

static void assert_held(World *world, guint count) {
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, count);
}

static Instant first_due(World *world) {
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 1);
    return ((Custody *)held->pdata[0])->due;
}

/* An offer over the cap that two have filled. */
static void hold_one(World *world, int number) {
    assert_int_equal(world_send(world, "a@home.example", 10 + number, "", NOON + DAY), ACTION_HOLD);
    assert_held(world, 1);
}

/* ---- rules that change ---- */

static void set_limit(World *world, const char *limit) {
    g_autoptr(GString) config = g_string_new(world_config);
    g_string_replace(config, "limit = 2", limit, 1);
    world_set_config(world, config->str);
}

static void reload_with_limit(World *world, const char *limit, Instant at) {
    set_limit(world, limit);
    assert_true(custody_ask_anew(world->engine, at, NULL));
}

static void what_looser_rules_let_go_goes_at_once(void **state) {
    Postfix *postfix = *state;
    hold_one(postfix->world, 0);
    reload_with_limit(postfix->world, "limit = 3", NOON + DAY + 1);
    assert_int_equal(pass_that_ends(postfix, NOON + DAY + 1).released, 1);
    assert_held(postfix->world, 0);
}

static void what_other_rules_hold_as_well_waits_as_long_as_these_say(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    hold_one(world, 0);
    Instant before = first_due(world);
    reload_with_limit(world, "limit = 1", NOON + DAY + 1);
    assert_int_equal(pass_that_ends(postfix, NOON + DAY + 1).rescheduled, 1);
    assert_int_equal(first_due(world), before);
    assert_int_equal(postfix->delivered->len, 0);
}

static void assert_planned(World *world, Instant at) {
    g_autoptr(GPtrArray) plan = NULL;
    assert_true(plan_make(world->engine, NULL, at, &plan, NULL));
    assert_int_equal(plan->len, 1);
    assert_int_equal(((Planned *)plan->pdata[0])->at, at);
}

/* The rules are what they were; they are just asked no more. */
static void what_no_rule_is_asked_about_any_more_goes_at_once(void **state) {
    static const char *const changes[][2] = {
        {"hold { max", "mode = \"observe\"  hold { max"},
        {"class = \"sales\" }\ntopic", "class = \"sales\" enforce = false }\ntopic"},
        {"topic \"loans\" { class", "topic \"loans\" { exempt = true  class"},
        {"{\"*@bank.example\"", "{\"A@home.example\", \"*@bank.example\""},
    };
    Postfix *postfix = *state;
    World *world = postfix->world;
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        Instant at = NOON + (Instant)i * 30 * DAY;
        world_set_config(world, world_config);
        for (int message = 0; message < 3; message++)
            world_send(world, "a@home.example", (int)i * 10 + message, "Cadence-Topic: loans\n", at);
        assert_held(world, 1);
        g_autoptr(GString) config = g_string_new(world_config);
        assert_int_equal(g_string_replace(config, changes[i][0], changes[i][1], 1), 1);
        world_set_config(world, config->str);
        assert_true(custody_ask_anew(world->engine, at + 1, NULL));
        assert_planned(world, at + 1);
        assert_int_equal(pass_that_ends(postfix, at + 1).released, 1);
        assert_held(world, 0);
    }
}

static void what_waits_for_its_author_is_no_matter_of_rules(void **state) {
    World *world = ((Postfix *)*state)->world;
    g_autofree char *text = world_mail(30, "Cadence-Topic: tips\n", "{{customer.first_name}}\n");
    g_autoptr(Judgement) held = world_judge(world, "b@home.example", text, NOON);
    assert_int_equal(world_outcome(held, 0)->action, ACTION_HOLD);
    Instant before = first_due(world);
    reload_with_limit(world, "limit = 3", NOON + 1);
    assert_int_equal(first_due(world), before);
}

static void start(World *world, const char *daemon, Instant at) {
    assert_true(custody_ask_anew_once(world->engine, daemon, at, NULL));
}

static void a_start_asks_where_the_rules_are_others_than_at_the_last_one(void **state) {
    World *world = ((Postfix *)*state)->world;
    start(world, "cadence-milter", NOON);
    hold_one(world, 0);
    Instant before = first_due(world);
    start(world, "cadence-milter", NOON + DAY + 1);
    assert_int_equal(first_due(world), before);
    set_limit(world, "limit = 3");
    start(world, "cadence-milter", NOON + DAY + 2);
    assert_int_equal(first_due(world), NOON + DAY + 2);
}

/* The planner came first, and the milter of the old rules held it again. */
static void each_daemon_asks_for_itself(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    hold_one(world, 0);
    start(world, "cadence-planner", NOON + DAY + 1);
    assert_int_equal(pass_that_ends(postfix, NOON + DAY + 1).rescheduled, 1);
    start(world, "cadence-planner", NOON + DAY + 2);
    assert_true(first_due(world) > NOON + DAY + 2);
    start(world, "cadence-milter", NOON + DAY + 2);
    assert_int_equal(first_due(world), NOON + DAY + 2);
}

static void what_a_reload_had_asked_a_start_does_not(void **state) {
    World *world = ((Postfix *)*state)->world;
    hold_one(world, 0);
    Instant before = first_due(world);
    assert_true(custody_note_asked(world->engine, "cadence-milter", NULL));
    start(world, "cadence-milter", NOON + DAY + 1);
    assert_int_equal(first_due(world), before);
}

/* ---- clocks that differ ---- */

static void what_a_milter_behind_takes_back_pauses_however_it_was_handed_over(void **state) {
    static const Health ways[] = {POSTFIX_WELL, POSTFIX_BY_SENDMAIL_AT_ONCE};
    Postfix *postfix = *state;
    World *world = postfix->world;
    Instant due = NOON + 7 * DAY;
    hold_one(world, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        postfix->health = ways[i];
        postfix->behind = 100;
        assert_int_equal(pass_that_ends(postfix, due).rescheduled, 1);
        assert_true(first_due(world) > due);
        due = first_due(world);
    }
    postfix->behind = 0;
    pass_that_ends(postfix, due);
    assert_int_equal(postfix->delivered->len, 1);
    assert_int_equal(world_contacts(world, "a@home.example"), 3);
}

static bool look_again(Transaction *transaction, gpointer at, GError **error) {
    return custody_reschedule(transaction, "a@home.example", *(const Instant *)at, error);
}

static void a_clock_that_went_back_two_days_makes_nothing_due(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    Instant at = NOON - 2 * DAY;
    hold_one(world, 0);
    assert_int_equal(world_send(world, "a@home.example", 3, "Cadence-Topic: tips\n", at), ACTION_PASS);
    assert_int_equal(first_due(world), at + 7 * DAY);
    postfix->health = POSTFIX_WITHOUT_MILTER; /* it would go, if it were handed over */
    assert_true(store_transact(world->store, look_again, &at, NULL));
    assert_int_equal(pass_that_ends(postfix, at).rescheduled, 1);
    assert_int_equal(first_due(world), at + 7 * DAY);
    assert_int_equal(postfix->delivered->len, 0);
}

static void what_a_clock_that_went_back_holds_goes_in_the_end(void **state) {
    Postfix *postfix = *state;
    Instant at = NOON - 2 * DAY;
    hold_one(postfix->world, 0);
    assert_true(store_transact(postfix->world->store, look_again, &at, NULL));
    for (int passes = 0; passes < 20 && postfix->delivered->len == 0; passes++) {
        assert_int_equal(pass_that_ends(postfix, at).dropped, 0);
        at += DAY;
    }
    assert_int_equal(postfix->delivered->len, 1);
    assert_in_range(postfix->at, NOON + 7 * DAY, NOON + 8 * DAY);
}

/* ---- customers that are gone ---- */

/* sendmail(1)'s maildrop is read twice, and so it is called twice. */
static bool erase(Transaction *transaction, gpointer customer, GError **error) {
    Erasure erasure;
    bool exists;
    return transaction_customer_exists(transaction, customer, &exists, error) &&
           (!exists || transaction_erase(transaction, customer, &erasure, error));
}

/* Their address is another customer's then. */
static bool erase_and_replace(Transaction *transaction, gpointer customer, GError **error) {
    g_autoptr(Customer) other = customer_new("C2");
    g_ptr_array_add(other->addresses, g_strdup("a@home.example"));
    return erase(transaction, customer, error) && transaction_customer_put(transaction, other, NOON, error);
}

static void mail_of_who_was_erased_while_it_was_on_its_way_goes_nowhere(void **state) {
    static const struct {
        Health health;
        StoreWork meanwhile;
    } rows[] = {{POSTFIX_WELL, erase},
                {POSTFIX_WELL, erase_and_replace},
                {POSTFIX_BY_SENDMAIL, erase},
                {POSTFIX_BY_SENDMAIL_AT_ONCE, erase_and_replace}};
    Postfix *postfix = *state;
    World *world = postfix->world;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        postfix->health = rows[i].health;
        postfix->meanwhile = rows[i].meanwhile;
        hold_one(world, (int)i);
        pass_that_ends(postfix, NOON + 7 * DAY);
        assert_int_equal(postfix->delivered->len, 0);
        assert_held(world, 0);
        assert_int_equal(world_contacts(world, "C2"), rows[i].meanwhile == erase_and_replace ? 2 : 0);
        assert_true(store_transact(world->store, erase, (gpointer) "C2", NULL));
    }
}

static void forget_customers(const World *world) {
    g_autofree char *path = g_build_filename(world->folder, "cadence.db", NULL);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "DELETE FROM customer", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void what_belongs_to_nobody_does_not_go_unjudged(void **state) {
    Postfix *postfix = *state;
    hold_one(postfix->world, 0);
    forget_customers(postfix->world);
    assert_int_equal(pass_that_ends(postfix, NOON + 7 * DAY).dropped, 1);
    assert_int_equal(postfix->delivered->len, 0);
    assert_held(postfix->world, 0);
}

typedef struct {
    GMutex lock;
    GCond begun;
    bool is_begun;
} Erasing;

/* Keeps the writer until the other thread has looked its customer up and waits. */
static bool erase_slowly(Transaction *transaction, gpointer user, GError **error) {
    Erasing *erasing = user;
    g_mutex_lock(&erasing->lock);
    erasing->is_begun = true;
    g_cond_signal(&erasing->begun);
    g_mutex_unlock(&erasing->lock);
    g_usleep(300 * 1000);
    return erase(transaction, (gpointer) "a@home.example", error);
}

typedef struct {
    Store *store;
    Erasing *erasing;
} Eraser;

static gpointer erase_in_thread(gpointer user) {
    const Eraser *eraser = user;
    assert_true(store_transact(eraser->store, erase_slowly, eraser->erasing, NULL));
    return NULL;
}

static void nothing_is_written_of_who_was_erased_since_the_look_up(void **state) {
    World *world = ((Postfix *)*state)->world;
    Erasing erasing = {.is_begun = false};
    Eraser eraser = {world->store, &erasing};
    g_autofree char *text = world_mail(3, "", "Hello\n");
    GThread *thread = g_thread_new("eraser", erase_in_thread, &eraser);
    g_mutex_lock(&erasing.lock);
    while (!erasing.is_begun)
        g_cond_wait(&erasing.begun, &erasing.lock);
    g_mutex_unlock(&erasing.lock);
    g_autoptr(Judgement) judgement = world_judge(world, "a@home.example", text, NOON + 1);
    g_thread_join(thread);
    assert_int_equal(judgement->reply, REPLY_TEMPORARY);
    assert_non_null(strstr(judgement->reply_text, "erased"));
    assert_held(world, 0);
    assert_int_equal(world_contacts(world, "a@home.example"), 0);
    g_autoptr(Judgement) again = world_judge(world, "a@home.example", text, NOON + 2);
    assert_int_equal(world_outcome(again, 0)->action, ACTION_HOLD); /* the cap is remembered */
}

/* ---- customers that are none any more ---- */

static void what_is_nobodys_of_ours_any_more_goes_and_is_not_counted(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    hold_one(world, 0);
    g_autoptr(GString) config = g_string_new(world_config);
    g_string_replace(config, "*@bank.example", "*@home.example", 1);
    world_set_config(world, config->str);
    PlannerCounts counts = pass_that_ends(postfix, NOON + 7 * DAY);
    assert_int_equal(counts.released, 1);
    assert_int_equal(postfix->delivered->len, 1);
    assert_held(world, 0);
    assert_int_equal(world_contacts(world, "a@home.example"), 2);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_milter_behind_takes_back_pauses_however_it_was_handed_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_looser_rules_let_go_goes_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_other_rules_hold_as_well_waits_as_long_as_these_say, setup, teardown),
        cmocka_unit_test_setup_teardown(what_no_rule_is_asked_about_any_more_goes_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_waits_for_its_author_is_no_matter_of_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(a_start_asks_where_the_rules_are_others_than_at_the_last_one, setup, teardown),
        cmocka_unit_test_setup_teardown(each_daemon_asks_for_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_reload_had_asked_a_start_does_not, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_went_back_two_days_makes_nothing_due, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_clock_that_went_back_holds_goes_in_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(mail_of_who_was_erased_while_it_was_on_its_way_goes_nowhere, setup, teardown),
        cmocka_unit_test_setup_teardown(what_belongs_to_nobody_does_not_go_unjudged, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_written_of_who_was_erased_since_the_look_up, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_nobodys_of_ours_any_more_goes_and_is_not_counted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
