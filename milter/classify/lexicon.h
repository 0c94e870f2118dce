/* What words and phrases say, in many languages. The text of a lexicon, one language after another:
 *
 *   @pl Polish
 *   [discount]                       a concept (concept.h)
 *   zniżk*, taniej o ... %           phrases, with commas between
 *   # a comment, to the end of the line
 *
 * A phrase is compared folded (fold.h). "*" stands for any end of a word, alone for any word; "..." for up to three
 * words; "^" before it, for the beginning of a sentence. The language "any" is for all. At most LEXICON_LANGUAGES_MAX
 * languages, "any" counted. */
#pragma once

#include "concept.h"

#include <glib.h>
#include <stdbool.h>

#define LEXICON_LANGUAGES_MAX 64

typedef struct Lexicon Lexicon;

/* CADENCE_ERROR_CONFIG, "name:line: " and what was expected. */
Lexicon *lexicon_parse(const char *text, gsize length, const char *name, GError **error);
void lexicon_free(Lexicon *lexicon);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lexicon, lexicon_free)

guint lexicon_languages(const Lexicon *lexicon);
/* "pl"; language 0 is "any". */
const char *lexicon_language(const Lexicon *lexicon, guint language);

typedef struct {
    gsize start, end; /* in the folded text */
    gsize said;       /* bytes that the phrase spells out: fewer than it spans where it has "*" or "..." */
    guint8 concept, language;
} Match;

/* Appends to matches (of Match) every phrase that stands in folded[0, length), longer ones after shorter ones where
 * they begin together. Linear in the text: a phrase has a bounded length. */
void lexicon_match(const Lexicon *lexicon, const char *folded, gsize length, GArray *matches);
