/* The answer as a value: made in one place, so that class, legal class and confidence never contradict each other. */
#include "classify/classify.h"

Classification *classification_declared(MailClass class, const char *evidence) {
    Classification *classification = g_new0(Classification, 1);
    classification->class = class;
    classification->legal = class == CLASS_SALES ? LEGAL_COMMERCIAL : LEGAL_OTHER;
    classification->confidence = 1.0;
    classification->evidence = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(classification->evidence, g_strdup(evidence));
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
