/* Text as the lexicon is compared with it: lower case, without accents, words with one blank between. "Zniżka -40 %!"
 * folds to "znizka 40 %". Percent signs, currency signs and pictographs are words of their own; all else that is
 * neither letter nor digit only separates. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Bytes that are no UTF-8 separate words. What is appended to a text that is not empty begins with a blank, unless
 * nothing is appended at all. */
void fold_append(GString *out, const char *text, gsize length);

/* Whether a character of a script that is written without blanks stands at text (Han, kana, Thai, Lao, Khmer …): each
 * is taken for a word of its own. */
bool fold_is_spaceless(const char *text, gsize length);
/* Whether a word of a folded text may end before text[at]. at <= length. */
bool fold_is_boundary(const char *text, gsize length, gsize at);
