/* Doubts about a message's class over a real store: what is counted, held and listed, and what a person's answer does.
 * Nothing is certain enough for these streams, whatever a text says. */
#include "hand_back.h"

#include "engine/custody.h"
#include "engine/review.h"

static const char doubtful_config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "classify { certain = 1 }\n"
    "stream \"hold\" { sender = {\"*@hold.example\"} uncertain = \"hold\" }\n"
    "stream \"kind\" { sender = {\"*@kind.example\"} uncertain = \"relational\" }\n"
    "stream \"shop\" { sender = {\"*@shop.example\"} trust = true }\n"
    "topic \"tips\" { class = \"relational\" }\n"
    "segment \"calm\" { when = \"customer.id = 'calm@home.example'\" policy = \"calm\" }\n"
    "policy \"calm\" { mode = \"observe\" }\n"
    "policy \"default\" {\n"
    "  cap \"sales\" { class = \"sales\" limit = 1 window = \"3d\" }\n"
    "  hold { max = \"7d\" then = \"send\" }\n"
    "}\n";

#define ANNA "anna@home.example"
#define BORIS "boris@home.example"

static int setup(void **state) {
    *state = world_new(doubtful_config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static Judgement *send_from(World *world, const char *sender, const char *recipients, int number, Instant at) {
    g_autofree char *text = world_mail(number, "", "Hello\n");
    return world_judge_as(world, sender, recipients, text, at, true);
}

static Action action_of(Judgement *judgement) {
    Action action = world_outcome(judgement, 0)->action;
    judgement_free(judgement);
    return action;
}

static GPtrArray *open_reviews(World *world) {
    GPtrArray *reviews = NULL;
    assert_true(store_reviews(world->store, false, 100, &reviews, NULL));
    return reviews;
}

/* The only review there is. */
static Review *only_review(World *world) {
    g_autoptr(GPtrArray) reviews = open_reviews(world);
    assert_int_equal(reviews->len, 1);
    return g_ptr_array_steal_index(reviews, 0);
}

static guint answer(World *world, MailClass label, Instant at) {
    g_autoptr(Review) review = only_review(world);
    guint held = 0;
    assert_true(review_label(world->engine, review->id, label, "ewa", at, &held, NULL));
    return held;
}

/* ---- a planner whose Postfix asks the milter ---- */

typedef struct {
    World *world;
    Instant at;
    guint sent;
} Postfix;

static void deliver_one(Postfix *postfix, const Handover *handover, PlannerPass *pass) {
    g_autoptr(Judgement) judgement = hand_back(postfix->world, handover, postfix->at, NULL);
    postfix->sent += judgement->reply == REPLY_ACCEPT;
    planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250 2.0.0 Ok");
}

static void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    for (guint i = 0; i < handovers->len; i++)
        deliver_one(user, handovers->pdata[i], pass);
}

/* How many messages a pass at that time brings to their readers. */
static guint pass(World *world, Instant at) {
    Postfix postfix = {.world = world, .at = at};
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = never, .user = &postfix};
    run_pass(world, at, &outside);
    return postfix.sent;
}

/* ---- what is counted ---- */

static void the_uncertain_counts_as_the_stream_says(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@shop.example", ANNA, 1, NOON)), ACTION_PASS);
    assert_int_equal(action_of(send_from(world, "a@shop.example", ANNA, 2, NOON)), ACTION_HOLD);
    assert_int_equal(action_of(send_from(world, "a@kind.example", ANNA, 3, NOON)), ACTION_PASS);
    assert_int_equal(action_of(send_from(world, "a@kind.example", ANNA, 4, NOON)), ACTION_PASS);
}

static void what_is_declared_is_not_uncertain(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "Cadence-Topic: tips\n", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge_as(world, "a@shop.example", ANNA, text, NOON, true);
    assert_null(judgement->review);
    assert_int_equal(judgement->classification->class, CLASS_RELATIONAL);
    g_autoptr(GPtrArray) reviews = open_reviews(world);
    assert_int_equal(reviews->len, 0);
}

/* ---- what is listed ---- */

static void a_campaign_is_one_review(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@kind.example", ANNA, 1, NOON)), ACTION_PASS);
    assert_int_equal(action_of(send_from(world, "a@kind.example", ANNA, 1, NOON + 60)), ACTION_PASS);
    g_autoptr(Judgement) second =
        send_from(world, "a@kind.example", "boris@home.example carl@home.example", 2, NOON + 90);
    g_autoptr(Review) review = only_review(world);
    assert_int_equal(review->count, 2);
    assert_string_equal(review->message, second->id);
    assert_int_equal(review->first, NOON);
    assert_int_equal(review->at, NOON + 90);
    assert_int_equal(review->doubt, DOUBT_UNCERTAIN);
    assert_int_equal(review->declared, CLASS_ANY);
    assert_string_equal(review->stream, "kind");
}

static void what_is_one_readers_makes_no_review_of_its_own(void **state) {
    World *world = *state;
    static const char *const fields[] = {
        "To: Anna Nowak <anna@home.example>\nSubject: Anna, letter 4711 of 12.11. from the coast\n",
        "To: Boris <boris@home.example>\nSubject: Boris, letter 9 of 13.11. from the coast\n",
        "To: <carl@home.example>\nSubject: CARL: Letter 77 of 1.12. from the coast\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree char *text = g_strdup_printf("From: a@kind.example\nMessage-ID: <%zu@x>\n%s\nHello\n", i, fields[i]);
        g_autoptr(Judgement) judgement = world_judge_as(world, "a@kind.example", ANNA, text, NOON, true);
        assert_non_null(judgement->review);
    }
    g_autoptr(Review) review = only_review(world);
    assert_int_equal(review->count, 3);
    g_autoptr(Judgement) other =
        world_judge_as(world, "a@kind.example", ANNA, "Subject: Something else\n\nHello\n", NOON, true);
    assert_string_not_equal(other->review->id, review->id);
}

static void a_rehearsal_leaves_nothing_to_review(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge_as(world, "a@hold.example", ANNA, text, NOON, false);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_HOLD);
    g_autoptr(GPtrArray) reviews = open_reviews(world);
    assert_int_equal(reviews->len, 0);
}

/* ---- what is held ---- */

static void it_is_held_for_a_person_and_says_so(void **state) {
    World *world = *state;
    g_autoptr(Judgement) judgement = send_from(world, "a@hold.example", ANNA, 1, NOON);
    const Outcome *outcome = world_outcome(judgement, 0);
    assert_int_equal(outcome->action, ACTION_HOLD);
    assert_int_equal(outcome->until, INSTANT_NEVER);
    assert_int_equal(outcome->reasons->len, 1);
    const Reason *reason = outcome->reasons->pdata[0];
    assert_string_equal(reason->rule, "review");
    g_autoptr(Review) review = only_review(world);
    assert_string_equal(reason->name, review->id);
    assert_int_equal(review->held, 1);
    assert_int_equal(pass(world, NOON + DAY), 0);
}

static void who_waits_for_a_person_is_in_nobodys_way(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@hold.example", ANNA, 1, NOON)), ACTION_HOLD);
    assert_int_equal(action_of(send_from(world, "a@shop.example", ANNA, 2, NOON)), ACTION_PASS);
}

static void a_policy_that_observes_lets_it_pass(void **state) {
    World *world = *state;
    g_autoptr(Judgement) judgement = send_from(world, "a@hold.example", "calm@home.example", 1, NOON);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
    assert_int_equal(world_outcome(judgement, 0)->would, ACTION_HOLD);
}

static void a_person_may_release_it_without_an_answer(void **state) {
    World *world = *state;
    g_autoptr(Judgement) judgement = send_from(world, "a@hold.example", ANNA, 1, NOON);
    g_autofree char *id = g_strconcat(judgement->id, ".0", NULL);
    assert_true(custody_release(world->engine, id, NOON + HOUR, NULL));
    assert_int_equal(pass(world, NOON + HOUR), 1);
    g_autoptr(Review) review = only_review(world);
    assert_int_equal(review->count, 1);
    assert_int_equal(review->held, 0);
}

static void at_its_deadline_it_goes_where_the_policy_sends(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@hold.example", ANNA, 1, NOON)), ACTION_HOLD);
    assert_int_equal(pass(world, NOON + 7 * DAY), 1);
}

/* ---- answers ---- */

static void an_answer_frees_what_is_held_and_what_comes(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@hold.example", ANNA, 1, NOON)), ACTION_HOLD);
    assert_int_equal(action_of(send_from(world, "a@hold.example", BORIS, 2, NOON)), ACTION_HOLD);
    assert_int_equal(answer(world, CLASS_RELATIONAL, NOON + HOUR), 2);
    assert_int_equal(pass(world, NOON + HOUR), 2);
    g_autoptr(Judgement) next = send_from(world, "a@hold.example", ANNA, 3, NOON + 2 * HOUR);
    assert_int_equal(world_outcome(next, 0)->action, ACTION_PASS);
    assert_int_equal(next->classification->class, CLASS_RELATIONAL);
    assert_null(next->review);
    assert_non_null(strstr(next->classification->evidence->pdata[0], "ewa said so"));
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 0);
}

static void an_answer_of_sales_leaves_the_rest_to_the_rules(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@hold.example", ANNA, 1, NOON)), ACTION_HOLD);
    assert_int_equal(action_of(send_from(world, "a@hold.example", ANNA, 2, NOON)), ACTION_HOLD);
    assert_int_equal(answer(world, CLASS_SALES, NOON + HOUR), 2);
    assert_int_equal(pass(world, NOON + HOUR), 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 1);
    assert_non_null(strstr(((Custody *)held->pdata[0])->reasons, "\"cap\""));
    assert_null(((Custody *)held->pdata[0])->review);
}

static void an_answer_reaches_what_a_cap_holds_too(void **state) {
    World *world = *state;
    for (int i = 0; i < 3; i++)
        action_of(send_from(world, "a@shop.example", ANNA, i, NOON));
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 2);
    assert_int_equal(answer(world, CLASS_RELATIONAL, NOON + HOUR), 2);
    assert_int_equal(pass(world, NOON + HOUR), 2);
}

/* ---- an answer while a message is on its way ---- */

#define LONG_ENOUGH (300 * 1000) /* microseconds for the other thread to come to its transaction */

typedef struct {
    World *world;
    char *review;
    GThread *judging;
} OnTheWay;

static gpointer judge_in_thread(gpointer user) {
    OnTheWay *self = user;
    judgement_free(send_from(self->world, "a@hold.example", BORIS, 2, NOON + HOUR));
    return NULL;
}

/* Keeps the writer until the other message has been read and waits for its turn. */
static bool answer_slowly_work(Transaction *transaction, gpointer user, GError **error) {
    OnTheWay *self = user;
    self->judging = g_thread_new("judge", judge_in_thread, self);
    g_usleep(LONG_ENOUGH);
    return transaction_review_label(transaction, self->review, CLASS_RELATIONAL, "ewa", NOON, error);
}

static void an_answer_reaches_who_is_being_judged(void **state) {
    World *world = *state;
    assert_int_equal(action_of(send_from(world, "a@hold.example", ANNA, 1, NOON)), ACTION_HOLD);
    g_autoptr(Review) review = only_review(world);
    OnTheWay self = {.world = world, .review = review->id};
    assert_true(store_transact(world->store, answer_slowly_work, &self, NULL));
    g_thread_join(self.judging);
    assert_int_equal(pass(world, NOON + HOUR), 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 1);
    assert_string_equal(((Custody *)held->pdata[0])->customer, ANNA);
}

static void an_answer_to_nothing_is_an_error(void **state) {
    World *world = *state;
    g_autoptr(GError) error = NULL;
    guint held = 7;
    assert_false(review_label(world->engine, "0123456789abcdef", CLASS_SALES, "ewa", NOON, &held, &error));
    assert_non_null(error);
    assert_int_equal(held, 7);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_uncertain_counts_as_the_stream_says, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_declared_is_not_uncertain, setup, teardown),
        cmocka_unit_test_setup_teardown(a_campaign_is_one_review, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_one_readers_makes_no_review_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rehearsal_leaves_nothing_to_review, setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_held_for_a_person_and_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(who_waits_for_a_person_is_in_nobodys_way, setup, teardown),
        cmocka_unit_test_setup_teardown(a_policy_that_observes_lets_it_pass, setup, teardown),
        cmocka_unit_test_setup_teardown(a_person_may_release_it_without_an_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(at_its_deadline_it_goes_where_the_policy_sends, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_frees_what_is_held_and_what_comes, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_of_sales_leaves_the_rest_to_the_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_reaches_what_a_cap_holds_too, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_reaches_who_is_being_judged, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_to_nothing_is_an_error, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
