/* No placeholder reaches a customer: wherever it stands, at the door and at release, ours and other tools'. */
#include "hand_back.h"

#include "engine/custody.h"
#include "engine/receipt.h"

#define PERSON "ann@home.example"

static const char config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "strict_placeholders = true\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"relational\" }\n"
    "stream \"shop\" { sender = {\"*@shop.example\"} class = \"relational\" strict_placeholders = false }\n"
    "stream \"app\" { sender = {\"*@app.example\"} class = \"relational\" }\n"
    "stream \"staff\" { sender = {\"*@staff.example\"} enforce = false }\n"
    "topic \"code\" { class = \"relational\" exempt = true }\n"
    "attribute \"*\" { sensitivity = 0 }\n"
    "policy \"default\" { over = {\"hold\"} hold { max = \"7d\" then = \"send\" } }\n";

static int setup(void **state) {
    *state = world_new(config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

#define EVERY(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static bool set_name(Transaction *transaction, gpointer name, GError **error) {
    AttributeValue value = {.name = (char *)"first_name", .value = name, .at = NOON};
    g_autoptr(Customer) person = customer_new(PERSON);
    g_ptr_array_add(person->addresses, g_strdup(PERSON));
    return transaction_customer_put(transaction, person, NOON, error) &&
           transaction_attribute_put(transaction, PERSON, &value, error) &&
           custody_reschedule(transaction, PERSON, NOON + HOUR, error);
}

static void assert_held_for(const Judgement *judgement, const char *name) {
    const Outcome *outcome = world_outcome(judgement, 0);
    assert_int_equal(outcome->action, ACTION_HOLD);
    assert_int_equal(outcome->until, INSTANT_NEVER);
    const Reason *reason = outcome->reasons->pdata[0];
    assert_string_equal(reason->rule, "placeholder");
    if (!strstr(reason->name, name))
        fail_msg("\"%s\", expected \"%s\"", reason->name, name);
}

/* ---- wherever it stands ---- */

static const char *const places[] = {
    "Subject: {{customer.first_name}}\n\nHello\n",
    "Subject: =?utf-8?B?e3tjdXN0b21lci5maXJzdF9uYW1lfX0=?=\n\nHello\n",
    "Subject: =?utf-8?Q?=C5=BB_=7B=7Bcustomer.?=\n =?utf-8?Q?first=5Fname}}?=\n\nHello\n",
    "Subject: x\n\n{{customer.first_name}}\n",
    "Subject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>{{customer.first_name}}\n",
    "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    "e3tjdXN0b21lci5maXJzdF9uYW1lfX0=\n",
    "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
    "{=\n{customer=2Efirst_=\nname}}\n",
    "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n"
    "ewB7AGMAdQBzAHQAbwBtAGUAcgAuAGYAaQByAHMAdABfAG4AYQBtAGUAfQB9AA==\n",
    "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
    "--b\n\nHello\n--b\nContent-Type: text/html\n\n{{customer.first_name}}\n",
    "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\n\n{{customer.first_name}}\n",
};

static Judgement *judge_place(World *world, gsize place, const char *sender, const char *recipients) {
    g_autofree char *text = g_strdup_printf("From: a@crm.example\nMessage-ID: <%zu@x>\n%s", place, places[place]);
    return world_judge_as(world, sender, recipients, text, NOON, true);
}

static void held_for_the_author_wherever_it_stands(void **state) {
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(Judgement) judgement = judge_place(*state, i, "a@crm.example", PERSON);
        assert_held_for(judgement, "customer.first_name");
        assert_int_equal(judgement->reply, REPLY_DISCARD);
    }
}

static void filled_wherever_it_stands(void **state) {
    World *world = *state;
    char name[] = "Ann";
    assert_true(store_transact(world->store, set_name, name, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(Judgement) judgement = judge_place(world, i, "a@crm.example", PERSON);
        assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
        assert_int_equal(judgement->reply, REPLY_ACCEPT);
    }
}

static void each_recipient_has_their_own_fate(void **state) {
    World *world = *state;
    char name[] = "Ann";
    assert_true(store_transact(world->store, set_name, name, NULL));
    g_autoptr(Judgement) judgement = judge_place(world, 0, "a@crm.example", PERSON " bob@home.example");
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
    assert_int_equal(world_outcome(judgement, 1)->action, ACTION_HOLD);
    assert_true(world_outcome(judgement, 1)->custody);
}

static void what_is_no_tag_is_told_by_place(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", "a\nstyle={{color: red}}\n");
    g_autoptr(Judgement) judgement = world_judge_as(world, "a@crm.example", PERSON, text, NOON, true);
    assert_held_for(judgement, "text/plain: line 2, column ");
    g_autofree char *sentence = outcome_refusal(world_outcome(judgement, 0));
    assert_non_null(strstr(sentence, "a placeholder cannot be read: text/plain: line 2"));
}

/* Which no tag may hide behind: NUL and {{customer.first_name}} in base64. */
static void a_nul_hides_nothing(void **state) {
    World *world = *state;
    g_autofree char *text =
        world_mail(1, "MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n", "AHt7Y3VzdG9tZXIuZmlyc3RfbmFtZX19\n");
    g_autoptr(Judgement) judgement = world_judge_as(world, "a@crm.example", PERSON, text, NOON, true);
    assert_held_for(judgement, "text/plain: line 1, column 1: found a byte that is not UTF-8");
}

/* ---- at release ---- */

typedef struct {
    World *world;
    Instant at;
    char *sent;
} Release;

/* A notice of ours has no ticket and is no mail to a customer. */
static void take_one(Release *release, const Handover *handover) {
    char *left;
    g_autoptr(Judgement) judgement = hand_back(release->world, handover, release->at, &left);
    if (judgement->reply != REPLY_ACCEPT)
        return;
    g_free(release->sent);
    release->sent = left;
}

static void take(G_GNUC_UNUSED const Config *conf, const GPtrArray *handovers, PlannerPass *pass, gpointer user) {
    for (guint i = 0; i < handovers->len; i++) {
        const Handover *handover = handovers->pdata[i];
        if (handover->ticket)
            take_one(user, handover);
        planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250");
    }
}

/* What leaves at that pass, or NULL. Free with g_free. */
static char *release_at(World *world, Instant at, PlannerCounts *counts) {
    Release release = {.world = world, .at = at};
    const PlannerOutside outside = {take, say, never, &release};
    *counts = run_pass(world, at, &outside);
    return release.sent;
}

static void a_value_that_comes_frees_it(void **state) {
    World *world = *state;
    PlannerCounts counts;
    char name[] = "Łucja";
    g_autoptr(Judgement) judgement = judge_place(world, 3, "a@crm.example", PERSON);
    assert_held_for(judgement, "customer.first_name");
    assert_null(release_at(world, NOON + HOUR, &counts));
    assert_true(store_transact(world->store, set_name, name, NULL));
    g_autofree char *sent = release_at(world, NOON + HOUR, &counts);
    assert_non_null(sent);
    assert_null(strstr(sent, "{{"));
    assert_int_equal(counts.released, 1);
}

static void a_release_by_hand_sends_none_of_ours(void **state) {
    World *world = *state;
    PlannerCounts counts;
    g_autoptr(Judgement) judgement = judge_place(world, 3, "a@crm.example", PERSON);
    assert_held_for(judgement, "customer.first_name");
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(custody_release(world->engine, ((Custody *)held->pdata[0])->id, NOON + HOUR, NULL));
    assert_null(release_at(world, NOON + HOUR, &counts));
    g_autoptr(GPtrArray) still = world_held(world);
    assert_int_equal(still->len, 1);
}

/* "then = send" does not send it: the sender gets it back. */
static void it_comes_to_an_end(void **state) {
    World *world = *state;
    PlannerCounts counts;
    g_autoptr(Judgement) judgement = judge_place(world, 3, "a@crm.example", PERSON);
    assert_held_for(judgement, "customer.first_name");
    assert_null(release_at(world, NOON + 7 * DAY - 1, &counts));
    assert_int_equal(counts.returned, 0);
    assert_null(release_at(world, NOON + 7 * DAY, &counts));
    assert_int_equal(counts.returned, 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 0);
}

/* ---- what other tools left ---- */

static Judgement *judge_left(World *world, const char *sender, const char *fields) {
    static int number = 100;
    g_autofree char *text = world_mail(++number, fields, "Hello *|FNAME|*\n");
    return world_judge_as(world, sender, PERSON, text, NOON, true);
}

static void strict_streams_hold_it_trusted_or_not(void **state) {
    static const char *const cases[][2] = {
        {"a@crm.example", ""},
        {"a@app.example", ""},
        {"a@crm.example", "Cadence-Personalize: no\n"},
        {"a@crm.example", "Cadence-Topic: code\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Judgement) judgement = judge_left(*state, cases[i][0], cases[i][1]);
        assert_held_for(judgement, "*|FNAME|*");
        g_autofree char *sentence = outcome_refusal(world_outcome(judgement, 0));
        assert_non_null(strstr(sentence, "the sender left *|FNAME|* unfilled"));
    }
}

static void others_are_told(void **state) {
    g_autoptr(Judgement) judgement = judge_left(*state, "a@shop.example", "");
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
    assert_int_equal(judgement->notes->len, 1);
    assert_string_equal(judgement->notes->pdata[0], "placeholders that the sender left unfilled: *|FNAME|*");
    json_auto_t *answer = judgement_json(judgement);
    const json_t *leftovers = json_object_get(json_object_get(answer, "message"), "leftovers");
    assert_string_equal(json_string_value(json_array_get(leftovers, 0)), "*|FNAME|*");
}

static void staff_is_left_alone(void **state) {
    g_autoptr(Judgement) judgement = judge_left(*state, "a@staff.example", "");
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
    assert_int_equal(judgement->notes->len, 0);
}

/* Ours and theirs are named together, and ours filled does not free theirs. */
static void both_kinds_in_one_text(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", "{{customer.first_name}} [[name]]\n");
    g_autoptr(Judgement) without = world_judge_as(world, "a@crm.example", PERSON, text, NOON, true);
    assert_int_equal(world_outcome(without, 0)->missing->len, 2);
    char name[] = "Ann";
    assert_true(store_transact(world->store, set_name, name, NULL));
    g_autofree char *again = world_mail(2, "", "{{customer.first_name}} [[name]]\n");
    g_autoptr(Judgement) with = world_judge_as(world, "a@crm.example", PERSON, again, NOON, true);
    assert_held_for(with, "[[name]]");
}

/* A value is nobody's placeholder. */
static void a_name_that_looks_like_one_goes(void **state) {
    World *world = *state;
    char name[] = "*|FNAME|* {{x}}";
    assert_true(store_transact(world->store, set_name, name, NULL));
    g_autoptr(Judgement) judgement = judge_place(world, 3, "a@crm.example", PERSON);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
}

/* It is known by its looks alone, so a person who has seen it decides; the end of its time does not. */
static void a_person_may_let_it_go(void **state) {
    World *world = *state;
    PlannerCounts counts;
    g_autoptr(Judgement) judgement = judge_left(world, "a@app.example", "");
    assert_held_for(judgement, "*|FNAME|*");
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(custody_release(world->engine, ((Custody *)held->pdata[0])->id, NOON + HOUR, NULL));
    g_autofree char *sent = release_at(world, NOON + HOUR, &counts);
    assert_non_null(sent);
    assert_non_null(strstr(sent, "*|FNAME|*"));

    g_autoptr(Judgement) another = judge_left(world, "a@app.example", "");
    assert_held_for(another, "*|FNAME|*");
    assert_null(release_at(world, NOON + 7 * DAY, &counts));
    assert_int_equal(counts.returned, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        EVERY(held_for_the_author_wherever_it_stands),
        EVERY(filled_wherever_it_stands),
        EVERY(each_recipient_has_their_own_fate),
        EVERY(what_is_no_tag_is_told_by_place),
        EVERY(a_nul_hides_nothing),
        EVERY(a_value_that_comes_frees_it),
        EVERY(a_release_by_hand_sends_none_of_ours),
        EVERY(it_comes_to_an_end),
        EVERY(strict_streams_hold_it_trusted_or_not),
        EVERY(others_are_told),
        EVERY(staff_is_left_alone),
        EVERY(both_kinds_in_one_text),
        EVERY(a_name_that_looks_like_one_goes),
        EVERY(a_person_may_let_it_go),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
