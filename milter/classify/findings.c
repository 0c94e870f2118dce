/* Phrases are looked up in all languages at once; then the language is settled by the small words of each ("the",
 * "nicht", "oraz") and by long phrases, and what other languages mean by the same letters is dropped: "sale" is a sale
 * in English and salt in Italian. English is always heard, because every language's offers borrow from it. Where a
 * longer phrase covers a shorter one the longer one speaks: a discount code is no one-time code. */
#include "findings.h"

#include "signs.h"

#include <string.h>

#define LANGUAGE_SURE 3    /* words that tell; with fewer no language is settled */
#define SMALL_WORD_BYTES 2 /* half of Europe writes "o" and "a" */
#define PHRASE_BYTES 8     /* a phrase of fewer may well be a word of another language */
#define LANGUAGE_SHARE 0.4 /* a language with so much of the leader's words is heard too */
#define FOOTER_SHARE 0.5   /* a footer begins in the second half */

typedef struct {
    const Lexicon *lexicon;
    GArray *matches; /* of Match */
    GArray *bounds;  /* of guint: the index behind a unit's last match */
    bool heard[LEXICON_LANGUAGES_MAX];
} Search;

static Match *match_at(const Search *search, guint i) {
    return &g_array_index(search->matches, Match, i);
}

static void match_units(Search *search, const Document *document) {
    for (guint i = 0; i < document->units->len; i++) {
        const Unit *unit = &g_array_index(document->units, Unit, i);
        lexicon_match(search->lexicon, document->folded->str + unit->fold_start, unit->fold_length, search->matches);
        g_array_append_val(search->bounds, search->matches->len);
    }
}

static bool tells_language(const Match *match) {
    return match->end - match->start >= SMALL_WORD_BYTES &&
           (match->concept == CONCEPT_LANGUAGE || match->said >= PHRASE_BYTES);
}

/* Returns the leading language, 0 where there is none. */
static guint settle_language(Search *search) {
    guint counts[LEXICON_LANGUAGES_MAX] = {0}, leader = 0;
    for (guint i = 0; i < search->matches->len; i++) {
        const Match *match = match_at(search, i);
        if (tells_language(match))
            counts[match->language]++;
    }
    for (guint language = 1; language < LEXICON_LANGUAGES_MAX; language++) {
        if (counts[language] > counts[leader])
            leader = language;
    }
    bool is_sure = counts[leader] >= LANGUAGE_SURE;
    for (guint language = 0; language < lexicon_languages(search->lexicon); language++)
        search->heard[language] = !is_sure || language == 0 || counts[language] >= LANGUAGE_SHARE * counts[leader] ||
                                  strcmp(lexicon_language(search->lexicon, language), "en") == 0;
    return is_sure ? leader : 0;
}

/* Of two phrases over the same words the one that spells out more of them is the more certain. */
static bool speaks_over(const Match *match, const Match *other) {
    gsize length = match->end - match->start, others = other->end - other->start;
    return match->start <= other->start && match->end >= other->end &&
           (length > others || (length == others && match->said > other->said));
}

/* Matches stand in the order of where they begin. */
static bool is_covered(const Search *search, guint first, guint last, const Match *match) {
    for (guint i = first; i < last && match_at(search, i)->start <= match->start; i++) {
        const Match *other = match_at(search, i);
        if (search->heard[other->language] && other->concept != match->concept && other->concept != CONCEPT_LANGUAGE &&
            speaks_over(other, match))
            return true;
    }
    return false;
}

/* A concept that is there already is not looked for again: hostile text says one thing a hundred times in a sentence.
 */
static guint64 concepts_of(const Search *search, guint first, guint last) {
    guint64 concepts = 0;
    for (guint i = first; i < last; i++) {
        const Match *match = match_at(search, i);
        guint64 bit = G_GUINT64_CONSTANT(1) << match->concept;
        if (!(concepts & bit) && search->heard[match->language] && !is_covered(search, first, last, match))
            concepts |= bit;
    }
    return concepts;
}

static guint64 with_signs(const Document *document, guint i, guint64 concepts) {
    const Unit *unit = &g_array_index(document->units, Unit, i);
    return concepts | (guint64)signs_in(document, unit) << CONCEPT_PERCENT;
}

static void add_findings(Findings *findings, guint unit, guint64 concepts) {
    for (Concept concept = 0; concept < CONCEPT_NOTHING; concept ++) {
        Finding finding = {concept, unit};
        if (concepts >> concept & 1)
            g_array_append_val(findings->found, finding);
    }
}

/* Everything from the first unsubscribe line on, where that stands in the second half. */
static void mark_footer(Document *document, const Findings *findings) {
    guint words = 0, first = document->units->len, at = 0;
    for (guint i = 0; i < document->units->len; i++) {
        const Unit *unit = &g_array_index(document->units, Unit, i);
        bool is_late = words >= FOOTER_SHARE * document->words;
        words += unit->words;
        for (; at < findings->found->len && g_array_index(findings->found, Finding, at).unit == i; at++) {
            if (is_late && first == document->units->len &&
                g_array_index(findings->found, Finding, at).concept == CONCEPT_BULK)
                first = i;
        }
    }
    for (guint i = first; i < document->units->len; i++) {
        Unit *unit = &g_array_index(document->units, Unit, i);
        if (unit->area != AREA_SUBJECT)
            unit->area = AREA_FOOTER;
    }
}

Findings *findings_collect(const Lexicon *lexicon, Document *document) {
    Findings *findings = g_new0(Findings, 1);
    findings->found = g_array_new(FALSE, FALSE, sizeof(Finding));
    Search search = {.lexicon = lexicon,
                     .matches = g_array_new(FALSE, FALSE, sizeof(Match)),
                     .bounds = g_array_new(FALSE, FALSE, sizeof(guint))};
    match_units(&search, document);
    guint leader = settle_language(&search), first = 0;
    findings->language = leader ? lexicon_language(lexicon, leader) : NULL;
    for (guint i = 0; i < document->units->len; i++) {
        guint last = g_array_index(search.bounds, guint, i);
        add_findings(findings, i, with_signs(document, i, concepts_of(&search, first, last)));
        first = last;
    }
    g_array_unref(search.matches);
    g_array_unref(search.bounds);
    mark_footer(document, findings);
    return findings;
}

void findings_free(Findings *findings) {
    if (!findings)
        return;
    g_array_unref(findings->found);
    g_free(findings);
}
