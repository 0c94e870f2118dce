/* Cadences in the file, and the template.conf of the templates that they name. */
#include "base/error.h"
#include "fixture.h"

#include <string.h>

#define STREAMS                                                                                                        \
    "templates = \"templates\"\n"                                                                                      \
    "stream \"login\" { login = {\"x\"} }\n"                                                                           \
    "stream \"plain\" { sender = {\"*@plain.example\"} }\n"                                                            \
    "stream \"staff\" { sender = {\"*@staff.example\"} trust = true enforce = false }\n"                               \
    "stream \"care\" { sender = {\"*@care.example\"} trust = true }\n"                                                 \
    "topic \"tips\" { class = \"relational\" }\n"                                                                      \
    "topic \"loans\" { class = \"sales\" }\n"
#define BASE "template = \"letter\" sender = \"a@care.example\" "

static void put_template(const Place *place, const char *conf) {
    folder_put(place->folder, "templates/letter/template.conf", conf);
}

static void a_cadence_is_read(void **state) {
    put_template(*state, "class = \"relational\"\ntopic = \"tips\"\n");
    g_autoptr(Config) config =
        load(*state, STREAMS
             "cadence \"birthday\" { " BASE "rrule = \"FREQ=YEARLY\" from = \"customer.birthday\" at = \"09:30\" }\n"
             "cadence \"first\" { " BASE "rrule = \"FREQ=DAILY\" from = \"customer.since\" at = \"00:00\" }\n"
             "cadence \"quiet\" { " BASE "quiet_for = \"45d\" when = \"has(customer.x)\" }\n");
    assert_int_equal(config->cadences->len, 3);
    const Cadence *birthday = config->cadences->pdata[0], *first = config->cadences->pdata[1];
    const Cadence *quiet = config->cadences->pdata[2];
    assert_string_equal(birthday->name, "birthday");
    assert_string_equal(birthday->rrule, "FREQ=YEARLY");
    assert_string_equal(birthday->from, "birthday");
    assert_int_equal(birthday->at, 570);
    assert_string_equal(birthday->topic, "tips");
    assert_string_equal(birthday->stream->name, "care");
    assert_true(g_str_has_suffix(birthday->place, "cadence.conf:8"));
    assert_null(first->from);
    assert_null(first->when);
    assert_null(quiet->rrule);
    assert_int_equal(quiet->quiet_for, 45 * DAY);
    assert_non_null(quiet->when);
}

static void a_sender_is_supposed(void **state) {
    static const struct {
        const char *streams, *sender; /* NULL: there is no address to suppose */
    } cases[] = {
        {"stream \"a\" { sender = {\"*@a.example\"} trust = true }", "cadence@a.example"},
        {"stream \"a\" { sender = {\"*.example\", \"news@a.example\"} trust = true }", "news@a.example"},
        {"stream \"a\" { sender = {\"*@a.example\"} }\nstream \"b\" { sender = {\"*@b.example\"} trust = true }",
         "cadence@b.example"},
        {"stream \"a\" { sender = {\"*@*.example\"} trust = true }", NULL},
        {"stream \"a\" { sender = {\"*@a.example\"} trust = true enforce = false }", NULL},
        {"stream \"a\" { sender = {\"*@a.example\"} client = {\"192.0.2.1\"} trust = true }", NULL},
        {"stream \"a\" { sender = {\"c*@a.example\"} }\nstream \"b\" { sender = {\"*@a.example\"} trust = true }",
         NULL},
    };
    const Place *place = *state;
    put_template(place, "");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strconcat("templates = \"templates\"\n", cases[i].streams,
                                            "\ncadence \"x\" { template = \"letter\" quiet_for = \"1d\" }\n", NULL);
        write_file(place->main, text);
        g_autoptr(Config) config = config_load(place->main, &error);
        if (!cases[i].sender) {
            assert_null(config);
            assert_non_null(strstr(error->message, "cadence \"x\" without sender was found"));
            continue;
        }
        assert_non_null(config);
        assert_string_equal(((Cadence *)config->cadences->pdata[0])->sender, cases[i].sender);
    }
}

static char *hash_of(const Place *place, const char *text) {
    g_autofree char *whole = g_strconcat(STREAMS "cadence \"x\" { ", text, " }\n", NULL);
    g_autoptr(Config) config = load(place, whole);
    return g_strdup(((Cadence *)config->cadences->pdata[0])->hash);
}

static void its_hash_is_of_whom_it_reaches_and_when(void **state) {
    put_template(*state, "");
    g_autofree char *hash = hash_of(*state, BASE "quiet_for = \"45d\"");
    g_autofree char *same = hash_of(*state, "template = \"letter\" sender = \"b@care.example\" quiet_for = \"1080h\"");
    g_autofree char *other = hash_of(*state, BASE "quiet_for = \"46d\"");
    g_autofree char *when = hash_of(*state, BASE "quiet_for = \"45d\" when = \"customer.x\"");
    assert_string_equal(hash, same);
    assert_string_not_equal(hash, other);
    assert_string_not_equal(hash, when);
}

static void assert_fault(const Place *place, const char *cadence, const char *found) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strconcat(STREAMS "cadence \"x\" {\n", cadence, " }\n", NULL);
    write_file(place->main, text);
    g_autoptr(Config) config = config_load(place->main, &error);
    if (config)
        fail_msg("no error in: %s", cadence);
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
    if (!strstr(error->message, found) || !strstr(error->message, "expected"))
        fail_msg("in: %s\n  expected %s\n  but was  %s", cadence, found, error->message);
}

static void faults_name_the_place(void **state) {
    static const char *const faults[][2] = {
        {"", ":8: cadence \"x\" without template"},
        {"template = \"none\" sender = \"a@care.example\"", ":9: template = \"none\""},
        {"template = \"../letter\" sender = \"a@care.example\"", ":9: template = "},
        {"template = \"letter\" sender = \"nobody\" quiet_for = 1d", ":9: sender = \"nobody\""},
        {"template = \"letter\" sender = \"a@else.example\" quiet_for = 1d", ":9: sender = "},
        {"template = \"letter\" sender = \"a@plain.example\" quiet_for = 1d", "trust = true"},
        {"template = \"letter\" sender = \"a@staff.example\" quiet_for = 1d", "enforced"},
        {BASE, "without rrule and quiet_for"},
        {BASE "rrule = \"FREQ=DAILY\"", "without from"},
        {BASE "rrule = \"FREQ=DAILY\" from = \"customer.since\"", "without at"},
        {BASE "rrule = \"FREQ=DAILY\" from = \"since\" at = \"10:00\"", ":9: from = \"since\""},
        {BASE "rrule = \"FREQ=DAILY\" from = \"customer.a b\" at = \"10:00\"", ":9: from = "},
        {BASE "rrule = \"FREQ=DAILY\" from = \"customer.since\" at = \"24:00\"", ":9: at = "},
        {BASE "rrule = \"FREQ=DAILY\" from = \"customer.since\" at = \"9:00\"", ":9: at = "},
        {BASE "rrule = \"FREQ=DAILY\" quiet_for = \"1d\"", ":9: quiet_for = "},
        {BASE "quiet_for = \"1d\" at = \"10:00\"", ":9: at = "},
        {BASE "quiet_for = \"500d\"", ":9: quiet_for = "},
        {BASE "quiet_for = \"1d\" when = \"customer.x =\"", ":9: when = "},
        {BASE "quiet_for = \"1d\" every = 1", "unknown name \"every\""},
    };
    put_template(*state, "");
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
        assert_fault(*state, faults[i][0], faults[i][1]);
}

static void a_template_of_a_cadence_is_relational(void **state) {
    static const char *const faults[][2] = {
        {"\nclass = \"sales\"\n", ":9: template = \"letter\""},
        {"class = \"mixed\"\n", ":9: template = \"letter\""},
        {"topic = \"loans\"\n", ":9: template = \"letter\""},
        {"class = \"relational\"\ntopic = \"loans\"\n", "template.conf:2: topic = \"loans\""},
        {"topic = \"unknown\"\n", "template.conf:1: topic = \"unknown\""},
        {"colour = \"red\"\n", "template.conf:1: the unknown name \"colour\""},
        {"class = \"relational", "template.conf:1: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        put_template(*state, faults[i][0]);
        assert_fault(*state, BASE "quiet_for = \"1d\"", faults[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cadence_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sender_is_supposed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_hash_is_of_whom_it_reaches_and_when, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_name_the_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_template_of_a_cadence_is_relational, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
