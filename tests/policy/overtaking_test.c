/* Who has to wait for whom, by hand. */
#include "policy/overtaking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "patient_queue.h"

#define NEVER INSTANT_NEVER

static const Candidate offer = {CLASS_SALES, "loans", NULL};
static const Candidate spring = {CLASS_SALES, "loans", "spring"};
static const Candidate tip = {CLASS_RELATIONAL, "tips", NULL};

typedef struct {
    GArray *rules;
    Contact contacts[4];
    gsize count;
    History rest; /* all but the contacts */
    Instant until;
    gsize ahead;
} Scene;

static void scene_clear(Scene *scene) {
    g_array_unref(scene->rules);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

static Scene scene_with(const Rule *rules, guint count) {
    Scene scene = {.rules = g_array_new(FALSE, FALSE, sizeof(Rule)), .until = -1, .ahead = 99};
    g_array_append_vals(scene.rules, rules, count);
    return scene;
}

static bool must_wait(Scene *scene, const Candidate *candidate, Instant x, Instant horizon, const Candidate *waiting,
                      gsize count) {
    History history = scene->rest;
    history.contacts = scene->contacts;
    history.count = scene->count;
    return overtaking_blocks(scene->rules, &history, candidate, x, horizon, waiting, count, &scene->until,
                             &scene->ahead);
}

static const Rule one_in_100 = {.kind = RULE_CAP, .filter.class = CLASS_SALES, .cap = {1, {.length = 100}}};
static const Rule three_in_100 = {.kind = RULE_CAP, .filter.class = CLASS_SALES, .cap = {3, {.length = 100}}};
/* Keeps the spring campaign back, so that it waits while other sales mail may go. */
static const Rule spring_in_50 = {
    .kind = RULE_CAP, .filter = {.class = CLASS_ANY, .campaign = (char *)"spring"}, .cap = {1, {.length = 50}}};

static void nobody_waits(void **state) {
    (void)state;
    g_auto(Scene) scene = scene_with(&one_in_100, 1);
    assert_false(must_wait(&scene, &offer, 10, 1000, NULL, 0));
    assert_int_equal(scene.until, -1);
    assert_int_equal(scene.ahead, 99);
}

static void the_slot_belongs_to_the_one_that_waits(void **state) {
    (void)state;
    g_auto(Scene) scene = scene_with(&one_in_100, 1);
    assert_true(must_wait(&scene, &offer, 10, 1000, &offer, 1));
    assert_int_equal(scene.until, 110);
    assert_int_equal(scene.ahead, 1);
}

static void a_whole_queue_is_ahead(void **state) {
    (void)state;
    g_auto(Scene) scene = scene_with(&one_in_100, 1);
    const Candidate waiting[] = {offer, offer, offer};
    assert_true(must_wait(&scene, &offer, 10, 1000, waiting, 3));
    assert_int_equal(scene.until, 310);
    assert_int_equal(scene.ahead, 3);
    assert_true(must_wait(&scene, &offer, 10, 309, waiting, 3));
    assert_int_equal(scene.until, NEVER);
}

static void what_takes_nothing_away_may_pass(void **state) {
    (void)state;
    g_auto(Scene) scene = scene_with(&one_in_100, 1);
    assert_false(must_wait(&scene, &tip, 10, 1000, &offer, 1));
    const Rule none_of_sales = {.kind = RULE_CAP, .filter.class = CLASS_SALES, .cap = {0, {.length = 100}}};
    g_auto(Scene) hopeless = scene_with(&none_of_sales, 1);
    assert_false(must_wait(&hopeless, &tip, 10, 1000, &offer, 1));
}

/* Three may go, one has gone, two wait: each of the two would still find room behind the candidate, both together would
 * not. */
static void room_is_counted_for_all_that_wait(void **state) {
    (void)state;
    const Rule rules[] = {three_in_100, spring_in_50};
    g_auto(Scene) scene = scene_with(rules, 2);
    scene.contacts[scene.count++] = (Contact){0, CLASS_SALES, NULL, "spring"};
    const Candidate waiting[] = {spring, offer};
    assert_false(must_wait(&scene, &offer, 10, 1000, waiting, 1));
    assert_true(must_wait(&scene, &offer, 10, 1000, waiting, 2));
    assert_int_equal(scene.ahead, 2);
    assert_int_equal(scene.until, 100);
}

/* A gap that the candidate would open anew for the one that waits, though no capacity is counted. */
static void the_one_that_waits_goes_first_and_then_the_candidate(void **state) {
    (void)state;
    const Rule rules[] = {{.kind = RULE_GAP, .filter.class = CLASS_SALES, .gap = {.min = 30}}, spring_in_50};
    g_auto(Scene) scene = scene_with(rules, 2);
    scene.contacts[scene.count++] = (Contact){0, CLASS_SALES, NULL, "spring"};
    assert_false(must_wait(&scene, &tip, 31, 1000, &spring, 1));
    assert_true(must_wait(&scene, &offer, 31, 1000, &spring, 1));
    assert_int_equal(scene.until, 80);
    assert_int_equal(scene.ahead, 1);
}

static void a_relational_message_that_helps_may_pass(void **state) {
    (void)state;
    const Rule rule = {.kind = RULE_RATIO, .filter.class = CLASS_ANY, .ratio = {1, 1, 0, {.length = 100}}};
    g_auto(Scene) scene = scene_with(&rule, 1);
    assert_false(must_wait(&scene, &tip, 10, 1000, &offer, 1));
}

static void until_lies_after_x_even_where_the_other_is_due_now(void **state) {
    (void)state;
    const Rule tips_not_after_sales = {.kind = RULE_GAP,
                                       .filter.class = CLASS_RELATIONAL,
                                       .gap = {.has_after = true, .after = CLASS_SALES, .min = 30}};
    g_auto(Scene) scene = scene_with(&tips_not_after_sales, 1);
    assert_true(must_wait(&scene, &offer, 10, 1000, &tip, 1));
    assert_int_equal(scene.until, 11);
}

static bool quiet_from_130_to_200(G_GNUC_UNUSED const Almanac *almanac, Instant x, Instant *change) {
    *change = x < 130 ? 130 : x < 200 ? 200 : INSTANT_NEVER;
    return x >= 130 && x < 200;
}

/* The one that waits could go at 140, but for the quiet times at 200, but for the complaint at 220; but for the
 * contacts of long ago never. */
static void the_whole_history_is_asked(void **state) {
    (void)state;
    const Rule rules[] = {
        one_in_100,
        spring_in_50,
        {.kind = RULE_FIRST, .first.relational = 2},
        {.kind = RULE_GATE, .filter.class = CLASS_SALES, .gate = {.event = (char *)"complaint", .cool = 30}},
        {.kind = RULE_QUIET, .own = true},
    };
    const Event events[] = {{"complaint", 190}};
    const Almanac almanac = {.is_quiet = quiet_from_130_to_200};
    g_auto(Scene) scene = scene_with(rules, G_N_ELEMENTS(rules));
    scene.contacts[scene.count++] = (Contact){90, CLASS_RELATIONAL, NULL, "spring"};
    scene.rest = (History){.relational_earlier = 1, .events = events, .event_count = 1, .almanac = &almanac};
    assert_false(must_wait(&scene, &offer, 120, 1000, &spring, 1));
    assert_true(must_wait(&scene, &offer, 121, 1000, &spring, 1));
    assert_int_equal(scene.until, 320);
    assert_int_equal(scene.ahead, 1);
}

/* ---- long queues ---- */

#define LONGEST_QUEUE 40
#define SPAN 3000

/* Days of 100 seconds, weeks of 700, months of 3000. */
static void round_period(G_GNUC_UNUSED const Almanac *almanac, WindowKind kind, Instant x, Instant *start,
                         Instant *end) {
    static const Duration lengths[] = {[WINDOW_DAY] = 100, [WINDOW_WEEK] = 700, [WINDOW_MONTH] = 3000};
    *start = x - x % lengths[kind];
    *end = *start + lengths[kind];
}

static bool open_by_day(G_GNUC_UNUSED const Almanac *almanac, G_GNUC_UNUSED const Hours *hours, Instant x,
                        Instant *change) {
    bool open = x % 100 >= 30 && x % 100 < 80;
    *change = x - x % 100 + (open ? 80 : x % 100 < 30 ? 30 : 130);
    return open;
}

static Candidate any_candidate(GRand *random) {
    static const char *const words[] = {NULL, NULL, "loans", "tips"};
    return (Candidate){g_rand_int_range(random, 0, 3) ? CLASS_SALES : CLASS_RELATIONAL,
                       words[g_rand_int_range(random, 0, 4)], words[g_rand_int_range(random, 0, 3)]};
}

static Window any_window(GRand *random) {
    WindowKind kind = (WindowKind)g_rand_int_range(random, 0, WINDOW_MONTH + 1);
    return (Window){kind, kind == WINDOW_ROLLING ? g_rand_int_range(random, 1, 800) : 0};
}

static Rule any_rule(GRand *random) {
    Candidate like = any_candidate(random);
    Rule rule = {.kind = (RuleKind)g_rand_int_range(random, 0, RULE_FIRST + 1),
                 .filter = {.class = (MailClass)g_rand_int_range(random, 0, 3)}};
    if (g_rand_int_range(random, 0, 6) == 0)
        rule.kind = RULE_HOURS;
    if (rule.kind == RULE_CAP) {
        rule.filter.topic = g_rand_boolean(random) ? (char *)like.topic : NULL;
        rule.cap.limit = g_rand_int_range(random, 1, 6);
        rule.cap.window = any_window(random);
    } else if (rule.kind == RULE_RATIO) {
        rule.ratio.relational = g_rand_int_range(random, 0, 4);
        rule.ratio.sales = g_rand_int_range(random, 1, 3);
        rule.ratio.allowance = g_rand_int_range(random, 0, 3);
        rule.ratio.window = any_window(random);
    } else if (rule.kind == RULE_GAP) {
        rule.gap.has_after = g_rand_boolean(random);
        rule.gap.after = like.class;
        rule.gap.min = g_rand_int_range(random, 1, 60);
    } else if (rule.kind == RULE_FIRST) {
        rule.first.relational = g_rand_int_range(random, 0, 4);
    }
    return rule;
}

/* Rules and a queue in which many are alike; returns whether the candidate must wait. */
static bool agree_on_any_queue(GRand *random) {
    const Almanac almanac = {.period = round_period, .is_open = open_by_day};
    Candidate waiting[LONGEST_QUEUE], candidate = any_candidate(random), usual = any_candidate(random);
    Contact contacts[6];
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    for (int i = g_rand_int_range(random, 1, 5); i > 0; i--) {
        Rule rule = any_rule(random);
        g_array_append_val(rules, rule);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(contacts); i++)
        contacts[i] = (Contact){(Instant)i * 150, i % 2 ? CLASS_SALES : CLASS_RELATIONAL, "loans", NULL};
    gsize count = (gsize)g_rand_int_range(random, 0, LONGEST_QUEUE + 1);
    for (gsize i = 0; i < count; i++)
        waiting[i] = g_rand_int_range(random, 0, 3) ? usual : any_candidate(random);
    const History history = {contacts, (gsize)g_rand_int_range(random, 0, 7), .almanac = &almanac};
    Instant x = 700 + g_rand_int_range(random, 0, 300), horizon = x + g_rand_int_range(random, 0, SPAN);
    if (rules_block(rules, &history, &candidate, x, horizon, NULL))
        return false;
    Instant until = -1, expected_until = -1;
    gsize ahead = 99, expected_ahead = 99;
    bool waits = overtaking_blocks(rules, &history, &candidate, x, horizon, waiting, count, &until, &ahead);
    bool expected =
        patient_blocks(rules, &history, &candidate, x, horizon, waiting, count, &expected_until, &expected_ahead);
    assert_int_equal(waits, expected);
    assert_int_equal(until, expected_until);
    assert_int_equal(ahead, expected_ahead);
    return waits && until != NEVER && ahead > 1;
}

static void the_patient_queue_agrees(void **state) {
    (void)state;
    int cases = g_getenv("LONG") ? 300000 : 20000, worth = 0;
    for (int seed = 0; seed < cases; seed++) {
        GRand *random = g_rand_new_with_seed((guint32)seed);
        worth += agree_on_any_queue(random);
        g_rand_free(random);
    }
    assert_true(worth > cases / 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits),
        cmocka_unit_test(the_slot_belongs_to_the_one_that_waits),
        cmocka_unit_test(a_whole_queue_is_ahead),
        cmocka_unit_test(what_takes_nothing_away_may_pass),
        cmocka_unit_test(room_is_counted_for_all_that_wait),
        cmocka_unit_test(the_one_that_waits_goes_first_and_then_the_candidate),
        cmocka_unit_test(a_relational_message_that_helps_may_pass),
        cmocka_unit_test(the_whole_history_is_asked),
        cmocka_unit_test(the_patient_queue_agrees),
        cmocka_unit_test(until_lies_after_x_even_where_the_other_is_due_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
