/* Bodies alone are what people have of their templates, so that they can be asked about before anything is sent. */
#include "program/message_file.h"

#include "files.h"
#include "message/message.h"

#define FILE_BYTES_MAX (64 * 1024 * 1024)

struct MessageFile {
    GBytes *raw;
    char *text; /* of a body alone */
    char *subject;
    Message *message; /* NULL: the file is a body alone */
    ClassifyMessage read;
};

static const char *header_of(gpointer user, const char *name) {
    MessageFile *file = user;
    if (file->subject && g_ascii_strcasecmp(name, "Subject") == 0)
        return file->subject;
    return file->message ? message_header(file->message, name) : NULL;
}

static void take_message(MessageFile *file) {
    file->message = message_new(file->raw);
    const MessageReading *reading = message_reading(file->message);
    file->read.text = reading->plain;
    file->read.text_length = reading->plain_length;
    file->read.html = reading->html;
    file->read.html_length = reading->html_length;
}

static void take_body(MessageFile *file, bool html) {
    gsize length;
    const char *bytes = g_bytes_get_data(file->raw, &length);
    file->text = g_utf8_make_valid(bytes ? bytes : "", (gssize)length);
    *(html ? &file->read.html : &file->read.text) = file->text;
    *(html ? &file->read.html_length : &file->read.text_length) = strlen(file->text);
}

MessageFile *message_file_open(const char *path, const char *subject, GError **error) {
    g_autoptr(MessageFile) file = g_new0(MessageFile, 1);
    file->raw = file_read(path, FILE_BYTES_MAX, error);
    if (!file->raw)
        return NULL;
    file->subject = subject && *subject ? g_strdup(subject) : NULL;
    file->read.header = header_of;
    file->read.user = file;
    bool html = g_str_has_suffix(path, ".html");
    if (html || g_str_has_suffix(path, ".txt"))
        take_body(file, html);
    else
        take_message(file);
    return g_steal_pointer(&file);
}

void message_file_close(MessageFile *file) {
    if (!file)
        return;
    g_clear_pointer(&file->raw, g_bytes_unref);
    g_clear_pointer(&file->message, message_free);
    g_free(file->text);
    g_free(file->subject);
    g_free(file);
}

const ClassifyMessage *message_file_read(const MessageFile *file) {
    return &file->read;
}
