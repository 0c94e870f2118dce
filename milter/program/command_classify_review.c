/* Doubts about classes as a person settles them: the list of those that nobody has answered, and the answer. */
#include "program/command.h"

#include "base/error.h"
#include "engine/review.h"
#include "program/output.h"

#include <string.h>

#define LISTED_MAX 1000

/* ---- review ---- */

static json_t *evidence_of(const Review *review) {
    json_t *evidence = json_loads(review->evidence, 0, NULL);
    return evidence ? evidence : json_array();
}

static json_t *review_json(const Session *session, const Review *review) {
    const char *zone = session_zone(session, NULL);
    const char *declared = review->declared == CLASS_ANY ? NULL : class_name(review->declared);
    return json_pack("{s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:s, s:o, s:s, s:s, s:f, s:o, s:o, s:o}", "id", review->id,
                     "at", output_time(review->at, zone), "first", output_time(review->first, zone), "count",
                     (json_int_t)review->count, "held", (json_int_t)review->held, "stream", output_text(review->stream),
                     "campaign", output_text(review->campaign), "doubt", doubt_name(review->doubt), "declared",
                     output_text(declared), "class", class_name(review->class), "legal", legal_name(review->legal),
                     "confidence", review->confidence, "evidence", evidence_of(review), "features",
                     output_text(review->features), "message", output_text(review->message));
}

Answer command_classify_review_run(Session *session, json_t **document, GError **error) {
    g_autoptr(GPtrArray) reviews = NULL;
    if (!store_reviews(session->store, false, LISTED_MAX, &reviews, error))
        return ANSWER_FAILED;
    json_t *list = json_array();
    for (guint i = 0; i < reviews->len; i++)
        json_array_append_new(list, review_json(session, reviews->pdata[i]));
    *document = json_pack("{s:o}", "review", list);
    return ANSWER_YES;
}

static void print_review(const json_t *review) {
    size_t index;
    json_t *sentence;
    const char *declared = output_string(review, "declared", NULL);
    const char *campaign = output_string(review, "campaign", NULL);
    output_line("%s  %s  stream %s%s%s  %" JSON_INTEGER_FORMAT " of them, %" JSON_INTEGER_FORMAT " held",
                output_string(review, "id", ""), output_string(review, "at", ""), output_string(review, "stream", ""),
                campaign ? "  campaign " : "", campaign ? campaign : "",
                json_integer_value(json_object_get(review, "count")),
                json_integer_value(json_object_get(review, "held")));
    output_line("    %s%s%sreads as %s (%s) with %.2f; the newest is %s", declared ? "declared " : "",
                declared ? declared : "", declared ? ", " : "", output_string(review, "class", ""),
                output_string(review, "legal", ""), json_real_value(json_object_get(review, "confidence")),
                output_string(review, "message", "-"));
    json_array_foreach (json_object_get(review, "evidence"), index, sentence) {
        output_line("    %s", json_string_value(sentence));
    }
}

void command_classify_review_print(const json_t *document) {
    size_t index;
    json_t *review;
    const json_t *reviews = json_object_get(document, "review");
    json_array_foreach ((json_t *)reviews, index, review) {
        print_review(review);
    }
    if (json_array_size(reviews) == 0)
        output_line("nothing waits for an answer");
    else
        output_line("answer with: cadencectl classify label ID sales|relational");
}

/* ---- label ---- */

/* The review that a verdict's receipt names. */
static char *review_in(const char *receipt) {
    json_auto_t *json = json_loads(receipt, 0, NULL);
    const json_t *doubt = json_object_get(json_object_get(json, "message"), "doubt");
    return g_strdup(json_string_value(json_object_get(doubt, "review")));
}

/* Of a message, or of a held one: "<message>.<ordinal>". */
static bool review_of_message(Session *session, const char *text, char **review, GError **error) {
    g_autofree char *message = g_strndup(text, strcspn(text, "."));
    g_autoptr(GPtrArray) verdicts = NULL;
    if (!store_verdicts_of_message(session->store, message, &verdicts, error))
        return false;
    for (guint i = 0; i < verdicts->len && !*review; i++)
        *review = review_in(((const VerdictRecord *)verdicts->pdata[i])->receipt);
    return true;
}

static bool find_review(Session *session, const char *text, char **id, GError **error) {
    g_autoptr(Review) review = NULL;
    g_autofree char *found = NULL;
    if (!store_review(session->store, text, &review, error) ||
        (!review && !review_of_message(session, text, &found, error)))
        return false;
    if (!review && !found) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                    "'%s' is no review, nor a message whose class is in doubt; 'cadencectl classify review' lists what "
                    "waits for an answer",
                    text);
        return false;
    }
    *id = review ? g_strdup(text) : g_steal_pointer(&found);
    return true;
}

/* Who sits at the keyboard, not whom they have become. */
static const char *labeller(void) {
    const char *before = g_getenv("SUDO_USER");
    return before ? before : g_get_user_name();
}

Answer command_classify_label_run(Session *session, json_t **document, GError **error) {
    const char *word = session->operands[1];
    g_autofree char *id = NULL;
    MailClass label;
    guint held;
    if (!class_parse(word, &label)) {
        usage_error(error, "'%s' is no class, expected sales or relational", word);
        return ANSWER_FAILED;
    }
    if (!find_review(session, session->operands[0], &id, error) ||
        !review_label(session->engine, id, label, labeller(), session->now, &held, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:s, s:s, s:o, s:o, s:i}", "id", id, "label", word, "labeller", output_text(labeller()),
                          "at", output_time(session->now, session_zone(session, NULL)), "held", (int)held);
    return ANSWER_YES;
}

void command_classify_label_print(const json_t *document) {
    output_line("%s is %s; held messages that are judged again: %" JSON_INTEGER_FORMAT,
                output_string(document, "id", ""), output_string(document, "label", ""),
                json_integer_value(json_object_get(document, "held")));
}
