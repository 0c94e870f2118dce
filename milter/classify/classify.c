/* Read, find, weigh, judge. The model weighs; above it stand two rules that no weight overrules. What secures an
 * account (a code, a password, a warning) is never sales, whatever stands around it, unless its subject sells: a reader
 * who does not get it is locked out. And mail that serves in the main but has a part that plainly sells is mixed, which
 * counts as sales. Where nothing tells, the answer is sales, because a sales message taken for a relational one breaks
 * the balance, while the other mistake only delays it. But a text in a known language that sells nothing says something
 * by that: of 323 such messages 316 were relational. Alone it makes no certainty, and neither does a single sentence
 * that says a single thing: of letters that nobody had tuned for, two in three such verdicts were right. */
#include "classify/classify.h"

#include "base/error.h"
#include "classify/train.h"
#include "evidence.h"
#include "features.h"
#include "knowledge.h"
#include "model.h"
#include "purpose.h"

#define SALES_FROM 0.5
#define SECURED_AT_MOST 0.06 /* probability of sales where mail secures an account */
#define SERVING_AT_MOST 0.35 /* the same where it serves and nothing in it sells */
#define SERVES_SOLD_SHARE 0.4
#define MIXED_AT_LEAST 0.65 /* the same where it serves and a part of it plainly sells */
#define MIXED_SCORE 2.4     /* of that part */
#define MIXED_WITNESSES 3   /* for it: a sentence in passing is no part */
#define TOLD_AT_LEAST 0.3   /* weight of everything found, for either side; with less nothing is known */
#define UNTOLD_AT_MOST 0.6
#define UNSOLD_AT_MOST                                                                                                 \
    0.45 /* the same where nothing in it sells, but percentages, fields and pictures look like it                      \
          */
#define SALES_PART_CHARACTERS 100
#define SURE_AT_MOST 0.99
#define REST_TIMES 2         /* so much more of something else is a message with an offer in it, not an offer */
#define SEPARABLE_SHARE 0.75 /* a larger sales part leaves nothing that makes sense */

struct Classifier {
    Lexicon *lexicon;
    Model model;
};

Classifier *classifier_parse(const char *weights, gsize length, const char *name, GError **error) {
    g_autoptr(Classifier) classifier = g_new0(Classifier, 1);
    classifier->lexicon = lexicon_parse(knowledge_lexicon_start,
                                        (gsize)(knowledge_lexicon_end - knowledge_lexicon_start), "lexicon", error);
    if (!classifier->lexicon || !model_parse(weights, length, name, &classifier->model, error))
        return NULL;
    return g_steal_pointer(&classifier);
}

Classifier *classifier_load(const char *path, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) fault = NULL;
    if (!path)
        return classifier_parse(knowledge_weights_start, (gsize)(knowledge_weights_end - knowledge_weights_start),
                                "weights", error);
    if (g_file_get_contents(path, &text, &length, &fault))
        return classifier_parse(text, length, path, error);
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:1: %s", path, fault->message);
    return NULL;
}

void classifier_free(Classifier *classifier) {
    if (!classifier)
        return;
    lexicon_free(classifier->lexicon);
    g_free(classifier);
}

/* ---- judging ---- */

/* What the model says. */
typedef struct {
    double told, probability; /* of sales */
    bool sells_nothing;
} Opinion;

static Opinion opinion_of(const Model *model, const Features *features) {
    return (Opinion){.told = model_told(model, features),
                     .probability = model_probability(model, model_score(model, features)),
                     .sells_nothing = features->values[2 * CONCEPTS + FIGURE_NOTHING_SOLD] > 0};
}

static bool is_secured(const Purpose *purpose) {
    return purpose->secures && !purpose->subject_sells;
}

static bool only_serves(const Purpose *purpose) {
    return purpose->serving >= PURPOSE_SUBSTANTIAL && purpose->commercial <= SERVES_SOLD_SHARE * purpose->serving &&
           purpose->first_sale == G_MAXUINT && !purpose->subject_sells;
}

static bool is_mixed(const Purpose *purpose) {
    return purpose->first_sale != G_MAXUINT && purpose->sales_score >= MIXED_SCORE &&
           purpose->sales_witnesses >= MIXED_WITNESSES;
}

/* One sentence that says one thing may be misread, whatever its weight. */
static double certainty(guint witnesses) {
    static const double most[] = {0.6, 0.7, 0.85};
    return witnesses < G_N_ELEMENTS(most) ? most[witnesses] : SURE_AT_MOST;
}

static double witnessed(const Purpose *purpose, double probability) {
    return CLAMP(probability, 1 - certainty(purpose->other_witnesses), certainty(purpose->sales_witnesses));
}

/* The probability that the rules leave of what the model says. */
static double bounded(const Purpose *purpose, const Opinion *opinion) {
    double probability = opinion->probability;
    if (opinion->sells_nothing && purpose->sales_witnesses == 0)
        probability = MIN(probability, UNSOLD_AT_MOST);
    if (opinion->told < TOLD_AT_LEAST)
        return CLAMP(probability, opinion->sells_nothing ? 1 - UNTOLD_AT_MOST : SALES_FROM, UNTOLD_AT_MOST);
    if (is_secured(purpose))
        return MIN(probability, SECURED_AT_MOST);
    if (only_serves(purpose))
        return MIN(probability, SERVING_AT_MOST);
    if (is_mixed(purpose))
        return MAX(probability, MIXED_AT_LEAST);
    return witnessed(purpose, probability);
}

static void name_sales_part(Classification *classification, const Purpose *purpose, const Document *document) {
    bool has_rest = purpose->serves || purpose->subject_serves ||
                    (!purpose->subject_sells && purpose->other_words > REST_TIMES * purpose->sales_words);
    if (purpose->first_sale == G_MAXUINT || !has_rest)
        return;
    const Unit *unit = &g_array_index(document->units, Unit, purpose->first_sale);
    classification->sales_part = document_quote(document, unit, SALES_PART_CHARACTERS);
    classification->separable = !purpose->subject_sells && (purpose->serves || purpose->subject_serves) &&
                                purpose->sales_words <= SEPARABLE_SHARE * (purpose->sales_words + purpose->other_words);
}

static void judge(Classification *classification, const Purpose *purpose, const Document *document,
                  const Opinion *opinion) {
    double sales = CLAMP(bounded(purpose, opinion), 1 - SURE_AT_MOST, SURE_AT_MOST);
    classification->class = sales >= SALES_FROM ? CLASS_SALES : CLASS_RELATIONAL;
    classification->confidence = MAX(sales, 1 - sales);
    classification->legal = purpose_legal(purpose, classification->class == CLASS_SALES);
    classification->essential =
        classification->class == CLASS_RELATIONAL && (is_secured(purpose) || only_serves(purpose));
    if (classification->class == CLASS_SALES)
        name_sales_part(classification, purpose, document);
    else if (classification->legal == LEGAL_COMMERCIAL)
        classification->legal = LEGAL_OTHER;
}

Classification *classify_message(const Classifier *classifier, const ClassifyMessage *message) {
    g_autoptr(Document) document = document_read(message);
    g_autoptr(Findings) findings = findings_collect(classifier->lexicon, document);
    Features features;
    Purpose purpose;
    features_read(&features, findings, document, message);
    purpose_read(&purpose, findings, document);
    Classification *classification = g_new0(Classification, 1);
    Opinion opinion = opinion_of(&classifier->model, &features);
    judge(classification, &purpose, document, &opinion);
    classification->evidence = g_ptr_array_new_with_free_func(g_free);
    evidence_collect(classification->evidence, &classifier->model, &features, findings, document);
    classification->features = features_to_text(&features);
    return classification;
}
