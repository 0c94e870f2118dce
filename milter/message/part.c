/* GMime parses a stream over the entity and keeps, for each part, where its body lies and where its fields begin. Those
 * offsets are all that is taken from it: the bytes are then read from the entity itself. Forwarded mail
 * (message/rfc822) is somebody else's and is not looked into. */
#include "part.h"

#include "field.h"
#include "quoted.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)

#define DEEPEST 100 /* multiparts in multiparts; mail that goes deeper is left alone */

typedef struct {
    GBytes *raw;
    GPtrArray *parts;
    bool sealed;
    GPtrArray *boundaries; /* of the multiparts that the walk is in; borrowed from GMime */
} Walk;

void part_free(gpointer data) {
    Part *part = data;
    g_clear_pointer(&part->type, field_free);
    g_clear_pointer(&part->encoding, field_free);
    g_clear_pointer(&part->boundaries, g_ptr_array_unref);
    charset_free(part->charset);
    g_clear_pointer(&part->content, g_bytes_unref);
    offset_map_free(part->escapes);
    offset_map_free(part->characters);
    g_free(part->text);
    g_free(part);
}

static bool type_is_sealed(GMimeContentType *type) {
    static const char *const sealed[][2] = {
        {"multipart", "signed"},         {"multipart", "encrypted"},       {"application", "pkcs7-mime"},
        {"application", "x-pkcs7-mime"}, {"application", "pgp-encrypted"}, {"application", "pgp"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sealed); i++) {
        if (g_mime_content_type_is_type(type, sealed[i][0], sealed[i][1]))
            return true;
    }
    return false;
}

/* OpenPGP's cleartext signatures and armoured messages in a text (RFC 9580, 6.2 and 7). */
static bool text_is_sealed(const char *text, gsize length) {
    static const char *const armours[] = {"-----BEGIN PGP MESSAGE", "-----BEGIN PGP SIGNED MESSAGE"};
    const char *end = text + length;
    for (gsize i = 0; i < G_N_ELEMENTS(armours); i++) {
        gsize size = strlen(armours[i]);
        for (const char *at = text; (at = memmem(at, (gsize)(end - at), armours[i], size)) != NULL; at++) {
            if (at == text || at[-1] == '\n')
                return true;
        }
    }
    return false;
}

/* Unknown dispositions are attachments (RFC 2183, 2.8). */
static bool is_attachment(GMimeObject *object) {
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
    const char *value = disposition != NULL ? g_mime_content_disposition_get_disposition(disposition) : NULL;
    return value != NULL && g_ascii_strcasecmp(value, "inline") != 0;
}

/* What "Content-Type: text", "html" and the like say, NULL where the type is one, or none of text. Readers show text
 * (RFC 2045, 5.2), and GMime makes a text part of what it can name no type for, broken attachments too. */
static const char *malformed_text_type(GMimeObject *object) {
    if (!GMIME_IS_TEXT_PART(object) || g_mime_content_type_is_type(g_mime_object_get_content_type(object), "text", "*"))
        return NULL;
    const char *value = g_mime_object_get_header(object, "Content-Type");
    const char *word = value != NULL ? value + strspn(value, " \t\r\n\"") : "";
    bool text = *word == '\0' || g_ascii_strncasecmp(word, "text", 4) == 0 || g_ascii_strncasecmp(word, "html", 4) == 0;
    return text ? word : NULL;
}

static bool text_place(GMimeObject *object, Place *place) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *malformed = malformed_text_type(object);
    bool html =
        malformed != NULL ? strcasestr(malformed, "html") != NULL : g_mime_content_type_is_type(type, "text", "html");
    if (!html && malformed == NULL && !g_mime_content_type_is_type(type, "text", "plain"))
        return false;
    *place = html ? PLACE_HTML : PLACE_PLAIN;
    return !is_attachment(object) &&
           g_mime_part_get_content_encoding(GMIME_PART(object)) != GMIME_CONTENT_ENCODING_UUENCODE;
}

/* Where a field is given twice, the last one is what GMime goes by. */
static GMimeHeader *last_header(GMimeObject *object, const char *name) {
    GMimeHeaderList *headers = g_mime_object_get_header_list(object);
    for (int i = g_mime_header_list_get_count(headers); i > 0; i--) {
        GMimeHeader *header = g_mime_header_list_get_header_at(headers, i - 1);
        if (g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0)
            return header;
    }
    return NULL;
}

/* Reads the field as it stands in the message; *field stays NULL where the part has none. False where GMime's offset is
 * not where it stands, which happens behind malformed lines. */
static bool find_field(const Walk *walk, GMimeObject *object, const char *name, HeaderField **field) {
    GMimeHeader *header = last_header(object, name);
    if (header == NULL)
        return true;
    gint64 offset = g_mime_header_get_offset(header);
    gsize length;
    const char *bytes = g_bytes_get_data(walk->raw, &length);
    if (offset < 0 || (gsize)offset >= length)
        return false;
    *field = field_read(bytes, length, (gsize)offset);
    if (*field != NULL && g_ascii_strcasecmp((*field)->name, name) != 0)
        g_clear_pointer(field, field_free);
    return *field != NULL;
}

static GBytes *decode_base64(const char *bytes, gsize length) {
    GMimeEncoding decoder;
    g_mime_encoding_init_decode(&decoder, GMIME_CONTENT_ENCODING_BASE64);
    char *content = g_malloc(g_mime_encoding_outlen(&decoder, length) + 1);
    gsize used = g_mime_encoding_step(&decoder, bytes, length, content);
    used += g_mime_encoding_flush(&decoder, "", 0, content + used);
    return g_bytes_new_take(content, used);
}

static void decode(Part *part, GBytes *raw) {
    g_autoptr(GBytes) body = g_bytes_new_from_bytes(raw, part->start, part->end - part->start);
    gsize length;
    const char *bytes = g_bytes_get_data(body, &length);
    if (part->encoded_as == GMIME_CONTENT_ENCODING_BASE64) {
        part->content = decode_base64(bytes, length);
    } else if (part->encoded_as == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
        part->escapes = offset_map_new();
        part->content = quoted_decode(bytes, length, part->escapes);
    } else {
        part->content = g_bytes_ref(body);
    }
    g_autoptr(OffsetMap) characters = offset_map_new();
    bytes = g_bytes_get_data(part->content, &length);
    part->text = charset_decode(part->charset, bytes != NULL ? bytes : "", length, characters, &part->length);
    if (charset_is_mappable(part->charset))
        part->characters = g_steal_pointer(&characters);
}

/* Where the field is malformed, what GMime takes for the charset may be nothing that we could replace. */
static bool charset_stands_in(const HeaderField *type, const char *charset) {
    gsize start, end;
    bool stands = type != NULL && field_parameter(type->raw, "charset", &start, &end);
    return stands == (charset != NULL);
}

static gpointer copy_boundary(gconstpointer boundary, G_GNUC_UNUSED gpointer user) {
    return g_strdup(boundary);
}

/* Of the newline before a boundary that ends the message, GMime gives the CR to the part. */
static gsize end_of_content(GBytes *raw, gsize start, gsize end) {
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    return end > start && end < length && bytes[end - 1] == '\r' && bytes[end] == '\n' ? end - 1 : end;
}

static void add_text(Walk *walk, GMimeObject *object, Place place, bool top) {
    GMimeDataWrapper *wrapper = g_mime_part_get_content(GMIME_PART(object));
    GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
    gint64 length = (gint64)g_bytes_get_size(walk->raw);
    if (stream == NULL || stream->bound_start < 0 || stream->bound_end < stream->bound_start ||
        stream->bound_end > length)
        return;
    Part *part = g_new0(Part, 1);
    part->place = place;
    part->top = top;
    part->boundaries = g_ptr_array_copy(walk->boundaries, copy_boundary, NULL);
    g_ptr_array_set_free_func(part->boundaries, g_free);
    part->start = (gsize)stream->bound_start;
    part->end = end_of_content(walk->raw, part->start, (gsize)stream->bound_end);
    part->fields_found = find_field(walk, object, "Content-Type", &part->type) &&
                         find_field(walk, object, "Content-Transfer-Encoding", &part->encoding);
    part->encoded_as = g_mime_part_get_content_encoding(GMIME_PART(object));
    const char *charset = g_mime_object_get_content_type_parameter(object, "charset");
    part->fields_found =
        part->fields_found && charset_stands_in(part->type, charset) && malformed_text_type(object) == NULL;
    part->charset = charset_open(charset);
    decode(part, walk->raw);
    g_ptr_array_add(walk->parts, part);
    walk->sealed |= text_is_sealed(part->text, part->length);
}

static void walk_object(Walk *walk, GMimeObject *object, guint depth);

static void walk_multipart(Walk *walk, GMimeMultipart *multipart, guint depth) {
    const char *boundary = g_mime_multipart_get_boundary(multipart);
    g_ptr_array_add(walk->boundaries, (gpointer)(boundary != NULL ? boundary : ""));
    for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
        walk_object(walk, g_mime_multipart_get_part(multipart, i), depth + 1);
    g_ptr_array_set_size(walk->boundaries, (gint)walk->boundaries->len - 1);
}

static void walk_object(Walk *walk, GMimeObject *object, guint depth) {
    Place place;
    walk->sealed |= depth > DEEPEST || type_is_sealed(g_mime_object_get_content_type(object));
    if (GMIME_IS_MULTIPART(object) && depth <= DEEPEST) {
        walk_multipart(walk, GMIME_MULTIPART(object), depth);
    } else if (GMIME_IS_PART(object) && text_place(object, &place)) {
        add_text(walk, object, place, depth == 0);
    }
}

/* What GMime made, to be unreferenced; *root is the outermost part of it. NULL where it finds nothing. */
static GMimeObject *parse(GMimeParser *parser, bool whole, GMimeObject **root) {
    if (!whole)
        return *root = g_mime_parser_construct_part(parser, NULL);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    *root = message != NULL ? g_mime_message_get_mime_part(message) : NULL;
    return GMIME_OBJECT(message);
}

bool part_collect(const Entity *entity, GPtrArray *parts) {
    g_autoptr(GPtrArray) boundaries = g_ptr_array_new();
    Walk walk = {entity->bytes, parts, false, boundaries};
    gsize length;
    const char *bytes = g_bytes_get_data(entity->bytes, &length);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(bytes, length);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeObject *root = NULL;
    g_autoptr(GMimeObject) parsed = parse(parser, entity->whole, &root);
    if (parsed != NULL && root != NULL)
        walk_object(&walk, root, 0);
    return walk.sealed;
}
