/* Cadences from the schedule to the mail that leaves, with Postfix played by a function. */
#include "hand_back.h"

#include "base/error.h"
#include "engine/cadence.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    World *world;
    Instant at;
    bool dead;           /* Postfix does not answer */
    GPtrArray *arrivals; /* of char *: the messages as they left */
} Scene;

static const char scene_config[] = "store { url = \"sqlite:cadence.db\" }\n"
                                   "secret = \"secret\"\n"
                                   "templates = \"templates\"\n"
                                   "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" }\n"
                                   "stream \"care\" { sender = {\"*@care.example\"} trust = true }\n"
                                   "topic \"tips\" { class = \"relational\" }\n"
                                   "attribute \"first_name\" { sensitivity = 0 }\n"
                                   "%s";

#define FIRST_STEPS                                                                                                    \
    "cadence \"first steps\" { template = \"letter\" sender = \"anna@care.example\""                                   \
    " rrule = \"FREQ=WEEKLY;COUNT=4;BYDAY=TU\" from = \"customer.since\" at = \"10:00\" }\n"
#define BIRTHDAY                                                                                                       \
    "cadence \"birthday\" { template = \"letter\" sender = \"anna@care.example\" rrule = \"FREQ=YEARLY\""              \
    " from = \"customer.birthday\" at = \"09:00\" }\n"
#define KEEP_IN_TOUCH                                                                                                  \
    "cadence \"keep in touch\" { template = \"letter\" sender = \"anna@care.example\" quiet_for = \"45d\""             \
    " when = \"has(customer.first_name)\" }\n"

#define TUESDAY 1795510800 /* 2026-11-24T10:00:00+01:00, two days after NOON */

/* ---- the stage ---- */

static void write_template(const Scene *scene, const char *name, const char *text) {
    g_autofree char *folder = g_build_filename(scene->world->folder, "templates", "letter", NULL);
    folder_put(folder, name, text);
}

static Scene *scene_new(const char *cadences) {
    Scene *scene = g_new0(Scene, 1);
    char *folder = g_dir_make_tmp("cadence-scene-XXXXXX", NULL);
    folder_put(folder, "templates/letter/template.conf", "topic = \"tips\"\n");
    folder_put(folder, "templates/letter/pl.txt",
               "Subject: Dzień dobry, {{customer.first_name | default: \"Kliencie\"}}\n\nWitaj!\n");
    g_autofree char *config = g_strdup_printf(scene_config, cadences);
    scene->world = world_in(folder, config);
    scene->arrivals = g_ptr_array_new_with_free_func(g_free);
    return scene;
}

static void scene_free(Scene *scene) {
    world_free(scene->world);
    g_ptr_array_unref(scene->arrivals);
    g_free(scene);
}

static void take(Scene *scene, const Handover *handover, PlannerPass *pass) {
    char *left;
    g_autoptr(Judgement) judgement = hand_back(scene->world, handover, scene->at, &left);
    if (judgement->reply == REPLY_ACCEPT)
        g_ptr_array_add(scene->arrivals, left);
    planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250 2.0.0 Ok");
}

static void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    Scene *scene = user;
    for (guint i = 0; i < handovers->len; i++) {
        if (scene->dead)
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_DEFERRED, "no connection");
        else
            take(scene, handovers->pdata[i], pass);
    }
}

/* One pass; returns how many messages have arrived in all. */
static guint pass_at(Scene *scene, Instant at) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = never, .user = scene};
    scene->at = at;
    run_pass(scene->world, at, &outside);
    return scene->arrivals->len;
}

typedef struct {
    const char *id, *timezone, *name, *value;
    Instant at;
} Change;

static bool change_work(Transaction *transaction, gpointer user, GError **error) {
    const Change *change = user;
    AttributeValue value = {.name = (char *)change->name, .value = (char *)change->value, .at = change->at};
    g_autoptr(Customer) customer = customer_new(change->id);
    customer->timezone = g_strdup(change->timezone);
    g_ptr_array_add(customer->addresses, g_strdup(change->id));
    return transaction_customer_put(transaction, customer, change->at, error) &&
           (!change->name || transaction_attribute_put(transaction, change->id, &value, error));
}

static void change(Scene *scene, Change change) {
    assert_true(store_transact(scene->world->store, change_work, &change, NULL));
}

static void enrol(Scene *scene, const char *id, Instant at) {
    change(scene, (Change){.id = id, .at = at});
}

static void assert_says(const Scene *scene, const char *part) {
    const char *last = scene->arrivals->pdata[scene->arrivals->len - 1];
    if (!strstr(last, part))
        fail_msg("\"%s\" is not in:\n%s", part, last);
}

/* ---- rules ---- */

static void four_tuesdays_and_no_more(void **state) {
    (void)state;
    Scene *scene = scene_new(FIRST_STEPS);
    enrol(scene, "a@home.example", NOON);
    assert_int_equal(pass_at(scene, NOON), 0);
    assert_int_equal(pass_at(scene, TUESDAY - 1), 0);
    for (guint week = 0; week < 8; week++) {
        guint expected = MIN(week + 1, 4);
        assert_int_equal(pass_at(scene, TUESDAY + week * 7 * DAY), expected);
        assert_int_equal(pass_at(scene, TUESDAY + week * 7 * DAY + HOUR), expected);
    }
    assert_int_equal(world_contacts(scene->world, "a@home.example"), 4);
    scene_free(scene);
}

static void the_mail_is_filled_tagged_and_in_the_customers_language(void **state) {
    (void)state;
    Scene *scene = scene_new(FIRST_STEPS);
    write_template(scene, "pl.txt", "Subject: Pierwsze kroki\n\nWitaj, {{customer.first_name}}! Żółw.\n");
    assert_true(engine_set_config(scene->world->engine, scene->world->config, NULL));
    change(scene, (Change){.id = "a@home.example", .name = "first_name", .value = "Łucja", .at = NOON});
    pass_at(scene, NOON);
    assert_int_equal(pass_at(scene, TUESDAY), 1);
    assert_says(scene, "Subject: Pierwsze kroki\r\n");
    assert_says(scene, "Witaj, =C5=81ucja! =C5=BB=C3=B3=C5=82w.\r\n");
    assert_says(scene, "From: anna@care.example\r\n");
    assert_says(scene, "To: a@home.example\r\n");
    assert_says(scene, "Cadence-Class: relational\r\n");
    assert_null(strstr(scene->arrivals->pdata[0], "Cadence-Topic"));
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(scene->world->store, "a@home.example", INSTANT_ALWAYS, &ledger, NULL));
    assert_string_equal(g_array_index(ledger->contacts, Contact, 0).topic, "tips");
    scene_free(scene);
}

static void what_was_missed_by_a_day_does_not_come_in_a_burst(void **state) {
    (void)state;
    Scene *scene = scene_new(FIRST_STEPS);
    enrol(scene, "a@home.example", NOON);
    pass_at(scene, NOON);
    assert_int_equal(pass_at(scene, TUESDAY + 15 * DAY), 0);
    assert_int_equal(pass_at(scene, TUESDAY + 21 * DAY), 1); /* the fourth */
    assert_int_equal(pass_at(scene, TUESDAY + 28 * DAY), 1);
    scene_free(scene);
}

static void a_planner_that_was_away_for_hours_makes_up_for_it(void **state) {
    (void)state;
    Scene *scene = scene_new(FIRST_STEPS);
    enrol(scene, "a@home.example", NOON);
    pass_at(scene, NOON);
    assert_int_equal(pass_at(scene, TUESDAY + 5 * HOUR), 1);
    assert_int_equal(pass_at(scene, TUESDAY + 5 * HOUR), 1);
    scene_free(scene);
}

/* ---- a planner that dies ---- */

static void open_again(World *world) {
    world->store = store_open(world->config->store_url, NULL);
    world->engine = engine_new(world->config, world->store, &world->secret, NULL);
}

static void close_all(World *world) {
    g_clear_pointer(&world->engine, engine_free);
    g_clear_pointer(&world->store, store_close);
}

static void die_saying(G_GNUC_UNUSED const char *line, G_GNUC_UNUSED gpointer user) {
    kill(getpid(), SIGKILL);
}

static void die_delivering(G_GNUC_UNUSED const Config *config, G_GNUC_UNUSED const GPtrArray *handovers,
                           G_GNUC_UNUSED PlannerPass *pass, G_GNUC_UNUSED gpointer user) {
    kill(getpid(), SIGKILL);
}

/* One pass in a process of its own, which does not live to its end. */
static void die_at(Scene *scene, Instant at, PlannerOutside outside) {
    close_all(scene->world);
    pid_t child = fork();
    if (child == 0) {
        PlannerCounts counts;
        bool locked;
        open_again(scene->world);
        planner_pass(scene->world->engine, at, 0, &outside, &locked, &counts, NULL);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    open_again(scene->world);
}

static void a_planner_that_dies_sends_it_once(void **state) {
    (void)state;
    static const PlannerOutside deaths[] = {
        {.deliver = die_delivering, .say = die_saying, .stopping = never}, /* taken into custody */
        {.deliver = die_delivering, .say = say, .stopping = never},        /* on the way to Postfix */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(deaths); i++) {
        Scene *scene = scene_new(FIRST_STEPS);
        enrol(scene, "a@home.example", NOON);
        pass_at(scene, NOON);
        die_at(scene, TUESDAY, deaths[i]);
        assert_int_equal(pass_at(scene, TUESDAY + HOUR), 1);
        assert_int_equal(pass_at(scene, TUESDAY + 2 * HOUR), 1);
        scene_free(scene);
    }
}

static void while_postfix_is_down_it_waits(void **state) {
    (void)state;
    Scene *scene = scene_new(FIRST_STEPS);
    enrol(scene, "a@home.example", NOON);
    pass_at(scene, NOON);
    scene->dead = true;
    assert_int_equal(pass_at(scene, TUESDAY), 0);
    assert_int_equal(pass_at(scene, TUESDAY + HOUR), 0);
    scene->dead = false;
    assert_int_equal(pass_at(scene, TUESDAY + 3 * HOUR), 1);
    assert_int_equal(pass_at(scene, TUESDAY + 6 * HOUR), 1);
    scene_free(scene);
}

static void a_birthday_goes_by_the_customers_own_clock_and_follows_the_facts(void **state) {
    (void)state;
    Scene *scene = scene_new(BIRTHDAY);
    Instant nine = TUESDAY - HOUR;
    change(scene, (Change){"a@home.example", "America/New_York", "birthday", "1984-11-24", NOON});
    change(scene, (Change){"b@home.example", NULL, "birthday", "soon", NOON});
    enrol(scene, "c@home.example", NOON);
    pass_at(scene, NOON);
    assert_int_equal(pass_at(scene, nine), 0);
    assert_int_equal(pass_at(scene, nine + 6 * HOUR - 1), 0);
    change(scene, (Change){"b@home.example", NULL, "birthday", "1990-11-25", nine});
    assert_int_equal(pass_at(scene, nine + 6 * HOUR), 1);
    assert_int_equal(pass_at(scene, nine + DAY), 2);
    assert_int_equal(pass_at(scene, nine + 364 * DAY), 2);
    assert_int_equal(pass_at(scene, nine + 365 * DAY), 2);
    assert_int_equal(pass_at(scene, nine + 366 * DAY), 4); /* in New York the day before, six hours later */
    scene_free(scene);
}

static void who_moves_to_another_zone_gets_it_once(void **state) {
    (void)state;
    Scene *scene = scene_new(BIRTHDAY);
    change(scene, (Change){"a@home.example", NULL, "birthday", "1984-11-24", NOON});
    pass_at(scene, NOON);
    assert_int_equal(pass_at(scene, TUESDAY), 1);
    change(scene, (Change){.id = "a@home.example", .timezone = "America/New_York", .at = TUESDAY});
    for (int hour = 0; hour < 30; hour++)
        assert_int_equal(pass_at(scene, TUESDAY + hour * HOUR), 1);
    scene_free(scene);
}

/* ---- quiet ---- */

static void silence_is_broken_once(void **state) {
    (void)state;
    Scene *scene = scene_new(KEEP_IN_TOUCH);
    change(scene, (Change){.id = "a@home.example", .name = "first_name", .value = "Ala", .at = NOON});
    assert_int_equal(pass_at(scene, NOON + 45 * DAY - 1), 0);
    assert_int_equal(pass_at(scene, NOON + 45 * DAY), 1);
    assert_int_equal(pass_at(scene, NOON + 45 * DAY + HOUR), 1);
    assert_int_equal(pass_at(scene, NOON + 89 * DAY), 1);
    assert_int_equal(pass_at(scene, NOON + 90 * DAY), 2);
    scene_free(scene);
}

static void other_relational_mail_keeps_it_silent(void **state) {
    (void)state;
    Scene *scene = scene_new(KEEP_IN_TOUCH);
    change(scene, (Change){.id = "a@home.example", .name = "first_name", .value = "Ala", .at = NOON});
    pass_at(scene, NOON);
    g_autofree char *text = world_mail(1, "Cadence-Class: relational\n", "Hello\n");
    g_autoptr(Judgement) judgement =
        world_judge_as(scene->world, "jan@care.example", "a@home.example", text, NOON + 20 * DAY, true);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
    assert_int_equal(pass_at(scene, NOON + 45 * DAY), 0);
    assert_int_equal(pass_at(scene, NOON + 65 * DAY), 1);
    scene_free(scene);
}

static void a_condition_is_asked_when_it_is_due_and_when_facts_change(void **state) {
    (void)state;
    Scene *scene = scene_new(KEEP_IN_TOUCH);
    enrol(scene, "a@home.example", NOON);
    assert_int_equal(pass_at(scene, NOON + 45 * DAY), 0);
    assert_int_equal(pass_at(scene, NOON + 50 * DAY), 0);
    change(scene, (Change){.id = "a@home.example", .name = "first_name", .value = "Ala", .at = NOON + 51 * DAY});
    assert_int_equal(pass_at(scene, NOON + 51 * DAY), 1);
    scene_free(scene);
}

/* ---- configuration ---- */

static void set_config(Scene *scene, const char *cadences) {
    g_autofree char *config = g_strdup_printf(scene_config, cadences);
    world_set_config(scene->world, config);
}

static Instant next_of(Scene *scene) {
    Instant next;
    assert_true(planner_next(scene->world->engine, &next, NULL));
    return next;
}

static void a_cadence_reaches_those_who_were_there_and_only_from_then_on(void **state) {
    (void)state;
    Scene *scene = scene_new("");
    for (int i = 0; i < 450; i++) { /* more than a step of the walk */
        g_autofree char *id = g_strdup_printf("c%03d@home.example", i);
        enrol(scene, id, NOON);
    }
    pass_at(scene, NOON);
    set_config(scene, FIRST_STEPS);
    assert_int_equal(pass_at(scene, TUESDAY + HOUR), 0); /* this Tuesday was before it */
    assert_int_equal(next_of(scene), TUESDAY + 7 * DAY);
    assert_int_equal(pass_at(scene, TUESDAY + 7 * DAY), 450);
    set_config(scene, "");
    assert_int_equal(pass_at(scene, TUESDAY + 14 * DAY), 450);
    assert_int_equal(next_of(scene), INSTANT_NEVER);
    scene_free(scene);
}

static void a_changed_rule_is_reckoned_anew(void **state) {
    (void)state;
    Scene *scene = scene_new(BIRTHDAY);
    change(scene, (Change){"a@home.example", NULL, "birthday", "1984-11-24", NOON});
    pass_at(scene, NOON);
    assert_int_equal(next_of(scene), TUESDAY - HOUR);
    g_auto(GStrv) parts = g_strsplit(BIRTHDAY, "09:00", 2);
    g_autofree char *later = g_strjoinv("11:30", parts);
    set_config(scene, later);
    pass_at(scene, NOON);
    assert_int_equal(next_of(scene), TUESDAY + HOUR + HOUR / 2);
    scene_free(scene);
}

static void what_cannot_be_played_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *name, *text, *found;
    } faults[] = {
        {"pl.txt", "Witaj\n", "pl.txt:1: "},
        {"pl.txt", "Subject: a\nWitaj\n", "pl.txt:2: "},
        {"pl.txt", "Subject: a\n\n{{#x}}\n", "pl.txt:3:1: "},
        {"pl.txt", "Subject: a\n\n{{#sales}}x{{/sales}}\n", "sales"},
    };
    Scene *scene = scene_new(FIRST_STEPS);
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        write_template(scene, faults[i].name, faults[i].text);
        assert_false(engine_set_config(scene->world->engine, scene->world->config, &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
        if (!strstr(error->message, faults[i].found) || !strstr(error->message, "expected"))
            fail_msg("%s", error->message);
    }
    assert_true(engine_set_config(scene->world->engine, scene->world->config, NULL) == false);
    scene_free(scene);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_tuesdays_and_no_more),
        cmocka_unit_test(the_mail_is_filled_tagged_and_in_the_customers_language),
        cmocka_unit_test(what_was_missed_by_a_day_does_not_come_in_a_burst),
        cmocka_unit_test(a_planner_that_was_away_for_hours_makes_up_for_it),
        cmocka_unit_test(a_planner_that_dies_sends_it_once),
        cmocka_unit_test(while_postfix_is_down_it_waits),
        cmocka_unit_test(a_birthday_goes_by_the_customers_own_clock_and_follows_the_facts),
        cmocka_unit_test(who_moves_to_another_zone_gets_it_once),
        cmocka_unit_test(silence_is_broken_once),
        cmocka_unit_test(other_relational_mail_keeps_it_silent),
        cmocka_unit_test(a_condition_is_asked_when_it_is_due_and_when_facts_change),
        cmocka_unit_test(a_cadence_reaches_those_who_were_there_and_only_from_then_on),
        cmocka_unit_test(a_changed_rule_is_reckoned_anew),
        cmocka_unit_test(what_cannot_be_played_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
