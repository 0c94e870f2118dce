/* Phrases are looked up in all languages at once; then the language is settled by the small words of each ("the",
 * "nicht", "oraz") and by long phrases, and what other languages mean by the same letters is dropped: "sale" is a sale
 * in English and salt in Italian. English is always heard, because every language's offers borrow from it. Where a
 * longer phrase covers a shorter one the longer one speaks: a discount code is no one-time code. What a sentence only
 * mentions (mention.h) is not heard as said. */
#include "findings.h"

#include "fold.h"
#include "mention.h"
#include "signs.h"

#include <string.h>

#define LANGUAGE_SURE 3    /* words that tell; with fewer no language is settled */
#define SMALL_WORD_BYTES 2 /* half of Europe writes "o" and "a" */
#define PHRASE_BYTES 8     /* a phrase of fewer may well be a word of another language */
#define LANGUAGE_SHARE 0.4 /* a language with so much of the leader's words is heard too */
#define SHORT_WORDS 6      /* a heading, a cell of a table, an exclamation: no sentence */
#define SINGLE_WORD 0.5
#define NAMED_WORD 0.25
#define FOOTER_SHARE 0.4 /* a footer begins in the second half */

typedef struct {
    const Lexicon *lexicon;
    GArray *matches; /* of Match */
    GArray *bounds;  /* of guint: the index behind a unit's last match */
    bool heard[LEXICON_LANGUAGES_MAX];
    bool has_masked; /* a masked card stands somewhere: all of the message reports on it */
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

/* How strongly each concept stands in a unit; 0: not at all. */
typedef struct {
    double strengths[CONCEPT_NOTHING];
} Said;

static bool is_phrase(const Document *document, const Unit *unit, const Match *match) {
    const char *said = document->folded->str + unit->fold_start + match->start;
    gsize length = match->end - match->start;
    return memchr(said, ' ', length) || fold_is_spaceless(said, length);
}

/* A discount or a cart left behind is in itself a reason to buy, where loans, plans and gifts are also things that one
 * has; and a bill is in itself a reason to write. */
static bool tells_alone(Concept concept) {
    return concept == CONCEPT_DISCOUNT || concept == CONCEPT_CART || concept == CONCEPT_INVOICE;
}

/* Everything in service has an end, and some of it is free. */
static bool is_neutral_in_report(Concept concept) {
    return concept == CONCEPT_URGENCY || concept == CONCEPT_FREEBIE;
}

/* One word of a sentence says less than a phrase, and less than the same word as a heading. In a report it is the name
 * of what the report is about: "a payment on your loan is due", "your session ends in 15 minutes". */
static double strength_of(const Document *document, const Unit *unit, const Match *match, bool reports) {
    bool stands_out = unit->area == AREA_SUBJECT || unit->area == AREA_BUTTON || unit->words <= SHORT_WORDS;
    if (reports && is_neutral_in_report(match->concept))
        return NAMED_WORD;
    if (tells_alone(match->concept) || is_phrase(document, unit, match))
        return 1;
    if (reports && concept_kind(match->concept) == KIND_COMMERCIAL)
        return NAMED_WORD;
    return stands_out ? 1 : SINGLE_WORD;
}

/* A quotation that is all of a heading is a way to write it. */
static bool is_whole(const Unit *unit, const Mention *mention) {
    bool stands_out = unit->area == AREA_SUBJECT || unit->area == AREA_HEADING || unit->area == AREA_BUTTON;
    return stands_out && mention->start <= unit->fold_start + 1 && mention->end >= unit->fold_start + unit->fold_length;
}

/* What a report names is no offer of its own; the sender's name and addresses are none and no news either. */
static bool is_mentioned(const Document *document, const Unit *unit, const Match *match, bool reports) {
    gsize start = unit->fold_start + match->start, end = unit->fold_start + match->end;
    bool sells = concept_kind(match->concept) == KIND_COMMERCIAL;
    for (guint i = 0; i < unit->mentions; i++) {
        const Mention *mention = &g_array_index(document->mentions, Mention, unit->first_mention + i);
        bool is_in = start >= mention->start && end <= mention->end;
        if ((mention->kind == MENTION_SENDER || mention->kind == MENTION_ADDRESS) && start < mention->end &&
            end > mention->start)
            return true;
        if (is_in && sells && (mention->kind == MENTION_NAME ? reports : !is_whole(unit, mention)))
            return true;
    }
    return false;
}

static bool is_report(const Search *search, const Document *document, const Unit *unit, guint first, guint last,
                      const Said *said) {
    if (search->has_masked || said->strengths[CONCEPT_NUMBER] > 0)
        return true;
    for (guint i = first; i < last; i++) {
        const Match *match = match_at(search, i);
        ConceptKind kind = concept_kind(match->concept);
        if (search->heard[match->language] && (kind == KIND_TRANSACTIONAL || kind == KIND_SECURITY) &&
            is_phrase(document, unit, match))
            return true;
    }
    return false;
}

/* A concept that is there already is not looked for again: hostile text says one thing a hundred times in a sentence.
 */
static void read_matches(const Search *search, const Document *document, const Unit *unit, guint first, guint last,
                         Said *said) {
    bool reports = is_report(search, document, unit, first, last, said);
    for (guint i = first; i < last; i++) {
        const Match *match = match_at(search, i);
        double strength = match->concept < CONCEPT_NOTHING ? strength_of(document, unit, match, reports) : 0;
        if (strength == 0 || said->strengths[match->concept] >= strength)
            continue;
        if (search->heard[match->language] && !is_covered(search, first, last, match) &&
            !is_mentioned(document, unit, match, reports))
            said->strengths[match->concept] = strength;
    }
}

static void read_signs(const Document *document, const Unit *unit, Said *said) {
    guint signs = signs_in(document, unit);
    for (Concept concept = CONCEPT_PERCENT; concept < CONCEPT_NOTHING; concept ++) {
        if (signs >> (concept - CONCEPT_PERCENT) & 1)
            said->strengths[concept] = 1;
    }
}

static bool has_masked(const Document *document) {
    for (guint i = 0; i < document->units->len; i++) {
        if (signs_in(document, &g_array_index(document->units, Unit, i)) & 1u << (CONCEPT_MASKED - CONCEPT_PERCENT))
            return true;
    }
    return false;
}

static void add_findings(Findings *findings, guint unit, const Said *said) {
    for (Concept concept = 0; concept < CONCEPT_NOTHING; concept ++) {
        Finding finding = {concept, unit, said->strengths[concept]};
        if (finding.strength > 0)
            g_array_append_val(findings->found, finding);
    }
}

/* "Book a table": a button that asks to book reports on no booking, unless the message does. */
static void drop_invitations(Findings *findings, const Document *document) {
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        if (finding->concept == CONCEPT_BOOKING &&
            g_array_index(document->units, Unit, finding->unit).area != AREA_BUTTON)
            return;
    }
    for (guint i = findings->found->len; i-- > 0;) {
        if (g_array_index(findings->found, Finding, i).concept == CONCEPT_BOOKING)
            g_array_remove_index(findings->found, i);
    }
}

static bool is_said_near(const Findings *findings, guint at, Concept concept) {
    guint unit = g_array_index(findings->found, Finding, at).unit, count = findings->found->len;
    while (at > 0 && g_array_index(findings->found, Finding, at - 1).unit + 1 >= unit)
        at--;
    for (; at < count && g_array_index(findings->found, Finding, at).unit <= unit + 1; at++) {
        if (g_array_index(findings->found, Finding, at).concept == concept)
            return true;
    }
    return false;
}

/* "Here is your voucher. Enter this code …": beside a discount a code is no one-time code. */
static void drop_discount_codes(Findings *findings) {
    for (guint i = findings->found->len; i-- > 0;) {
        if (g_array_index(findings->found, Finding, i).concept == CONCEPT_CODE &&
            is_said_near(findings, i, CONCEPT_DISCOUNT))
            g_array_remove_index(findings->found, i);
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
    search.has_masked = has_masked(document);
    findings->language = leader ? lexicon_language(lexicon, leader) : NULL;
    for (guint i = 0; i < document->units->len; i++) {
        guint last = g_array_index(search.bounds, guint, i);
        const Unit *unit = &g_array_index(document->units, Unit, i);
        Said said = {0};
        read_signs(document, unit, &said);
        read_matches(&search, document, unit, first, last, &said);
        add_findings(findings, i, &said);
        first = last;
    }
    g_array_unref(search.matches);
    g_array_unref(search.bounds);
    drop_discount_codes(findings);
    drop_invitations(findings, document);
    mark_footer(document, findings);
    return findings;
}

void findings_free(Findings *findings) {
    if (!findings)
        return;
    g_array_unref(findings->found);
    g_free(findings);
}
