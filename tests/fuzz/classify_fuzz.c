/* Any bytes are a message, as a page, as plain text and as a subject; the answer holds together. */
#include "fuzz.h"

#include "classify/classify.h"
#include "classify/train.h"

static const char *subject_of(gpointer user, const char *name) {
    return g_str_equal(name, "Subject") ? user : NULL;
}

static void classify(const Classifier *classifier, const ClassifyMessage *message) {
    g_autoptr(Classification) found = classify_message(classifier, message);
    g_autoptr(TrainingSet) set = training_set_new();
    g_assert(found->confidence >= 0.5 && found->confidence <= 1);
    g_assert(found->evidence->len > 0 && !(found->essential && found->class == CLASS_SALES));
    g_assert(training_set_add(set, found->features, found->class, "fuzz", NULL));
    for (guint i = 0; i < found->evidence->len; i++)
        g_assert(g_utf8_validate(found->evidence->pdata[i], -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static Classifier *classifier;
    static gsize started;
    if (g_once_init_enter(&started)) {
        classifier = classifier_load(NULL, NULL);
        g_once_init_leave(&started, 1);
    }
    g_autofree char *text = g_strndup((const char *)bytes, length);
    classify(classifier, &(ClassifyMessage){.html = text, .html_length = length});
    classify(classifier, &(ClassifyMessage){.text = text, .text_length = length});
    classify(classifier, &(ClassifyMessage){.header = subject_of, .user = text});
    return 0;
}
