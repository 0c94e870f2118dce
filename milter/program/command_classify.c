/* `classify`: what messages in files are, and why. */
#include "program/command.h"

#include "program/message_file.h"
#include "program/output.h"

static json_t *document_of(const Classification *classification) {
    json_t *evidence = json_array();
    for (guint i = 0; i < classification->evidence->len; i++)
        json_array_append_new(evidence, output_text(classification->evidence->pdata[i]));
    json_t *document = json_object();
    json_object_set_new(document, "class", json_string(class_name(classification->class)));
    json_object_set_new(document, "legal", json_string(legal_name(classification->legal)));
    json_object_set_new(document, "confidence", json_real(classification->confidence));
    json_object_set_new(document, "essential", json_boolean(classification->essential));
    json_object_set_new(document, "evidence", evidence);
    json_object_set_new(document, "features", output_text(classification->features));
    if (classification->sales_part) {
        json_object_set_new(document, "sales_part", output_text(classification->sales_part));
        json_object_set_new(document, "separable", json_boolean(classification->separable));
    }
    return document;
}

static bool add_file(const Classifier *classifier, const char *path, json_t *messages, GError **error) {
    g_autoptr(MessageFile) file = message_file_open(path, NULL, error);
    if (!file)
        return false;
    g_autoptr(Classification) classification = classify_message(classifier, message_file_read(file));
    json_t *document = document_of(classification);
    json_object_set_new(document, "file", output_text(path));
    json_array_append_new(messages, document);
    return true;
}

Answer command_classify_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Classifier) classifier = session_classifier(session, error);
    json_auto_t *messages = json_array();
    for (char *const *path = session->operands; classifier && *path; path++) {
        if (!add_file(classifier, *path, messages, error))
            return ANSWER_FAILED;
    }
    if (!classifier)
        return ANSWER_FAILED;
    *document = json_pack("{s:O}", "messages", messages);
    return ANSWER_YES;
}

void command_classify_print(const json_t *document) {
    size_t index, line;
    json_t *message, *sentence;
    json_array_foreach (json_object_get(document, "messages"), index, message) {
        const char *part = output_string(message, "sales_part", NULL);
        output_line("%s: %s (%s), confidence %.2f%s", output_string(message, "file", ""),
                    output_string(message, "class", ""), output_string(message, "legal", ""),
                    json_real_value(json_object_get(message, "confidence")),
                    json_is_true(json_object_get(message, "essential")) ? ", essential to its reader" : "");
        if (part)
            output_line("    its sales part begins: '%s'; %s", part,
                        json_is_true(json_object_get(message, "separable")) ? "without it, it would be relational"
                                                                            : "little would be left without it");
        json_array_foreach (json_object_get(message, "evidence"), line, sentence) {
            output_line("    %s", json_string_value(sentence));
        }
    }
}
