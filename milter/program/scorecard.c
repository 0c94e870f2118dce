/* The document holds figures as they are to be read: rounded to a thousandth. */
#include "scorecard.h"

#include "base/names.h"
#include "program/output.h"

#define CONFIDENCES 5 /* classes of confidence from 0.5, each a tenth wide */

typedef struct {
    double right;
    guint messages;
} Share;

struct Scorecard {
    GHashTable *groups;    /* group to Share */
    GHashTable *languages; /* language to a hash table of groups to Share */
    guint confusion[2][2]; /* by label, by answer */
    Share confidences[CONFIDENCES];
    json_t *errors;
};

Scorecard *scorecard_new(void) {
    Scorecard *scorecard = g_new0(Scorecard, 1);
    scorecard->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    scorecard->languages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    scorecard->errors = json_array();
    return scorecard;
}

void scorecard_free(Scorecard *scorecard) {
    if (!scorecard)
        return;
    g_hash_table_unref(scorecard->groups);
    g_hash_table_unref(scorecard->languages);
    json_decref(scorecard->errors);
    g_free(scorecard);
}

static void share_add(Share *share, bool right) {
    share->right += right;
    share->messages++;
}

static void group_add(GHashTable *groups, const char *group, bool right) {
    Share *share = g_hash_table_lookup(groups, group);
    if (!share) {
        share = g_new0(Share, 1);
        g_hash_table_insert(groups, g_strdup(group), share);
    }
    share_add(share, right);
}

static GHashTable *groups_of_language(Scorecard *scorecard, const char *language) {
    GHashTable *groups = g_hash_table_lookup(scorecard->languages, language);
    if (!groups) {
        groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_insert(scorecard->languages, g_strdup(language), groups);
    }
    return groups;
}

static void add_error(Scorecard *scorecard, const LabelledMessage *labelled, const Classification *answer) {
    json_t *error = json_pack("{s:s, s:s, s:f}", "label", class_name(labelled->class), "class",
                              class_name(answer->class), "confidence", answer->confidence);
    json_object_set_new(error, "file", output_text(labelled->path));
    json_array_append_new(scorecard->errors, error);
}

void scorecard_add(Scorecard *scorecard, const LabelledMessage *labelled, const Classification *answer) {
    bool right = labelled->class == answer->class;
    group_add(scorecard->groups, labelled->group, right);
    group_add(groups_of_language(scorecard, labelled->language), labelled->group, right);
    scorecard->confusion[labelled->class][answer->class]++;
    int tenth = (int)((answer->confidence - 0.5) * 10);
    share_add(&scorecard->confidences[CLAMP(tenth, 0, CONFIDENCES - 1)], right);
    if (!right)
        add_error(scorecard, labelled, answer);
}

static json_t *ratio(double part, double whole) {
    return whole > 0 ? json_sprintf("%.3f", part / whole) : json_string("-");
}

static double groups_right(GHashTable *groups) {
    GHashTableIter iter;
    gpointer value;
    double right = 0;
    g_hash_table_iter_init(&iter, groups);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        right += ((Share *)value)->right / ((Share *)value)->messages;
    return right;
}

static json_t *share_row(const char *key, json_t *name, const char *count, guint messages, double right) {
    json_t *row = json_object();
    json_object_set_new(row, key, name);
    json_object_set_new(row, count, json_sprintf("%u", messages));
    json_object_set_new(row, "right", ratio(right, messages));
    return row;
}

static json_t *languages_document(const Scorecard *scorecard) {
    json_t *rows = json_array();
    g_autoptr(GPtrArray) names = names_of(scorecard->languages);
    for (guint i = 0; i < names->len; i++) {
        GHashTable *groups = g_hash_table_lookup(scorecard->languages, names->pdata[i]);
        json_array_append_new(rows, share_row("language", output_text(names->pdata[i]), "groups",
                                              g_hash_table_size(groups), groups_right(groups)));
    }
    return rows;
}

static json_t *confidences_document(const Scorecard *scorecard) {
    json_t *rows = json_array();
    for (int i = 0; i < CONFIDENCES; i++) {
        const Share *share = &scorecard->confidences[i];
        json_t *name = json_sprintf("%.1f to %.1f", 0.5 + i / 10.0, 0.6 + i / 10.0);
        json_array_append_new(rows, share_row("confidence", name, "messages", share->messages, share->right));
    }
    return rows;
}

static json_t *confusion_document(const Scorecard *scorecard) {
    json_t *rows = json_array();
    for (MailClass label = CLASS_RELATIONAL; label <= CLASS_SALES; label++) {
        const guint *answers = scorecard->confusion[label];
        json_array_append_new(rows, json_pack("{s:s, s:o, s:o, s:o}", "label", class_name(label), "messages",
                                              json_sprintf("%u", answers[0] + answers[1]), "relational",
                                              json_sprintf("%u", answers[CLASS_RELATIONAL]), "sales",
                                              json_sprintf("%u", answers[CLASS_SALES])));
    }
    return rows;
}

json_t *scorecard_document(const Scorecard *scorecard) {
    const guint *relational = scorecard->confusion[CLASS_RELATIONAL], *sales = scorecard->confusion[CLASS_SALES];
    guint messages = relational[0] + relational[1] + sales[0] + sales[1];
    guint right = relational[CLASS_RELATIONAL] + sales[CLASS_SALES], groups = g_hash_table_size(scorecard->groups);
    json_t *document = json_object();
    json_object_set_new(document, "groups", json_sprintf("%u", groups));
    json_object_set_new(document, "right_by_group", ratio(groups_right(scorecard->groups), groups));
    json_object_set_new(document, "right_by_message", ratio(right, messages));
    json_object_set_new(document, "relational_taken_for_sales",
                        ratio(relational[CLASS_SALES], relational[0] + relational[1]));
    json_object_set_new(document, "confusion", confusion_document(scorecard));
    json_object_set_new(document, "calibration", confidences_document(scorecard));
    json_object_set_new(document, "languages", languages_document(scorecard));
    json_object_set(document, "errors", scorecard->errors);
    return document;
}
