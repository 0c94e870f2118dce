/* 16 CFR 316.3(a), the primary purpose of a message:
 *  (1) exclusively commercial content: commercial;
 *  (2) commercial content and transactional or relationship content: commercial if (i) a recipient reasonably
 *      interpreting the subject line would likely conclude that the message contains commercial content, or (ii) the
 *      transactional content does not appear, in whole or in substantial part, at the beginning of the body;
 *  (3) commercial content and content that is neither: commercial if (i) as above, or (ii) a recipient reasonably
 *      interpreting the body would likely conclude that its primary purpose is commercial: by where the commercial
 *      content stands, its proportion of the message, and how it is set off.
 * (b): transactional or relationship content alone: transactional. */
#include "purpose.h"

#include "features.h"

#define SELLS 1.9     /* the score of a sentence that sells beyond doubt: two mentions, or a strong one */
#define SELLS_ANY 1.2 /* in a subject or on a button one mention will do */
#define SALES_SHARE 0.5
#define SELLING_WORDS_MIN 5

typedef struct {
    double commercial, serving; /* sums of weights, serving as a positive number */
    bool transactional, secure;
} UnitView;

static void view_add(UnitView *view, const Finding *finding) {
    Concept concept = finding->concept;
    double weight = finding->strength * concept_weight(concept);
    ConceptKind kind = concept_kind(concept);
    if (kind == KIND_COMMERCIAL || concept == CONCEPT_PERCENT || concept == CONCEPT_STRUCK)
        view->commercial += weight;
    else if (weight < 0)
        view->serving -= weight;
    view->secure |= kind == KIND_SECURITY;
    view->transactional |= kind == KIND_SECURITY || kind == KIND_TRANSACTIONAL;
}

/* A word or two in the body are a cell of a table: "Discounts 0.00". */
static bool view_sells(const UnitView *view, const Unit *unit) {
    bool stands_out = unit->area == AREA_SUBJECT || unit->area == AREA_BUTTON;
    if (unit->area == AREA_FOOTER || (unit->words < SELLING_WORDS_MIN && !stands_out))
        return false;
    return view->commercial >= (stands_out ? SELLS_ANY : SELLS) && view->commercial > view->serving;
}

static bool is_early(Area area) {
    return area == AREA_BEGINNING || area == AREA_HEADING;
}

static void purpose_add(Purpose *purpose, guint i, const Unit *unit, const UnitView *view) {
    bool sells = view_sells(view, unit), serves = view->transactional && view->serving > view->commercial;
    bool nothing_sold = purpose->first_sale == G_MAXUINT;
    purpose->commercial += unit->area == AREA_FOOTER ? 0 : view->commercial;
    purpose->serving += serves && (unit->area == AREA_SUBJECT || is_early(unit->area))
                            ? view->serving * features_area_weight(unit->area)
                            : 0;
    if (unit->area == AREA_SUBJECT) {
        purpose->subject_sells |= sells;
        purpose->subject_serves |= serves;
        purpose->secures |= serves && view->secure;
        return;
    }
    if (unit->area == AREA_FOOTER)
        return;
    *(sells ? &purpose->sales_words : &purpose->other_words) += unit->words;
    purpose->serves |= serves;
    purpose->serves_first |= serves && is_early(unit->area) && nothing_sold;
    purpose->secures |= serves && view->secure && is_early(unit->area) && nothing_sold;
    purpose->sales_score += sells ? view->commercial * (unit->area == AREA_BODY ? 0.7 : 1) : 0;
    if (sells && nothing_sold)
        purpose->first_sale = i;
}

typedef struct {
    guint units, last; /* last: one more than the index of the last such unit */
    guint64 concepts;
} Witness;

static void witness_add(Witness *witness, const Finding *finding) {
    witness->units += witness->last != finding->unit + 1;
    witness->last = finding->unit + 1;
    witness->concepts |= G_GUINT64_CONSTANT(1) << finding->concept;
}

static guint witness_count(const Witness *witness) {
    guint concepts = (guint)__builtin_popcountll(witness->concepts);
    return concepts ? witness->units + concepts - 1 : 0;
}

static void count_witnesses(Purpose *purpose, const Findings *findings, const Document *document) {
    Witness sales = {0}, other = {0};
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        ConceptKind kind = concept_kind(finding->concept);
        if (g_array_index(document->units, Unit, finding->unit).area == AREA_FOOTER)
            continue;
        if (kind == KIND_COMMERCIAL || finding->concept == CONCEPT_STRUCK)
            witness_add(&sales, finding);
        else if (kind != KIND_SIGN || finding->concept == CONCEPT_MASKED)
            witness_add(&other, finding);
    }
    purpose->sales_witnesses = witness_count(&sales);
    purpose->other_witnesses = witness_count(&other);
}

void purpose_read(Purpose *purpose, const Findings *findings, const Document *document) {
    *purpose = (Purpose){.first_sale = G_MAXUINT};
    for (guint i = 0, at = 0; i < document->units->len; i++) {
        UnitView view = {0};
        for (; at < findings->found->len && g_array_index(findings->found, Finding, at).unit == i; at++)
            view_add(&view, &g_array_index(findings->found, Finding, at));
        purpose_add(purpose, i, &g_array_index(document->units, Unit, i), &view);
    }
    count_witnesses(purpose, findings, document);
}

static bool is_commercial_as_a_whole(const Purpose *purpose) {
    return purpose->sales_words >= SALES_SHARE * (purpose->sales_words + purpose->other_words);
}

/* "In whole or in substantial part": a word in passing is none. */
static bool serves_at_beginning(const Purpose *purpose) {
    return purpose->serves_first && purpose->serving >= PURPOSE_SUBSTANTIAL &&
           purpose->serving > purpose->commercial * SALES_SHARE;
}

LegalClass purpose_legal(const Purpose *purpose, bool reads_as_sales) {
    bool serves = purpose->serves || purpose->subject_serves;
    bool sells = reads_as_sales || purpose->first_sale != G_MAXUINT || purpose->subject_sells;
    if (!sells)
        return serves ? LEGAL_TRANSACTIONAL : LEGAL_OTHER; /* (b) */
    if (serves)                                            /* (a)(2) */
        return purpose->subject_sells || !serves_at_beginning(purpose) ? LEGAL_COMMERCIAL : LEGAL_TRANSACTIONAL;
    return purpose->subject_sells || reads_as_sales || is_commercial_as_a_whole(purpose)
               ? LEGAL_COMMERCIAL
               : LEGAL_OTHER; /* (a)(1), (3) */
}
