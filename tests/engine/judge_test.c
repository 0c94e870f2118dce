/* One message, its recipients, one verdict each: the order of DESIGN.md section 4 over a real store. */
#include "world.h"

static int setup(void **state) {
    *state = world_new(world_config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static bool has_reason(const Outcome *outcome, const char *rule) {
    for (guint i = 0; i < outcome->reasons->len; i++)
        if (g_str_equal(((Reason *)outcome->reasons->pdata[i])->rule, rule))
            return true;
    return false;
}

static char *sent_text(const Judgement *judgement, const char *text) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    g_autoptr(GBytes) raw = g_bytes_new(crlf, strlen(crlf));
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(GBytes) sent = rewrite_apply(judgement->rewrite, message);
    gsize length;
    const char *bytes = g_bytes_get_data(sent, &length);
    return g_strndup(bytes, length);
}

static void a_cap_holds_what_is_over_it(void **state) {
    World *world = *state;
    assert_int_equal(world_send(world, "a@home.example", 1, "", NOON), ACTION_PASS);
    assert_int_equal(world_send(world, "a@home.example", 2, "", NOON + HOUR), ACTION_PASS);
    g_autofree char *text = world_mail(3, "", "Hello\n");
    g_autoptr(Judgement) third = world_judge(world, "a@home.example", text, NOON + 2 * HOUR);
    const Outcome *outcome = world_outcome(third, 0);
    assert_int_equal(outcome->action, ACTION_HOLD);
    assert_int_equal(outcome->until, NOON + 7 * DAY);
    assert_int_equal(third->reply, REPLY_DISCARD);
    assert_int_equal(world_contacts(world, "a@home.example"), 2);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 1);
    assert_int_equal(((Custody *)held->pdata[0])->due, NOON + 7 * DAY);
}

static bool erase_work(Transaction *transaction, gpointer customer, GError **error) {
    Erasure erasure;
    return transaction_erase(transaction, customer, &erasure, error);
}

static void erasing_a_customer_empties_no_cap(void **state) {
    World *world = *state;
    char customer[] = "a@home.example";
    world_send(world, customer, 1, "", NOON);
    world_send(world, customer, 2, "", NOON + HOUR);
    assert_true(store_transact(world->store, erase_work, customer, NULL));
    assert_int_equal(world_send(world, customer, 3, "", NOON + 2 * HOUR), ACTION_HOLD);
    assert_int_equal(world_send(world, customer, 4, "", NOON + 8 * DAY), ACTION_PASS);
}

static void what_is_exempt_passes_over_every_cap(void **state) {
    World *world = *state;
    for (int i = 0; i < 3; i++)
        world_send(world, "a@home.example", i, "", NOON);
    assert_int_equal(world_send(world, "a@home.example", 9, "Cadence-Topic: security\n", NOON), ACTION_PASS);
    assert_int_equal(world_contacts(world, "a@home.example"), 2);
}

static void consent_condition_and_expiry_stop_for_good(void **state) {
    World *world = *state;
    static const struct {
        const char *fields, *rule;
        Action action;
    } rows[] = {
        {"Cadence-Topic: loans\n", "consent", ACTION_REFUSE},
        {"Cadence-Requires: customer.tier = 'gold'\n", "requires", ACTION_REFUSE},
        {"Cadence-Expires: 2026-11-22T11:59:59Z\n", "expires", ACTION_DROP},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = world_mail(i, rows[i].fields, "Hello\n");
        g_autoptr(Judgement) judgement = world_judge(world, "a@home.example", text, NOON);
        assert_int_equal(world_outcome(judgement, 0)->action, rows[i].action);
        assert_true(has_reason(world_outcome(judgement, 0), rows[i].rule));
        assert_int_equal(judgement->reply, rows[i].action == ACTION_DROP ? REPLY_DISCARD : REPLY_REFUSE);
    }
    assert_int_equal(world_contacts(world, "a@home.example"), 0);
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    assert_int_equal(world_send(world, "a@home.example", 9, "Cadence-Topic: loans\n", NOON), ACTION_PASS);
}

static void a_condition_sees_numbers_as_they_were_written(void **state) {
    World *world = *state;
    assert_int_equal(world_send(world, "a@home.example", 1,
                                "Cadence-Topic: tips\nCadence-Context: {\"due\": 19.99}\n"
                                "Cadence-Requires: message.due = '19.99' and message.due < 20\n",
                                NOON),
                     ACTION_PASS);
}

static void a_condition_finds_what_a_text_finds(void **state) {
    static const struct {
        const char *condition;
        bool holds;
    } cases[] = {{"message.order.total > 100", true},   {"message.order.ship.to = 'PL'", true},
                 {"message.a.b = 'whole'", true},       {"has(message.order.paid)", false},
                 {"has(message.order.total.x)", false}, {"has(message.gone.total)", false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *fields =
            g_strdup_printf("Cadence-Topic: tips\nCadence-Requires: %s\nCadence-Context: {\"a.b\": \"whole\","
                            " \"order\": {\"total\": 120, \"ship\": {\"to\": \"PL\"}}}\n",
                            cases[i].condition);
        assert_int_equal(world_send(*state, "a@home.example", (int)i, fields, NOON),
                         cases[i].holds ? ACTION_PASS : ACTION_REFUSE);
    }
}

static bool object_work(Transaction *transaction, gpointer customer, GError **error) {
    Consent objection = {.purpose = (char *)"marketing", .state = CONSENT_OBJECTED, .at = NOON};
    return transaction_consent_put(transaction, customer, &objection, error);
}

static Action send_sales_of_staff(World *world, const char *recipient, int number) {
    g_autofree char *text = world_mail(number, "Cadence-Class: sales\n", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge_as(world, "jan@staff.example", recipient, text, NOON, true);
    return world_outcome(judgement, 0)->action;
}

static void an_objection_stops_sales_mail_and_nothing_else(void **state) {
    World *world = *state;
    static const struct {
        const char *fields;
        Action action;
    } rows[] = {{"", ACTION_REFUSE},
                {"Cadence-Topic: loans\n", ACTION_REFUSE},
                {"Cadence-Class: sales\n", ACTION_REFUSE},
                {"Cadence-Class: relational\n", ACTION_PASS},
                {"Cadence-Topic: tips\n", ACTION_PASS},
                {"Cadence-Topic: security\n", ACTION_PASS}};
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    assert_true(store_transact(world->store, object_work, (gpointer) "a@home.example", NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(world_send(world, "a@home.example", i, rows[i].fields, NOON), rows[i].action);
    assert_int_equal(send_sales_of_staff(world, "a@home.example", 20), ACTION_PASS);
    assert_int_equal(world_send(world, "b@home.example", 21, "", NOON), ACTION_PASS);

    g_autofree char *text = world_mail(22, "", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, "a@home.example", text, NOON);
    const Reason *reason = world_outcome(judgement, 0)->reasons->pdata[0];
    assert_string_equal(reason->rule, "consent");
    assert_string_equal(reason->name, "objection");
    assert_non_null(strstr(judgement->reply_text, "has objected to sales mail"));
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    assert_int_equal(world_send(world, "a@home.example", 23, "", NOON), ACTION_PASS);
}

static void malformed_requests_are_refused_by_name(void **state) {
    static const struct {
        const char *field, *named;
    } rows[] = {
        {"Cadence-Class: nice\n", "Cadence-Class"},
        {"Cadence-Priority: high\n", "Cadence-Priority"},
        {"Cadence-Context: [1]\n", "Cadence-Context"},
        {"Cadence-Context: {\"a\":}\n", "Cadence-Context"},
        {"Cadence-Requires: customer.\n", "Cadence-Requires"},
        {"Cadence-Expires: soon\n", "Cadence-Expires"},
        {"Cadence-Topic: security\nCadence-Class: sales\n", "Cadence-Class"},
        {"Cadence-Template: welcome\n", "Cadence-Template"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = world_mail(i, rows[i].field, "Hello\n");
        g_autoptr(Judgement) judgement = world_judge(*state, "a@home.example", text, NOON);
        assert_int_equal(judgement->reply, REPLY_REFUSE);
        assert_string_equal(judgement->reply_code, "550");
        assert_string_equal(judgement->reply_status, "5.6.0");
        assert_non_null(strstr(judgement->reply_text, rows[i].named));
    }
}

static void staff_mail_is_counted_and_never_touched(void **state) {
    World *world = *state;
    for (int i = 0; i < 4; i++) {
        g_autofree char *text = world_mail(i, "Cadence-Class: sales\n", "Hello {{customer.first_name}}\n");
        g_autoptr(Judgement) judgement = world_judge_as(world, "ann@staff.example", "a@home.example", text, NOON, true);
        g_autofree char *sent = sent_text(judgement, text);
        assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
        assert_non_null(strstr(sent, "Hello {{customer.first_name}}"));
    }
    assert_int_equal(world_contacts(world, "a@home.example"), 4);
}

static void what_is_not_ours_passes_uncounted(void **state) {
    World *world = *state;
    static const struct {
        const char *sender, *recipient, *fields;
    } rows[] = {
        {"offers@crm.example", "clerk@bank.example", ""},
        {"offers@crm.example", "clerk@xn--bcher-kva.example", ""},
        {"offers@crm.example", "a@home.example", "Auto-Submitted: auto-replied\n"},
        {"nobody@elsewhere.example", "a@home.example", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = world_mail(i, rows[i].fields, "Hello\n");
        g_autoptr(Judgement) judgement = world_judge_as(world, rows[i].sender, rows[i].recipient, text, NOON, true);
        assert_int_equal(judgement->reply, REPLY_ACCEPT);
        if (judgement->stream)
            assert_int_equal(world_outcome(judgement, 0)->class, judgement->classification->class);
        assert_int_equal(world_contacts(world, rows[i].recipient), 0);
    }
}

static void mail_of_no_stream_is_untouched(void **state) {
    g_autofree char *text = world_mail(1, "", "Hello {{name}}\n");
    g_autoptr(Judgement) judgement = world_judge_as(*state, "x@elsewhere.example", "a@home.example", text, NOON, true);
    assert_null(judgement->stream);
    assert_int_equal(judgement->rewrite->headers->len, 0);
    assert_null(judgement->rewrite->body);
}

static void the_sales_section_is_cut_where_the_whole_may_not_go(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON);
    g_autofree char *text = world_mail(5, "", "Your statement.\n{{#sales}}\nBuy now.\n{{/sales}}\nYours\n");
    g_autoptr(Judgement) judgement = world_judge(world, "a@home.example", text, NOON);
    const Outcome *outcome = world_outcome(judgement, 0);
    g_autofree char *sent = sent_text(judgement, text);
    assert_int_equal(outcome->action, ACTION_REWRITE);
    assert_int_equal(outcome->class, CLASS_RELATIONAL);
    assert_null(strstr(sent, "Buy now"));
    assert_non_null(strstr(sent, "Your statement.\r\nYours\r\n"));
    assert_non_null(strstr(sent, "Cadence-Class: relational"));

    g_autofree char *nothing = world_mail(6, "", "{{#sales}}Buy now.{{/sales}}\n");
    g_autoptr(Judgement) empty = world_judge(world, "a@home.example", nothing, NOON);
    assert_int_equal(world_outcome(empty, 0)->action, ACTION_HOLD);
}

static void a_name_is_filled_in_and_a_missing_one_holds(void **state) {
    World *world = *state;
    assert_true(store_transact(world->store, world_name_work, (gpointer) "a@home.example", NULL));
    g_autofree char *text = world_mail(1, "", "Hello {{customer.first_name}}!\n");
    g_autoptr(Judgement) known = world_judge(world, "a@home.example", text, NOON);
    g_autofree char *sent = sent_text(known, text);
    assert_non_null(strstr(sent, "Hello Anna!"));

    g_autofree char *other = world_mail(2, "", "Hello {{customer.first_name}}!\n");
    g_autoptr(Judgement) unknown = world_judge(world, "b@home.example", other, NOON);
    assert_int_equal(world_outcome(unknown, 0)->action, ACTION_HOLD);
    assert_true(has_reason(world_outcome(unknown, 0), "placeholder"));
    assert_int_equal(world_contacts(world, "b@home.example"), 0);
}

static void recipients_of_one_message_have_their_own_fates(void **state) {
    World *world = *state;
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "ok@home.example", NULL));
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "full@home.example", NULL));
    for (int i = 0; i < 2; i++)
        world_send(world, "full@home.example", i, "", NOON);
    g_autofree char *text = world_mail(5, "Cadence-Topic: loans\n", "Hello\n");
    g_autoptr(Judgement) judgement =
        world_judge(world, "ok@home.example full@home.example no@home.example clerk@bank.example", text, NOON);
    static const Action expected[] = {ACTION_PASS, ACTION_HOLD, ACTION_REFUSE, ACTION_PASS};
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_int_equal(world_outcome(judgement, i)->action, expected[i]);
    assert_int_equal(judgement->reply, REPLY_ACCEPT);
    assert_true(world_outcome(judgement, 2)->returned);
    assert_true(outcome_stays(world_outcome(judgement, 0)));
    assert_false(outcome_stays(world_outcome(judgement, 1)));
    g_autoptr(GPtrArray) held = world_held(world); /* the held copy, and the notice about the refused one */
    assert_int_equal(held->len, 2);
}

static bool put_customer(Transaction *transaction, gpointer customer, GError **error) {
    return transaction_customer_put(transaction, customer, NOON, error);
}

static void two_addresses_of_one_customer_are_one_contact(void **state) {
    World *world = *state;
    Customer person = {.id = (char *)"C1", .addresses = g_ptr_array_new(), .comfort = -1};
    g_ptr_array_add(person.addresses, (gpointer) "a@home.example");
    g_ptr_array_add(person.addresses, (gpointer) "a@work.example");
    assert_true(store_transact(world->store, put_customer, &person, NULL));
    g_ptr_array_unref(person.addresses);
    g_autofree char *text = world_mail(1, "", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, "a@home.example a@work.example", text, NOON);
    assert_int_equal(world_outcome(judgement, 1)->action, ACTION_PASS);
    assert_int_equal(world_contacts(world, "C1"), 1);
}

static void who_is_named_twice_gets_one_copy(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON);
    g_autofree char *text = world_mail(3, "", "Hello\n");
    g_autoptr(Judgement) held = world_judge(world, "a@home.example A@Home.example a@home.example", text, NOON);
    assert_int_equal(held->reply, REPLY_DISCARD);
    g_autoptr(GPtrArray) custodies = world_held(world);
    assert_int_equal(custodies->len, 1);

    g_autofree char *named = world_mail(4, "", "Hello {{customer.first_name | default: 'you'}}\n");
    g_autoptr(Judgement) filled = world_judge(world, "b@home.example B@home.example", named, NOON);
    assert_true(outcome_stays(world_outcome(filled, 0)));
    assert_true(outcome_stays(world_outcome(filled, 1)));
    assert_int_equal(world_contacts(world, "b@home.example"), 1);
}

static void a_rehearsal_leaves_nothing_behind(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", "Hello\n");
    for (int i = 0; i < 4; i++) {
        g_autoptr(Judgement) judgement =
            world_judge_as(world, "offers@crm.example", "a@home.example", text, NOON, false);
        assert_int_equal(world_outcome(judgement, 0)->action, ACTION_PASS);
    }
    StoreStatus status;
    assert_true(store_status(world->store, NOON, &status, NULL));
    assert_int_equal(status.customers + status.contacts + status.verdicts, 0);
}

static void higher_priority_that_waits_is_not_overtaken(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON + i * DAY);
    assert_int_equal(world_send(world, "a@home.example", 3, "Cadence-Priority: 90\n", NOON + 2 * DAY), ACTION_HOLD);
    g_autofree char *low = world_mail(4, "", "Hello\n"), *high = world_mail(5, "Cadence-Priority: 99\n", "Hello\n");
    Instant freed = NOON + 7 * DAY;
    g_autoptr(Judgement) waits = world_judge_as(world, "offers@crm.example", "a@home.example", low, freed, false);
    assert_true(has_reason(world_outcome(waits, 0), "overtaking"));
    g_autoptr(Judgement) goes = world_judge_as(world, "offers@crm.example", "a@home.example", high, freed, false);
    assert_int_equal(world_outcome(goes, 0)->action, ACTION_PASS);
}

static void without_its_store_only_what_is_exempt_passes(void **state) {
    World *world = *state;
    g_autofree char *path = g_build_filename(world->folder, "cadence.db", NULL),
                    *away = g_build_filename(world->folder, "away", NULL);
    assert_int_equal(g_rename(path, away), 0);
    g_autofree char *sales = world_mail(1, "", "Hello\n"),
                    *code = world_mail(2, "Cadence-Topic: security\n", "123456\n");
    g_autoptr(Judgement) waits = world_judge(world, "a@home.example", sales, NOON);
    assert_int_equal(waits->reply, REPLY_TEMPORARY);
    assert_string_equal(waits->reply_code, "451");
    g_autoptr(Judgement) passes = world_judge(world, "a@home.example", code, NOON);
    assert_int_equal(passes->reply, REPLY_ACCEPT);
    assert_int_equal(passes->notes->len, 1);
    assert_int_equal(g_rename(away, path), 0);
    g_autoptr(Judgement) again = world_judge(world, "a@home.example", sales, NOON);
    assert_int_equal(again->reply, REPLY_ACCEPT);
}

/* ---- observing ---- */

static const char mixed_config[] =
    "store { url = \"sqlite:cadence.db\" }\nsecret = \"secret\"\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"relational\" }\n"
    "topic \"statement\" { class = \"relational\" }\n"
    "topic \"club\" { class = \"relational\" consent = \"club\" }\n"
    "topic \"loans\" { class = \"sales\" }\n"
    "policy \"default\" {\n  hours { from = \"08:00\" until = \"20:00\" }\n  over = %s\n  hold { max = \"2d\" }\n}\n";

static World *mixed_world(const char *over) {
    g_autofree char *config = g_strdup_printf(mixed_config, over);
    World *world = world_new(config);
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    assert_true(store_transact(world->store, object_work, (gpointer) "a@home.example", NULL));
    return world;
}

static void who_only_observes_records_the_objection_and_lets_it_pass(void **state) {
    (void)state;
    World *world = mixed_world("{\"hold\"}\n  mode = \"observe\"");
    g_autofree char *text = world_mail(1, "Cadence-Topic: loans\n", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, "a@home.example", text, NOON);
    const Outcome *outcome = world_outcome(judgement, 0);
    assert_int_equal(outcome->action, ACTION_PASS);
    assert_int_equal(outcome->would, ACTION_REFUSE);
    assert_true(has_reason(outcome, "consent"));
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_customer(world->store, "a@home.example", 1, &records, NULL));
    const VerdictRecord *record = records->pdata[0];
    assert_non_null(strstr(record->receipt, "\"would\":\"refuse\""));
    assert_non_null(strstr(record->receipt, "\"name\":\"objection\""));
    world_free(world);
}

/* ---- events in conditions ---- */

typedef struct {
    const char *kind;
    Instant at;
} Happening;

static bool happen_work(Transaction *transaction, gpointer user, GError **error) {
    const Happening *happening = user;
    return transaction_event_add(transaction, "a@home.example", happening->kind, happening->at, error);
}

static void a_condition_may_ask_for_events(void **state) {
    World *world = *state;
    static const char solved[] = "Cadence-Topic: tips\nCadence-Requires: not has(customer.event.complaint) or "
                                 "customer.event.complaint <= customer.event.resolved\n";
    static const char recent[] =
        "Cadence-Topic: tips\nCadence-Requires: customer.event.complaint >= '2026-11-22T12:00:00'\n";
    Happening complaint = {"complaint", NOON + 60}, early = {"resolved", NOON}, resolved = {"resolved", NOON + 120};
    assert_true(store_transact(world->store, world_grant_work, (gpointer) "a@home.example", NULL));
    assert_int_equal(world_send(world, "a@home.example", 1, solved, NOON), ACTION_PASS);
    assert_int_equal(world_send(world, "a@home.example", 2, recent, NOON), ACTION_REFUSE);
    assert_true(store_transact(world->store, happen_work, &early, NULL));
    assert_true(store_transact(world->store, happen_work, &complaint, NULL));
    assert_int_equal(world_send(world, "a@home.example", 3, solved, NOON + 90), ACTION_REFUSE);
    assert_int_equal(world_send(world, "a@home.example", 4, recent, NOON + 90), ACTION_PASS);
    assert_true(store_transact(world->store, happen_work, &resolved, NULL));
    assert_int_equal(world_send(world, "a@home.example", 5, solved, NOON + 150), ACTION_PASS);
}

/* DESIGN.md section 4: refused, with the instant in the reply, where that lies beyond hold.max or the expiry. */
static void who_is_refused_is_told_the_instant(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON);
    g_autofree char *text = world_mail(3, "Cadence-Expires: 2026-11-25T12:00:00Z\n", "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, "a@home.example", text, NOON);
    assert_int_equal(judgement->reply, REPLY_REFUSE);
    assert_non_null(strstr(judgement->reply_text, "it may from 2026-11-29T13:00:00+01:00"));
    g_autoptr(Judgement) again = world_judge(world, "a@home.example", text, NOON + 1);
    assert_string_equal(again->reply_text, judgement->reply_text);
}

/* ---- many at once ---- */

#define SENDERS 40

typedef struct {
    World *world;
    int number;
} Sender;

static gpointer send_one(gpointer user) {
    Sender *sender = user;
    return GINT_TO_POINTER(world_send(sender->world, "a@home.example", sender->number, "", NOON));
}

static void forty_senders_at_once_never_exceed_the_cap(void **state) {
    Sender senders[SENDERS];
    GThread *threads[SENDERS];
    int passed = 0, held = 0;
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (Sender){*state, i};
        threads[i] = g_thread_new("sender", send_one, &senders[i]);
    }
    for (int i = 0; i < SENDERS; i++) {
        Action action = GPOINTER_TO_INT(g_thread_join(threads[i]));
        passed += action == ACTION_PASS;
        held += action == ACTION_HOLD;
    }
    assert_int_equal(passed, 2);
    assert_int_equal(held, SENDERS - 2);
    assert_int_equal(world_contacts(*state, "a@home.example"), 2);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cap_holds_what_is_over_it, setup, teardown),
        cmocka_unit_test_setup_teardown(erasing_a_customer_empties_no_cap, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_exempt_passes_over_every_cap, setup, teardown),
        cmocka_unit_test_setup_teardown(consent_condition_and_expiry_stop_for_good, setup, teardown),
        cmocka_unit_test_setup_teardown(a_condition_sees_numbers_as_they_were_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_condition_finds_what_a_text_finds, setup, teardown),
        cmocka_unit_test_setup_teardown(an_objection_stops_sales_mail_and_nothing_else, setup, teardown),
        cmocka_unit_test_setup_teardown(malformed_requests_are_refused_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(staff_mail_is_counted_and_never_touched, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_ours_passes_uncounted, setup, teardown),
        cmocka_unit_test_setup_teardown(mail_of_no_stream_is_untouched, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sales_section_is_cut_where_the_whole_may_not_go, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_is_filled_in_and_a_missing_one_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(recipients_of_one_message_have_their_own_fates, setup, teardown),
        cmocka_unit_test_setup_teardown(two_addresses_of_one_customer_are_one_contact, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_named_twice_gets_one_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rehearsal_leaves_nothing_behind, setup, teardown),
        cmocka_unit_test_setup_teardown(higher_priority_that_waits_is_not_overtaken, setup, teardown),
        cmocka_unit_test_setup_teardown(without_its_store_only_what_is_exempt_passes, setup, teardown),
        cmocka_unit_test(who_only_observes_records_the_objection_and_lets_it_pass),
        cmocka_unit_test_setup_teardown(a_condition_may_ask_for_events, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_refused_is_told_the_instant, setup, teardown),
        cmocka_unit_test_setup_teardown(forty_senders_at_once_never_exceed_the_cap, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
