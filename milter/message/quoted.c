/* GMime decodes. It cannot encode for us: its encoder knows nothing of the column at which a replacement begins, nor of
 * what follows it on the line, and turns the CR of every newline into "=0D". */
#include "quoted.h"

#include "base/splice.h"

#include <gmime/gmime.h>
#include <stdbool.h>
#include <string.h>

#define LINE_COLUMNS 76 /* columns, the "=" of a soft break among them */

/* Feeds the decoder the bytes of one escape or soft break. Returns how many there were. */
static gsize decode_unit(GMimeEncoding *decoder, const char *bytes, gsize length, GByteArray *out, OffsetMap *map) {
    char decoded[16];
    gsize taken = 0, given = 0;
    do {
        given += g_mime_encoding_step(decoder, bytes + taken, 1, decoded + given);
        taken++;
    } while (decoder->state != 0 && taken < length);
    g_byte_array_append(out, (const guint8 *)decoded, (guint)given);
    if (given == taken) /* a malformed escape stands for itself */
        offset_map_add(map, 1, 1, given);
    else
        offset_map_add(map, (guint)given, (guint)taken, 1);
    return taken;
}

GBytes *quoted_decode(const char *bytes, gsize length, OffsetMap *map) {
    GByteArray *out = g_byte_array_sized_new((guint)length);
    GMimeEncoding decoder;
    g_mime_encoding_init_decode(&decoder, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    for (gsize at = 0; at < length;) {
        const char *escape = memchr(bytes + at, '=', length - at);
        gsize literal = escape != NULL ? (gsize)(escape - bytes) - at : length - at;
        g_byte_array_append(out, (const guint8 *)bytes + at, (guint)literal);
        offset_map_add(map, 1, 1, literal);
        at += literal;
        if (at < length)
            at += decode_unit(&decoder, bytes + at, length - at, out, map);
    }
    return g_byte_array_free_to_bytes(out);
}

#define ESCAPE_BYTES 3 /* "=3D" */

typedef struct {
    GString *out;
    gsize column; /* of the line being written; beyond LINE_COLUMNS it is not counted exactly */
    const char *newline;
} Writer;

static void find_column(Writer *writer) {
    gsize length = writer->out->len;
    writer->column = 0;
    while (writer->column < length && writer->column <= LINE_COLUMNS &&
           writer->out->str[length - writer->column - 1] != '\n')
        writer->column++;
}

static void soft_break(Writer *writer) {
    g_string_append_c(writer->out, '=');
    g_string_append(writer->out, writer->newline);
    writer->column = 0;
}

static void write_unit(Writer *writer, char byte, bool literal) {
    gsize width = literal ? 1 : 3;
    if (writer->column + width >= LINE_COLUMNS && writer->column > 0)
        soft_break(writer);
    if (literal)
        g_string_append_c(writer->out, byte);
    else
        g_string_append_printf(writer->out, "=%02X", (guint8)byte);
    writer->column += width;
}

/* A blank at the end of a line would be taken for padding, so it is written as an escape. */
static void protect_blank(Writer *writer) {
    char last = writer->out->len > 0 ? writer->out->str[writer->out->len - 1] : '\0';
    if (last != ' ' && last != '\t')
        return;
    g_string_truncate(writer->out, writer->out->len - 1);
    writer->column--;
    write_unit(writer, last, false);
}

static gsize newline_length(const char *bytes, gsize length) {
    if (length > 0 && bytes[0] == '\n')
        return 1;
    return length > 1 && bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
}

/* "--" at the start of a line may delimit the parts of a multipart. */
static bool is_literal(const Writer *writer, const char *bytes, gsize length) {
    bool starts_line = writer->column == 0 || writer->column + 1 >= LINE_COLUMNS;
    if (starts_line && length > 1 && bytes[0] == '-' && bytes[1] == '-')
        return false;
    return bytes[0] == '\t' || (bytes[0] != '=' && g_ascii_isprint(bytes[0]));
}

static void write_bytes(Writer *writer, const char *bytes, gsize length) {
    for (gsize i = 0; i < length;) {
        gsize newline = newline_length(bytes + i, length - i);
        if (newline > 0) {
            protect_blank(writer);
            g_string_append_len(writer->out, bytes + i, (gssize)newline);
            writer->column = 0;
            i += newline;
        } else {
            write_unit(writer, bytes[i], is_literal(writer, bytes + i, length - i));
            i++;
        }
    }
}

GBytes *quoted_encode(const char *bytes, gsize length, const char *newline) {
    Writer writer = {g_string_sized_new(length + length / 8), 0, newline};
    write_bytes(&writer, bytes, length);
    protect_blank(&writer);
    return g_string_free_to_bytes(writer.out);
}

/* Whether the decoded byte is the "=" of a malformed escape, such as in "={{name}}": it stands for itself, but only as
 * long as no others come to stand around it. */
static bool is_malformed(const char *bytes, const OffsetMap *map, gsize decoded) {
    gsize start, end;
    offset_map_range(map, decoded, decoded + 1, &start, &end);
    return end - start == 1 && bytes[start] == '=';
}

/* Where the malformed escapes begin that reach up to this decoded byte; itself where there is none. */
static gsize malformed_before(const char *bytes, const OffsetMap *map, gsize at, gsize least) {
    gsize from = at;
    for (gsize i = at; i > least && from - i < ESCAPE_BYTES; i--) {
        if (is_malformed(bytes, map, i - 1))
            from = i - 1;
    }
    return from;
}

/* Where the last "=" ends that may have been part of a malformed escape cut here. */
static gsize malformed_after(const char *bytes, const OffsetMap *map, gsize at, gsize most) {
    gsize to = at;
    for (gsize i = at; i < most && i - to < ESCAPE_BYTES - 1; i++) {
        if (is_malformed(bytes, map, i))
            to = i + 1;
    }
    return to;
}

/* Writes decoded bytes anew: proper escapes as they are, what stands for itself as it should be. */
static void write_decoded(Writer *writer, const char *bytes, const OffsetMap *map, gsize from, gsize to) {
    for (gsize i = from; i < to; i++) {
        gsize start, end;
        offset_map_range(map, i, i + 1, &start, &end);
        if (end - start == 1) {
            write_bytes(writer, bytes + start, 1);
        } else {
            g_string_append_len(writer->out, bytes + start, (gssize)(end - start));
            writer->column += end - start;
        }
    }
}

/* Joins what is written to the source bytes that follow, up to the line's end or the next splice. */
static void join(Writer *writer, const char *rest, gsize length) {
    if (length == 0 || newline_length(rest, length) > 0) {
        protect_blank(writer);
        return;
    }
    const char *end = memchr(rest, '\n', length);
    gsize tail = end != NULL ? (gsize)(end - rest) : length;
    if (end != NULL && end[-1] == '\r')
        tail--;
    if (writer->column > 0 && writer->column + tail > LINE_COLUMNS)
        soft_break(writer);
}

GBytes *quoted_splice(const char *bytes, gsize length, const OffsetMap *map, const GArray *splices,
                      const char *newline) {
    Writer writer = {g_string_sized_new(length), 0, newline};
    gsize done = 0, written = 0, decoded = offset_map_decoded(map); /* written: how far, in decoded bytes */
    for (guint i = 0; i < splices->len; i++) {
        const Splice *splice = &g_array_index(splices, Splice, i);
        gsize start, end, next = i + 1 < splices->len ? splice[1].start : decoded;
        gsize from = malformed_before(bytes, map, splice->start, written);
        written = malformed_after(bytes, map, splice->end, next);
        offset_map_range(map, from, written, &start, &end);
        g_string_append_len(writer.out, bytes + done, (gssize)(start - done));
        find_column(&writer);
        write_decoded(&writer, bytes, map, from, splice->start);
        write_bytes(&writer, splice->text, strlen(splice->text));
        write_decoded(&writer, bytes, map, splice->end, written);
        done = end;
        gsize rest = i + 1 < splices->len ? MAX(offset_map_end(map, next), done) : length;
        join(&writer, bytes + done, rest - done);
    }
    g_string_append_len(writer.out, bytes + done, (gssize)(length - done));
    return g_string_free_to_bytes(writer.out);
}
