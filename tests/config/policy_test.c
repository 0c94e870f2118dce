/* What the policies of a file become: their rules, and the hash that tells two of them apart. */
#include "fixture.h"

static const Rule *rule_of(const Policy *policy, RuleKind kind) {
    for (guint i = 0; i < policy->rules->len; i++)
        if (g_array_index(policy->rules, Rule, i).kind == kind)
            return &g_array_index(policy->rules, Rule, i);
    fail_msg("no rule of kind %d", kind);
    return NULL;
}

static void every_rule_is_read(void **state) {
    g_autoptr(Config) config =
        load(*state,
             "policy \"default\" {\n"
             "  ratio { relational = 3  sales = 2  window = \"30d\"  allowance = 1 }\n"
             "  cap \"c\" { class = \"sales\"  topic = \"loans\"  campaign = \"spring\"  limit = 2  window = \"7d\" }\n"
             "  gap \"g\" { topic = \"loans\"  after = \"relational\"  min = \"48h\" }\n"
             "  first { relational = 2 }\n"
             "  gate \"complaint\" { class = \"sales\"  event = \"complaint\"  until = \"resolved\"  cool = \"7d\" }\n"
             "  over = {\"hold\", \"refuse\"}\n"
             "  hold { max = \"2w\"  then = \"return\" }\n"
             "  mode = \"observe\"\n}\n");
    const Policy *policy = config_policy(config, "default");
    assert_int_equal(policy->rules->len, 5);
    const Rule *ratio = rule_of(policy, RULE_RATIO);
    assert_string_equal(ratio->name, "");
    assert_int_equal(ratio->filter.class, CLASS_ANY);
    assert_int_equal(ratio->ratio.relational, 3);
    assert_int_equal(ratio->ratio.sales, 2);
    assert_int_equal(ratio->ratio.allowance, 1);
    assert_int_equal(ratio->ratio.window.length, 30 * DAY);
    const Rule *cap = rule_of(policy, RULE_CAP);
    assert_string_equal(cap->name, "c");
    assert_int_equal(cap->filter.class, CLASS_SALES);
    assert_string_equal(cap->filter.topic, "loans");
    assert_string_equal(cap->filter.campaign, "spring");
    assert_int_equal(cap->cap.limit, 2);
    assert_int_equal(cap->cap.window.length, 7 * DAY);
    const Rule *gap = rule_of(policy, RULE_GAP);
    assert_string_equal(gap->name, "g");
    assert_int_equal(gap->filter.class, CLASS_ANY);
    assert_true(gap->gap.has_after);
    assert_int_equal(gap->gap.after, CLASS_RELATIONAL);
    assert_int_equal(gap->gap.min, 2 * DAY);
    assert_int_equal(rule_of(policy, RULE_FIRST)->first.relational, 2);
    const Rule *gate = rule_of(policy, RULE_GATE);
    assert_string_equal(gate->name, "complaint");
    assert_int_equal(gate->filter.class, CLASS_SALES);
    assert_string_equal(gate->gate.event, "complaint");
    assert_string_equal(gate->gate.until, "resolved");
    assert_int_equal(gate->gate.cool, 7 * DAY);
    assert_int_equal(policy->over->len, 2);
    assert_int_equal(g_array_index(policy->over, Over, 0), OVER_HOLD);
    assert_int_equal(g_array_index(policy->over, Over, 1), OVER_REFUSE);
    assert_int_equal(policy->hold_max, 14 * DAY);
    assert_int_equal(policy->hold_then, THEN_RETURN);
    assert_true(policy->observe);
}

static void a_limit_of_nought_is_a_limit(void **state) {
    g_autoptr(Config) config = load(*state, "policy \"default\" { cap \"none\" { limit = 0  window = \"1d\" } }");
    assert_int_equal(rule_of(config_policy(config, "default"), RULE_CAP)->cap.limit, 0);
}

static void a_gap_without_after_has_none(void **state) {
    g_autoptr(Config) config = load(*state, "policy \"default\" { gap \"g\" { class = \"sales\"  min = \"1d\" } }");
    assert_false(rule_of(config_policy(config, "default"), RULE_GAP)->gap.has_after);
}

static void a_cap_and_a_gap_of_two_policies_may_share_a_name(void **state) {
    g_autoptr(Config) config =
        load(*state, "policy \"a\" { cap \"x\" { limit = 1  window = 1d }  gap \"x\" { min = 1d } }\n"
                     "policy \"b\" { cap \"x\" { limit = 1  window = 1d } }\n");
    assert_int_equal(config_policy(config, "a")->rules->len, 2);
    assert_int_equal(config_policy(config, "b")->rules->len, 1);
}

static void windows_may_be_civil(void **state) {
    static const struct {
        const char *text;
        WindowKind kind;
    } cases[] = {{"day", WINDOW_DAY}, {"week", WINDOW_WEEK}, {"month", WINDOW_MONTH}, {"7d", WINDOW_ROLLING}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *name = cases[i].text;
        g_autofree char *text = g_strdup_printf("policy \"default\" { cap \"c\" { limit = 1  window = \"%s\" }\n"
                                                "  ratio { relational = 1  sales = 1  window = %s } }",
                                                name, name);
        g_autoptr(Config) config = load(*state, text);
        const Policy *policy = config_policy(config, "default");
        assert_int_equal(rule_of(policy, RULE_CAP)->cap.window.kind, cases[i].kind);
        assert_int_equal(rule_of(policy, RULE_RATIO)->ratio.window.kind, cases[i].kind);
    }
}

static void a_gate_may_end_by_event_or_by_time_alone(void **state) {
    g_autoptr(Config) config = load(*state, "policy \"a\" { gate \"g\" { event = \"claim\"  until = \"paid\" } }\n"
                                            "policy \"b\" { gate \"g\" { event = \"claim\"  cool = \"2w\" } }\n");
    const Rule *by_event = rule_of(config_policy(config, "a"), RULE_GATE);
    assert_string_equal(by_event->gate.until, "paid");
    assert_int_equal(by_event->gate.cool, 0);
    assert_int_equal(by_event->filter.class, CLASS_ANY);
    const Rule *by_time = rule_of(config_policy(config, "b"), RULE_GATE);
    assert_null(by_time->gate.until);
    assert_int_equal(by_time->gate.cool, 14 * DAY);
}

static void hours_have_days_and_times(void **state) {
    static const struct {
        const char *text;
        guint8 days;
        int from, until;
    } cases[] = {
        {"", 0x7f, 0, 1440},
        {"days = \"Mon-Sat\"  from = \"08:00\"  until = \"20:00\"", 0x3f, 480, 1200},
        {"days = \"Mon,Wed,Fri\"", 0x15, 0, 1440},
        {"days = \"Mon-Fri, Sun\"  until = \"09:05\"", 0x5f, 0, 545},
        {"days = sun  from = \"23:59\"", 0x40, 1439, 1440},
        {"days = \"Sat-Tue\"  until = \"24:00\"", 0x63, 0, 1440},
        {"days = \"Tue-Tue\"", 0x02, 0, 1440},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("policy \"default\" { hours { %s } }", cases[i].text);
        g_autoptr(Config) config = load(*state, text);
        const Hours *hours = &rule_of(config_policy(config, "default"), RULE_HOURS)->hours;
        if (hours->days != cases[i].days || hours->from != cases[i].from || hours->until != cases[i].until)
            fail_msg("%s: days %x from %d until %d", cases[i].text, hours->days, hours->from, hours->until);
        assert_null(hours->holidays);
    }
}

static void holidays_are_listed_once(void **state) {
    const Place *place = *state;
    write_file(place->other, "BEGIN:VCALENDAR\n");
    g_autofree char *text =
        g_strdup_printf("policy \"a\" { hours { holidays = {\"other.conf\"} }\n"
                        "  hours { days = Mon  holidays = {\"./other.conf\", \"cadence.conf\"} } }\n"
                        "policy \"b\" { hours { holidays = {\"%s\"} } }\n",
                        place->other);
    g_autoptr(Config) config = load(place, text);
    assert_int_equal(config_policy(config, "a")->rules->len, 2);
    const Hours *hours = &rule_of(config_policy(config, "b"), RULE_HOURS)->hours;
    assert_string_equal(hours->holidays[0], place->other);
    assert_null(hours->holidays[1]);
    assert_int_equal(config->holidays->len, 2);
    assert_string_equal(config->holidays->pdata[0], place->other);
    assert_string_equal(config->holidays->pdata[1], place->main);
}

static char *policy_hash(const Place *place, const char *text) {
    g_autofree char *section = g_strdup_printf("policy \"default\" { %s }", text);
    g_autoptr(Config) config = load(place, section);
    char *hash = g_strdup(config_policy(config, "default")->hash);
    assert_int_equal(strlen(hash), 16);
    return hash;
}

#define CAP "cap \"c\" { class = \"sales\"  limit = 2  window = \"7d\" } "
#define GAP "gap \"g\" { class = \"sales\"  min = \"1d\" } "

static void the_policys_hash_knows_what_changes_a_verdict(void **state) {
    static const struct {
        const char *text;
        bool same;
    } cases[] = {
        {CAP GAP, true},
        {GAP CAP, true},
        {CAP "gap \"other name\" { min = \"24h\"  class = \"sales\" }", true},
        {CAP GAP "over = {\"rewrite\", \"hold\"} hold { max = \"7d\" then = \"drop\" } mode = \"enforce\"", true},
        {CAP, false},
        {CAP GAP "cap \"d\" { limit = 9  window = \"7d\" }", false},
        {GAP "cap \"c\" { class = \"sales\"  limit = 3  window = \"7d\" }", false},
        {GAP "cap \"c\" { class = \"sales\"  limit = 2  window = \"8d\" }", false},
        {GAP "cap \"c\" { class = \"relational\"  limit = 2  window = \"7d\" }", false},
        {GAP "cap \"c\" { class = \"sales\"  topic = \"t\"  limit = 2  window = \"7d\" }", false},
        {GAP "cap \"c\" { class = \"sales\"  campaign = \"t\"  limit = 2  window = \"7d\" }", false},
        {CAP "gap \"g\" { class = \"sales\"  after = \"sales\"  min = \"1d\" }", false},
        {CAP GAP "ratio { relational = 3  sales = 1  window = \"7d\" }", false},
        {CAP GAP "cap \"d\" { limit = 9  window = \"day\" }", false},
        {CAP GAP "over = {\"hold\", \"rewrite\"}", false},
        {CAP GAP "hold { max = \"8d\" }", false},
        {CAP GAP "hold { then = \"send\" }", false},
        {CAP GAP "mode = \"observe\"", false},
    };
    g_autofree char *first = policy_hash(*state, cases[0].text);
    for (gsize i = 1; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hash = policy_hash(*state, cases[i].text);
        if (g_str_equal(hash, first) != cases[i].same)
            fail_msg("%s: hash %s", cases[i].text, cases[i].same ? "differs" : "is the same");
    }
}

#define HOURS "hours { days = \"Mon-Fri\"  from = \"08:00\"  until = \"20:00\" } "
#define GATE "gate \"g\" { class = \"sales\"  event = \"e\"  until = \"u\"  cool = \"1d\" } "
#define FIRST "first { relational = 2 } "

static void the_hash_knows_every_part_of_every_rule(void **state) {
    static const struct {
        const char *text;
        bool same;
    } cases[] = {
        {HOURS GATE FIRST, true},
        {FIRST GATE HOURS, true},
        {FIRST "gate \"other\" { cool = \"24h\"  until = \"u\"  event = \"e\"  class = \"sales\" } "
               "hours { days = \"mon,tue,wed-fri\"  from = \"08:00\"  until = \"20:00\" }",
         true},
        {HOURS GATE, false},
        {HOURS GATE "first { relational = 3 }", false},
        {HOURS FIRST "gate \"g\" { event = \"e\"  until = \"u\"  cool = \"1d\" }", false},
        {HOURS FIRST "gate \"g\" { class = \"sales\"  event = \"f\"  until = \"u\"  cool = \"1d\" }", false},
        {HOURS FIRST "gate \"g\" { class = \"sales\"  event = \"e\"  until = \"v\"  cool = \"1d\" }", false},
        {HOURS FIRST "gate \"g\" { class = \"sales\"  event = \"e\"  cool = \"1d\" }", false},
        {HOURS FIRST "gate \"g\" { class = \"sales\"  event = \"e\"  until = \"u\"  cool = \"2d\" }", false},
        {GATE FIRST "hours { days = \"Mon-Sat\"  from = \"08:00\"  until = \"20:00\" }", false},
        {GATE FIRST "hours { days = \"Mon-Fri\"  from = \"08:01\"  until = \"20:00\" }", false},
        {GATE FIRST "hours { days = \"Mon-Fri\"  from = \"08:00\"  until = \"20:01\" }", false},
        {GATE FIRST HOURS "hours { }", false},
        {GATE FIRST "hours { days = \"Mon-Fri\"  from = \"08:00\"  until = \"20:00\"  holidays = {\"other.conf\"} }",
         false},
    };
    const Place *place = *state;
    write_file(place->other, "BEGIN:VCALENDAR\n");
    g_autofree char *first = policy_hash(place, cases[0].text);
    for (gsize i = 1; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hash = policy_hash(place, cases[i].text);
        if (g_str_equal(hash, first) != cases[i].same)
            fail_msg("%s: hash %s", cases[i].text, cases[i].same ? "differs" : "is the same");
    }
}

static void the_hash_tells_civil_windows_apart(void **state) {
    static const char *const windows[] = {"day", "week", "month", "1d", "7d", "1w"};
    g_autoptr(GHashTable) hashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_autofree char *text = g_strdup_printf("cap \"c\" { limit = 1  window = \"%s\" }", windows[i]);
        g_hash_table_add(hashes, policy_hash(*state, text));
    }
    assert_int_equal(g_hash_table_size(hashes), 5); /* a week of days is the same as 1w */
}

static void the_hash_knows_what_calendars_say_and_not_where_they_are(void **state) {
    const Place *place = *state;
    g_autofree char *copy = g_build_filename(place->folder, "copy.ics", NULL);
    write_file(place->other, "one");
    write_file(copy, "one");
    g_autofree char *first = policy_hash(place, "hours { holidays = {\"other.conf\"} }");
    g_autofree char *copied = policy_hash(place, "hours { holidays = {\"copy.ics\"} }");
    assert_string_equal(first, copied);
    write_file(copy, "two");
    g_autofree char *changed = policy_hash(place, "hours { holidays = {\"copy.ics\"} }");
    assert_string_not_equal(first, changed);
    g_autofree char *both = policy_hash(place, "hours { holidays = {\"copy.ics\", \"other.conf\"} }");
    g_autofree char *turned = policy_hash(place, "hours { holidays = {\"other.conf\", \"copy.ics\"} }");
    assert_string_equal(both, turned);
    assert_string_not_equal(both, changed);
    g_unlink(copy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_rule_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_limit_of_nought_is_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gap_without_after_has_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cap_and_a_gap_of_two_policies_may_share_a_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(windows_may_be_civil, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gate_may_end_by_event_or_by_time_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hours_have_days_and_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(holidays_are_listed_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_policys_hash_knows_what_changes_a_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_knows_every_part_of_every_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_tells_civil_windows_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_knows_what_calendars_say_and_not_where_they_are, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
