/* What users of systems like this one complain of, each as a test that it does not happen here (or where it is tested:
 * counters that lag are in judge_test, two runs in one second in store/planner_test and cadence_test, hours and clock
 * changes in calendar/clock_test). */
#include "hand_back.h"

#include "engine/custody.h"

#define ADDRESS "a@home.example"

static const char frame[] = "store { url = \"sqlite:cadence.db\" }\nsecret = \"secret\"\n"
                            "defaults { timezone = \"Europe/Warsaw\" }\n"
                            "stream \"crm\" { sender = {\"*@crm.example\"} trust = true class = \"sales\" }\n"
                            "topic \"tips\" { class = \"relational\" }\n"
                            "policy \"default\" {\n%s  hold { max = \"%s\" }\n}\n";

static World *world_with(const char *rules, const char *hold) {
    g_autofree char *config = g_strdup_printf(frame, rules, hold);
    World *world = world_new(config);
    assert_true(store_transact(world->store, world_grant_work, (gpointer)ADDRESS, NULL));
    return world;
}

/* A planner whose Postfix takes everything, as often as it is told to. */
typedef struct {
    World *world;
    Instant at;
    guint refuse_after, tried; /* of one pass: Postfix answers no more */
    GHashTable *arrived;       /* char *: Message-ID -> times */
} Post;

static void arrive(Post *post, const Handover *handover) {
    g_autoptr(Judgement) judgement = hand_back(post->world, handover, post->at, NULL);
    g_autoptr(Message) message = message_new(handover->raw);
    if (judgement->reply != REPLY_ACCEPT)
        return;
    char *id = g_strdup(message_header(message, "Message-ID"));
    g_hash_table_insert(post->arrived, id,
                        GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(post->arrived, id)) + 1));
}

static void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    Post *post = user;
    for (guint i = 0; i < handovers->len; i++) {
        bool answers = post->tried++ < post->refuse_after;
        if (answers)
            arrive(post, handovers->pdata[i]);
        planner_handed_over(pass, handovers->pdata[i], answers ? HANDOVER_ACCEPTED : HANDOVER_DEFERRED, "");
    }
}

static void pass_at(Post *post, Instant at) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = never, .user = post};
    post->at = at;
    post->tried = 0;
    run_pass(post->world, at, &outside);
}

static guint held_count(World *world) {
    g_autoptr(GPtrArray) held = world_held(world);
    return held->len;
}

/* ---- */

static void a_cap_without_a_limit_is_refused_and_one_of_nought_lets_nothing_pass(void **state) {
    (void)state;
    World *world = world_with("  cap \"none\" { class = \"sales\" limit = 0 window = \"7d\" }\n", "7d");
    g_autoptr(GPtrArray) warnings = config_warnings(world->config);
    assert_int_equal(world_send(world, ADDRESS, 1, "", NOON), ACTION_REFUSE);
    assert_non_null(strstr(warnings->pdata[0], "limit = 0"));
    g_autofree char *path = g_build_filename(world->folder, "forgotten.conf", NULL);
    g_autoptr(GError) error = NULL;
    assert_true(g_file_set_contents(path, "policy \"default\" { cap \"c\" { window = \"7d\" } }\n", -1, NULL));
    assert_null(config_load(path, &error));
    assert_non_null(strstr(error->message, "limit"));
    world_free(world);
}

static void a_capped_message_is_held_to_the_first_free_second_and_not_for_weeks(void **state) {
    (void)state;
    World *world = world_with("  cap \"c\" { class = \"sales\" limit = 1 window = \"3d\" }\n"
                              "  hours { days = \"Mon-Fri\" from = \"08:00\" until = \"20:00\" }\n",
                              "30d");
    assert_int_equal(world_send(world, ADDRESS, 1, "", NOON + DAY), ACTION_PASS);
    g_autofree char *text = world_mail(2, "", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, ADDRESS, text, NOON + DAY + HOUR);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_HOLD);
    assert_int_equal(world_outcome(judgement, 0)->until, NOON + 4 * DAY);
    world_free(world);
}

static void nothing_is_pending_for_ever(void **state) {
    (void)state;
    World *world = world_with("  cap \"c\" { class = \"sales\" limit = 1 window = \"5d\" }\n", "6d");
    Post post = {.world = world, .refuse_after = G_MAXUINT};
    post.arrived = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 5; i++)
        world_send(world, ADDRESS, i, "", NOON);
    for (Instant next = NOON; next != INSTANT_NEVER;) {
        pass_at(&post, next);
        assert_true(planner_next(world->engine, &next, NULL));
    }
    assert_int_equal(held_count(world), 0);
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_customer(world->store, ADDRESS, 20, &records, NULL));
    g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = records->len; i-- > 0;) {
        const VerdictRecord *record = records->pdata[i];
        g_hash_table_insert(last, record->message, GINT_TO_POINTER(record->action));
    }
    GHashTableIter each;
    gpointer action;
    g_hash_table_iter_init(&each, last);
    while (g_hash_table_iter_next(&each, NULL, &action))
        assert_int_not_equal(GPOINTER_TO_INT(action), ACTION_HOLD);
    g_hash_table_unref(post.arrived);
    world_free(world);
}

static bool pause_work(Transaction *transaction, gpointer user, GError **error) {
    g_autoptr(Customer) customer = customer_new(ADDRESS);
    customer->paused_until = *(Instant *)user;
    return transaction_wishes_put(transaction, customer, error) &&
           custody_reschedule(transaction, ADDRESS, NOON, error);
}

/* Also for what is held already. */
static void a_pause_is_kept(void **state) {
    (void)state;
    World *world = world_with("  gap \"g\" { class = \"sales\" min = \"1h\" }\n", "9d");
    Post post = {.world = world, .refuse_after = G_MAXUINT};
    post.arrived = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Instant until = NOON + 5 * DAY;
    world_send(world, ADDRESS, 1, "", NOON);
    assert_int_equal(world_send(world, ADDRESS, 2, "", NOON), ACTION_HOLD);
    assert_true(store_transact(world->store, pause_work, &until, NULL));
    assert_int_equal(world_send(world, ADDRESS, 3, "", NOON + 2 * HOUR), ACTION_HOLD);
    assert_int_equal(world_send(world, ADDRESS, 4, "Cadence-Topic: tips\n", NOON + 2 * HOUR), ACTION_HOLD);
    pass_at(&post, NOON + 2 * HOUR);
    pass_at(&post, until - 1);
    assert_int_equal(g_hash_table_size(post.arrived), 0);
    pass_at(&post, until);
    assert_int_equal(g_hash_table_size(post.arrived), 2); /* an offer and the tips; the gap keeps the other */
    g_hash_table_unref(post.arrived);
    world_free(world);
}

static bool object_work(Transaction *transaction, gpointer user, GError **error) {
    Consent objection = {.purpose = user, .state = CONSENT_OBJECTED, .at = NOON};
    return transaction_consent_put(transaction, ADDRESS, &objection, error);
}

static void a_marketing_opt_out_stops_no_core_mail(void **state) {
    (void)state;
    World *world = world_with("", "7d");
    assert_true(store_transact(world->store, object_work, (gpointer) "marketing", NULL));
    assert_int_equal(world_send(world, ADDRESS, 1, "", NOON), ACTION_REFUSE);
    assert_int_equal(world_send(world, ADDRESS, 2, "Cadence-Topic: tips\n", NOON), ACTION_PASS);
    world_free(world);
}

static void an_error_in_the_middle_of_a_batch_makes_no_duplicates(void **state) {
    (void)state;
    World *world = world_with("  gap \"g\" { class = \"sales\" min = \"1h\" }\n", "7d");
    Post post = {.world = world, .refuse_after = 7};
    post.arrived = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 20; i++) {
        g_autofree char *address = g_strdup_printf("c%d@home.example", i);
        world_send(world, address, 2 * i, "", NOON);
        assert_int_equal(world_send(world, address, 2 * i + 1, "", NOON), ACTION_HOLD);
    }
    for (int again = 0; again < 5; again++)
        pass_at(&post, NOON + HOUR * (again + 1));
    assert_int_equal(g_hash_table_size(post.arrived), 20);
    GHashTableIter each;
    gpointer times;
    g_hash_table_iter_init(&each, post.arrived);
    while (g_hash_table_iter_next(&each, NULL, &times))
        assert_int_equal(GPOINTER_TO_INT(times), 1);
    g_hash_table_unref(post.arrived);
    world_free(world);
}

static void an_unknown_zone_skips_no_quiet_hours(void **state) {
    (void)state;
    World *world = world_with("  hours { from = \"08:00\" until = \"20:00\" }\n", "7d");
    g_autofree char *text = world_mail(1, "", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, "new@home.example", text, NOON + 10 * HOUR);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_HOLD);
    assert_int_equal(world_outcome(judgement, 0)->until, NOON + 19 * HOUR); /* 08:00 in Warsaw */
    world_free(world);
}

/* 2026-11-22T22:30:00Z is 23:30 in Warsaw. */
static void a_rolling_day_knows_no_midnight(void **state) {
    (void)state;
    World *world = world_with("  cap \"a day\" { class = \"sales\" limit = 1 window = \"24h\" }\n", "7d");
    Instant evening = NOON + 10 * HOUR + HOUR / 2;
    assert_int_equal(world_send(world, ADDRESS, 1, "", evening), ACTION_PASS);
    assert_int_equal(world_send(world, ADDRESS, 2, "", evening + HOUR), ACTION_HOLD);
    world_free(world);
}

static bool complain_work(Transaction *transaction, gpointer user, GError **error) {
    return transaction_event_add(transaction, ADDRESS, "complaint", *(Instant *)user, error);
}

/* What happened before it jumped still counts, and the log says so. */
static void a_clock_that_jumps_back_lets_nothing_more_pass(void **state) {
    (void)state;
    World *world = world_with("  cap \"c\" { class = \"sales\" limit = 1 window = \"1d\" }\n", "7d");
    g_autofree char *first = world_mail(1, "", "Hello\n"), *second = world_mail(2, "", "Hello\n");
    g_autoptr(Judgement) before = world_judge_live(world, ADDRESS, first, NOON);
    g_autoptr(Judgement) after = world_judge_live(world, ADDRESS, second, NOON - 3 * HOUR);
    assert_int_equal(world_outcome(before, 0)->action, ACTION_PASS);
    assert_int_equal(before->notes->len, 0);
    assert_int_equal(world_outcome(after, 0)->action, ACTION_HOLD);
    assert_non_null(strstr(after->notes->pdata[0], "the clock has gone back"));
    world_free(world);

    Instant complaint = NOON;
    world = world_with("  gate \"g\" { event = \"complaint\" cool = \"3d\" }\n", "7d");
    assert_true(store_transact(world->store, complain_work, &complaint, NULL));
    g_autoptr(Judgement) shut = world_judge_live(world, ADDRESS, first, NOON - 3 * HOUR);
    assert_int_equal(world_outcome(shut, 0)->action, ACTION_HOLD);
    world_free(world);
}

static void everybody_can_say_why_a_message_was_not_sent(void **state) {
    (void)state;
    World *world = world_with("  cap \"c\" { class = \"sales\" limit = 1 window = \"1d\" }\n", "7d");
    world_send(world, ADDRESS, 1, "", NOON);
    world_send(world, ADDRESS, 2, "", NOON);
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_customer(world->store, ADDRESS, 1, &records, NULL));
    const char *receipt = ((VerdictRecord *)records->pdata[0])->receipt;
    static const char *const parts[] = {
        "\"cap\"",    "\"have\":1",         "\"limit\":1", "\"until\":\"2026-11-23T13:00",
        "\"policy\"", "\"policy_hash\":\"", "\"evidence\""};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!strstr(receipt, parts[i]))
            fail_msg("no %s in %s", parts[i], receipt);
    world_free(world);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cap_without_a_limit_is_refused_and_one_of_nought_lets_nothing_pass),
        cmocka_unit_test(a_capped_message_is_held_to_the_first_free_second_and_not_for_weeks),
        cmocka_unit_test(nothing_is_pending_for_ever),
        cmocka_unit_test(a_pause_is_kept),
        cmocka_unit_test(a_marketing_opt_out_stops_no_core_mail),
        cmocka_unit_test(an_error_in_the_middle_of_a_batch_makes_no_duplicates),
        cmocka_unit_test(an_unknown_zone_skips_no_quiet_hours),
        cmocka_unit_test(a_rolling_day_knows_no_midnight),
        cmocka_unit_test(a_clock_that_jumps_back_lets_nothing_more_pass),
        cmocka_unit_test(everybody_can_say_why_a_message_was_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
