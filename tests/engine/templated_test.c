/* Mail that asks for a template: from Cadence-Template to what leaves, and what stands in where it may not go. */
#include "world.h"

#define TEMPLATES                                                                                                      \
    "store { url = \"sqlite:cadence.db\" }\n"                                                                          \
    "secret = \"secret\"\n"                                                                                            \
    "templates = \"%s\"\n"                                                                                             \
    "not_customers = {\"*@bank.example\"}\n"                                                                           \
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"                        \
    "company { name = \"Bank\" }\n"                                                                                    \
    "stream \"staff\" { sender = {\"*@staff.example\"} trust = true enforce = false }\n"                               \
    "stream \"shop\" { sender = {\"*@shop.example\"} }\n"                                                              \
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true }\n"                                                   \
    "topic \"tips\" { class = \"relational\" }\n"                                                                      \
    "topic \"savings\" { class = \"sales\" }\n"                                                                        \
    "attribute \"first_name\" { sensitivity = 0 }\n"                                                                   \
    "policy \"default\" {\n"                                                                                           \
    "  cap \"sales a week\" { class = \"sales\" limit = 1 window = \"7d\" }\n"                                         \
    "  cap \"tips a month\" { topic = \"tips\" limit = 2 window = \"30d\" }\n"                                         \
    "  over = {\"rewrite\", \"hold\"}\n"                                                                               \
    "  hold { max = \"10d\" then = \"drop\" }\n"                                                                       \
    "}\n"

static const char *const files[][2] = {
    {"tips/template.conf", "topic = \"tips\"\n"},
    {"tips/pl.txt", "Subject: Cześć {{customer.first_name | default: \"Kliencie\"}}\n\nRada: {{message.tip}}\n"
                    "{{> footer}}\n"},
    {"tips/pl.html", "<p>Rada: {{message.tip}}</p>{{> footer}}\n"},
    {"tips/en.txt", "Subject: Hello\n\nTip: {{message.tip}}\n{{> footer}}\n"},
    {"offer/template.conf",
     "topic = \"savings\"\nfallback = \"spare\"\nrequires = \"customer.id != 'poor@a.example'\"\n"},
    {"offer/pl.txt", "Subject: Oferta\n\nKup!\n"},
    {"spare/template.conf", "topic = \"tips\"\nrequires = \"customer.id != 'proud@a.example'\"\n"},
    {"spare/pl.txt", "Subject: Porada\n\nWitaj {{customer.first_name | default: \"znowu\"}}\n"},
    {"statement/template.conf", "class = \"mixed\"\ntopic = \"tips\"\n"},
    {"statement/pl.txt", "Subject: Wyciąg\n\nGotowy.{{#sales}} Kup!{{/sales}}\n"},
    {"named/template.conf", "class = \"relational\"\n"},
    {"named/pl.txt", "Subject: Witaj {{customer.first_name}}\n\nTekst\n"},
    {"partials/footer.txt", "{{company.name}} (txt)\n"},
    {"partials/footer.en.txt", "{{company.name}} (en)\n"},
    {"partials/footer.html", "<p>{{company.name}}</p>\n"},
};

typedef struct {
    World *world;
    char *templates;
} Stage;

static int set_up(void **state) {
    Stage *stage = g_new0(Stage, 1);
    stage->templates = g_dir_make_tmp("cadence-templated-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        folder_put(stage->templates, files[i][0], files[i][1]);
    g_autofree char *config = g_strdup_printf(TEMPLATES, stage->templates);
    stage->world = world_new(config);
    *state = stage;
    return 0;
}

static int tear_down(void **state) {
    Stage *stage = *state;
    world_free(stage->world);
    folder_remove(stage->templates);
    g_free(stage->templates);
    g_free(stage);
    return 0;
}

/* ---- sending ---- */

typedef struct {
    Judgement *judgement;
    char *left; /* what stays in the envelope, with '\n' newlines; NULL: nothing */
} Sent;

static void sent_clear(Sent *sent) {
    judgement_free(sent->judgement);
    g_free(sent->left);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sent, sent_clear)

static char *leaves(const Judgement *judgement, const char *text) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    g_autoptr(GBytes) raw = g_bytes_new(crlf, strlen(crlf));
    g_autoptr(Message) message = message_new(raw);
    if (judgement->reply != REPLY_ACCEPT)
        return NULL;
    g_autoptr(GBytes) applied = rewrite_apply(judgement->rewrite, message);
    gsize length;
    const char *bytes = g_bytes_get_data(applied, &length);
    g_autofree char *whole = g_strndup(bytes, length);
    g_auto(GStrv) parts = g_strsplit(whole, "\r\n", -1);
    return g_strjoinv("\n", parts);
}

static Sent send_as(Stage *stage, const char *sender, const char *recipients, const char *fields, const char *body,
                    Instant at) {
    static int number = 0;
    g_autofree char *text = g_strdup_printf("From: Anna <anna@crm.example>\nReply-To: team@crm.example\nSubject: old\n"
                                            "Message-ID: <%d@crm.example>\nList-Unsubscribe: <https://x.example/>\n"
                                            "%s\n%s",
                                            ++number, fields, body);
    Judgement *judgement = world_judge_as(stage->world, sender, recipients, text, at, true);
    return (Sent){judgement, leaves(judgement, text)};
}

static Sent send_template(Stage *stage, const char *recipient, const char *template, const char *fields,
                          const char *body) {
    g_autofree char *all = g_strdup_printf("Cadence-Template: %s\n%s", template, fields);
    return send_as(stage, "anna@crm.example", recipient, all, body, NOON);
}

static void assert_says(const Sent *sent, const char *text) {
    if (!sent->left || !strstr(sent->left, text))
        fail_msg("no '%s' in: %s (%s)", text, sent->left ? sent->left : "nothing",
                 sent->judgement->reply_text ? sent->judgement->reply_text : "");
}

static void assert_silent(const Sent *sent, const char *text) {
    if (!sent->left || strstr(sent->left, text))
        fail_msg("'%s' in: %s", text, sent->left ? sent->left : "nothing");
}

static void assert_refused(const Sent *sent, const char *found) {
    const Judgement *judgement = sent->judgement;
    assert_int_equal(judgement->reply, REPLY_REFUSE);
    assert_string_equal(judgement->reply_code, "550");
    assert_string_equal(judgement->reply_status, "5.6.0");
    if (!strstr(judgement->reply_text, found))
        fail_msg("no '%s' in: %s", found, judgement->reply_text);
}

/* ---- composing ---- */

static void a_template_becomes_the_message(void **state) {
    g_auto(Sent) sent = send_template(*state, "anna@a.example", "tips",
                                      "Content-Type: text/html; charset=x\n"
                                      "Content-Transfer-Encoding: 8bit\n"
                                      "Content-Language: de\n"
                                      "Cadence-Context: {\"tip\": \"<Żyj>\"}\n",
                                      "<p>ignored</p>\n");
    static const char *const there[] = {"From: Anna <anna@crm.example>\nReply-To: team@crm.example\n",
                                        "\nList-Unsubscribe: <https://x.example/>\n",
                                        "\nSubject: =?utf-8?B?",
                                        "\nMIME-Version: 1.0\n",
                                        "\nContent-Type: multipart/alternative;",
                                        "text/plain; charset=utf-8",
                                        "text/html; charset=utf-8",
                                        "Rada: <=C5=BByj>\n",
                                        "Rada: &lt;=C5=BByj&gt;</p>",
                                        "Bank (txt)",
                                        "<p>Bank</p>",
                                        "Cadence-Class: relational"};
    static const char *const gone[] = {
        "ignored", "Cadence-Template", "Cadence-Context", "old", "Content-Language", "charset=x", "8bit"};
    for (gsize i = 0; i < G_N_ELEMENTS(there); i++)
        assert_says(&sent, there[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(gone); i++)
        assert_silent(&sent, gone[i]);
    assert_string_equal(sent.judgement->topic, "tips");
}

static bool locale_work(Transaction *transaction, gpointer user, GError **error) {
    g_autoptr(Customer) customer = customer_new("eve");
    customer->locale = g_strdup(user);
    g_ptr_array_add(customer->addresses, g_strdup("eve@a.example"));
    return transaction_customer_put(transaction, customer, NOON, error);
}

static void each_gets_their_own_locale(void **state) {
    Stage *stage = *state;
    assert_true(store_transact(stage->world->store, locale_work, (gpointer) "en-GB", NULL));
    g_auto(Sent) english = send_template(stage, "eve@a.example", "tips", "", "{\"tip\": \"rest\"}\n");
    assert_says(&english, "\nSubject: Hello\n");
    assert_says(&english, "Tip: rest\nBank (en)");
    assert_says(&english, "\nContent-Type: text/plain; charset=utf-8\n");
    g_auto(Sent) both = send_template(stage, "anna@a.example eve@a.example", "tips", "", "{\"tip\": \"rest\"}\n");
    assert_int_equal(outcome_stays(world_outcome(both.judgement, 0)) + outcome_stays(world_outcome(both.judgement, 1)),
                     1);
    g_autoptr(GPtrArray) held = world_held(stage->world);
    assert_int_equal(held->len, 1);
}

static void data_comes_in_the_body_and_the_header(void **state) {
    static const struct {
        const char *fields, *body, *tip;
    } cases[] = {
        {"", " \n{\"tip\": \"a\"}\n", "Rada: a\n"},
        {"Content-Type: application/json\n", "{\"tip\": \"\xC5\xBB\"}\n", "Rada: =C5=BB\n"},
        {"Content-Type: application/json\nContent-Transfer-Encoding: base64\n", "eyJ0aXAiOiAiYjY0In0=\n",
         "Rada: b64\n"},
        {"Content-Type: multipart/mixed; boundary=b\n",
         "--b\n\nHello\n--b\nContent-Type: application/json\n\n{\"tip\": \"part\"}\n--b--\n", "Rada: part\n"},
        {"Cadence-Context: {\"tip\": \"head\"}\n", "{\"tip\": \"a\", \"other\": 1}\n", "Rada: head\n"},
        {"Cadence-Context: {\"tip\": \"head\"}\n", "{{message.tip}}\n", "Rada: head\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *recipient = g_strdup_printf("c%zu@a.example", i);
        g_auto(Sent) sent = send_template(*state, recipient, "tips", cases[i].fields, cases[i].body);
        assert_says(&sent, cases[i].tip);
    }
}

/* ---- refusing ---- */

static void what_cannot_be_met_is_refused(void **state) {
    static const struct {
        const char *template, *fields, *body, *found;
    } cases[] = {
        {"none", "", "",
         "Cadence-Template: there is no template \"none\"; there are named, offer, spare, statement, tips"},
        {"tips", "", "{\"tip\": \n x}\n", "the body: line 2, column 2: "},
        {"tips", "Content-Type: application/json\n", "[1]\n", "the body: a JSON object was expected"},
        {"tips", "Cadence-Context: {\"a\": 1,}\n", "", "Cadence-Context: line 1, column 9: "},
        {"tips", "Cadence-Class: sales\n", "", "Cadence-Class: sales, but the template \"tips\" is relational"},
        {"offer", "Cadence-Class: relational\n", "", "Cadence-Class: relational, but the template \"offer\" is sales"},
        {"tips", "Cadence-Topic: savings\n", "", "Cadence-Topic: \"savings\" is sales, but the template \"tips\""},
        {"statement", "Cadence-Topic: savings\n", "", "Cadence-Topic: \"savings\" is sales"},
        {"tips", "Cadence-Personalize: no\n", "", "Cadence-Personalize: no, but"},
        {"tips", "DKIM-Signature: v=1\n", "", "never changed"},
        {"tips", "Auto-Submitted: auto-replied\n", "", "never changed"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Sent) sent = send_template(*state, "anna@a.example", cases[i].template, cases[i].fields, cases[i].body);
        assert_refused(&sent, cases[i].found);
    }
    g_auto(Sent) staff = send_as(*state, "a@staff.example", "anna@a.example", "Cadence-Template: tips\n", "x\n", NOON);
    assert_refused(&staff, "\"staff\"");
    g_auto(Sent) stranger = send_template(*state, "anna@a.example boss@bank.example", "spare", "", "");
    assert_refused(&stranger, "boss@bank.example is no customer");
}

static void an_untrusted_stream_asks_in_vain(void **state) {
    g_auto(Sent) sent =
        send_as(*state, "a@shop.example", "anna@a.example", "Cadence-Template: tips\n", "its own text\n", NOON);
    assert_says(&sent, "its own text");
    assert_silent(&sent, "Cadence-Template");
}

static void what_the_template_requires_counts(void **state) {
    g_auto(Sent) poor = send_template(*state, "poor@a.example", "offer", "", "");
    assert_int_equal(poor.judgement->reply, REPLY_REFUSE);
    assert_non_null(strstr(poor.judgement->reply_text, "poor@a.example"));
}

/* ---- verdicts ---- */

static void a_missing_value_is_held_for_the_author(void **state) {
    g_auto(Sent) sent = send_template(*state, "anna@a.example", "named", "", "");
    const Outcome *outcome = world_outcome(sent.judgement, 0);
    assert_int_equal(outcome->action, ACTION_HOLD);
    assert_int_equal(outcome->missing->len, 1);
    assert_string_equal(outcome->missing->pdata[0], "customer.first_name");
}

static void a_sales_part_is_cut(void **state) {
    g_auto(Sent) whole = send_template(*state, "anna@a.example", "statement", "", "");
    assert_says(&whole, "Gotowy. Kup!");
    assert_says(&whole, "Cadence-Class: sales");
    g_auto(Sent) cut = send_template(*state, "anna@a.example", "statement", "", "");
    assert_says(&cut, "Gotowy.\n");
    assert_silent(&cut, "Kup!");
    assert_int_equal(world_outcome(cut.judgement, 0)->action, ACTION_REWRITE);
}

static bool object_work(Transaction *transaction, gpointer user, GError **error) {
    g_autoptr(Customer) customer = customer_new(user);
    Consent consent = {.purpose = (char *)"marketing", .state = CONSENT_OBJECTED, .at = NOON - DAY};
    g_ptr_array_add(customer->addresses, g_strdup(user));
    return transaction_customer_put(transaction, customer, NOON - DAY, error) &&
           transaction_consent_put(transaction, user, &consent, error);
}

static void an_objection_takes_the_sales_part_and_leaves_the_rest(void **state) {
    Stage *stage = *state;
    assert_true(store_transact(stage->world->store, object_work, (gpointer) "nix@a.example", NULL));
    for (int i = 0; i < 2; i++) {
        g_auto(Sent) spared = send_template(stage, "nix@a.example", "statement", "", "");
        assert_says(&spared, "Gotowy.\n");
        assert_silent(&spared, "Kup!");
        assert_says(&spared, "Cadence-Class: relational");
        const Reason *reason = world_outcome(spared.judgement, 0)->reasons->pdata[0];
        assert_string_equal(reason->rule, "consent");
    }
    g_auto(Sent) offer = send_template(stage, "nix@a.example", "offer", "", "");
    assert_int_equal(offer.judgement->reply, REPLY_REFUSE);
}

static void the_fallback_goes_where_sales_may_not(void **state) {
    Stage *stage = *state;
    g_auto(Sent) offer = send_template(stage, "anna@a.example", "offer", "", "");
    assert_says(&offer, "Kup!");
    for (int i = 0; i < 2; i++) {
        g_auto(Sent) standin = send_template(stage, "anna@a.example", "offer", "", "");
        const Outcome *outcome = world_outcome(standin.judgement, 0);
        assert_int_equal(outcome->action, ACTION_REWRITE);
        assert_int_equal(outcome->class, CLASS_RELATIONAL);
        assert_string_equal(outcome->fallback, "spare");
        assert_true(outcome->reasons->len > 0);
        assert_says(&standin, "\nSubject: Porada\n");
        assert_says(&standin, "Witaj znowu");
        assert_silent(&standin, "Kup!");
    }
    g_auto(Sent) third = send_template(stage, "anna@a.example", "offer", "", "");
    assert_int_equal(world_outcome(third.judgement, 0)->action, ACTION_HOLD);
    assert_null(world_outcome(third.judgement, 0)->fallback);
}

static void the_fallback_has_conditions_of_its_own(void **state) {
    g_auto(Sent) offer = send_template(*state, "proud@a.example", "offer", "", "");
    assert_says(&offer, "Kup!");
    g_auto(Sent) held = send_template(*state, "proud@a.example", "offer", "", "");
    assert_int_equal(world_outcome(held.judgement, 0)->action, ACTION_HOLD);
}

static void another_try_gets_the_same_stand_in(void **state) {
    Stage *stage = *state;
    g_auto(Sent) offer = send_template(stage, "anna@a.example", "offer", "", "");
    assert_says(&offer, "Kup!");
    static const char text[] = "From: a@crm.example\nMessage-ID: <again@crm.example>\nCadence-Template: offer\n\n";
    for (int i = 0; i < 2; i++) {
        g_autoptr(Judgement) judgement =
            world_judge_as(stage->world, "a@crm.example", "anna@a.example", text, NOON + i, true);
        g_autofree char *left = leaves(judgement, text);
        assert_non_null(strstr(left, "Witaj znowu"));
        assert_string_equal(world_outcome(judgement, 0)->fallback, "spare");
    }
    assert_int_equal(world_contacts(stage->world, "anna@a.example"), 2);
}

/* ---- injection ---- */

static void no_value_adds_a_header_a_line_or_a_part(void **state) {
    static const char *const values[] = {"\\r\\nBcc: eve@evil.example",
                                         "\\n\\nBuy",
                                         "\\u0000x",
                                         "--b--",
                                         "\\u2028Bcc: x",
                                         "=?utf-8?Q?x?=",
                                         "{{company.name}}",
                                         "{{#sales}}x{{/sales}}",
                                         "</p><script>x</script>",
                                         "\\u001b[31m",
                                         ".",
                                         "From x"};
    Stage *stage = *state;
    folder_put(stage->templates, "echo/pl.txt", "Subject: A {{message.v}} Z\n\n{{message.v}}\n");
    folder_put(stage->templates, "echo/pl.html", "<p title=\"{{message.v}}\">{{message.v}}</p>\n");
    g_autofree char *path = g_build_filename(stage->world->folder, "cadence.conf", NULL);
    g_autoptr(Config) config = config_load(path, NULL);
    assert_true(engine_set_config(stage->world->engine, config, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *body = g_strdup_printf("{\"v\": \"%s\"}\n", values[i]);
        g_autofree char *recipient = g_strdup_printf("v%zu@a.example", i);
        g_auto(Sent) sent = send_template(stage, recipient, "echo", "", body);
        if (!sent.left && sent.judgement->reply == REPLY_REFUSE)
            continue; /* jansson refuses NUL */
        g_autoptr(GBytes) raw = g_bytes_new(sent.left, strlen(sent.left));
        g_autoptr(Message) message = message_new(raw);
        assert_int_equal(message_texts(message)->len, 3);
        assert_int_equal(message_fields(message)->len, 9);
        assert_null(message_header(message, "Bcc"));
        const char *html = ((const MessageText *)message_texts(message)->pdata[2])->text;
        assert_null(strstr(html, "<script"));
        const char *subject = message_header(message, "Subject");
        assert_true(g_str_has_prefix(subject, "A ") && g_str_has_suffix(subject, " Z"));
        const char *plain = ((const MessageText *)message_texts(message)->pdata[1])->text;
        assert_ptr_equal(strchr(plain, '\n'), plain + strlen(plain) - 1);
    }
}

/* ---- reload ---- */

static void a_broken_template_keeps_the_old_ones(void **state) {
    Stage *stage = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(stage->world->folder, "cadence.conf", NULL);
    folder_put(stage->templates, "spare/pl.txt", "Subject: New\n\n{{#x}}\n");
    g_autoptr(Config) config = config_load(path, &error);
    assert_non_null(config);
    assert_false(engine_set_config(stage->world->engine, config, &error));
    assert_non_null(strstr(error->message, "spare/pl.txt:3:1: "));
    g_auto(Sent) old = send_template(stage, "anna@a.example", "spare", "", "");
    assert_says(&old, "\nSubject: Porada\n");
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_template_becomes_the_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_gets_their_own_locale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_comes_in_the_body_and_the_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_met_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_untrusted_stream_asks_in_vain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_template_requires_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_value_is_held_for_the_author, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sales_part_is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_objection_takes_the_sales_part_and_leaves_the_rest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_fallback_goes_where_sales_may_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_fallback_has_conditions_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_try_gets_the_same_stand_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_value_adds_a_header_a_line_or_a_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_template_keeps_the_old_ones, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
