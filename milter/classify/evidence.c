/* Each sentence is a concept in an area, weighed as the model weighs it, with the words of the message that say it. */
#include "evidence.h"

#include <math.h>

#define SENTENCES_MAX 8
#define LEAST_WEIGHT 0.15
#define QUOTE_CHARACTERS 60

typedef struct {
    double weight;
    char *sentence;
} Clue;

static const char *const areas[AREAS] = {
    [AREA_SUBJECT] = "subject", [AREA_HEADING] = "heading", [AREA_BEGINNING] = "beginning",
    [AREA_BUTTON] = "button",   [AREA_BODY] = "body",       [AREA_FOOTER] = "footer",
};

static const char *const figures[FIGURES] = {
    [FIGURE_NOTHING_SOLD] = "nothing in it asks to buy or makes an offer",
    [FIGURE_PRICED] = "it names prices, and no order, bill or account that they belong to",
    [FIGURE_LIST_UNSUBSCRIBE] = "List-Unsubscribe is there: mail that its reader may call off",
    [FIGURE_ONE_CLICK] = "List-Unsubscribe-Post is there: one click calls it off",
    [FIGURE_BULK] = "Precedence: bulk is there: the same mail to many",
    [FIGURE_FEEDBACK_ID] = "Feedback-ID is there: complaints are counted by campaign",
    [FIGURE_CAMPAIGN] = "a header field names a campaign",
    [FIGURE_AUTO_SUBMITTED] = "Auto-Submitted: auto-generated is there: a program reports on something that happened",
    [FIGURE_DISCUSSION] = "it is part of a discussion: a list's field or tag is there",
    [FIGURE_IMAGES] = "more pictures than words",
    [FIGURE_LINKS] = "many links for so few words",
};

static void clear_clue(gpointer clue) {
    g_free(((Clue *)clue)->sentence);
}

static int compare_clues(const void *left, const void *right) {
    double difference = fabs(((const Clue *)right)->weight) - fabs(((const Clue *)left)->weight);
    return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static void add_clue(GArray *clues, double weight, char *sentence) {
    Clue clue = {weight, sentence};
    g_array_append_val(clues, clue);
}

/* The first sentence that says a concept in an area speaks for all of them. */
static void add_concepts(GArray *clues, const Model *model, const Findings *findings, const Document *document) {
    bool seen[CONCEPTS][AREAS] = {0};
    for (guint i = 0; i < findings->found->len; i++) {
        const Finding *finding = &g_array_index(findings->found, Finding, i);
        const Unit *unit = &g_array_index(document->units, Unit, finding->unit);
        double weight = model->weights[finding->concept] * features_area_weight(unit->area);
        if (unit->area == AREA_SUBJECT)
            weight += model->weights[CONCEPTS + finding->concept];
        weight *= finding->strength;
        if (seen[finding->concept][unit->area] || fabs(weight) < LEAST_WEIGHT)
            continue;
        seen[finding->concept][unit->area] = true;
        g_autofree char *quote = document_quote(document, unit, QUOTE_CHARACTERS);
        add_clue(clues, weight,
                 g_strdup_printf("%s %s: '%s'", areas[unit->area], concept_sentence(finding->concept), quote));
    }
}

static void add_figures(GArray *clues, const Model *model, const Features *features) {
    for (guint i = 0; i < FIGURES; i++) {
        double weight = model->weights[2 * CONCEPTS + i] * features->values[2 * CONCEPTS + i];
        if (figures[i] && fabs(weight) >= LEAST_WEIGHT)
            add_clue(clues, weight, g_strdup(figures[i]));
    }
}

void evidence_collect(GPtrArray *sentences, const Model *model, const Features *features, const Findings *findings,
                      const Document *document) {
    g_autoptr(GArray) clues = g_array_new(FALSE, FALSE, sizeof(Clue));
    g_array_set_clear_func(clues, clear_clue);
    add_concepts(clues, model, findings, document);
    add_figures(clues, model, features);
    g_array_sort(clues, compare_clues);
    for (guint i = 0; i < MIN(clues->len, SENTENCES_MAX); i++)
        g_ptr_array_add(sentences, g_steal_pointer(&g_array_index(clues, Clue, i).sentence));
    if (clues->len == 0)
        g_ptr_array_add(sentences,
                        g_strdup("nothing in it tells what it is; until something does, it counts as sales"));
}
