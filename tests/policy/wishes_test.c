/* The customer's own limits: what is read, and that nothing is guessed. */
#include "policy/wishes.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DAY (24 * 3600)

static GArray *rules_new(void) {
    GArray *rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_set_clear_func(rules, (GDestroyNotify)rule_clear);
    return rules;
}

static void limits_become_caps(void **state) {
    (void)state;
    static const struct {
        const char *name;
        MailClass class;
        gint64 limit;
        Window window;
    } expected[] = {
        {"sales 1/7d", CLASS_SALES, 1, {WINDOW_ROLLING, 7 * DAY}},
        {"any\t3/day", CLASS_ANY, 3, {WINDOW_DAY, 0}},
        {"relational  0/week", CLASS_RELATIONAL, 0, {WINDOW_WEEK, 0}},
    };
    g_autoptr(GArray) rules = rules_new();
    assert_true(wishes_to_rules(INSTANT_ALWAYS, " sales 1/7d,any\t3/day , relational  0/week\n", false, rules, NULL));
    assert_int_equal(rules->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = &g_array_index(rules, Rule, i);
        assert_int_equal(rule->kind, RULE_CAP);
        assert_true(rule->own);
        assert_string_equal(rule->name, expected[i].name);
        assert_int_equal(rule->filter.class, expected[i].class);
        assert_int_equal(rule->cap.limit, expected[i].limit);
        assert_int_equal(rule->cap.window.kind, expected[i].window.kind);
        assert_int_equal(rule->cap.window.length, expected[i].window.length);
    }
}

static void wishes_are_appended_to_what_is_there(void **state) {
    (void)state;
    g_autoptr(GArray) rules = rules_new();
    assert_true(wishes_to_rules(INSTANT_ALWAYS, NULL, false, rules, NULL));
    assert_int_equal(rules->len, 0);
    assert_true(wishes_to_rules(INSTANT_ALWAYS, NULL, true, rules, NULL));
    assert_true(wishes_to_rules(500, "any 1/day", true, rules, NULL));
    static const RuleKind kinds[] = {RULE_QUIET, RULE_PAUSE, RULE_CAP, RULE_QUIET};
    static const char *const names[] = {"quiet times", "paused", "any 1/day", "quiet times"};
    assert_int_equal(rules->len, G_N_ELEMENTS(kinds));
    for (guint i = 0; i < rules->len; i++) {
        assert_int_equal(g_array_index(rules, Rule, i).kind, kinds[i]);
        assert_string_equal(rule_kind_name(&g_array_index(rules, Rule, i)), "own");
        assert_string_equal(g_array_index(rules, Rule, i).name, names[i]);
    }
    assert_int_equal(g_array_index(rules, Rule, 1).pause.until, 500);
}

static void what_cannot_be_read_adds_nothing(void **state) {
    (void)state;
    static const struct {
        const char *limits, *found;
    } cases[] = {
        {"as little as possible", "\"as little as possible\""},
        {"any 3/day, sales one/7d", "\"sales one/7d\""},
        {"sales 1/7", "\"sales 1/7\""},
        {"sales -1/day", "\"sales -1/day\""},
        {"sales +1/day", "\"sales +1/day\""},
        {"sales 1000001/day", "\"sales 1000001/day\""},
        {"Sales 1/day", "\"Sales 1/day\""},
        {"sales1/day", "\"sales1/day\""},
        {"sales /day", "\"sales /day\""},
        {"sales 1 /day", "\"sales 1 /day\""},
        {"sales 1/day/week", "\"sales 1/day/week\""},
        {"1/day", "\"1/day\""},
        {"sales 1/day,", "\"\""},
        {"any", "\"any\""},
    };
    g_autoptr(GArray) rules = rules_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(wishes_to_rules(500, cases[i].limits, true, rules, &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
        assert_non_null(strstr(error->message, cases[i].found));
        assert_non_null(strstr(error->message, "expected"));
        assert_int_equal(rules->len, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_become_caps),
        cmocka_unit_test(wishes_are_appended_to_what_is_there),
        cmocka_unit_test(what_cannot_be_read_adds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
