/* Messages of one campaign differ in what is one reader's: a name, an amount, an order's number. What they have in
 * common is where they come from, which features their text has, and the subject without those. A review is known by a
 * hash of that, so that one answer settles the whole campaign, and its next messages too. */
#include "doubt.h"

#include <jansson.h>
#include <string.h>

#define ID_LENGTH 16

static void add_line(GChecksum *sum, const char *text, gssize length) {
    g_checksum_update(sum, (const guchar *)text, length);
    g_checksum_update(sum, (const guchar *)"\n", 1);
}

/* Of "subject:price:3" the name is "subject:price": how much of it there is, is one reader's. */
static void add_features(GChecksum *sum, const char *features) {
    g_auto(GStrv) list = g_strsplit(features ? features : "", " ", -1);
    for (char **feature = list; *feature; feature++) {
        const char *value = strrchr(*feature, ':');
        add_line(sum, *feature, value ? value - *feature : -1);
    }
}

static bool is_of_no_word(gunichar character) {
    return !g_unichar_isalnum(character);
}

/* The words of a text in lower case; free with g_strfreev. */
static char **words_of(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    g_autofree char *lower = g_utf8_strdown(valid, -1);
    g_autoptr(GString) spaced = g_string_new(NULL);
    for (const char *at = lower; *at; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        g_string_append_unichar(spaced, is_of_no_word(character) ? ' ' : character);
    }
    return g_strsplit(spaced->str, " ", -1);
}

static bool has_digit(const char *word) {
    return strpbrk(word, "0123456789") != NULL;
}

static void add_subject(GChecksum *sum, Message *message) {
    g_auto(GStrv) reader = words_of(message_header(message, "To"));
    g_auto(GStrv) subject = words_of(message_header(message, "Subject"));
    for (char **word = subject; *word; word++)
        if (**word && !has_digit(*word) && !g_strv_contains((const char *const *)reader, *word))
            add_line(sum, *word, -1);
}

static char *review_id(const Claim *claim, const DoubtSource *source) {
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    add_line(sum, source->stream, -1);
    add_line(sum, source->campaign ? source->campaign : "", -1);
    add_line(sum, class_name(claim->declared), -1);
    add_features(sum, claim->reading->features);
    add_subject(sum, source->message);
    return g_strndup(g_checksum_get_string(sum), ID_LENGTH);
}

static char *evidence_text(const Classification *reading) {
    json_auto_t *list = json_array();
    for (guint i = 0; i < reading->evidence->len; i++) {
        g_autofree char *sentence = g_utf8_make_valid(reading->evidence->pdata[i], -1);
        json_array_append_new(list, json_string(sentence));
    }
    return json_dumps(list, JSON_COMPACT);
}

Review *doubt_review(const Kind *kind, const Claim *claim, const DoubtSource *source) {
    const Classification *reading = claim->reading;
    Review *review = g_new0(Review, 1);
    review->id = review_id(claim, source);
    review->stream = g_strdup(source->stream);
    review->campaign = g_strdup(source->campaign);
    review->doubt = kind->doubt;
    review->declared = claim->declared;
    review->class = reading->class;
    review->legal = reading->legal;
    review->confidence = reading->confidence;
    review->evidence = evidence_text(reading);
    review->features = g_strdup(reading->features ? reading->features : "");
    review->at = source->at;
    review->label = CLASS_ANY;
    return review;
}

bool doubt_answered(Store *store, const Review *review, MailClass *label, char **declaration) {
    g_autoptr(Review) known = NULL;
    if (!store_review(store, review->id, &known, NULL) || !known || known->label == CLASS_ANY)
        return false;
    g_autofree char *when = instant_format(known->labelled, NULL);
    *label = known->label;
    *declaration = g_strdup_printf("%s said so of such messages, %s (review %s)",
                                   known->labeller ? known->labeller : "a person", when, known->id);
    return true;
}
