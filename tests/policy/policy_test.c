/* The names that headers, configuration and receipts use. */
#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void classes_have_names(void **state) {
    (void)state;
    MailClass class = CLASS_ANY;
    assert_true(class_parse("relational", &class));
    assert_int_equal(class, CLASS_RELATIONAL);
    assert_true(class_parse("sales", &class));
    assert_int_equal(class, CLASS_SALES);
    static const char *const others[] = {"any", "Sales", "sales ", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        assert_false(class_parse(others[i], &class));
    assert_int_equal(class, CLASS_SALES);
    assert_string_equal(class_name(CLASS_RELATIONAL), "relational");
    assert_string_equal(class_name(CLASS_SALES), "sales");
    assert_string_equal(class_name(CLASS_ANY), "any");
    assert_string_equal(legal_name(LEGAL_TRANSACTIONAL), "transactional");
    assert_string_equal(legal_name(LEGAL_OTHER), "other");
    assert_string_equal(legal_name(LEGAL_COMMERCIAL), "commercial");
}

static void over_and_then_have_names(void **state) {
    (void)state;
    static const char *const overs[] = {"rewrite", "hold", "refuse", "drop"};
    static const char *const thens[] = {"drop", "send", "return"};
    Over over = OVER_HOLD;
    Then then = THEN_SEND;
    for (int i = 0; i < 4; i++) {
        assert_true(over_parse(overs[i], &over));
        assert_int_equal(over, i);
        assert_string_equal(over_name(over), overs[i]);
    }
    for (int i = 0; i < 3; i++) {
        assert_true(then_parse(thens[i], &then));
        assert_int_equal(then, i);
        assert_string_equal(then_name(then), thens[i]);
    }
    assert_false(over_parse("send", &over));
    assert_false(then_parse("hold", &then));
    assert_int_equal(over, OVER_DROP);
    assert_int_equal(then, THEN_RETURN);
}

/* Means something under the address sanitizer. */
static void a_policy_is_freed_with_all_it_holds(void **state) {
    (void)state;
    Policy *policy = g_new0(Policy, 1);
    policy->name = g_strdup("default");
    policy->rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_set_clear_func(policy->rules, (GDestroyNotify)rule_clear);
    Rule rule = {.kind = RULE_CAP, .name = g_strdup("a week"), .filter.topic = g_strdup("loans")};
    g_array_append_val(policy->rules, rule);
    policy->over = g_array_new(FALSE, FALSE, sizeof(Over));
    policy->hash = g_strdup("0123456789abcdef");
    policy_free(policy);
    policy_free(g_new0(Policy, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_have_names),
        cmocka_unit_test(over_and_then_have_names),
        cmocka_unit_test(a_policy_is_freed_with_all_it_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
