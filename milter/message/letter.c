/* A letter is new mail, so GMime may write it. Auto-Submitted says that no person did (RFC 3834), which keeps vacation
 * programs from answering. */
#include "message/letter.h"

#include "written.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)

static GMimeObject *part_of(const char *subtype, const char *text) {
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    g_autoptr(GMimeDataWrapper) content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    return GMIME_OBJECT(part);
}

static GMimeObject *body_of(const Letter *letter) {
    if (!letter->html)
        return part_of("plain", letter->text);
    GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *plain = part_of("plain", letter->text), *html = part_of("html", letter->html);
    g_autofree char *boundary = g_uuid_string_random();
    g_mime_multipart_set_boundary(both, boundary);
    g_mime_multipart_add(both, plain);
    g_mime_multipart_add(both, html);
    g_object_unref(plain);
    g_object_unref(html);
    return GMIME_OBJECT(both);
}

static void set_header(GMimeMessage *message, const char *name, const char *value) {
    if (value)
        g_mime_object_set_header(GMIME_OBJECT(message), name, value, NULL);
}

static GMimeMessage *message_of(const Letter *letter) {
    GMimeMessage *message = g_mime_message_new(TRUE);
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(letter->at);
    const char *domain = strrchr(letter->sender, '@');
    g_autofree char *id = g_strconcat(letter->id, domain ? domain : "@localhost", NULL);
    GMimeObject *body = body_of(letter);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, NULL, letter->sender);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, letter->recipient);
    g_mime_message_set_subject(message, letter->subject, "utf-8");
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, id);
    set_header(message, "Auto-Submitted", "auto-generated");
    set_header(message, "Cadence-Class", "relational");
    set_header(message, "Cadence-Topic", letter->topic);
    set_header(message, "Cadence-Personalize", "yes");
    set_header(message, "MIME-Version", "1.0");
    g_mime_message_set_mime_part(message, body);
    g_object_unref(body);
    return message;
}

GBytes *letter_compose(const Letter *letter) {
    g_autoptr(GMimeMessage) message = message_of(letter);
    return written_bytes(message);
}
