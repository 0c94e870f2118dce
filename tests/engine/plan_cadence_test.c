/* The plan of what cadences are going to have: by hand, and against what then happens, with Postfix played by a
 * function. */
#include "hand_back.h"

#include "engine/plan.h"

#define TUESDAY 1795510800 /* 2026-11-24T10:00:00+01:00, two days after NOON */
#define ADDRESS "a@home.example"

static const char stage_config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "templates = \"templates\"\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"en\" }\n"
    "stream \"care\" { sender = {\"*@care.example\"} trust = true }\n"
    "topic \"tips\" { class = \"relational\" }\n"
    "cadence \"first steps\" { template = \"letter\" sender = \"anna@care.example\""
    " rrule = \"FREQ=WEEKLY;COUNT=4;BYDAY=TU\" from = \"customer.since\" at = \"10:00\" }\n"
    "cadence \"birthday\" { template = \"letter\" sender = \"anna@care.example\" rrule = \"FREQ=YEARLY\""
    " from = \"customer.birthday\" at = \"09:00\" }\n"
    "cadence \"keep in touch\" { template = \"letter\" sender = \"anna@care.example\" quiet_for = \"20d\""
    " when = \"has(customer.first_name)\" }\n"
    "policy \"default\" {\n%s  hold { max = \"5d\" then = \"drop\" }\n}\n";

typedef struct {
    World *world;
    Instant at;
    GPtrArray *left; /* of char *: "instant subject" */
} Stage;

static Stage *stage_new(const char *rules) {
    Stage *stage = g_new0(Stage, 1);
    char *folder = g_dir_make_tmp("cadence-stage-XXXXXX", NULL);
    folder_put(folder, "templates/letter/en.txt", "Subject: Hello\n\nHello!\n");
    folder_put(folder, "templates/letter/template.conf", "topic = \"tips\"\n");
    g_autofree char *config = g_strdup_printf(stage_config, rules);
    stage->world = world_in(folder, config);
    stage->left = g_ptr_array_new_with_free_func(g_free);
    return stage;
}

static void stage_free(Stage *stage) {
    world_free(stage->world);
    g_ptr_array_unref(stage->left);
    g_free(stage);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

typedef struct {
    const char *id, *name, *value;
} Person;

static bool enrol_work(Transaction *transaction, gpointer user, GError **error) {
    const Person *person = user;
    AttributeValue value = {.name = (char *)person->name, .value = (char *)person->value, .at = NOON};
    g_autoptr(Customer) customer = customer_new(person->id);
    g_ptr_array_add(customer->addresses, g_strdup(person->id));
    return transaction_customer_put(transaction, customer, NOON, error) &&
           (!person->name || transaction_attribute_put(transaction, person->id, &value, error));
}

static void enrol(Stage *stage, Person person) {
    assert_true(store_transact(stage->world->store, enrol_work, &person, NULL));
}

static GPtrArray *plan_of(Stage *stage, const char *customer, Instant at) {
    GPtrArray *plan = NULL;
    assert_true(plan_make(stage->world->engine, customer, at, &plan, NULL));
    return plan;
}

static void assert_planned(const GPtrArray *plan, guint i, const char *cadence, Instant at) {
    assert_true(i < plan->len);
    const Planned *planned = plan->pdata[i];
    assert_true(planned->cadence);
    assert_string_equal(planned->held->id, cadence);
    assert_int_equal(planned->held->class, CLASS_RELATIONAL);
    assert_string_equal(planned->held->topic, "tips");
    assert_int_equal(planned->at, at);
}

/* ---- what really happens ---- */

static void take(Stage *stage, const Handover *handover, PlannerPass *pass) {
    g_autoptr(Judgement) judgement = hand_back(stage->world, handover, stage->at, NULL);
    if (judgement->reply == REPLY_ACCEPT)
        g_ptr_array_add(stage->left, g_strdup_printf("%" G_GINT64_FORMAT, stage->at));
    planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250 2.0.0 Ok");
}

static void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    for (guint i = 0; i < handovers->len; i++)
        take(user, handovers->pdata[i], pass);
}

static void pass_at(Stage *stage, Instant at) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = never, .user = stage};
    stage->at = at;
    run_pass(stage->world, at, &outside);
}

/* As the daemon does, until then. */
static void run_until(Stage *stage, Instant end) {
    for (Instant next = stage->at; next <= end;) {
        pass_at(stage, MAX(next, stage->at));
        assert_true(planner_next(stage->world->engine, &next, NULL));
    }
}

/* Everything in the plan up to `end` leaves when the plan says so, and nothing else does. */
static void assert_comes_true(Stage *stage, Instant end) {
    g_autoptr(GPtrArray) plan = plan_of(stage, NULL, stage->at);
    guint going = 0;
    run_until(stage, end);
    for (guint i = 0; i < plan->len; i++) {
        const Planned *planned = plan->pdata[i];
        if (planned->at > end)
            continue;
        g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, planned->at);
        assert_true(going < stage->left->len);
        assert_string_equal(stage->left->pdata[going++], at);
    }
    assert_int_equal(stage->left->len, going);
}

/* ---- */

static void all_tuesdays_are_planned_before_any_planner_has_run(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("");
    enrol(stage, (Person){ADDRESS, NULL, NULL});
    g_autoptr(GPtrArray) plan = plan_of(stage, ADDRESS, NOON);
    assert_int_equal(plan->len, 4);
    for (guint week = 0; week < 4; week++)
        assert_planned(plan, week, "first steps", TUESDAY + week * 7 * DAY);
    const Planned *first = plan->pdata[0];
    assert_string_equal(first->held->reasons, "[]");
    assert_int_equal(first->end, TUESDAY + 5 * DAY);
}

static void what_has_been_is_not_planned_again(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("");
    enrol(stage, (Person){ADDRESS, NULL, NULL});
    pass_at(stage, NOON);
    pass_at(stage, TUESDAY);
    g_autoptr(GPtrArray) plan = plan_of(stage, ADDRESS, TUESDAY + 1);
    assert_int_equal(plan->len, 3);
    assert_planned(plan, 0, "first steps", TUESDAY + 7 * DAY);
}

static void the_next_birthday_is_planned_however_far(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("");
    enrol(stage, (Person){ADDRESS, "birthday", "1984-08-01"});
    g_autoptr(GPtrArray) plan = plan_of(stage, ADDRESS, NOON);
    assert_int_equal(plan->len, 5);
    assert_planned(plan, 4, "birthday", 1817103600); /* 2027-08-01T09:00:00+02:00 */
}

static void rules_move_it_and_say_why(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("  hours { days = \"Wed-Fri\" from = \"12:00\" until = \"20:00\" }\n");
    enrol(stage, (Person){ADDRESS, NULL, NULL});
    g_autoptr(GPtrArray) plan = plan_of(stage, ADDRESS, NOON);
    assert_planned(plan, 0, "first steps", TUESDAY + 26 * HOUR);
    assert_non_null(strstr(((Planned *)plan->pdata[0])->held->reasons, "\"hours\""));
}

static void what_no_instant_frees_is_planned_with_its_end(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("  cap \"none\" { topic = \"tips\" limit = 0 window = \"1d\" }\n");
    enrol(stage, (Person){ADDRESS, NULL, NULL});
    g_autoptr(GPtrArray) plan = plan_of(stage, ADDRESS, NOON);
    assert_planned(plan, 0, "first steps", INSTANT_NEVER);
    assert_int_equal(((Planned *)plan->pdata[0])->end, TUESDAY + 5 * DAY);
}

/* Silence begins anew with each letter: the last of them goes on December 15th. */
static void silence_is_broken_by_what_goes_before(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("");
    enrol(stage, (Person){ADDRESS, "first_name", "Ala"});
    g_autoptr(GPtrArray) plan = plan_of(stage, ADDRESS, NOON);
    assert_int_equal(plan->len, 5);
    assert_planned(plan, 4, "keep in touch", TUESDAY + (21 + 20) * DAY);
}

static void everybody_is_planned_who_has_something_coming(void **state) {
    (void)state;
    g_autoptr(Stage) stage = stage_new("");
    for (int i = 0; i < 150; i++) { /* more than a page */
        g_autofree char *id = g_strdup_printf("c%03d@home.example", i);
        enrol(stage, (Person){id, NULL, NULL});
    }
    g_autoptr(GPtrArray) plan = plan_of(stage, NULL, NOON);
    assert_int_equal(plan->len, 600);
    for (guint i = 0; i < 600; i++)
        assert_planned(plan, i, "first steps", TUESDAY + i / 150 * 7 * DAY);
}

static void plans_come_true(void **state) {
    (void)state;
    static const char *const rules[] = {
        "",
        "  hours { days = \"Mon-Fri\" from = \"11:00\" until = \"20:00\" }\n",
        "  cap \"one\" { limit = 1 window = \"8d\" }\n",
        "  gap \"g\" { class = \"relational\" min = \"60h\" }\n  hours { days = \"Wed-Sat\" }\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(Stage) stage = stage_new(rules[i]);
        enrol(stage, (Person){ADDRESS, "birthday", "1984-11-23"});
        enrol(stage, (Person){ADDRESS, "first_name", "Ala"});
        enrol(stage, (Person){"b@home.example", "birthday", "1984-12-01"});
        pass_at(stage, NOON);
        assert_comes_true(stage, NOON + 31 * DAY);
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_tuesdays_are_planned_before_any_planner_has_run),
        cmocka_unit_test(what_has_been_is_not_planned_again),
        cmocka_unit_test(the_next_birthday_is_planned_however_far),
        cmocka_unit_test(rules_move_it_and_say_why),
        cmocka_unit_test(what_no_instant_frees_is_planned_with_its_end),
        cmocka_unit_test(silence_is_broken_by_what_goes_before),
        cmocka_unit_test(everybody_is_planned_who_has_something_coming),
        cmocka_unit_test(plans_come_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
