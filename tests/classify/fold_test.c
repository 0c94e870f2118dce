/* Text and lexicon meet folded: what is the same to a reader must fold to the same, what is not must not. */
#include "../../milter/classify/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static const char *const cases[][2] = {
    {"", ""},
    {"  \t\r\n ", ""},
    {"Zniżka -40 %!", "znizka 40 %"},
    {"ŁÓDŹ, Żółw", "lodz zolw"},
    {"Straße STRASSE", "strasse strasse"},
    {"cœur Æther Øre þorn", "coeur aether ore thorn"},
    {"İstanbul ısı", "istanbul isi"},
    {"don't don\u2019t", "don t don t"},
    {"re\u0301sume\u0301 r\u00e9sum\u00e9", "resume resume"},
    {"\ufb01n \uff26\uff35\uff2c\uff2c", "fin full"},
    {"50%off $5 €5 5\u00a0zł", "50 % off $ 5 € 5 5 zl"},
    {"\u0663\u0664", "34"}, /* Arabic-Indic digits */
    {"in\u00advisible ze\u200bro", "invisible zero"},
    {"Їжак Йод", "іжак иод"},
    {"ΟΔΟΣ οδός", "οδοσ οδοσ"},
    {"한국어", "한국어"},
    {"🎁now", "🎁 now"},
    {"a\xff"
     "b\xc5",
     "a b"},
};

static void text_is_folded(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        fold_append(out, cases[i][0], strlen(cases[i][0]));
        assert_string_equal(out->str, cases[i][1]);
    }
}

static void nul_separates(void **state G_GNUC_UNUSED) {
    g_autoptr(GString) out = g_string_new(NULL);
    fold_append(out, "a\0b", 3);
    assert_string_equal(out->str, "a b");
}

static void pieces_are_apart(void **state G_GNUC_UNUSED) {
    g_autoptr(GString) out = g_string_new(NULL);
    fold_append(out, "One", 3);
    fold_append(out, " ...", 4);
    fold_append(out, "two", 3);
    assert_string_equal(out->str, "one two");
}

/* What is folded folds to itself: the lexicon may be written either way. */
static void folding_twice_changes_nothing(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        fold_append(out, cases[i][1], strlen(cases[i][1]));
        assert_string_equal(out->str, cases[i][1]);
    }
}

static void words_end_where_they_end(void **state G_GNUC_UNUSED) {
    assert_true(fold_is_boundary("ab cd", 5, 2));
    assert_true(fold_is_boundary("ab cd", 5, 5));
    assert_false(fold_is_boundary("ab cd", 5, 1));
    assert_false(fold_is_boundary("zażółć", strlen("zażółć"), 2));
    assert_true(fold_is_boundary("割引中", strlen("割引中"), 3));
    assert_true(fold_is_boundary("a割", strlen("a割"), 1));
}

static void scripts_without_blanks_are_known(void **state G_GNUC_UNUSED) {
    static const char *const spaceless[] = {"割", "の", "カ", "ล", "ກ", "ខ"};
    static const char *const spaced[] = {"a", "한", "я", "ب", "अ", "€", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(spaceless); i++)
        assert_true(fold_is_spaceless(spaceless[i], strlen(spaceless[i])));
    for (gsize i = 0; i < G_N_ELEMENTS(spaced); i++)
        assert_false(fold_is_spaceless(spaced[i], strlen(spaced[i])));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_folded),           cmocka_unit_test(nul_separates),
        cmocka_unit_test(pieces_are_apart),         cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(words_end_where_they_end), cmocka_unit_test(scripts_without_blanks_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
