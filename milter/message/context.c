/* Where an application hands over data in place of a text: a part that says it is JSON, or a text that begins as a JSON
 * object does. "{{" begins a text with a placeholder, not an object. Whether it is JSON is for those to say who read
 * it. */
#include "message/context.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)

typedef struct {
    GMimePart *json, *plain; /* the first of each; borrowed */
} Parts;

static bool is_json(GMimeContentType *type) {
    const char *subtype = g_mime_content_type_get_media_subtype(type);
    return g_mime_content_type_is_type(type, "application", "json") ||
           (g_mime_content_type_is_type(type, "application", "*") && subtype && g_str_has_suffix(subtype, "+json"));
}

static void look_at(G_GNUC_UNUSED GMimeObject *parent, GMimeObject *object, gpointer user) {
    Parts *parts = user;
    GMimeContentType *type = g_mime_object_get_content_type(object);
    if (!GMIME_IS_PART(object))
        return;
    if (!parts->json && is_json(type))
        parts->json = GMIME_PART(object);
    if (!parts->plain && g_mime_content_type_is_type(type, "text", "plain"))
        parts->plain = GMIME_PART(object);
}

static char *content_of(GMimePart *part) {
    if (GMIME_IS_TEXT_PART(part))
        return g_mime_text_part_get_text(GMIME_TEXT_PART(part));
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    g_autoptr(GMimeStream) memory = g_mime_stream_mem_new();
    if (content)
        g_mime_data_wrapper_write_to_stream(content, memory);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
    return bytes->len > 0 ? g_strndup((const char *)bytes->data, bytes->len) : g_strdup("");
}

static bool is_blank(const char *text) {
    return strspn(text, " \t\r\n") == strlen(text);
}

static bool begins_as_object(const char *text) {
    text += strspn(text, " \t\r\n");
    return text[0] == '{' && text[1] != '{';
}

char *context_in_body(const Message *message) {
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    gsize length;
    const char *bytes = g_bytes_get_data(message_raw(message), &length);
    g_mime_stream_write(stream, bytes, length);
    g_mime_stream_reset(stream);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    g_autoptr(GMimeMessage) parsed = g_mime_parser_construct_message(parser, NULL);
    Parts parts = {NULL, NULL};
    if (parsed)
        g_mime_message_foreach(parsed, look_at, &parts);
    if (!parts.json && !parts.plain)
        return NULL;
    g_autofree char *text = content_of(parts.json ? parts.json : parts.plain);
    bool meant = text && !is_blank(text) && (parts.json || begins_as_object(text));
    return meant ? g_steal_pointer(&text) : NULL;
}
