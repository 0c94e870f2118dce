/* Between message/, which knows what a person sees of a message, and classify/, which knows what that says: neither
 * room knows the other. */
#include "shared_classifier.h"

struct SharedClassifier {
    Classifier *classifier;
};

SharedClassifier *shared_classifier_load(const Config *config, GError **error) {
    g_autoptr(Classifier) classifier = classifier_load(config->classify.model, error);
    if (!classifier)
        return NULL;
    SharedClassifier *shared = g_atomic_rc_box_new(SharedClassifier);
    shared->classifier = g_steal_pointer(&classifier);
    return shared;
}

SharedClassifier *shared_classifier_ref(SharedClassifier *shared) {
    return g_atomic_rc_box_acquire(shared);
}

static void clear(SharedClassifier *shared) {
    classifier_free(shared->classifier);
}

void shared_classifier_unref(SharedClassifier *shared) {
    g_atomic_rc_box_release_full(shared, (GDestroyNotify)clear);
}

static const char *header_of(gpointer message, const char *name) {
    return message_header(message, name);
}

Classification *shared_classifier_read(const SharedClassifier *shared, Message *message) {
    const MessageReading *reading = message_reading(message);
    ClassifyMessage read = {.header = header_of,
                            .user = message,
                            .text = reading->plain,
                            .text_length = reading->plain_length,
                            .html = reading->html,
                            .html_length = reading->html_length};
    return classify_message(shared->classifier, &read);
}
