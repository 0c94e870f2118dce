/* The lexicon as people write it: some thirty thousand words in a dozen files, where a slip of the pen changes what
 * mail is taken for and nothing else tells. */
#include "../../milter/classify/concept.h"
#include "../../milter/classify/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define FOLDER "milter/classify/lexicon"

typedef struct {
    const char *file;
    guint line, faults;
    char *language;
    Concept concept;
    GHashTable *meanings; /* "language/phrase" to a Concept, plus one */
} Lint;

static void fault(Lint *lint, const char *what, const char *where) {
    print_message("%s:%u: %s: '%s'\n", lint->file, lint->line, what, where);
    lint->faults++;
}

/* "*" stays, because "loan*" and "loan" are two phrases; what a stray comma cut off may be one letter. */
static char *folded_phrase(const char *phrase) {
    g_autoptr(GString) key = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit_set(phrase, " \t", -1);
    for (char **word = words; *word; word++) {
        fold_append(key, *word, strlen(*word));
        if (g_str_has_suffix(*word, "*") || g_str_equal(*word, "..."))
            g_string_append(key, *word + strlen(*word) - 1);
    }
    return g_strdup(key->str);
}

static void check_meaning(Lint *lint, const char *phrase) {
    g_autofree char *folded = folded_phrase(phrase), *key = g_strconcat(lint->language, "/", folded, NULL);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(lint->meanings, key));
    if (*folded == '\0')
        fault(lint, "folds to nothing", phrase);
    else if (known == lint->concept + 1)
        fault(lint, "stands there twice", phrase);
    else if (known && known - 1 != CONCEPT_LANGUAGE && lint->concept != CONCEPT_LANGUAGE)
        fault(lint, concept_name(known - 1), phrase);
    g_hash_table_insert(lint->meanings, g_strdup(key), GUINT_TO_POINTER(lint->concept + 1));
}

static void check_phrases(Lint *lint, const char *line) {
    g_auto(GStrv) phrases = g_strsplit(line, ",", -1);
    for (char **phrase = phrases; *phrase; phrase++) {
        bool is_last = phrase[1] == NULL;
        if (phrase > phrases && **phrase != ' ' && **phrase != '\0')
            fault(lint, "a comma without a blank behind it", *phrase);
        g_strstrip(*phrase);
        if (!**phrase && (!is_last || phrase == phrases))
            fault(lint, "nothing between two commas", line);
        else if (**phrase)
            check_meaning(lint, *phrase);
    }
}

static void check_line(Lint *lint, char *line) {
    line[strcspn(line, "#")] = '\0';
    g_strchomp(line);
    if (*line == '@') {
        g_free(lint->language);
        lint->language = g_strndup(line + 1, strcspn(line + 1, " "));
    } else if (*line == '[') {
        line[strlen(line) - 1] = '\0';
        assert_true(concept_parse(line + 1, &lint->concept));
    } else if (*line) {
        check_phrases(lint, line);
    }
}

static void check_file(Lint *lint, const char *name) {
    g_autofree char *path = g_build_filename(FOLDER, name, NULL), *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_true(g_utf8_validate(text, -1, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    lint->file = name;
    lint->line = 0;
    for (char **line = lines; *line; line++) {
        lint->line++;
        check_line(lint, *line);
    }
}

static void phrases_are_sound(void **state G_GNUC_UNUSED) {
    Lint lint = {.meanings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    g_autoptr(GDir) folder = g_dir_open(FOLDER, 0, NULL);
    guint files = 0;
    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder)); files++)
        check_file(&lint, name);
    assert_true(files > 10 && g_hash_table_size(lint.meanings) > 10000);
    g_hash_table_unref(lint.meanings);
    g_free(lint.language);
    assert_int_equal(lint.faults, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(phrases_are_sound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
