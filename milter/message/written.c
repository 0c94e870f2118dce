/* GMime's own CRLF option leaves the content of some parts alone, so a filter sees to it. */
#include "written.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFilter, g_object_unref)

GBytes *written_bytes(GMimeObject *object, const char *newline) {
    g_autoptr(GMimeStream) memory = g_mime_stream_mem_new();
    g_autoptr(GMimeStream) stream = g_mime_stream_filter_new(memory);
    g_autoptr(GMimeFilter) filter =
        *newline == '\r' ? g_mime_filter_unix2dos_new(TRUE) : g_mime_filter_dos2unix_new(TRUE);
    g_mime_stream_filter_add(GMIME_STREAM_FILTER(stream), filter);
    g_mime_object_write_to_stream(object, NULL, stream);
    g_mime_stream_flush(stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
    return g_bytes_new(bytes->data, bytes->len);
}
