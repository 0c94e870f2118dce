/* Phrases as they are written, where they are found, and what a lexicon must not be. */
#include "../../milter/classify/lexicon.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define MANY (64 * 1024)

static const char *const lexicon = "@any\n"
                                   "[discount]\n"
                                   "black friday # everywhere\n"
                                   "@en English\n"
                                   "[discount]\n"
                                   "^shop, sale, discount*, save ... %, 割引\n"
                                   "[nothing]\n"
                                   "sales tax\n"
                                   "[offer]\n"
                                   "our ... good ... deal, sale\n"
                                   "@pl Polish\n"
                                   "[discount]\n"
                                   "Zniżk*, ZŁOTA okazja\n";

static char *matches_of(const char *text, const char *folded) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Lexicon) read = lexicon_parse(text, strlen(text), "l", &error);
    g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(Match));
    GString *all = g_string_new(NULL);
    assert_null(error);
    lexicon_match(read, folded, strlen(folded), matches);
    for (guint i = 0; i < matches->len; i++) {
        const Match *match = &g_array_index(matches, Match, i);
        g_string_append_printf(all, "%s %s '%.*s' %zu;", lexicon_language(read, match->language),
                               concept_name(match->concept), (int)(match->end - match->start), folded + match->start,
                               match->said);
    }
    return g_string_free(all, FALSE);
}

static const char *const found[][2] = {
    {"", ""},
    {"wholesale sales", ""},
    {"black friday", "any discount 'black friday' 12;"},
    {"a sale", "en discount 'sale' 4;en offer 'sale' 4;"},
    {"shop the shop", "en discount 'shop' 4;"}, /* at the beginning alone */
    {"a shop", ""},
    {"discounts", "en discount 'discounts' 8;"},
    {"discount", "en discount 'discount' 8;"},
    {"save %", "en discount 'save %' 5;"},
    {"save up to 30 %", "en discount 'save up to 30 %' 5;"},
    {"save as much as up to 30 %", ""}, /* more than three words between */
    {"our very best good old deal", "en offer 'our very best good old deal' 11;"},
    {"sales tax", "en nothing 'sales tax' 9;"},
    {"znizki i zlota okazja", "pl discount 'znizki' 5;pl discount 'zlota okazja' 12;"},
    {"全品割引中", "en discount '割引' 6;"},
};

static void phrases_are_found(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(found); i++) {
        g_autofree char *matches = matches_of(lexicon, found[i][0]);
        if (strcmp(matches, found[i][1]) != 0)
            fail_msg("%s: %s, expected %s", found[i][0], matches, found[i][1]);
    }
}

static const char *const faults[][2] = {
    {"sale", "l:1: expected [concept] before"},
    {"@en English\nsale", "l:2: expected [concept] before"},
    {"@en English\n[sale]\n", "l:2: no such concept, at 'sale'"},
    {"@en English\n[discount\n", "l:2: expected [concept]"},
    {"@\n", "l:1: expected a language"},
    {"@en English\n[discount]\nfine, ...\n", "l:3: expected a phrase"},
    {"@en English\n[discount]\n* off\n", "l:3: expected a phrase"},
    {"@en English\n[discount]\nup to ...\n", "l:3: expected a phrase"},
    {"@en English\n[discount]\na ... b ... c ... d\n", "l:3: expected a phrase"},
    {"@en English\n[discount]\n^\n", "l:3: expected a phrase"},
    {"@en English\n[discount]\n^* off\n", "l:3: expected a phrase"},
    {"@en English\n[discount]\n!?\n", "l:3: expected a phrase"},
    {"@en English\n@any\n", "l:2: expected 'any' before"},
};

static void faults_are_named(void **state G_GNUC_UNUSED) {
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(lexicon_parse(faults[i][0], strlen(faults[i][0]), "l", &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
        if (!g_str_has_prefix(error->message, faults[i][1]))
            fail_msg("%s: %s", faults[i][0], error->message);
    }
}

static void languages_have_an_end(void **state G_GNUC_UNUSED) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    for (guint i = 1; i < LEXICON_LANGUAGES_MAX; i++)
        g_string_append_printf(text, "@l%u\n", i);
    g_autoptr(Lexicon) full = lexicon_parse(text->str, text->len, "l", &error);
    assert_non_null(full);
    assert_int_equal(lexicon_languages(full), LEXICON_LANGUAGES_MAX);
    g_string_append(text, "@more\n");
    assert_null(lexicon_parse(text->str, text->len, "l", &error));
    assert_non_null(strstr(error->message, "too many languages"));
}

/* Text made of the beginnings of phrases is walked again and again, but each walk is short. */
static void hostile_text_takes_no_time(void **state G_GNUC_UNUSED) {
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < MANY)
        g_string_append(text, "our our our save save ");
    g_autoptr(Lexicon) read = lexicon_parse(lexicon, strlen(lexicon), "l", NULL);
    g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(Match));
    gint64 start = g_get_monotonic_time();
    lexicon_match(read, text->str, text->len, matches);
    assert_int_equal(matches->len, 0);
    assert_true(g_get_monotonic_time() - start < 5 * G_USEC_PER_SEC);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_found),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(languages_have_an_end),
        cmocka_unit_test(hostile_text_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
