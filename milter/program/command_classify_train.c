/* `classify train`: weights from labelled messages, as a file for people to read and for `classify { model }`. */
#include "program/command.h"

#include "classify/train.h"
#include "files.h"
#include "program/labelled.h"
#include "program/message_file.h"
#include "program/output.h"

#define ANSWERS_MOST 100000

static bool add_message(TrainingSet *set, const Classifier *classifier, const LabelledMessage *labelled,
                        GError **error) {
    g_autoptr(MessageFile) file = message_file_open(labelled->path, labelled->subject, error);
    if (!file)
        return false;
    g_autoptr(Classification) seen = classify_message(classifier, message_file_read(file));
    return training_set_add(set, seen->features, labelled->class, labelled->source, error);
}

TrainingSet *training_set_read(const Classifier *classifier, const GPtrArray *messages, GError **error) {
    g_autoptr(TrainingSet) set = training_set_new();
    for (guint i = 0; i < messages->len; i++) {
        if (!add_message(set, classifier, messages->pdata[i], error))
            return NULL;
    }
    return g_steal_pointer(&set);
}

static bool add_answers(const Config *config, TrainingSet *set, guint *count, GError **error) {
    g_autoptr(GPtrArray) reviews = NULL;
    g_autoptr(Store) store = store_open(config->store_url, error);
    if (!store || !store_reviews(store, true, ANSWERS_MOST, &reviews, error))
        return false;
    for (guint i = 0; i < reviews->len; i++) {
        const Review *review = reviews->pdata[i];
        g_autofree char *source = g_strconcat("stream ", review->stream, NULL);
        if (!training_set_add(set, review->features, review->label, source, error))
            return false;
    }
    *count = reviews->len;
    return true;
}

/* What people have answered to doubts teaches too. Where there is no configuration there is no store to ask. */
static bool use_answers(const Session *session, TrainingSet *set, guint *count, GError **error) {
    g_autoptr(Config) config = NULL;
    *count = 0;
    if (session->arguments->no_labels)
        return true;
    if (!session_config(session, &config, error) || (config && !add_answers(config, set, count, error))) {
        g_prefix_error(error, "with --no-labels nobody's answers are asked for: ");
        return false;
    }
    return true;
}

static char *fit(Session *session, guint *count, guint *answers, GError **error) {
    g_autoptr(GPtrArray) messages = labelled_new();
    g_autoptr(Classifier) classifier = session_classifier(session, error);
    if (!classifier)
        return NULL;
    for (char *const *folder = session->operands; *folder; folder++) {
        if (!labelled_read(*folder, messages, error))
            return NULL;
    }
    *count = messages->len;
    g_autoptr(TrainingSet) set = training_set_read(classifier, messages, error);
    return set && use_answers(session, set, answers, error) ? training_fit(set, NULL, error) : NULL;
}

/* Without --output the weights themselves are the answer. */
Answer command_classify_train_run(Session *session, json_t **document, GError **error) {
    guint count, answers;
    const char *path = session->arguments->output;
    g_autofree char *weights = fit(session, &count, &answers, error);
    if (!weights)
        return ANSWER_FAILED;
    g_autoptr(GBytes) bytes = g_bytes_new(weights, strlen(weights));
    if (path && !file_write(path, bytes, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:i, s:i}", "messages", (int)count, "labels", (int)answers);
    json_object_set_new(*document, path ? "file" : "weights", output_text(path ? path : weights));
    return ANSWER_YES;
}

void command_classify_train_print(const json_t *document) {
    const char *path = output_string(document, "file", NULL);
    if (path)
        output_line("%s: learned from %" JSON_INTEGER_FORMAT " messages and %" JSON_INTEGER_FORMAT
                    " answers to doubts; check it with 'cadencectl classify evaluate'",
                    path, json_integer_value(json_object_get(document, "messages")),
                    json_integer_value(json_object_get(document, "labels")));
    else
        fputs(output_string(document, "weights", ""), stdout);
}
