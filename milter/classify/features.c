/* A concept counts with the area it stands in, and the third mention adds less than the first: so a long newsletter is
 * not sold by its length. The weights of concepts and areas are known beforehand; what is learned corrects a concept
 * as a whole, and in the subject, which is all that some hundred messages can teach. */
#include "features.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define IMAGE_WORDS 15 /* for each picture, in a message that is mostly text */
#define LINK_WORDS 12
#define LONG_WORDS 400
#define TAG_AT_MOST 12   /* bytes before a list's tag: "Re: Fwd: " */
#define TELLING_WORDS 12 /* an offer needs no more to be seen as one */
#define UNITS_COUNTED 7
#define SHARE_DOUBT 4   /* about one sentence: a share of so little says little */
#define UNIT_SPEAKS 0.7 /* a sentence of a lower score speaks for neither side */

static const double area_weights[AREAS] = {
    [AREA_SUBJECT] = 1.6, [AREA_HEADING] = 1.0, [AREA_BEGINNING] = 1.0,
    [AREA_BUTTON] = 1.2,  [AREA_BODY] = 0.55,   [AREA_FOOTER] = 0.12,
};

static const struct {
    const char *name;
    double prior;
} figures[FIGURES] = {
    [FIGURE_COMMERCIAL_SHARE] = {"commercial_share", 2.5},
    [FIGURE_FIRST_COMMERCIAL] = {"first_commercial", 0.8},
    [FIGURE_NOTHING_SOLD] = {"nothing_sold", -2.0},
    [FIGURE_PRICED] = {"priced", 1.5},
    [FIGURE_LIST_UNSUBSCRIBE] = {"list_unsubscribe", 0.8},
    [FIGURE_ONE_CLICK] = {"one_click", 0.3},
    [FIGURE_BULK] = {"bulk_precedence", 0.4},
    [FIGURE_FEEDBACK_ID] = {"feedback_id", 0.2},
    [FIGURE_CAMPAIGN] = {"campaign_header", 0.5},
    [FIGURE_AUTO_SUBMITTED] = {"auto_submitted", -1.2},
    [FIGURE_DISCUSSION] = {"discussion", -5.0},
    [FIGURE_IMAGES] = {"images", 0.5},
    [FIGURE_LINKS] = {"links", 0.2},
    [FIGURE_LONG] = {"long", 0.0},
    [FIGURE_BIAS] = {"bias", -0.9},
};

double features_area_weight(Area area) {
    return area_weights[area];
}

double features_prior(guint feature) {
    if (feature < CONCEPTS)
        return concept_weight(feature);
    return feature < 2 * CONCEPTS ? 0 : figures[feature - 2 * CONCEPTS].prior;
}

/* ---- names ---- */

const char *features_name(guint feature) {
    static const char *names[FEATURES];
    static gsize made = 0;
    if (g_once_init_enter(&made)) {
        for (guint i = 0; i < CONCEPTS; i++) {
            names[i] = concept_name(i);
            g_autofree char *name = g_strconcat("subject:", concept_name(i), NULL);
            names[CONCEPTS + i] = g_intern_string(name);
        }
        for (guint i = 0; i < FIGURES; i++)
            names[2 * CONCEPTS + i] = figures[i].name;
        g_once_init_leave(&made, 1);
    }
    return names[feature];
}

bool features_find(const char *name, guint *feature) {
    for (guint i = 0; i < FEATURES; i++) {
        if (strcmp(features_name(i), name) == 0) {
            *feature = i;
            return true;
        }
    }
    return false;
}

/* ---- concepts ---- */

static void count_concepts(Features *features, const Findings *findings, const Document *document) {
    double counts[CONCEPTS][AREAS] = {0};
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        const Unit *unit = &g_array_index(document->units, Unit, finding->unit);
        counts[finding->concept][unit->area] += finding->strength;
    }
    for (Concept concept = 0; concept < CONCEPTS; concept ++) {
        double *value = &features->values[concept];
        for (Area area = 0; area < AREAS; area++)
            *value += area_weights[area] * log2(1 + MIN(counts[concept][area], UNITS_COUNTED));
        features->values[CONCEPTS + concept] = MIN(counts[concept][AREA_SUBJECT], 1);
    }
}

/* ---- figures ---- */

static void weigh_units(Features *features, const Findings *findings, const Document *document) {
    g_autofree double *scores = g_new0(double, document->units->len + 1);
    double commercial = 0, other = 0, first = 0;
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        scores[finding->unit] += finding->strength * concept_weight(finding->concept);
    }
    for (guint i = 0; i < document->units->len; i++) {
        const Unit *unit = &g_array_index(document->units, Unit, i);
        if (unit->area == AREA_FOOTER || fabs(scores[i]) < UNIT_SPEAKS)
            continue;
        double words = sqrt(unit->words) * area_weights[unit->area];
        *(scores[i] > 0 ? &commercial : &other) += words;
        if (first == 0)
            first = scores[i] > 0 ? 1 : -1;
    }
    features->values[2 * CONCEPTS + FIGURE_COMMERCIAL_SHARE] =
        commercial + other > 0 ? (commercial - other) / (commercial + other + SHARE_DOUBT) : 0;
    features->values[2 * CONCEPTS + FIGURE_FIRST_COMMERCIAL] = first;
}

static const char *header(const ClassifyMessage *message, const char *name) {
    return message->header ? message->header(message->user, name) : NULL;
}

/* Goods and praise are in many an article; without any word that sells they are no offer. */
static bool sells(Concept concept) {
    return concept_kind(concept) == KIND_COMMERCIAL && concept != CONCEPT_CATALOG && concept != CONCEPT_HYPE;
}

static bool reports(const Finding *finding, Area area) {
    ConceptKind kind = concept_kind(finding->concept);
    return (kind == KIND_SECURITY || kind == KIND_TRANSACTIONAL) && area != AREA_FOOTER && area != AREA_BUTTON &&
           (finding->strength == 1 || area != AREA_BODY);
}

/* A price in mail to many, without a bill, an order or an account that it belongs to, is the price of something to buy.
 */
static bool is_priced(const Findings *findings, const Document *document, const ClassifyMessage *message) {
    bool priced = false, to_many = header(message, "List-Unsubscribe") != NULL;
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        Area area = g_array_index(document->units, Unit, finding->unit).area;
        if (reports(finding, area))
            return false;
        priced |= finding->concept == CONCEPT_PRICE && area != AREA_FOOTER;
        to_many |= finding->concept == CONCEPT_BULK && area == AREA_FOOTER;
    }
    return priced && to_many;
}

static bool sells_nothing(const Findings *findings, const Document *document) {
    if (!findings->language || document->words < TELLING_WORDS)
        return false;
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        if (sells(finding->concept) && g_array_index(document->units, Unit, finding->unit).area != AREA_FOOTER)
            return false;
    }
    return true;
}

static bool header_says(const ClassifyMessage *message, const char *name, const char *word) {
    const char *field = header(message, name);
    if (!field)
        return false;
    field += strspn(field, " \t");
    return g_ascii_strncasecmp(field, word, strlen(word)) == 0 && strchr(" \t;", field[strlen(word)]);
}

static bool has_campaign_header(const ClassifyMessage *message) {
    static const char *const names[] = {"X-Campaign", "X-Campaign-ID",    "X-CampaignID", "X-Mailgun-Campaign-Id",
                                        "X-MC-User",  "X-Mailer-RecptId", "X-Newsletter", "X-job"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (header(message, names[i]))
            return true;
    }
    return false;
}

/* "[shop/cart] Sale banner", "Re: [users] Cheap hosts": lists and trackers write small letters, shouters do not. */
static bool has_list_tag(const char *subject) {
    const char *open = subject ? strchr(subject, '[') : NULL;
    const char *close = open ? strchr(open, ']') : NULL;
    if (!close || close == open + 1 || open - subject > TAG_AT_MOST)
        return false;
    for (const char *at = open + 1; at < close; at++) {
        if (!g_ascii_islower(*at) && !g_ascii_isdigit(*at) && !strchr("/-_.", *at))
            return false;
    }
    return true;
}

static void read_headers(double *values, const ClassifyMessage *message) {
    values[FIGURE_LIST_UNSUBSCRIBE] = header(message, "List-Unsubscribe") != NULL;
    values[FIGURE_ONE_CLICK] = header(message, "List-Unsubscribe-Post") != NULL;
    values[FIGURE_BULK] = header_says(message, "Precedence", "bulk");
    values[FIGURE_FEEDBACK_ID] = header(message, "Feedback-ID") != NULL;
    values[FIGURE_CAMPAIGN] = has_campaign_header(message);
    values[FIGURE_DISCUSSION] = header(message, "List-Post") || has_list_tag(header(message, "Subject"));
    values[FIGURE_AUTO_SUBMITTED] = header_says(message, "Auto-Submitted", "auto-generated");
}

void features_read(Features *features, const Findings *findings, const Document *document,
                   const ClassifyMessage *message) {
    memset(features, 0, sizeof *features);
    double *values = features->values + 2 * CONCEPTS;
    count_concepts(features, findings, document);
    weigh_units(features, findings, document);
    read_headers(values, message);
    values[FIGURE_PRICED] = is_priced(findings, document, message);
    values[FIGURE_NOTHING_SOLD] = !values[FIGURE_PRICED] && sells_nothing(findings, document);
    values[FIGURE_IMAGES] = document->images >= 3 && document->words < IMAGE_WORDS * document->images;
    values[FIGURE_LINKS] = document->links >= 4 && document->words < LINK_WORDS * document->links;
    values[FIGURE_LONG] = document->words > LONG_WORDS;
    values[FIGURE_BIAS] = 1;
}

/* ---- as text ---- */

char *features_to_text(const Features *features) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < FEATURES; i++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        if (features->values[i] == 0)
            continue;
        g_ascii_formatd(number, sizeof number, "%.4g", features->values[i]);
        if (text->len + strlen(features_name(i)) + strlen(number) + 2 <= CLASSIFY_FEATURES_MAX)
            g_string_append_printf(text, "%s%s:%s", text->len ? " " : "", features_name(i), number);
    }
    return g_strdup(text->str);
}

bool features_from_text(const char *text, Features *features, GError **error) {
    Features read = {0};
    g_auto(GStrv) pairs = g_strsplit(text, " ", -1);
    for (char **pair = pairs; *pair; pair++) {
        char *colon = strrchr(*pair, ':'), *end = NULL;
        double value = colon ? g_ascii_strtod(colon + 1, &end) : 0;
        guint feature;
        if (!**pair)
            continue;
        if (!colon || end == colon + 1 || *end || !isfinite(value)) {
            g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "'%s' is no feature, expected name:value",
                        *pair);
            return false;
        }
        *colon = '\0';
        if (features_find(*pair, &feature))
            read.values[feature] = value;
    }
    *features = read;
    return true;
}
