/* The language of conditions: what holds, what is refused and where, and that no garbage gets further than an error. */
#include "policy/condition.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *lookup(const char *name, gpointer user) {
    static const char *const values[][2] = {
        {"customer.tier", "gold"},  {"customer.age", "30"},           {"customer.debt", "-3.50"},
        {"customer.vip", "true"},   {"customer.closed", "false"},     {"customer.zero", "0.00"},
        {"customer.empty", ""},     {"customer.since", "2019-05-01"}, {"customer.account", "9007199254740993"},
        {"customer.huge", "1e+20"}, {"customer.a-b.c_d", "x"},        {"message.order", "100"},
        {"message.note", "it's"},   {"customer.postcode", "00-950"},
    };
    (void)user;
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i][0], name) == 0)
            return values[i][1];
    return NULL;
}

static void conditions_hold_or_not(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool holds;
    } cases[] = {
        {"customer.tier = 'gold'", true},
        {"customer.tier='gold'", true},
        {"'gold' = customer.tier", true},
        {"customer.tier = \"silver\"", false},
        {"customer.tier != 'silver'", true},
        {"customer.tier < 'silver'", true},
        {"message.note = \"it's\"", true},
        {"customer.empty = ''", true},
        /* numbers where both sides are, text by bytes else */
        {"customer.age = 30.0", true},
        {"customer.age > 4", true},
        {"customer.age > '4'", true},
        {"customer.age < '4 '", true},
        {"customer.debt < -3.4", true},
        {"customer.debt >= -3.5", true},
        {"customer.debt <= -3.5", true},
        {"customer.huge > 5", true},
        {"customer.account = 9007199254740992", false},
        {"customer.account > 9007199254740992", true},
        {"customer.postcode = 0", false},
        {"customer.since >= '2019-01-01'", true},
        {"customer.age < message.order", true},
        {"3 < 20", true},
        {"'3x' < '20x'", false},
        /* absent */
        {"customer.nothing = 'x'", false},
        {"customer.nothing != 'x'", false},
        {"'x' != customer.nothing", false},
        {"customer.nothing = message.nothing", false},
        {"not customer.nothing = 'x'", true},
        {"customer.nothing", false},
        {"not customer.nothing", true},
        {"has(customer.nothing)", false},
        {"has ( customer.tier )", true},
        {"has(message.order)", true},
        {"has(customer.empty)", true},
        {"not has(customer.nothing)", true},
        /* bare values */
        {"customer.vip", true},
        {"customer.closed", false},
        {"customer.tier", false},
        {"customer.age", true},
        {"customer.zero", false},
        {"customer.empty", false},
        {"customer.debt", true},
        {"true", true},
        {"false", false},
        {"12", true},
        {"0", false},
        {"'true'", true},
        {"customer.vip = true", true},
        {"customer.closed = false", true},
        {"customer.closed != true", true},
        /* precedence: not, and, or */
        {"true or false and false", true},
        {"(true or false) and false", false},
        {"not true or true", true},
        {"not (true or true)", false},
        {"not false and false", false},
        {"not not true", true},
        {"false or false or true", true},
        {"true and true and false", false},
        {"customer.a-b.c_d = 'x'", true},
        {"  customer.vip\tand\n customer.age>=30 ", true},
        {"((((customer.vip))))", true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Condition) condition = condition_parse(cases[i].text, &error);
        if (condition == NULL)
            fail_msg("%s: %s", cases[i].text, error->message);
        if (condition_holds(condition, lookup, NULL) != cases[i].holds)
            fail_msg("%s: not %d", cases[i].text, cases[i].holds);
    }
}

static void errors_name_the_column_and_what_was_expected(void **state) {
    (void)state;
    static const struct {
        const char *text, *begins, *contains;
    } cases[] = {
        {"", "column 1: found the end, expected not, has", "customer.NAME"},
        {"   ", "column 4: found the end", "customer.NAME"},
        {"tier = 'gold'", "column 1: found \"tier\"", "customer.NAME"},
        {"customer. = 1", "column 1: found \"customer.\"", "customer.NAME"},
        {"company.name", "column 1: found \"company.name\"", "customer.NAME"},
        {"customer.tier = gold", "column 17: found \"gold\"", "a text in quotes"},
        {"customer.tier =", "column 16: found the end", "a text in quotes"},
        {"customer.tier == 'gold'", "column 16: found \"=\"", "a text in quotes"},
        {"customer.tier = 'gold", "column 17: found a quote that is never closed", "a text in quotes"},
        {"customer.tier ! 'gold'", "column 15: found \"!\"", "="},
        {"customer.tier & true", "column 15: found \"&\"", "and"},
        {"customer.a 'x'", "column 12: found \"'x'\"", "and, or or the end"},
        {"customer.a customer.b", "column 12: found \"customer.b\"", "and, or or the end"},
        {"customer.a = 1 = 1", "column 16: found \"=\"", "and, or or the end"},
        {"customer.a AND customer.b", "column 12: found \"AND\"", "customer.NAME"},
        {"customer.a and", "column 15: found the end", "not, has"},
        {"or customer.a", "column 1: found \"or\"", "not, has"},
        {"not", "column 4: found the end", "not, has"},
        {"(customer.a", "column 12: found the end", "\")\""},
        {"customer.a)", "column 11: found \")\"", "and, or or the end"},
        {"()", "column 2: found \")\"", "not, has"},
        {"has customer.a", "column 5: found \"customer.a\"", "\"(\" after has"},
        {"has('x')", "column 5: found \"'x'\"", "customer.NAME or message.NAME"},
        {"has(customer.a", "column 15: found the end", "\")\""},
        {"has(customer.a) = true", "column 17: found \"=\"", "and, or or the end"},
        {"12abc", "column 1: found \"12abc\"", "a number such as"},
        {"1.2.3", "column 1: found \"1.2.3\"", "a number such as"},
        {"- 3", "column 1: found \"-\"", "a value"},
        {"+3", "column 1: found \"+\"", "a value"},
        {"'żółć' = złoty", "column 10: found \"z\"", "customer.NAME"},
        {"€", "column 1: found \"€\"", "a value"},
        {"customer.\xff", "column 1:", "UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Condition) condition = condition_parse(cases[i].text, &error);
        if (condition != NULL)
            fail_msg("%s: taken", cases[i].text);
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
        if (!g_str_has_prefix(error->message, cases[i].begins) || strstr(error->message, cases[i].contains) == NULL)
            fail_msg("%s: %s", cases[i].text, error->message);
    }
}

static bool parses(const char *text) {
    g_autoptr(Condition) condition = condition_parse(text, NULL);
    return condition != NULL;
}

static char *repeated(const char *text, int count) {
    GString *all = g_string_new(NULL);
    for (int i = 0; i < count; i++)
        g_string_append(all, text);
    return g_string_free(all, FALSE);
}

static void nesting_is_bounded(void **state) {
    (void)state;
    for (int depth = 31; depth <= 34; depth++) {
        g_autofree char *open = repeated("(", depth), *close = repeated(")", depth), *nots = repeated("not ", depth);
        g_autofree char *brackets = g_strconcat(open, "true", close, NULL);
        g_autofree char *negations = g_strconcat(nots, "true", NULL);
        assert_int_equal(parses(brackets), depth <= 32);
        assert_int_equal(parses(negations), depth <= 32);
    }
}

static void length_is_bounded(void **state) {
    (void)state;
    g_autofree char *blanks = repeated(" ", 996);
    g_autofree char *fits = g_strconcat("true", blanks, NULL), *too_long = g_strconcat("true ", blanks, NULL);
    assert_int_equal(strlen(fits), 1000);
    assert_true(parses(fits));
    assert_false(parses(too_long));
    g_autofree char *many = repeated("12 or ", 160), *chain = g_strconcat(many, "false", NULL);
    assert_true(parses(chain));
}

/* Random strings of tokens and bytes: each is either taken, and then has an answer, or an error with a column. */
static void garbage_is_refused_or_answered(void **state) {
    (void)state;
    static const char *const pieces[] = {"customer.a", "message.b", "customer.", "has",  "(",  ")",    "not ",  " and ",
                                         " or ",       "=",         "!=",        "<",    "<=", ">",    ">=",    "'x'",
                                         "\"y",        "'",         "12",        "-3.5", "1e", "true", "false", " ",
                                         "\t",         "!",         "€",         "\xc3", "x",  "-",    "."};
    g_autoptr(GRand) random = g_rand_new_with_seed(20261125);
    int taken = 0;
    for (int i = 0; i < 20000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int left = g_rand_int_range(random, 0, 9); left > 0; left--)
            g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
        g_autoptr(GError) error = NULL;
        g_autoptr(Condition) condition = condition_parse(text->str, &error);
        assert_true((condition == NULL) == (error != NULL));
        if (condition == NULL) {
            assert_true(g_str_has_prefix(error->message, "column "));
            assert_true(g_utf8_validate(error->message, -1, NULL));
            continue;
        }
        (void)condition_holds(condition, lookup, NULL);
        taken++;
    }
    assert_true(taken > 100);
}

static void names_are_collected_wherever_they_stand(void **state) {
    (void)state;
    static const char text[] =
        "not (customer.a = message.b or has(customer.c)) and customer.d and 'customer.e' != customer.a";
    static const char *const expected[] = {"customer.a", "message.b", "customer.c", "customer.d"};
    g_autoptr(Condition) condition = condition_parse(text, NULL);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    condition_collect_names(condition, names);
    assert_int_equal(g_hash_table_size(names), G_N_ELEMENTS(expected));
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_true(g_hash_table_contains(names, expected[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_hold_or_not),
        cmocka_unit_test(errors_name_the_column_and_what_was_expected),
        cmocka_unit_test(names_are_collected_wherever_they_stand),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(garbage_is_refused_or_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
