/* What filling a message may change and what it must not, for tests and fuzzers. */
#pragma once

#include "message/message.h"
#include "message/rewrite.h"

#include <string.h>

/* Without what ends the line. */
static inline gsize longest_line(GBytes *raw) {
    gsize length, longest = 0, start = 0;
    const char *bytes = g_bytes_get_data(raw, &length);
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            longest = MAX(longest, i - start - (i > start && bytes[i - 1] == '\r' ? 1 : 0));
            start = i + 1;
        }
    }
    return MAX(longest, length - start);
}

static inline bool may_change(const char *name) {
    return g_ascii_strcasecmp(name, "Subject") == 0 || g_ascii_strcasecmp(name, "Content-Type") == 0 ||
           g_ascii_strcasecmp(name, "Content-Transfer-Encoding") == 0 || g_ascii_strcasecmp(name, "MIME-Version") == 0;
}

static inline char *other_fields(const Message *message) {
    const GPtrArray *fields = message_fields(message);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(fields, i);
        if (!may_change(field->name))
            g_string_append_printf(text, "%s:%s\n", field->name, field->raw);
    }
    return g_string_free(text, FALSE);
}

/* Blanks around a Subject are no text of it. */
static inline bool text_is_as_wanted(const MessageText *before, const MessageText *after, const GArray *splices) {
    g_autoptr(GArray) none = splices_new();
    g_autoptr(GBytes) spliced = splices_apply(splices != NULL ? splices : none, before->text, before->length);
    gsize length = g_bytes_get_size(spliced);
    const char *bytes = g_bytes_get_data(spliced, NULL);
    if (before->place != PLACE_SUBJECT)
        return length == after->length && (length == 0 || memcmp(bytes, after->text, length) == 0);
    g_autofree char *wanted = g_strndup(length > 0 ? bytes : "", length), *got = g_strdup(after->text);
    return strcmp(g_strstrip(wanted), g_strstrip(got)) == 0;
}

/* What is wrong with the message after the splices, NULL if nothing. */
static inline const char *fault_of(Message *before, Message *after, GArray *const *splices) {
    const GPtrArray *texts = message_texts(before), *texts_after = message_texts(after);
    g_autofree char *fields = other_fields(before), *fields_after = other_fields(after);
    if (longest_line(message_raw(after)) > MAX(longest_line(message_raw(before)), 998))
        return "a line grew too long";
    if (strcmp(fields, fields_after) != 0)
        return "other fields changed";
    if (texts->len != texts_after->len)
        return "there are other texts";
    for (guint i = 0; i < texts->len; i++) {
        if (!text_is_as_wanted(g_ptr_array_index(texts, i), g_ptr_array_index(texts_after, i), splices[i]))
            return "a text is not what was wanted";
    }
    return NULL;
}
