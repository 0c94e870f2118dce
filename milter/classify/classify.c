/* Evidence from the header. None of these fields says that a message sells something: they say how it was sent, and
 * mail sent in bulk is more often an offer than not. So confidence stays low; and where nothing tells, the answer is
 * sales, because a sales message taken for a relational one breaks the balance, while the other mistake only delays it.
 */
#include "classify/classify.h"

#include <string.h>

#define CONFIDENCE_LEAST 0.5
#define CONFIDENCE_MOST 0.75

typedef struct {
    const char *header;
    const char *value; /* the first word that the field must have; NULL: any */
    MailClass class;
    double weight;
    const char *sentence;
} Sign;

/* The weightiest first: this is the order in which people read them. */
static const Sign signs[] = {
    {"List-Unsubscribe", NULL, CLASS_SALES, 0.10,
     "List-Unsubscribe is there: mail that its reader may call off, as offers are"},
    {"Auto-Submitted", "auto-generated", CLASS_RELATIONAL, 0.10,
     "Auto-Submitted: auto-generated is there: a program reports on something that happened"},
    {"Precedence", "bulk", CLASS_SALES, 0.06, "Precedence: bulk is there: the same mail to many"},
    {"List-Unsubscribe-Post", NULL, CLASS_SALES, 0.05,
     "List-Unsubscribe-Post is there: one click calls it off, as large providers ask of senders of offers"},
    {"Feedback-ID", NULL, CLASS_SALES, 0.05, "Feedback-ID is there: complaints are counted by campaign"},
    {"Precedence", "list", CLASS_SALES, 0.04, "Precedence: list is there: the same mail to all of a list"},
};

static bool first_word_is(const char *value, const char *word) {
    gsize length = strlen(word);
    value += strspn(value, " \t");
    return g_ascii_strncasecmp(value, word, length) == 0 && strchr(" \t;", value[length]);
}

static bool is_there(const Sign *sign, ClassifyHeader header, gpointer user) {
    const char *value = header(user, sign->header);
    return value && (!sign->value || first_word_is(value, sign->value));
}

static Classification *classification_new(MailClass class, double confidence) {
    Classification *classification = g_new0(Classification, 1);
    classification->class = class;
    classification->legal = class == CLASS_SALES ? LEGAL_COMMERCIAL : LEGAL_OTHER;
    classification->confidence = confidence;
    classification->evidence = g_ptr_array_new_with_free_func(g_free);
    return classification;
}

static void add_evidence(Classification *classification, const char *sentence) {
    g_ptr_array_add(classification->evidence, g_strdup(sentence));
}

Classification *classify_headers(ClassifyHeader header, gpointer user) {
    Classification *classification = classification_new(CLASS_SALES, CONFIDENCE_LEAST);
    double sales = 0, relational = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (!is_there(&signs[i], header, user))
            continue;
        *(signs[i].class == CLASS_SALES ? &sales : &relational) += signs[i].weight;
        add_evidence(classification, signs[i].sentence);
    }
    if (classification->evidence->len == 0)
        add_evidence(classification,
                     "nothing in the header tells what this message is; until something does, it counts as sales");
    if (relational > sales) {
        classification->class = CLASS_RELATIONAL;
        classification->legal = LEGAL_OTHER;
    }
    classification->confidence = MIN(CONFIDENCE_LEAST + ABS(sales - relational), CONFIDENCE_MOST);
    return classification;
}

Classification *classification_declared(MailClass class, const char *evidence) {
    Classification *classification = classification_new(class, 1.0);
    add_evidence(classification, evidence);
    return classification;
}

void classification_free(Classification *classification) {
    if (!classification)
        return;
    g_ptr_array_unref(classification->evidence);
    g_free(classification->sales_part);
    g_free(classification->features);
    g_free(classification);
}

struct Classifier {
    char *path;
};

Classifier *classifier_load(const char *path, G_GNUC_UNUSED GError **error) {
    Classifier *classifier = g_new0(Classifier, 1);
    classifier->path = g_strdup(path);
    return classifier;
}

void classifier_free(Classifier *classifier) {
    if (!classifier)
        return;
    g_free(classifier->path);
    g_free(classifier);
}

Classification *classify_message(G_GNUC_UNUSED const Classifier *classifier, const ClassifyMessage *message) {
    return classify_headers(message->header, message->user);
}
