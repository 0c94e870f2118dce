/* Ordinary mail in a few lines, and what it must be taken for. */
#pragma once

#include "classify/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

typedef enum { SALES, RELATIONAL, ESSENTIAL } Kind; /* essential: relational, and known for what its reader must have */

typedef struct {
    Kind kind;
    const char *language, *subject, *text;
} Letter;

static const char *subject_of(gpointer user, const char *name) {
    return g_ascii_strcasecmp(name, "Subject") == 0 ? ((const Letter *)user)->subject : NULL;
}

static Classification *classify_letter(const Classifier *classifier, const Letter *letter) {
    ClassifyMessage message = {
        .header = subject_of, .user = (gpointer)letter, .text = letter->text, .text_length = strlen(letter->text)};
    return classify_message(classifier, &message);
}

static bool is_right(const Letter *letter, const Classification *found) {
    if (letter->kind == SALES)
        return found->class == CLASS_SALES && found->legal == LEGAL_COMMERCIAL && !found->essential;
    return found->class == CLASS_RELATIONAL &&
           (letter->kind == RELATIONAL || (found->essential && found->legal == LEGAL_TRANSACTIONAL));
}

/* Every one that is wrong is printed with its evidence. */
static void check_letters(const Letter *letters, gsize count) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Classifier) classifier = classifier_load(NULL, &error);
    assert_null(error);
    guint wrong = 0;
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Classification) found = classify_letter(classifier, &letters[i]);
        if (is_right(&letters[i], found))
            continue;
        wrong++;
        print_message("%s '%s': %s, %s, %.2f%s\n", letters[i].language, letters[i].subject, class_name(found->class),
                      legal_name(found->legal), found->confidence, found->essential ? ", essential" : "");
        for (guint j = 0; j < found->evidence->len; j++)
            print_message("    %s\n", (char *)found->evidence->pdata[j]);
    }
    print_message("%u of %zu wrong\n", wrong, count);
    assert_int_equal(wrong, 0);
}
