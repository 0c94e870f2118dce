/* Globs, addresses, identifiers, words. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void globs_match_the_whole_text(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        {"*@crm.bank.example", "news@crm.bank.example", true},
        {"*@crm.bank.example", "News@CRM.Bank.Example", true},
        {"*@CRM.bank.example", "news@crm.bank.example", true},
        {"*@bank.example", "news@crm.bank.example", false},
        {"*@bank.example", "a@bank.example.org", false},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"a?c", "aéc", true},
        {"a??c", "aéc", false},
        {"*??", "é", false},
        {"?", "€", true},
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"**", "abc", true},
        {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "aXbYbZ", false},
        {"*aab", "aaaab", true},
        {"*.1", "127.0.0.1", true},
        {"[ab]", "a", false},
        {"\\*", "*", false},
        {"é", "É", false},
        {"?", "", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (glob_matches(cases[i].pattern, cases[i].text) != cases[i].matches)
            fail_msg("%s on %s", cases[i].pattern, cases[i].text);
}

/* Would take longer than the age of the universe if every star were tried again. */
static void many_stars_cost_little(void **state) {
    (void)state;
    g_autofree char *text = g_strnfill(5000, 'a');
    g_autoptr(GString) pattern = g_string_new(NULL);
    for (int i = 0; i < 100; i++)
        g_string_append(pattern, "a*");
    g_string_append_c(pattern, 'b');
    assert_false(glob_matches(pattern->str, text));
}

static void any_of_a_list_may_match(void **state) {
    (void)state;
    char *patterns[] = {(char *)"*@a", (char *)"*@b", NULL}, *none[] = {NULL};
    assert_true(glob_matches_any(patterns, "x@b"));
    assert_false(glob_matches_any(patterns, "x@c"));
    assert_false(glob_matches_any(none, "x@b"));
    assert_false(glob_matches_any(NULL, "x@b"));
}

static void addresses_have_one_form(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"<Anna@Bank.Example>", "anna@bank.example"},
        {"anna@bank.example", "anna@bank.example"},
        {"INFO@X", "info@x"},
        {"Łukasz@Żółw.PL", "łukasz@żółw.pl"},
        {"\xffX@Y", "\xffx@y"},
        {"<>", ""},
        {"", ""},
        {"<", "<"},
        {"<a@b", "\"<a\"@b"},
        {"<@relay.example,@hub.example:Anna@x.example>", "anna@x.example"},
        {"@a", "@a"},
        {"@:", ""},
        {"\"Anna.K\"@x.example", "anna.k@x.example"},
        {"\"Anna K\"@x.example", "\"anna k\"@x.example"},
        {"\"a..b\"@x", "\"a..b\"@x"},
        {"\"a@b\"@x", "\"a@b\"@x"},
        {"\"\"@x", "\"\"@x"},
        {"\"@x", "\"\\\"\"@x"},
        {"anna k@x", "\"anna k\"@x"},
        {"<\\anna(a (comment)@x.example>", "anna@x.example"},
        {"<anna @ x.example>", "anna@x.example"},
        {"<\"an\\na\"@x.example>", "anna@x.example"},
        {"<\"a\\\"b\"@x>", "\"a\\\"b\"@x"},
        {"<\"a>", "\"a"},
        {"<(a>", ""},
        {"<a\\>", "a\\"},
        {"a@x.example.", "a@x.example"},
        {"a@", "a@"},
        {"zaz\u0307o\u0301\u0142c\u0301@x.example", "za\u017c\u00f3\u0142\u0107@x.example"},
        {"u@XN--BCHER-KVA.Example", "u@b\u00fccher.example"},
        {"u@B\u00dcCHER.example", "u@b\u00fccher.example"},
        {"u@xn--\u00fc.example", "u@xn--\u00fc.example"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *canonical = address_canonical(cases[i][0]);
        assert_string_equal(canonical, cases[i][1]);
    }
}

static void plausible_addresses(void **state) {
    (void)state;
    g_autofree char *local = g_strnfill(318, 'a');
    g_autofree char *longest = g_strconcat(local, "@b", NULL), *too_long = g_strconcat(local, "@bc", NULL);
    const char *good[] = {"a@b", "\"a@b\"@c", "łuk@żółw.pl", "a+b=c@[192.0.2.1]", "\"a b\"@c", longest};
    const char *bad[] = {"",        "a",         "@",           "a@",         "@b",    "a b@c",
                         "a@b ",    "\"a@b c\"", "\"a b@c",     "\"a\tb\"@c", "a\t@b", "a@b\n",
                         "a@b\x7f", "a\u00a0@b", "a\xc2\x85@b", "a\xff@b",    too_long};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        if (!address_is_plausible(good[i]))
            fail_msg("%s: refused", good[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        if (address_is_plausible(bad[i]))
            fail_msg("%s: taken", bad[i]);
}

static void identifiers_are_new_and_lie_together(void **state) {
    (void)state;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 1000; i++) {
        char *identifier = identifier_new(1795593600);
        assert_int_equal(strlen(identifier), 24);
        assert_int_equal(strspn(identifier, "0123456789abcdef"), 24);
        assert_memory_equal(identifier, "6b069580", 8);
        assert_true(g_hash_table_add(seen, identifier));
    }
}

static void words(void **state) {
    (void)state;
    g_autofree char *longest = g_strnfill(64, 'w'), *too_long = g_strnfill(65, 'w');
    const char *good[] = {"a", "loans", "first_name", "a.b-c_D9", longest};
    const char *bad[] = {"", " ", "a b", "a:b", "ż", "a\n", "a/b", too_long};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(text_is_word(good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(text_is_word(bad[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_match_the_whole_text),
        cmocka_unit_test(many_stars_cost_little),
        cmocka_unit_test(any_of_a_list_may_match),
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(plausible_addresses),
        cmocka_unit_test(identifiers_are_new_and_lie_together),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
