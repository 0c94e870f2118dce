/* A message whose texts are made anew keeps its other fields as they stand: who sent it, when, under which Message-ID,
 * and where to unsubscribe. The body is new mail, so GMime writes it; what its part's fields must say is read back from
 * what was written, and goes where the message's own such fields stood. */
#include "alternative.h"
#include "edit.h"
#include "part.h"
#include "subject.h"
#include "written.h"

#include "message/rewrite.h"

#include <string.h>

#define CONTENT_PREFIX "Content-"
#define MIME_VERSION "MIME-Version"

/* The body's part with its fields, as a message of its own. */
static Message *write_part(const Content *content, const char *newline) {
    GMimeObject *part = alternative_new(content->text, content->html);
    g_autoptr(GBytes) bytes = written_bytes(part, newline);
    g_object_unref(part);
    return message_new(bytes);
}

static const HeaderField *find_field(const Message *message, const char *name) {
    const GPtrArray *fields = message_fields(message);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        if (g_ascii_strcasecmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

/* In place of the first field of this name, or behind all others. Takes the value. */
static void set_field(Rewrite *rewrite, const Message *message, const char *name, char *value) {
    const HeaderField *field = find_field(message, name);
    edit_add(rewrite, field ? field->name : name, field ? field->index : 0, value);
}

static bool describes_old_body(const HeaderField *field, const Message *part) {
    bool content = g_ascii_strncasecmp(field->name, CONTENT_PREFIX, strlen(CONTENT_PREFIX)) == 0;
    return content && (field->index > 1 || !find_field(part, field->name));
}

static bool is_second_subject(const HeaderField *field) {
    return g_ascii_strcasecmp(field->name, "Subject") == 0 && field->index > 1;
}

/* From the last field to the first, as the highest index of a name comes first. */
static void remove_fields(Rewrite *rewrite, const Message *message, const Message *part) {
    const GPtrArray *fields = message_fields(message);
    for (guint i = fields->len; i > 0; i--) {
        const HeaderField *field = fields->pdata[i - 1];
        if (describes_old_body(field, part) || is_second_subject(field))
            edit_add(rewrite, field->name, field->index, NULL);
    }
}

void rewrite_replace(Rewrite *rewrite, const Message *message, const Content *content) {
    g_assert(rewrite->body == NULL);
    g_autoptr(Message) part = write_part(content, message_newline(message));
    const GPtrArray *fields = message_fields(part);
    remove_fields(rewrite, message, part);
    set_field(rewrite, message, "Subject", subject_value(content->subject));
    set_field(rewrite, message, MIME_VERSION, g_strdup(" 1.0"));
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        if (g_ascii_strcasecmp(field->name, MIME_VERSION) != 0)
            set_field(rewrite, message, field->name, g_strdup(field->raw));
    }
    gsize start = message_body_start(part);
    GBytes *raw = message_raw(part);
    rewrite->body = g_bytes_new_from_bytes(raw, start, g_bytes_get_size(raw) - start);
}
