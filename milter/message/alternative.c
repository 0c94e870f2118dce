/* Quoted-printable throughout: whatever a value holds, no line is too long for SMTP, none is taken for a boundary by
 * its beginning, and no server on the way has a reason to encode it anew after it was signed. */
#include "alternative.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
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

GMimeObject *alternative_new(const char *text, const char *html) {
    if (!html)
        return part_of("plain", text);
    GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *plain = part_of("plain", text), *rich = part_of("html", html);
    g_autofree char *boundary = g_uuid_string_random();
    g_mime_multipart_set_boundary(both, boundary);
    g_mime_multipart_add(both, plain);
    g_mime_multipart_add(both, rich);
    g_object_unref(plain);
    g_object_unref(rich);
    return GMIME_OBJECT(both);
}
