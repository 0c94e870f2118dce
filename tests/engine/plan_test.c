/* The plan against what happens: the planner passes as its daemon would, or at the planned instants alone, with Postfix
 * played by a function, and what leaves is to leave when the plan said it would. */
#include "hand_back.h"

#include "engine/custody.h"
#include "engine/plan.h"

#define ADDRESS "a@home.example"

static const char plan_config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"sales\" }\n"
    "topic \"tips\" { class = \"relational\" }\n"
    "topic \"free\" { class = \"sales\" counts = false }\n";

static const char *const plan_rules[] = {
    "  cap \"sales a week\" { class = \"sales\" limit = 2 window = \"7d\" }\n",
    "  cap \"tips a day\" { topic = \"tips\" limit = 1 window = \"day\" }\n",
    "  cap \"all in all\" { limit = 3 window = \"48h\" }\n",
    "  gap \"between offers\" { class = \"sales\" min = \"20h\" }\n",
    "  ratio { relational = 3 sales = 2 window = \"10d\" }\n",
    "  hours { days = \"Mon-Fri\" from = \"08:00\" until = \"20:00\" }\n",
};

static GPtrArray *plan_of(World *world, const char *customer, Instant at) {
    GPtrArray *plan = NULL;
    assert_true(plan_make(world->engine, customer, at, &plan, NULL));
    return plan;
}

static const Planned *find(const GPtrArray *plan, const char *id) {
    for (guint i = 0; i < plan->len; i++)
        if (g_str_equal(((Planned *)plan->pdata[i])->held->id, id))
            return plan->pdata[i];
    return NULL;
}

static const Planned *nth(const GPtrArray *plan, guint i) {
    assert_true(i < plan->len);
    return plan->pdata[i];
}

static bool is_kept_by(const Planned *planned, const char *text) {
    return strstr(planned->held->reasons, text) != NULL;
}

/* ---- what really happens ---- */

typedef struct {
    World *world;
    Instant at;
    GHashTable *left; /* char *: the id -> Instant *: when it left */
} Postfix;

/* Notices are not in the plan. */
static void take(Postfix *postfix, const Handover *handover) {
    g_autoptr(Judgement) judgement = hand_back(postfix->world, handover, postfix->at, NULL);
    if (handover->ticket && judgement->reply == REPLY_ACCEPT)
        g_hash_table_insert(postfix->left, g_strdup(handover->custody->id),
                            g_memdup2(&postfix->at, sizeof postfix->at));
}

static void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    for (guint i = 0; i < handovers->len; i++) {
        take(user, handovers->pdata[i]);
        planner_handed_over(pass, handovers->pdata[i], HANDOVER_ACCEPTED, "250 2.0.0 Ok");
    }
}

static void pass_at(Postfix *postfix, Instant at) {
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = never, .user = postfix};
    postfix->at = at;
    run_pass(postfix->world, at, &outside);
}

/* As the daemon does: whenever something is ready. */
static void pass_when_ready(Postfix *postfix, Instant at) {
    for (;;) {
        Instant next;
        assert_true(store_custody_next(postfix->world->store, &next, NULL));
        if (next == INSTANT_NEVER)
            return;
        at = MAX(at, next);
        pass_at(postfix, at);
    }
}

/* What the rules never free still goes at its end where the policy says so. */
static Instant leaves_at(const Planned *planned) {
    return planned->at == INSTANT_NEVER && planned->then == THEN_SEND ? planned->end : planned->at;
}

/* When it is over: what does not leave is dropped or returned at its end, and no longer stands in anybody's way. */
static Instant is_over_at(const Planned *planned) {
    return planned->at == INSTANT_NEVER ? planned->end : planned->at;
}

static int compare_ends(gconstpointer a, gconstpointer b) {
    Instant first = is_over_at(*(Planned *const *)a), second = is_over_at(*(Planned *const *)b);
    return (first > second) - (first < second);
}

static void pass_when_planned(Postfix *postfix, GPtrArray *plan, Instant start) {
    g_ptr_array_sort(plan, compare_ends);
    for (guint i = 0; i < plan->len; i++) {
        Instant at = MAX(start, is_over_at(plan->pdata[i]));
        if (at != postfix->at)
            pass_at(postfix, at);
    }
}

static void assert_as_planned(const GPtrArray *plan, const Postfix *postfix, guint32 seed) {
    guint going = 0;
    for (guint i = 0; i < plan->len; i++) {
        const Planned *planned = plan->pdata[i];
        const Instant *left = g_hash_table_lookup(postfix->left, planned->held->id);
        Instant expected = leaves_at(planned);
        going += expected != INSTANT_NEVER;
        if ((left ? *left : INSTANT_NEVER) == expected)
            continue;
        g_autofree char *was = instant_format(left ? *left : INSTANT_NEVER, "Europe/Warsaw");
        g_autofree char *would = instant_format(expected, "Europe/Warsaw");
        fail_msg("seed %u: %s: planned at %s, left at %s; %s", seed, planned->held->id, would, was,
                 planned->held->reasons);
    }
    assert_int_equal(g_hash_table_size(postfix->left), going);
}

static void assert_comes_true(World *world, Instant at, guint32 seed) {
    g_autoptr(GPtrArray) plan = plan_of(world, NULL, at);
    Postfix postfix = {.world = world, .at = INSTANT_ALWAYS};
    postfix.left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (seed % 2 == 0)
        pass_when_ready(&postfix, at);
    else
        pass_when_planned(&postfix, plan, at);
    assert_as_planned(plan, &postfix, seed);
    g_hash_table_unref(postfix.left);
}

/* ---- single cases ---- */

static int setup(void **state) {
    World *world = world_new(world_config);
    for (int i = 0; i < 2; i++)
        world_send(world, ADDRESS, i, "", NOON);
    *state = world;
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static void nothing_held_is_no_plan(void **state) {
    g_autoptr(GPtrArray) all = plan_of(*state, NULL, NOON);
    g_autoptr(GPtrArray) one = plan_of(*state, ADDRESS, NOON);
    g_autoptr(GPtrArray) nobody = plan_of(*state, "nobody", NOON);
    assert_int_equal(all->len + one->len + nobody->len, 0);
}

static void each_gets_its_own_instant(void **state) {
    g_autofree char *config = g_strdup(world_config);
    World *world = *state;
    memcpy(strstr(config, "max = \"7d\""), "max = \"9d\"", strlen("max = \"9d\""));
    world_free(world);
    *state = world = world_new(config);
    world_send(world, ADDRESS, 0, "", NOON);
    world_send(world, ADDRESS, 1, "", NOON + DAY);
    world_send(world, ADDRESS, 2, "Cadence-Priority: 10\n", NOON + DAY);
    world_send(world, ADDRESS, 3, "Cadence-Priority: 90\n", NOON + DAY + 1);
    g_autoptr(GPtrArray) plan = plan_of(world, ADDRESS, NOON + 2 * DAY);
    assert_int_equal(plan->len, 2);
    assert_int_equal(nth(plan, 0)->held->priority, 90);
    assert_int_equal(nth(plan, 0)->at, NOON + 7 * DAY);
    assert_int_equal(nth(plan, 1)->at, NOON + 8 * DAY);
    assert_int_equal(nth(plan, 1)->end, NOON + 10 * DAY);
    assert_true(is_kept_by(nth(plan, 1), "2026-11-30T13:00:00+01:00"));
}

static void what_no_instant_frees_has_an_end_instead(void **state) {
    World *world = *state;
    for (int i = 3; i < 6; i++)
        world_send(world, ADDRESS, i, i == 4 ? "Cadence-Expires: 2026-11-29T13:00:00Z\n" : "", NOON + i * HOUR);
    g_autoptr(GPtrArray) plan = plan_of(world, ADDRESS, NOON + DAY);
    assert_int_equal(nth(plan, 0)->at, NOON + 7 * DAY);
    assert_int_equal(nth(plan, 1)->at, NOON + 7 * DAY);
    assert_int_equal(nth(plan, 1)->end, NOON + 7 * DAY + 3 * HOUR);
    assert_int_equal(nth(plan, 2)->at, INSTANT_NEVER);
    assert_int_equal(nth(plan, 2)->end, NOON + 7 * DAY + 5 * HOUR);
    assert_int_equal(nth(plan, 2)->then, THEN_DROP);
    assert_true(is_kept_by(nth(plan, 2), "sales a week"));
}

static void what_is_released_goes_now(void **state) {
    World *world = *state;
    world_send(world, ADDRESS, 3, "", NOON + 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(custody_release(world->engine, ((Custody *)held->pdata[0])->id, NOON + 2, NULL));
    g_autoptr(GPtrArray) plan = plan_of(world, NULL, NOON + 60);
    assert_int_equal(nth(plan, 0)->at, NOON + 60);
    assert_string_equal(nth(plan, 0)->held->reasons, "[]");
}

static void who_waits_for_an_author_has_no_instant(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(9, "", "Hello {{customer.first_name}}!\n");
    g_autoptr(Judgement) judgement = world_judge(world, "b@home.example", text, NOON);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_HOLD);
    g_autoptr(GPtrArray) plan = plan_of(world, NULL, NOON + HOUR);
    assert_int_equal(nth(plan, 0)->at, INSTANT_NEVER);
    assert_int_equal(nth(plan, 0)->end, NOON + 7 * DAY);
    assert_true(is_kept_by(nth(plan, 0), "placeholder"));
}

static bool gone_work(Transaction *transaction, gpointer user, GError **error) {
    Custody *custody = user;
    custody->state = CUSTODY_PASSED;
    return transaction_custody_update(transaction, custody, error);
}

static void what_postfix_has_is_in_no_plan(void **state) {
    World *world = *state;
    world_send(world, ADDRESS, 3, "", NOON + 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(store_transact(world->store, gone_work, held->pdata[0], NULL));
    g_autoptr(GPtrArray) plan = plan_of(world, NULL, NOON + 60);
    assert_int_equal(plan->len, 0);
}

static void all_are_planned_page_by_page_and_by_time(void **state) {
    World *world = *state;
    for (int i = 0; i < 150; i++) {
        g_autofree char *address = g_strdup_printf("c%d@home.example", i);
        for (int j = 0; j < 3; j++)
            world_send(world, address, i * 3 + j, "", NOON + (i * 37) % 150);
    }
    g_autoptr(GPtrArray) plan = plan_of(world, NULL, NOON + DAY);
    assert_int_equal(plan->len, 150);
    for (guint i = 1; i < plan->len; i++)
        assert_true(nth(plan, i - 1)->at <= nth(plan, i)->at);
    g_autoptr(GPtrArray) one = plan_of(world, "c7@home.example", NOON + DAY);
    assert_int_equal(one->len, 1);
    assert_int_equal(nth(one, 0)->at, find(plan, nth(one, 0)->held->id)->at);
}

/* ---- the clock ---- */

static bool count_work(Transaction *transaction, gpointer user, GError **error) {
    Contact contact = {.at = *(Instant *)user, .class = CLASS_SALES};
    return transaction_contact_put(transaction, ADDRESS, "elsewhere", &contact, error);
}

/* What was sent in a time that is yet to come keeps what waits until that time is over. */
static void a_clock_that_went_back_brings_nothing_sooner(G_GNUC_UNUSED void **state) {
    g_autofree char *config = g_strconcat(plan_config, "policy \"default\" {\n", plan_rules[3],
                                          "  over = {\"hold\"}\n  hold { max = \"9d\" }\n}\n", NULL);
    World *world = world_new(config);
    Instant later = NOON + 3 * DAY;
    world_send(world, ADDRESS, 1, "", NOON);
    world_send(world, ADDRESS, 2, "", NOON);
    assert_true(store_transact(world->store, count_work, &later, NULL));
    g_autoptr(GPtrArray) plan = plan_of(world, ADDRESS, NOON + DAY);
    assert_int_equal(nth(plan, 0)->at, later + 20 * HOUR);
    assert_comes_true(world, NOON + DAY, 0);
    world_free(world);
}

/* ---- random cases ---- */

static World *random_world(GRand *random) {
    static const char *const thens[] = {"drop", "send", "return"};
    GString *config = g_string_new(plan_config);
    g_string_append(config, "policy \"default\" {\n");
    for (gsize i = 0; i < G_N_ELEMENTS(plan_rules); i++)
        if (g_rand_int_range(random, 0, 3) > 0)
            g_string_append(config, plan_rules[i]);
    int days = g_rand_int_range(random, 5, 30);
    const char *then = thens[g_rand_int_range(random, 0, (gint32)G_N_ELEMENTS(thens))];
    g_string_append_printf(config, "  over = {%s\"hold\"}\n  hold { max = \"%dd\" then = \"%s\" }\n}\n",
                           g_rand_boolean(random) ? "\"rewrite\", " : "", days, then);
    World *world = world_new(config->str);
    g_string_free(config, TRUE);
    return world;
}

static bool past_work(Transaction *transaction, gpointer user, GError **error) {
    GRand *random = user;
    g_autoptr(Customer) customer = customer_new(ADDRESS);
    g_ptr_array_add(customer->addresses, g_strdup(ADDRESS));
    if (!transaction_customer_put(transaction, customer, NOON, error))
        return false;
    for (int i = 0; i < 12; i++) {
        g_autofree char *message = g_strdup_printf("past%d", i);
        Contact contact = {.at = NOON - g_rand_int_range(random, 1, 12 * DAY),
                           .class = i % 3 ? CLASS_RELATIONAL : CLASS_SALES};
        if (!transaction_contact_put(transaction, ADDRESS, message, &contact, error))
            return false;
    }
    return true;
}

/* Mail of every kind, some of which is held. */
static void random_mail(World *world, GRand *random, const char *address, int number) {
    static const char *const topics[] = {"",
                                         "",
                                         "",
                                         "Cadence-Topic: tips\nCadence-Class: relational\n",
                                         "Cadence-Class: relational\n",
                                         "Cadence-Topic: free\n"};
    Instant at = NOON + number * 1800;
    GString *fields = g_string_new(topics[g_rand_int_range(random, 0, (gint32)G_N_ELEMENTS(topics))]);
    g_string_append_printf(fields, "Cadence-Priority: %d\n", 10 * g_rand_int_range(random, 1, 4));
    if (g_rand_int_range(random, 0, 4) == 0) {
        g_autofree char *expires = instant_format(at + g_rand_int_range(random, 1, 20 * DAY), NULL);
        g_string_append_printf(fields, "Cadence-Expires: %s\n", expires);
    }
    g_autofree char *text =
        world_mail(number, fields->str, g_rand_boolean(random) ? "Hello\n" : "Read.{{#sales}} Buy.{{/sales}}\n");
    judgement_free(world_judge(world, address, text, at));
    g_string_free(fields, TRUE);
}

static void random_release(World *world, GRand *random, Instant at) {
    g_autoptr(GPtrArray) held = world_held(world);
    if (held->len == 0 || g_rand_boolean(random))
        return;
    const Custody *custody = held->pdata[g_rand_int_range(random, 0, (gint32)held->len)];
    assert_true(custody_release(world->engine, custody->id, at, NULL));
}

static void a_random_plan_comes_true(guint32 seed) {
    GRand *random = g_rand_new_with_seed(seed);
    World *world = random_world(random);
    int count = g_rand_int_range(random, 4, 20);
    assert_true(store_transact(world->store, past_work, random, NULL));
    for (int i = 0; i < count; i++)
        random_mail(world, random, i % 5 ? ADDRESS : "b@home.example", i);
    Instant at = NOON + count * 1800 + g_rand_int_range(random, 0, 3 * DAY);
    random_release(world, random, at);
    if (seed % 3 == 0)
        at -= g_rand_int_range(random, 0, 6 * DAY); /* the clock has gone back */
    assert_comes_true(world, at, seed);
    world_free(world);
    g_rand_free(random);
}

static void plans_come_true(G_GNUC_UNUSED void **state) {
    guint32 cases = g_getenv("LONG") ? 1000 : 60;
    for (guint32 seed = 0; seed < cases; seed++)
        a_random_plan_comes_true(seed);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_held_is_no_plan, setup, teardown),
        cmocka_unit_test_setup_teardown(each_gets_its_own_instant, setup, teardown),
        cmocka_unit_test_setup_teardown(what_no_instant_frees_has_an_end_instead, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_released_goes_now, setup, teardown),
        cmocka_unit_test_setup_teardown(who_waits_for_an_author_has_no_instant, setup, teardown),
        cmocka_unit_test_setup_teardown(what_postfix_has_is_in_no_plan, setup, teardown),
        cmocka_unit_test_setup_teardown(all_are_planned_page_by_page_and_by_time, setup, teardown),
        cmocka_unit_test(a_clock_that_went_back_brings_nothing_sooner),
        cmocka_unit_test(plans_come_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
