/* What check warns of in a file that loads, and of what it says nothing. */
#include "fixture.h"

#include <string.h>

#define RATIO "ratio { relational = 3  sales = 1  window = \"7d\" } "

typedef struct {
    const char *policy;  /* what stands in the policy "p" */
    const char *warning; /* part of the one warning; NULL: there is none */
} Case;

static void assert_warning(const GPtrArray *warnings, const char *expected, const char *text) {
    g_ptr_array_add((GPtrArray *)warnings, NULL);
    g_autofree char *all = g_strjoinv("\n", (char **)warnings->pdata);
    bool right = expected ? warnings->len == 2 && strstr(all, expected) : warnings->len == 1;
    if (!right)
        fail_msg("in: %s\n  expected %s\n  but was  %s", text, expected ? expected : "nothing", all);
}

static void assert_cases(const Place *place, const Case *cases, gsize count) {
    for (gsize i = 0; i < count; i++) {
        g_autofree char *text = g_strdup_printf(
            "policy \"p\" { %s }\nsegment \"s\" { when = \"true\"  policy = \"p\" }\n", cases[i].policy);
        g_autoptr(Config) config = load(place, text);
        g_autoptr(GPtrArray) warnings = config_warnings(config);
        assert_warning(warnings, cases[i].warning, text);
    }
}

static void a_cap_of_nought(void **state) {
    static const Case cases[] = {
        {"cap \"c\" { limit = 0  window = \"1d\" }", "policy \"p\": cap \"c\" has limit = 0"},
        {"cap \"c\" { limit = 1  window = \"1d\" }", NULL},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void a_ratio_that_a_cap_defeats(void **state) {
    static const Case cases[] = {
        {RATIO "cap \"c\" { class = \"relational\"  limit = 2  window = \"7d\" }",
         "policy \"p\": the ratio wants 3 relational messages before a sales message, and cap \"c\" lets 2 pass"},
        {RATIO "cap \"c\" { limit = 2  window = \"7d\" }", "the ratio wants 3"},
        {RATIO "cap \"c\" { class = \"relational\"  limit = 2  window = \"30d\" }", "the ratio wants 3"},
        {RATIO "cap \"c\" { class = \"relational\"  limit = 3  window = \"7d\" }", NULL},
        {RATIO "cap \"c\" { class = \"relational\"  limit = 2  window = \"6d\" }", NULL},
        {RATIO "cap \"c\" { class = \"relational\"  limit = 2  window = \"week\" }", NULL},
        {RATIO "cap \"c\" { class = \"sales\"  limit = 2  window = \"7d\" }", NULL},
        {RATIO "cap \"c\" { class = \"relational\"  topic = \"t\"  limit = 2  window = \"7d\" }", NULL},
        {RATIO "cap \"c\" { class = \"relational\"  campaign = \"t\"  limit = 2  window = \"7d\" }", NULL},
        {"ratio { relational = 3  sales = 1  window = \"7d\"  allowance = 1 }\n"
         "cap \"c\" { class = \"relational\"  limit = 1  window = \"7d\" }",
         NULL},
        {"ratio { relational = 3  sales = 2  window = \"7d\" }\n"
         "cap \"c\" { class = \"relational\"  limit = 1  window = \"7d\" }",
         "the ratio wants 2"},
        {"ratio { relational = 3  sales = 2  window = \"7d\" }\n"
         "cap \"c\" { class = \"relational\"  limit = 2  window = \"7d\" }",
         NULL},
        {"ratio { relational = 2  sales = 1  window = \"day\" }\n"
         "cap \"c\" { class = \"relational\"  limit = 1  window = \"week\" }",
         "the ratio wants 2"},
        {"hold { max = \"30d\" } ratio { relational = 2  sales = 1  window = \"week\" }\n"
         "cap \"c\" { class = \"relational\"  limit = 1  window = \"month\" }",
         NULL},
        {"hold { max = \"30d\" } ratio { relational = 2  sales = 1  window = \"week\" }\n"
         "cap \"c\" { class = \"relational\"  limit = 1  window = \"7d\" }",
         NULL},
        {"hold { max = \"30d\" } ratio { relational = 2  sales = 1  window = \"week\" }\n"
         "cap \"c\" { class = \"relational\"  limit = 1  window = \"8d\" }",
         "the ratio wants 2"},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void a_gap_longer_than_mail_is_held(void **state) {
    static const Case cases[] = {
        {"gap \"g\" { min = \"8d\" }",
         "policy \"p\": gap \"g\" has min = 8d, longer than hold max = 1w: a message that "
         "comes sooner than 1d after the last one is refused"},
        {"gap \"g\" { min = \"7d\" }", NULL},
        {"gap \"g\" { min = \"8d\" } over = {\"rewrite\", \"refuse\"}", NULL},
        {"gap \"g\" { min = \"8d\" } over = {\"drop\", \"hold\"}", NULL},
        {"gap \"g\" { min = \"8d\" } over = {\"hold\"}", "gap \"g\""},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void mail_held_for_less_than_any_sales_rule(void **state) {
    static const Case cases[] = {
        {"cap \"c\" { limit = 2  window = \"8d\" }", "policy \"p\": hold max = 1w is shorter than the window of every "
                                                     "rule for sales mail, the shortest being that of cap \"c\""},
        {"cap \"c\" { limit = 2  window = \"8d\" } gap \"g\" { min = \"1d\" }", NULL},
        {"cap \"c\" { limit = 2  window = \"8d\" } gap \"g\" { class = \"relational\"  min = \"1d\" }", "cap \"c\""},
        {"cap \"c\" { limit = 2  window = \"month\" } ratio { relational = 1  sales = 1  window = \"8d\" }",
         "that of the ratio"},
        {"cap \"c\" { class = \"relational\"  limit = 2  window = \"8d\" }", NULL},
        {"cap \"c\" { limit = 2  window = \"8d\" } hold { max = \"8d\" }", NULL},
        {"cap \"c\" { limit = 2  window = \"8d\" } over = {\"refuse\"}", NULL},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void hours_that_never_open(void **state) {
    static const Case cases[] = {
        {"hours { days = \"Mon-Fri\" } hours { days = \"Sat,Sun\" }", "policy \"p\": its hours never open"},
        {"hours { until = \"08:00\" } hours { from = \"08:00\" }", "policy \"p\": its hours never open"},
        {"hours { until = \"08:01\" } hours { from = \"08:00\" }", NULL},
        {"hours { days = \"Mon-Fri\" } hours { days = \"Fri-Sun\" }", NULL},
        {"hours { days = \"Sun\"  until = \"00:01\" }", NULL},
    };
    assert_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void assert_file(const Place *place, const char *text, const char *expected) {
    g_autoptr(Config) config = load(place, text);
    g_autoptr(GPtrArray) warnings = config_warnings(config);
    assert_warning(warnings, expected, text);
}

static void what_no_customer_gets(void **state) {
    assert_file(*state, "policy \"vip\" { }", "policy \"vip\": no segment names it");
    assert_file(*state, "policy \"default\" { }", NULL);
    assert_file(*state,
                "policy \"vip\" { }\nsegment \"a\" { when = \"customer.tier = 'gold'\"  policy = \"vip\" }\n"
                "segment \"b\" { when = \" customer.tier = 'gold'\"  policy = \"default\" }\n",
                "segment \"b\": it is never reached, for segment \"a\"");
    assert_file(*state,
                "segment \"a\" { when = \"customer.tier = 'gold'\"  policy = \"default\" }\n"
                "segment \"b\" { when = \"customer.tier = 'Gold'\"  policy = \"default\" }\n",
                NULL);
}

static void a_topic_that_nobody_can_name(void **state) {
    assert_file(*state, "stream \"s\" { }\ntopic \"t\" { class = \"sales\" }", "topic \"t\": nobody can use it");
    assert_file(*state, "stream \"s\" { trust = true }\ntopic \"t\" { class = \"sales\" }", NULL);
    assert_file(*state, "topic \"t\" { class = \"sales\" }", NULL);
}

static void what_is_never_asked_of_a_stream(void **state) {
    assert_file(*state, "stream \"s\" { class = \"sales\"  uncertain = \"hold\" }",
                "stream \"s\": uncertain is never asked");
    assert_file(*state, "stream \"s\" { class = \"relational\"  uncertain = \"relational\" }", "never asked");
    assert_file(*state, "stream \"s\" { class = \"sales\"  uncertain = \"sales\" }", NULL);
    assert_file(*state, "stream \"s\" { uncertain = \"hold\" }", NULL);
}

static void a_stream_behind_one_that_takes_all_mail(void **state) {
    static const char *const open[] = {"", "sender = {\"a@b.example\", \"*\"}"};
    static const char *const closed[] = {"sender = {\"*@b.example\"}", "sender = {\"*\"}  login = {\"*\"}",
                                         "client = {\"*\"}", "header = {\"X: *\"}"};
    for (gsize i = 0; i < G_N_ELEMENTS(open); i++) {
        g_autofree char *text = g_strdup_printf("stream \"a\" { %s }\nstream \"b\" { sender = {\"x@y\"} }", open[i]);
        assert_file(*state, text, "stream \"b\": it is never reached, for stream \"a\" before it takes all mail");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(closed); i++) {
        g_autofree char *text = g_strdup_printf("stream \"a\" { %s }\nstream \"b\" { }", closed[i]);
        assert_file(*state, text, NULL);
    }
}

static void all_warnings_come_in_the_order_of_names(void **state) {
    g_autoptr(Config) config = load(*state, "policy \"z\" { }\npolicy \"a\" { cap \"c\" { limit = 0  window = 1d } }\n"
                                            "segment \"t\" { when = true  policy = \"default\" }\n"
                                            "segment \"s\" { when = true  policy = \"default\" }\n");
    g_autoptr(GPtrArray) warnings = config_warnings(config);
    static const char *const starts[] = {"policy \"a\": cap \"c\"", "policy \"a\": no segment",
                                         "policy \"z\": no segment", "segment \"s\": "};
    assert_int_equal(warnings->len, G_N_ELEMENTS(starts));
    for (guint i = 0; i < warnings->len; i++)
        assert_true(g_str_has_prefix(warnings->pdata[i], starts[i]));
}

static void a_sender_that_is_a_domain(void **state) {
    static const char *const open[] = {"*@b.example", "a@b.example", "*b.example"};
    assert_file(*state, "stream \"a\" { sender = {\"b.example\"} }",
                "stream \"a\": sender \"b.example\" is no address and matches none; for all of a domain say "
                "\"*@b.example\"");
    for (gsize i = 0; i < G_N_ELEMENTS(open); i++) {
        g_autofree char *text = g_strdup_printf("stream \"a\" { sender = {\"%s\"} }", open[i]);
        assert_file(*state, text, NULL);
    }
}

static void the_sample_gives_no_cause(void **state) {
    (void)state;
    g_autoptr(Config) config = load_file("conf/cadence.conf");
    g_autoptr(GPtrArray) warnings = config_warnings(config);
    assert_warning(warnings, NULL, "conf/cadence.conf");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sender_that_is_a_domain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cap_of_nought, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_topic_that_nobody_can_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ratio_that_a_cap_defeats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gap_longer_than_mail_is_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mail_held_for_less_than_any_sales_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hours_that_never_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_no_customer_gets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stream_behind_one_that_takes_all_mail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_never_asked_of_a_stream, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_warnings_come_in_the_order_of_names, set_up, tear_down),
        cmocka_unit_test(the_sample_gives_no_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
