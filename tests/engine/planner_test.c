/* The planner: what is due goes, what may not go waits, and everything comes to an end. */
#include "postfix.h"

#include "engine/custody.h"

#include <sqlite3.h>

static bool after_some_batches(gpointer user) {
    Postfix *postfix = user;
    return ++postfix->batches > 100;
}

static void forget_directory(World *world) {
    g_autofree char *path = g_build_filename(world->folder, "cadence.db", NULL);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "DELETE FROM recipient", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static int setup_observing(void **state) {
    g_autoptr(GString) config = g_string_new(world_config);
    g_string_replace(config, "  over =", "  mode = \"observe\"\n  over =", 1);
    return setup_with(state, config->str);
}

/* NOON is on a Sunday. Nobody has had any relational mail, so no sales mail goes however long it waits. */
static const char closed[] = "  ratio { relational = 3 sales = 1 window = \"30d\" }\n"
                             "  hours { days = \"Mon-Sat\" from = \"08:00\" until = \"20:00\" }\n  over =";
#define MONDAY_MORNING (NOON + 19 * HOUR)

static int setup_closed(void **state) {
    g_autoptr(GString) config = g_string_new(world_config);
    g_string_replace(config, "  over =", closed, 1);
    return setup_with(state, config->str);
}

static int setup_closed_never_rewriting(void **state) {
    g_autoptr(GString) config = g_string_new(world_config);
    g_string_replace(config, "  over =", closed, 1);
    g_string_replace(config, "\"rewrite\", ", "", 1);
    return setup_with(state, config->str);
}

static int setup_closed_with_fallback(void **state) {
    Postfix *postfix = g_new0(Postfix, 1);
    char *folder = g_dir_make_tmp("cadence-engine-XXXXXX", NULL);
    g_autoptr(GString) config = g_string_new(world_config);
    g_string_prepend(config, "templates = \"templates\"\n");
    g_string_replace(config, "  over =", closed, 1);
    folder_put(folder, "templates/offer/template.conf", "class = \"sales\"\nfallback = \"help\"\n");
    folder_put(folder, "templates/offer/pl.txt", "Subject: Offer\n\nBuy this.\n");
    folder_put(folder, "templates/help/template.conf", "topic = \"tips\"\n");
    folder_put(folder, "templates/help/pl.txt", "Subject: Help\n\nRead this.\n");
    postfix->world = world_in(folder, config->str);
    postfix->delivered = g_ptr_array_new_with_free_func(g_free);
    *state = postfix;
    return 0;
}

static void what_is_left_of_it_waits_for_its_own_moment(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    g_autofree char *text = world_mail(3, "", "Statement.\n{{#sales}}\nBuy.\n{{/sales}}\nYours\n");
    g_autoptr(Judgement) held = world_judge(world, "a@home.example", text, NOON);
    const Outcome *outcome = world_outcome(held, 0);
    assert_int_equal(outcome->action, ACTION_HOLD);
    assert_int_equal(outcome->class, CLASS_SALES);
    assert_int_equal(outcome->until, MONDAY_MORNING);
    assert_true(outcome->rest);
    world_send(world, "a@home.example", 4, "Cadence-Topic: security\nCadence-Class: relational\n", NOON + 1);
    assert_int_equal(pass_at(postfix, MONDAY_MORNING - 1).released, 0);
    assert_int_equal(pass_at(postfix, MONDAY_MORNING).released, 1);
    assert_non_null(strstr(postfix->last, "Cadence-Class: relational\r\n"));
    assert_non_null(strstr(postfix->last, "\r\n\r\nStatement.\r\nYours\r\n"));
    assert_int_equal(world_contacts(world, "a@home.example"), 1);
}

static void a_policy_that_never_rewrites_waits_for_nothing_less_than_the_whole(void **state) {
    Postfix *postfix = *state;
    g_autofree char *text = world_mail(3, "", "Statement.\n{{#sales}}\nBuy.\n{{/sales}}\nYours\n");
    g_autoptr(Judgement) refused = world_judge(postfix->world, "a@home.example", text, NOON);
    assert_int_equal(world_outcome(refused, 0)->action, ACTION_REFUSE);
}

static void a_fallback_waits_for_its_own_moment(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    assert_int_equal(world_send(world, "a@home.example", 3, "Cadence-Template: offer\n", NOON), ACTION_HOLD);
    assert_int_equal(pass_at(postfix, MONDAY_MORNING - 1).released, 0);
    assert_int_equal(pass_at(postfix, MONDAY_MORNING).released, 1);
    assert_non_null(strstr(postfix->last, "Read this."));
    assert_non_null(strstr(postfix->last, "Cadence-Class: relational\r\n"));
}

static void nothing_goes_before_it_is_due(void **state) {
    Postfix *postfix = *state;
    world_send(postfix->world, "a@home.example", 3, "", NOON);
    PlannerCounts counts = pass_at(postfix, NOON + 7 * DAY - 1);
    assert_int_equal(counts.released, 0);
    assert_int_equal(postfix->delivered->len, 0);
}

static void what_is_due_goes_and_keeps_only_its_id(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    g_autofree char *text = world_mail(3, "Cadence-Class: sales\n", "Hello\n");
    g_autoptr(Judgement) held = world_judge(world, "a@home.example", text, NOON);
    PlannerCounts counts = pass_at(postfix, NOON + 7 * DAY);
    assert_int_equal(counts.released, 1);
    assert_int_equal(postfix->delivered->len, 1);
    g_autofree char *expected =
        g_strdup_printf("From: offers@crm.example\r\nSubject: number 3\r\nMessage-ID: <3@crm.example>\r\n"
                        "Cadence-Class: sales\r\nCadence-Id: %s\r\n\r\nHello\r\n",
                        held->id);
    assert_string_equal(postfix->last, expected);
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len, 0);
}

static void a_cap_holds_at_release_too(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    for (int i = 3; i < 8; i++)
        assert_int_equal(world_send(world, "a@home.example", i, "", NOON), ACTION_HOLD);
    pass_at(postfix, NOON + 7 * DAY);
    assert_int_equal(postfix->delivered->len, 2);
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len,
                     0); /* the deadline of the other three came at the same instant: dropped, not pending for ever */
}

static void priority_goes_first(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "Cadence-Priority: 10\n", NOON);
    world_send(world, "a@home.example", 4, "Cadence-Priority: 90\n", NOON + 1);
    pass_at(postfix, NOON + 7 * DAY);
    assert_non_null(strstr(postfix->last, "number 3")); /* the last to leave */
    assert_int_equal(postfix->delivered->len, 2);
}

static void a_relational_contact_frees_nothing_of_a_cap(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON);
    world_send(world, "a@home.example", 4, "Cadence-Topic: tips\n", NOON + 1);
    pass_at(postfix, NOON + 2);
    assert_int_equal(postfix->delivered->len, 0);
}

static void expiry_ends_it(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    assert_int_equal(world_send(world, "a@home.example", 3, "Cadence-Expires: 2026-11-29T12:00:00Z\n", NOON),
                     ACTION_HOLD);
    PlannerCounts counts = pass_at(postfix, NOON + 7 * DAY + 1);
    assert_int_equal(counts.dropped, 1);
    assert_int_equal(postfix->delivered->len, 0);
}

static void a_pass_at_the_last_second_of_what_may_not_go_comes_to_an_end(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    assert_int_equal(world_send(world, "a@home.example", 3, "Cadence-Expires: 2026-11-29T12:00:00Z\n", NOON + HOUR),
                     ACTION_HOLD);
    for (int i = 4; i < 6; i++)
        world_send(world, "a@home.example", i, "Cadence-Priority: 90\n", NOON);
    PlannerCounts counts = pass_at(postfix, NOON + 7 * DAY); /* the second at which it expires and the others go */
    assert_int_equal(counts.released, 2);
    assert_int_equal(counts.dropped, 1);
}

static void what_postfix_does_not_take_is_tried_again(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    postfix->health = POSTFIX_DOWN;
    PlannerCounts counts = pass_at(postfix, NOON + 7 * DAY);
    assert_int_equal(counts.deferred, 1);
    postfix->health = POSTFIX_WELL;
    assert_int_equal(pass_at(postfix, NOON + 7 * DAY).released, 0);
    pass_at(postfix, NOON + 7 * DAY + 60);
    assert_int_equal(postfix->delivered->len, 1);
}

static void a_message_lost_between_milter_and_queue_is_counted_once(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    for (int i = 3; i < 5; i++)
        world_send(world, "b@home.example", i, "", NOON);
    world_send(world, "b@home.example", 5, "", NOON + DAY);
    g_autoptr(GPtrArray) held = world_held(world);
    const Custody *custody = held->pdata[0];
    assert_true(custody_release(world->engine, custody->id, NOON + DAY, NULL));
    postfix->health = POSTFIX_DIES_AFTER_MILTER;
    pass_at(postfix, NOON + DAY);
    assert_int_equal(world_contacts(world, "b@home.example"), 3);
    postfix->health = POSTFIX_WELL;
    pass_at(postfix, NOON + DAY + 60);
    assert_int_equal(postfix->delivered->len, 1);
    assert_int_equal(world_contacts(world, "b@home.example"), 3);
}

static void what_postfix_refuses_goes_back_to_its_sender(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    postfix->health = POSTFIX_REFUSES;
    PlannerCounts counts = pass_at(postfix, NOON + 7 * DAY);
    assert_int_equal(counts.returned, 2); /* the message, then the notice about it, which is given up */
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len, 0);
}

static void a_release_past_the_milter_is_counted(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    postfix->health = POSTFIX_WITHOUT_MILTER;
    pass_at(postfix, NOON + 7 * DAY);
    assert_int_equal(postfix->delivered->len, 1);
    assert_int_equal(world_contacts(world, "a@home.example"), 3);
}

static void a_ticket_opens_once_and_from_us_alone(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    g_autoptr(GPtrArray) held = world_held(world);
    const Custody *custody = held->pdata[0];
    g_autofree char *forged = ticket_make(&world->secret, custody->id, "0123", "a@home.example");
    g_autofree char *fields = g_strdup_printf("Cadence-Ticket: %s\n", forged);
    g_autofree char *text = world_mail(3, fields, "Hello\n");
    g_autoptr(Judgement) replay = world_judge(world, "a@home.example", text, NOON + 7 * DAY);
    assert_int_equal(replay->reply, REPLY_DISCARD);

    g_autofree char *other = world_mail(9, "Cadence-Ticket: a b c\n", "Hello\n");
    g_autoptr(Judgement) ordinary = world_judge(world, "c@home.example", other, NOON);
    assert_int_equal(ordinary->reply, REPLY_ACCEPT);
    assert_int_equal(ordinary->notes->len, 1);
}

static void a_person_may_release_over_the_rules(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(custody_release(world->engine, ((Custody *)held->pdata[0])->id, NOON + 2, NULL));
    pass_at(postfix, NOON + 2);
    assert_int_equal(postfix->delivered->len, 1);
    assert_int_equal(world_contacts(world, "a@home.example"), 3);
}

static void a_person_may_drop(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    GError *error = NULL;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(custody_drop(world->engine, ((Custody *)held->pdata[0])->id, NOON + 2, NULL));
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len, 0);
    assert_false(custody_drop(world->engine, "nothing.0", NOON, &error));
    g_clear_error(&error);
}

static void a_name_that_arrives_frees_what_waited_for_it(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    g_autofree char *text = world_mail(9, "", "Hello {{customer.first_name}}!\n");
    g_autoptr(Judgement) judgement = world_judge(world, "b@home.example", text, NOON);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_HOLD);
    pass_at(postfix, NOON + HOUR);
    assert_int_equal(postfix->delivered->len, 0);
    assert_true(store_transact(world->store, world_name_work, (gpointer) "b@home.example", NULL));
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(custody_release(world->engine, ((Custody *)held->pdata[0])->id, NOON + HOUR, NULL));
    pass_at(postfix, NOON + HOUR);
    assert_int_equal(postfix->delivered->len, 1);
    assert_non_null(strstr(postfix->last, "Hello Anna!"));
}

static bool refuse_work(Transaction *transaction, gpointer user, GError **error) {
    const Consent *consent = user;
    return transaction_consent_put(transaction, "a@home.example", consent, error) &&
           custody_reschedule(transaction, "a@home.example", consent->at, error);
}

static void assert_last_verdict(const World *world, Action action, const char *part) {
    g_autoptr(GPtrArray) verdicts = NULL;
    assert_true(store_verdicts_of_customer(world->store, "a@home.example", 1, &verdicts, NULL));
    const VerdictRecord *record = verdicts->pdata[0];
    assert_int_equal(record->action, action);
    assert_non_null(strstr(record->receipt, part));
}

/* The cap is still full; only the consent has changed. */
static void a_withdrawal_ends_what_is_held_at_once(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    Consent withdrawal = {.purpose = (char *)"marketing", .state = CONSENT_WITHDRAWN, .at = NOON + 2};
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    assert_int_equal(world_send(world, "a@home.example", 3, "Cadence-Topic: loans\n", NOON + 1), ACTION_HOLD);
    assert_true(store_transact(world->store, refuse_work, &withdrawal, NULL));
    /* Mail that passes before the planner has looked reckons held mail anew, by the rules. */
    assert_int_equal(world_send(world, "a@home.example", 4, "Cadence-Topic: tips\n", NOON + 3), ACTION_PASS);
    assert_int_equal(pass_at(postfix, NOON + 4).dropped, 1);
    assert_int_equal(postfix->delivered->len, 0);
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len, 0);
    assert_last_verdict(world, ACTION_DROP, "\"consent\",\"name\":\"marketing\"");
}

static void an_objection_ends_what_is_held_even_if_a_person_released_it(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    Consent objection = {.purpose = (char *)"marketing", .state = CONSENT_OBJECTED, .at = NOON + 2};
    for (int i = 3; i < 5; i++)
        assert_int_equal(world_send(world, "a@home.example", i, "", NOON + 1), ACTION_HOLD);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_true(store_transact(world->store, refuse_work, &objection, NULL));
    assert_true(custody_release(world->engine, ((Custody *)held->pdata[0])->id, NOON + 2, NULL));
    assert_int_equal(pass_at(postfix, NOON + 2).dropped, 2);
    assert_int_equal(postfix->delivered->len, 0);
    assert_last_verdict(world, ACTION_DROP, "\"consent\",\"name\":\"objection\"");
}

static void what_sendmail_took_may_be_picked_up_twice(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    world_send(world, "a@home.example", 3, "", NOON + 1);
    postfix->health = POSTFIX_BY_SENDMAIL;
    pass_at(postfix, NOON + 7 * DAY);
    assert_int_equal(postfix->delivered->len, 2); /* Postfix stumbled after our answer and read its maildrop again */
    assert_int_equal(world_contacts(world, "a@home.example"), 3);
    g_autoptr(GPtrArray) kept = world_held(world);
    assert_int_equal(kept->len, 1);
    pass_at(postfix, NOON + 7 * DAY + HOUR);
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len, 0);
    assert_int_equal(postfix->delivered->len, 2);
}

/* The cap is full, the policy only observes, and a second text of one message comes out of custody. */
static void a_copy_that_passes_under_observation_does_not_wait_for_the_rules(void **state) {
    Postfix *postfix = *state;
    g_autofree char *text = world_mail(3, "", "Hello {{customer.first_name | default: \"you\"}}\n");
    for (int i = 4; i < 6; i++)
        world_send(postfix->world, "z@home.example", i, "", NOON);
    g_autoptr(Judgement) judgement = world_judge(postfix->world, "a@home.example z@home.example", text, NOON);
    assert_int_equal(world_outcome(judgement, 1)->would, ACTION_HOLD);
    assert_true(world_outcome(judgement, 1)->custody);
    assert_int_equal(pass_at(postfix, NOON).released, 1);
    assert_int_equal(postfix->delivered->len, 1);
}

/* Its stream is gone from the configuration, the policy is not. */
static void mail_of_a_stream_that_was_removed_is_judged_by_its_record(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    g_auto(GStrv) lines = g_strsplit(world_config, "\n", -1);
    for (char **line = lines; *line; line++)
        if (g_str_has_prefix(*line, "stream \"crm\""))
            **line = '#';
    g_autofree char *without = g_strjoinv("\n", lines);
    assert_true(store_transact(world->store, world_name_work, (gpointer) "a@home.example", NULL));
    g_autofree char *text = world_mail(3, "Cadence-Topic: loans\n", "Hello {{customer.first_name}}\n");
    g_autoptr(Judgement) loans = world_judge(world, "a@home.example", text, NOON);
    assert_int_equal(world_outcome(loans, 0)->action, ACTION_HOLD);
    world_send(world, "a@home.example", 4, "", NOON);
    world_send(world, "a@home.example", 5, "Cadence-Priority: 10\n", NOON + HOUR);
    world_set_config(world, without);
    pass_at(postfix, NOON + HOUR);
    assert_int_equal(postfix->delivered->len, 0);
    assert_int_equal(pass_at(postfix, NOON + 7 * DAY).released, 2);
    assert_int_equal(world_contacts(world, "a@home.example"), 4);
    g_autoptr(GPtrArray) left = world_held(world);
    assert_int_equal(left->len, 1); /* the cap keeps the third */
    g_autoptr(GPtrArray) verdicts = NULL;
    assert_true(store_verdicts_of_message(world->store, loans->id, &verdicts, NULL));
    const VerdictRecord *released = verdicts->pdata[verdicts->len - 1];
    assert_int_equal(released->action, ACTION_PASS);
    assert_non_null(strstr(released->receipt, "\"topic\":\"loans\""));
    assert_non_null(strstr(released->receipt, "\"class\":\"sales\""));
}

static void a_withdrawal_stops_mail_of_a_stream_that_was_removed(void **state) {
    Postfix *postfix = *state;
    World *world = postfix->world;
    Consent objection = {.purpose = (char *)"marketing", .state = CONSENT_OBJECTED, .at = NOON + 2};
    world_send(world, "a@home.example", 3, "", NOON);
    world_set_config(world, "store { url = \"sqlite:cadence.db\" }\nsecret = \"secret\"\n");
    assert_true(store_transact(world->store, refuse_work, &objection, NULL));
    assert_int_equal(pass_at(postfix, NOON + HOUR).dropped, 1);
    assert_int_equal(postfix->delivered->len, 0);
}

/* A row that nothing leads to is a fault of ours or of the disk; it must not keep the pass from its end, or from what
 * else is due. */
static void a_row_that_cannot_be_found_holds_up_nothing(void **state) {
    Postfix *postfix = *state;
    const PlannerOutside outside = {.deliver = deliver, .say = say, .stopping = after_some_batches, .user = postfix};
    world_send(postfix->world, "a@home.example", 3, "", NOON);
    forget_directory(postfix->world);
    for (int i = 4; i < 7; i++)
        world_send(postfix->world, "z@home.example", i, "", NOON);
    postfix->at = NOON + 7 * DAY;
    PlannerCounts counts = run_pass(postfix->world, postfix->at, &outside);
    assert_in_range(postfix->batches, 1, 10);
    assert_int_equal(counts.released, 1);
    assert_int_equal(counts.deferred, 1);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_goes_before_it_is_due, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_due_goes_and_keeps_only_its_id, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cap_holds_at_release_too, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_left_of_it_waits_for_its_own_moment, setup_closed, teardown),
        cmocka_unit_test_setup_teardown(a_policy_that_never_rewrites_waits_for_nothing_less_than_the_whole,
                                        setup_closed_never_rewriting, teardown),
        cmocka_unit_test_setup_teardown(a_fallback_waits_for_its_own_moment, setup_closed_with_fallback, teardown),
        cmocka_unit_test_setup_teardown(priority_goes_first, setup, teardown),
        cmocka_unit_test_setup_teardown(a_relational_contact_frees_nothing_of_a_cap, setup, teardown),
        cmocka_unit_test_setup_teardown(expiry_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pass_at_the_last_second_of_what_may_not_go_comes_to_an_end, setup, teardown),
        cmocka_unit_test_setup_teardown(what_postfix_does_not_take_is_tried_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_message_lost_between_milter_and_queue_is_counted_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_postfix_refuses_goes_back_to_its_sender, setup, teardown),
        cmocka_unit_test_setup_teardown(a_release_past_the_milter_is_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_ticket_opens_once_and_from_us_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_person_may_release_over_the_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(a_person_may_drop, setup, teardown),
        cmocka_unit_test_setup_teardown(what_sendmail_took_may_be_picked_up_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(a_withdrawal_ends_what_is_held_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(an_objection_ends_what_is_held_even_if_a_person_released_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_copy_that_passes_under_observation_does_not_wait_for_the_rules,
                                        setup_observing, teardown),
        cmocka_unit_test_setup_teardown(a_row_that_cannot_be_found_holds_up_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(mail_of_a_stream_that_was_removed_is_judged_by_its_record, setup, teardown),
        cmocka_unit_test_setup_teardown(a_withdrawal_stops_mail_of_a_stream_that_was_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_that_arrives_frees_what_waited_for_it, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
