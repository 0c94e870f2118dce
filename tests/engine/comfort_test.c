/* Comfort: what of a customer is printed, asked about and absent, and what the verdict says of it. */
#include "world.h"

#include "engine/receipt.h"

#define PERSON "ann@home.example"

static const char config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"relational\" }\n"
    "attribute \"name\" { sensitivity = 0 }\n"
    "attribute \"at\" { sensitivity = 4 }\n"
    "attribute \"next\" { sensitivity = 5 }\n"
    "attribute \"beyond\" { sensitivity = 6 }\n"
    "attribute \"pets\" { sensitivity = 4 }\n"
    "attribute \"trips\" { sensitivity = 5 }\n"
    "attribute \"plan\" { sensitivity = 0 consent = \"profiling\" }\n"
    "attribute \"home\" { sensitivity = 0 }\n"
    "attribute \"home.town\" { sensitivity = 0 }\n"
    "attribute \"address\" { sensitivity = 0 }\n"
    "attribute \"address.city\" { sensitivity = 4 }\n"
    "attribute \"address.street\" { sensitivity = 5 }\n"
    "attribute \"address.geo.north\" { sensitivity = 0 }\n"
    "attribute \"weather\" { sensitivity = 0 max_age = \"2d\" }\n"
    "comfort { default = 4 }\n"
    "policy \"default\" { over = {\"hold\"} hold { max = \"7d\" then = \"drop\" } }\n"
    "segment \"far\" { when = \"customer.beyond = 'yes'\" policy = \"far\" }\n"
    "policy \"far\" { over = {\"hold\"} hold { max = \"7d\" then = \"drop\" } }\n";

typedef struct {
    const char *name, *value;
    Instant at;
} Given;

static const Given given[] = {
    {"name", "Ann", NOON},
    {"at", "yes", NOON},
    {"next", "yes", NOON},
    {"beyond", "yes", NOON},
    {"pets", "[\"Rex\"]", NOON},
    {"trips", "[{\"to\":\"Rome\"},{\"to\":\"Lviv\"}]", NOON},
    {"plan", "gold", NOON},
    {"weather", "rain", NOON - 2 * DAY},
    {"secret_note", "rich", NOON},
    {"home", "Lviv", NOON},
    {"home.town", "Lviv", NOON},
    {"address", "{\"zip\":\"31-042\"}", NOON},
    {"address.city", "Rome", NOON},
    {"address.street", "Long", NOON},
    {"address.geo.north", "50", NOON},
};

static bool put_person(Transaction *transaction, gpointer user, GError **error) {
    (void)user;
    g_autoptr(Customer) person = customer_new("C1");
    g_ptr_array_add(person->addresses, g_strdup(PERSON));
    if (!transaction_customer_put(transaction, person, NOON, error))
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(given); i++) {
        AttributeValue value = {.name = (char *)given[i].name,
                                .value = (char *)given[i].value,
                                .at = given[i].at,
                                .source = (char *)"test"};
        if (!transaction_attribute_put(transaction, "C1", &value, error))
            return false;
    }
    return true;
}

static int setup(void **state) {
    World *world = world_new(config);
    *state = world;
    return store_transact(world->store, put_person, NULL, NULL) ? 0 : -1;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

/* The text/plain message with this body, as judged; *sent is what leaves, NULL where nothing does. */
static Judgement *judge_body(World *world, const char *body, Instant at, char **sent) {
    static int number;
    g_autofree char *text = world_mail(++number, "", body);
    Judgement *judgement = world_judge(world, PERSON, text, at);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    g_autoptr(GBytes) raw = g_bytes_new(crlf, strlen(crlf));
    g_autoptr(Message) message = message_new(raw);
    *sent = NULL;
    if (judgement->rewrite && world_outcome(judgement, 0)->action == ACTION_PASS) {
        g_autoptr(GBytes) out = rewrite_apply(judgement->rewrite, message);
        gsize length;
        const char *bytes = g_bytes_get_data(out, &length);
        g_autofree char *whole = g_strndup(bytes, length);
        *sent = g_strdup(strstr(whole, "\r\n\r\n") + 4);
    }
    return judgement;
}

typedef struct {
    const char *body, *sent;    /* sent NULL: held for the author */
    const char *withheld, *why; /* name and reason of the only withheld one; NULL: none */
    bool asked;
} Case;

static void assert_case(World *world, const Case *one, Instant at) {
    g_autofree char *sent = NULL;
    g_autoptr(Judgement) judgement = judge_body(world, one->body, at, &sent);
    const Outcome *outcome = world_outcome(judgement, 0);
    if (one->sent)
        assert_string_equal(sent, one->sent);
    else
        assert_int_equal(outcome->action, ACTION_HOLD);
    assert_int_equal(outcome->withheld->len, one->withheld ? 1 : 0);
    if (!one->withheld)
        return;
    const Withheld *withheld = outcome->withheld->pdata[0];
    assert_string_equal(withheld->name, one->withheld);
    assert_string_equal(withheld->why, one->why);
    assert_int_equal(withheld->asked, one->asked);
}

static void assert_cases(World *world, const Case *cases, gsize count, Instant at) {
    for (gsize i = 0; i < count; i++)
        assert_case(world, &cases[i], at);
}

static void each_step_of_sensitivity(void **state) {
    static const Case cases[] = {
        {"{{customer.at}}", "yes", NULL, NULL, false},
        {"{{customer.next}}", NULL, "next", "comfort", true},
        {"{{customer.beyond}}", NULL, "beyond", "comfort", false},
        {"{{customer.next | default: \"-\"}}", "-", "next", "comfort", true},
        {"a{{#customer.at}}b{{/customer.at}}", "ab", NULL, NULL, false},
        {"a{{#customer.next}}b{{/customer.next}}", "ab", "next", "comfort", true},
        {"a{{#customer.beyond}}b{{/customer.beyond}}", "a", "beyond", "comfort", false},
        {"a{{^customer.next}}b{{/customer.next}}", "a", "next", "comfort", true},
        {"a{{^customer.beyond}}b{{/customer.beyond}}", "ab", "beyond", "comfort", false},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases), NOON);
}

static void a_section_prints_nothing_of_what_it_asks_about(void **state) {
    static const Case cases[] = {
        {"{{#customer.pets}}{{.}}{{/customer.pets}}", "Rex", NULL, NULL, false},
        {"{{#customer.trips}}x{{/customer.trips}}", "xx", "trips", "comfort", true},
        {"{{#customer.trips}}{{to}}{{/customer.trips}}", NULL, "trips", "comfort", true},
        {"{{#customer.trips}}{{to | default: \"-\"}}{{/customer.trips}}", "--", "trips", "comfort", true},
        {"{{#customer.next}}{{.}}{{/customer.next}}", NULL, "next", "comfort", true},
        {"{{#customer.next}}{{#customer}}{{next}}{{/customer}}{{/customer.next}}", NULL, "next", "comfort", true},
        {"{{#customer}}{{name}}{{/customer}}", "Ann", NULL, NULL, false},
        {"{{#customer}}{{beyond}}{{/customer}}", NULL, "beyond", "comfort", false},
        {"{{#customer}}{{#customer.at}}{{name}}{{/customer.at}}{{/customer}}", "Ann", NULL, NULL, false},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases), NOON);
}

static void a_dot_leads_to_a_name_with_dots(void **state) {
    static const Case cases[] = {
        {"{{customer.address.city}} {{customer.address.zip}}", "Rome 31-042", NULL, NULL, false},
        {"{{#customer.address}}{{city}} {{zip}}{{/customer.address}}", "Rome 31-042", NULL, NULL, false},
        {"{{#customer}}{{#address}}{{city}}{{/address}}{{/customer}}", "Rome", NULL, NULL, false},
        {"{{customer.address.geo.north}}", "50", NULL, NULL, false},
        {"{{customer.address.zip}} {{#customer.address.street}}b{{/customer.address.street}}", "31-042 b",
         "address.street", "comfort", true},
        {"{{customer.address.street | default: \"-\"}}", "-", "address.street", "comfort", true},
        {"{{customer.address.flat | default: \"-\"}}", "-", NULL, NULL, false},
        {"{{customer.home}} {{customer.home.town | default: \"-\"}}", "Lviv -", NULL, NULL, false},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases), NOON);
}

static void undeclared_is_absent(void **state) {
    static const Case cases[] = {
        {"{{customer.secret_note | default: \"-\"}}", "-", "secret_note", "undeclared", false},
        {"a{{#customer.secret_note}}b{{/customer.secret_note}}", "a", "secret_note", "undeclared", false},
        {"{{customer.nothing | default: \"-\"}}", "-", NULL, NULL, false},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases), NOON);
}

static void age_ends_an_attribute(void **state) {
    static const Case fresh = {"{{customer.weather}}", "rain", NULL, NULL, false};
    static const Case stale = {"{{customer.weather | default: \"-\"}}", "-", "weather", "max_age", false};
    assert_case(*state, &fresh, NOON);
    assert_case(*state, &stale, NOON + 1);
}

static bool grant(Transaction *transaction, gpointer purpose, GError **error) {
    Consent consent = {.purpose = purpose, .state = CONSENT_GRANTED, .at = NOON};
    return transaction_consent_put(transaction, "C1", &consent, error);
}

static void a_purpose_needs_its_consent(void **state) {
    World *world = *state;
    static const Case without = {"a{{#customer.plan}}b{{/customer.plan}}", "a", "plan", "consent", false};
    static const Case with = {"{{customer.plan}}", "gold", NULL, NULL, false};
    char other[] = "marketing", asked_for[] = "profiling";
    assert_case(world, &without, NOON);
    assert_true(store_transact(world->store, grant, other, NULL));
    assert_case(world, &without, NOON);
    assert_true(store_transact(world->store, grant, asked_for, NULL));
    assert_case(world, &with, NOON);
}

static bool set_comfort(Transaction *transaction, gpointer comfort, GError **error) {
    g_autoptr(Customer) person = customer_new("C1");
    person->comfort = *(int *)comfort;
    return transaction_customer_put(transaction, person, NOON, error);
}

static void the_customers_own_comfort_comes_before_the_default(void **state) {
    World *world = *state;
    static const Case more = {"{{customer.beyond}}", "yes", NULL, NULL, false};
    static const Case less = {"{{customer.at | default: \"-\"}}", "-", "at", "comfort", false};
    int comfort = 6;
    assert_true(store_transact(world->store, set_comfort, &comfort, NULL));
    assert_case(world, &more, NOON);
    comfort = 2;
    assert_true(store_transact(world->store, set_comfort, &comfort, NULL));
    assert_case(world, &less, NOON);
}

static void the_answer_says_why_and_never_the_value(void **state) {
    g_autofree char *sent = NULL;
    g_autoptr(Judgement) judgement =
        judge_body(*state, "{{customer.secret_note | default: \"\"}}{{customer.beyond | default: \"\"}}.", NOON, &sent);
    json_auto_t *answer = judgement_json(judgement);
    const json_t *recipient = json_array_get(json_object_get(answer, "recipients"), 0);
    g_autofree char *text = json_dumps(json_object_get(recipient, "withheld"), JSON_COMPACT);
    assert_string_equal(text, "[{\"name\":\"beyond\",\"why\":\"comfort\",\"detail\":\"its sensitivity is 6, the "
                              "customer's comfort 4\",\"asked\":false},{\"name\":\"secret_note\",\"why\":"
                              "\"undeclared\",\"detail\":\"the configuration declares no such attribute\",\"asked\":"
                              "false}]");
}

/* Conditions choose and print nothing: they see what no text may. */
static void conditions_see_all_attributes(void **state) {
    g_autofree char *sent = NULL;
    g_autoptr(Judgement) judgement = judge_body(*state, "hello", NOON, &sent);
    assert_string_equal(world_outcome(judgement, 0)->policy, "far");
    assert_int_equal(world_outcome(judgement, 0)->withheld->len, 0);
}

#define EVERY(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        EVERY(each_step_of_sensitivity),
        EVERY(a_section_prints_nothing_of_what_it_asks_about),
        EVERY(a_dot_leads_to_a_name_with_dots),
        EVERY(undeclared_is_absent),
        EVERY(age_ends_an_attribute),
        EVERY(a_purpose_needs_its_consent),
        EVERY(the_customers_own_comfort_comes_before_the_default),
        EVERY(the_answer_says_why_and_never_the_value),
        EVERY(conditions_see_all_attributes),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
