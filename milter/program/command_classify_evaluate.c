/* `classify evaluate`: how often the classifier is right on labelled messages. Two figures that mean different things
 * are said apart: that of the weights in use, which may have been learned from these very messages, and that of weights
 * that were learned without the source of each message, which is what mail of a new sender will meet. */
#include "program/command.h"

#include "classify/train.h"
#include "program/labelled.h"
#include "program/message_file.h"
#include "program/output.h"
#include "scorecard.h"

#include <string.h>

typedef struct {
    GPtrArray *messages; /* of LabelledMessage */
    const Classifier *shipped;
    TrainingSet *set;
    Scorecard *scorecard;
} Evaluation;

static bool classify_one(const Evaluation *evaluation, const Classifier *classifier, const LabelledMessage *labelled,
                         GError **error) {
    g_autoptr(MessageFile) file = message_file_open(labelled->path, labelled->subject, error);
    if (!file)
        return false;
    g_autoptr(Classification) answer = classify_message(classifier, message_file_read(file));
    scorecard_add(evaluation->scorecard, labelled, answer);
    return true;
}

/* source NULL: all. */
static bool classify_all(const Evaluation *evaluation, const Classifier *classifier, const char *source,
                         GError **error) {
    for (guint i = 0; i < evaluation->messages->len; i++) {
        const LabelledMessage *labelled = evaluation->messages->pdata[i];
        bool asked = !source || g_str_equal(labelled->source, source);
        if (asked && !classify_one(evaluation, classifier, labelled, error))
            return false;
    }
    return true;
}

static bool leave_out(gpointer source, const Evaluation *evaluation, GError **error) {
    g_autofree char *weights = training_fit(evaluation->set, source, error);
    if (!weights)
        return false;
    g_autoptr(Classifier) classifier = classifier_parse(weights, strlen(weights), "weights", error);
    return classifier && classify_all(evaluation, classifier, source, error);
}

static json_t *cross_validate(Evaluation *evaluation, GError **error) {
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(Scorecard) scorecard = scorecard_new();
    evaluation->scorecard = scorecard;
    for (guint i = 0; i < evaluation->messages->len; i++) {
        LabelledMessage *labelled = evaluation->messages->pdata[i];
        if (g_hash_table_add(done, labelled->source) && !leave_out(labelled->source, evaluation, error))
            return NULL;
    }
    return scorecard_document(scorecard);
}

static json_t *evaluate_shipped(Evaluation *evaluation, GError **error) {
    g_autoptr(Scorecard) scorecard = scorecard_new();
    evaluation->scorecard = scorecard;
    return classify_all(evaluation, evaluation->shipped, NULL, error) ? scorecard_document(scorecard) : NULL;
}

Answer command_classify_evaluate_run(Session *session, json_t **document, GError **error) {
    g_autoptr(GPtrArray) messages = labelled_new();
    g_autoptr(Classifier) classifier = session_classifier(session, error);
    if (!classifier || !labelled_read(session->operands[0], messages, error))
        return ANSWER_FAILED;
    g_autoptr(TrainingSet) set = training_set_read(classifier, messages, error);
    Evaluation evaluation = {.messages = messages, .shipped = classifier, .set = set};
    json_auto_t *shipped = set ? evaluate_shipped(&evaluation, error) : NULL;
    json_auto_t *crossed = shipped ? cross_validate(&evaluation, error) : NULL;
    if (!crossed)
        return ANSWER_FAILED;
    *document = json_pack("{s:O, s:O}", "weights_in_use", shipped, "sources_left_out", crossed);
    return ANSWER_YES;
}

static void print_errors(const json_t *errors) {
    size_t index;
    json_t *error;
    json_array_foreach (errors, index, error) {
        output_line("    %s is %s, taken for %s (%.2f)", output_string(error, "file", ""),
                    output_string(error, "label", ""), output_string(error, "class", ""),
                    json_real_value(json_object_get(error, "confidence")));
    }
}

static void print_scorecard(const json_t *scorecard, bool with_errors) {
    static const OutputColumn languages[] = {
        {"language", "language"}, {"groups", "groups"}, {"right", "right by group"}};
    static const OutputColumn confusion[] = {
        {"label", "is"}, {"messages", "messages"}, {"relational", "taken for relational"}, {"sales", "for sales"}};
    static const OutputColumn calibration[] = {
        {"confidence", "said with"}, {"messages", "messages"}, {"right", "right"}};
    output_line("right by group: %s of %s groups; right by message: %s; relational taken for sales: %s",
                output_string(scorecard, "right_by_group", ""), output_string(scorecard, "groups", ""),
                output_string(scorecard, "right_by_message", ""),
                output_string(scorecard, "relational_taken_for_sales", ""));
    output_table(json_object_get(scorecard, "confusion"), confusion, G_N_ELEMENTS(confusion), "nothing");
    output_table(json_object_get(scorecard, "calibration"), calibration, G_N_ELEMENTS(calibration), "nothing");
    output_table(json_object_get(scorecard, "languages"), languages, G_N_ELEMENTS(languages), "nothing");
    if (with_errors)
        print_errors(json_object_get(scorecard, "errors"));
}

void command_classify_evaluate_print(const json_t *document) {
    output_line("== the weights in use (flattering, where they were learned from these messages)");
    print_scorecard(json_object_get(document, "weights_in_use"), false);
    output_line("== weights learned without the source of each message (what a new sender will meet)");
    print_scorecard(json_object_get(document, "sources_left_out"), true);
}
