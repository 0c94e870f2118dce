/* What is held, as it is exported: filled where there is anything to be filled, and why not where it cannot be. */
#include "world.h"

#include "engine/custody.h"

#define ANNA "anna@a.example"

static const char config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "templates = \"templates\"\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"sales\" }\n"
    "topic \"loans\" { class = \"sales\" consent = \"marketing\" }\n"
    "attribute \"*\" { sensitivity = 0 }\n"
    "policy \"default\" {\n"
    "  cap \"sales a week\" { class = \"sales\" limit = 1 window = \"7d\" }\n"
    "  over = {\"hold\"}\n"
    "  hold { max = \"7d\" }\n"
    "}\n";

static int setup(void **state) {
    char *folder = g_dir_make_tmp("cadence-fill-XXXXXX", NULL);
    folder_put(folder, "templates/offer/template.conf", "class = \"sales\"\n");
    folder_put(folder, "templates/offer/pl.txt",
               "Subject: Oferta\n\nDla {{customer.first_name}}: {{message.rate}}. Wypisz: unsubscribe\n");
    folder_put(folder, "templates/named/template.conf", "class = \"sales\"\n");
    folder_put(folder, "templates/named/pl.txt", "Subject: Oferta\n\n{{customer.last_name}}. Wypisz: unsubscribe\n");
    World *world = world_in(folder, config);
    assert_true(store_transact(world->store, world_name_work, (gpointer)ANNA, NULL));
    assert_int_equal(world_send(world, ANNA, 1, "", NOON), ACTION_PASS);
    *state = world;
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static const Custody *hold(World *world, const char *fields, const char *body, GPtrArray **held) {
    static int number = 1;
    g_autofree char *text = world_mail(++number, fields, body);
    g_autoptr(Judgement) judgement = world_judge(world, ANNA, text, NOON + HOUR);
    assert_int_equal(world_outcome(judgement, 0)->action, ACTION_HOLD);
    *held = world_held(world);
    assert_int_equal((*held)->len, 1);
    return (*held)->pdata[0];
}

/* NULL where it leaves as it came; then *reason is the rule that keeps it, NULL: none. Free with g_free. */
static char *fill(World *world, const Custody *custody, char **reason) {
    g_autoptr(GBytes) raw = NULL;
    g_autoptr(GBytes) filled = NULL;
    g_autoptr(GPtrArray) reasons = NULL;
    GError *error = NULL;
    assert_true(store_custody_raw(world->store, custody->message, &raw, NULL));
    if (!custody_fill(world->engine, custody, raw, NOON + DAY, &filled, &reasons, &error))
        fail_msg("%s", error->message);
    assert_true(!filled || !reasons);
    *reason = reasons ? g_strdup(((Reason *)reasons->pdata[0])->rule) : NULL;
    return filled ? g_strndup(g_bytes_get_data(filled, NULL), g_bytes_get_size(filled)) : NULL;
}

static bool withdraw_work(Transaction *transaction, gpointer customer, GError **error) {
    Consent consent = {.purpose = (char *)"marketing", .state = CONSENT_WITHDRAWN, .at = NOON + 2 * HOUR};
    return transaction_consent_put(transaction, customer, &consent, error);
}

static void what_can_be_filled_is(void **state) {
    static const struct {
        const char *fields, *body, *says;
    } cases[] = {
        {"Cadence-Template: offer\n", "{\"rate\": \"6%\"}\n", "\r\n\r\nDla Anna: 6%. Wypisz: unsubscribe\r\n"},
        {"", "Hello {{customer.first_name}}\n", "\r\n\r\nHello Anna\r\n"},
        {"Cadence-Topic: loans\n", "Hello {{customer.first_name}}\n", "\r\n\r\nHello Anna\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) held = NULL;
        const Custody *custody = hold(*state, cases[i].fields, cases[i].body, &held);
        g_autofree char *reason = NULL;
        g_autofree char *filled = fill(*state, custody, &reason);
        assert_non_null(strstr(filled, cases[i].says));
        assert_non_null(strstr(filled, "\r\nCadence-Class: sales\r\n"));
        assert_null(strstr(filled, "Cadence-T"));
        assert_true(custody_drop(((World *)*state)->engine, custody->id, NOON + HOUR, NULL));
    }
}

static void what_has_nothing_to_fill_stays_as_it_came(void **state) {
    g_autoptr(GPtrArray) held = NULL;
    const Custody *custody = hold(*state, "Cadence-Topic: loans\n", "Hello\n", &held);
    g_autofree char *reason = NULL;
    assert_null(fill(*state, custody, &reason));
    assert_null(reason);
}

static void what_would_not_leave_says_why(void **state) {
    World *world = *state;
    g_autoptr(GPtrArray) held = NULL;
    const Custody *custody = hold(world, "Cadence-Template: named\n", "", &held);
    g_autofree char *placeholder = NULL;
    assert_null(fill(world, custody, &placeholder));
    assert_string_equal(placeholder, "placeholder");
    assert_true(custody_drop(world->engine, custody->id, NOON + HOUR, NULL));

    g_autoptr(GPtrArray) unwanted = NULL;
    custody = hold(world, "Cadence-Topic: loans\n", "Hello {{customer.first_name}}\n", &unwanted);
    g_autofree char *consent = NULL;
    assert_true(store_transact(world->store, withdraw_work, (gpointer)ANNA, NULL));
    assert_null(fill(world, custody, &consent));
    assert_string_equal(consent, "consent");
}

static void set_config(World *world, const char *what, const char *instead) {
    g_auto(GStrv) parts = g_strsplit(config, what, 2);
    g_autofree char *text = g_strjoinv(instead, parts);
    world_set_config(world, text);
}

static void a_template_that_is_gone_is_named(void **state) {
    World *world = *state;
    g_autoptr(GPtrArray) held = NULL;
    const Custody *custody = hold(world, "Cadence-Template: offer\n", "{\"rate\": \"6%\"}\n", &held);
    g_autofree char *reason = NULL;
    set_config(world, "templates = \"templates\"\n", "");
    assert_null(fill(world, custody, &reason));
    assert_string_equal(reason, "placeholder");
}

static void a_stream_that_is_enforced_no_more_fills_nothing(void **state) {
    World *world = *state;
    g_autoptr(GPtrArray) held = NULL;
    const Custody *custody = hold(world, "Cadence-Template: offer\n", "{\"rate\": \"6%\"}\n", &held);
    g_autofree char *reason = NULL;
    set_config(world, "personalize = true", "enforce = false");
    assert_null(fill(world, custody, &reason));
    assert_non_null(reason);
}

static void what_is_gone_is_an_error(void **state) {
    World *world = *state;
    g_autoptr(GPtrArray) held = NULL;
    const Custody *custody = hold(world, "", "Hello {{customer.first_name}}\n", &held);
    g_autoptr(GBytes) raw = NULL;
    g_autoptr(GBytes) filled = NULL;
    g_autoptr(GPtrArray) reasons = NULL;
    g_autoptr(GError) error = NULL;
    assert_true(store_custody_raw(world->store, custody->message, &raw, NULL));
    assert_true(custody_drop(world->engine, custody->id, NOON + HOUR, NULL));
    assert_false(custody_fill(world->engine, custody, raw, NOON + DAY, &filled, &reasons, &error));
    assert_non_null(strstr(error->message, custody->id));
}

#define EVERY(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        EVERY(what_can_be_filled_is),
        EVERY(what_has_nothing_to_fill_stays_as_it_came),
        EVERY(what_would_not_leave_says_why),
        EVERY(a_template_that_is_gone_is_named),
        EVERY(a_stream_that_is_enforced_no_more_fills_nothing),
        EVERY(what_is_gone_is_an_error),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
