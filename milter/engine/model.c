/* Between message/, which knows what a person sees of a message, and classify/, which knows what that says: neither
 * room knows the other. */
#include "model.h"

struct Model {
    Classifier *classifier;
};

Model *model_load(const Config *config, GError **error) {
    g_autoptr(Classifier) classifier = classifier_load(config->classify.model, error);
    if (!classifier)
        return NULL;
    Model *model = g_atomic_rc_box_new(Model);
    model->classifier = g_steal_pointer(&classifier);
    return model;
}

Model *model_ref(Model *model) {
    return g_atomic_rc_box_acquire(model);
}

static void clear(Model *model) {
    classifier_free(model->classifier);
}

void model_unref(Model *model) {
    g_atomic_rc_box_release_full(model, (GDestroyNotify)clear);
}

static const char *header_of(gpointer message, const char *name) {
    return message_header(message, name);
}

Classification *model_read(const Model *model, Message *message) {
    const MessageReading *reading = message_reading(message);
    ClassifyMessage read = {.header = header_of,
                            .user = message,
                            .text = reading->plain,
                            .text_length = reading->plain_length,
                            .html = reading->html,
                            .html_length = reading->html_length};
    return classify_message(model->classifier, &read);
}
