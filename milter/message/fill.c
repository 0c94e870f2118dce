/* A part is changed with as few bytes touched as its charset and encoding allow. Where the charset holds the
 * replacements, they go into the part's own bytes. The same where only the label was too narrow (US-ASCII, or nothing
 * but ASCII in the part so far): then the label alone becomes UTF-8. Otherwise the whole text does.
 *
 * Only then comes the transfer encoding. Quoted-printable is spliced in place where the bytes were kept, base64 is
 * always encoded anew, and a part without encoding turns into quoted-printable where it would have to carry 8-bit text
 * or long lines that it did not. */
#include "fill.h"

#include "base/error.h"
#include "base/splice.h"
#include "field.h"
#include "quoted.h"

#include <string.h>

#define LINE_ALLOWED 998  /* RFC 5322, 2.1.1 */
#define BASE64_COLUMNS 76 /* RFC 2045, 6.8 */
#define FOLD_COLUMN 60    /* a field's last line longer than this gets its new parameter on a line of its own */

void filled_clear(Filled *filled) {
    g_clear_pointer(&filled->body, g_bytes_unref);
}

static bool is_ascii(const char *bytes, gsize length) {
    for (gsize i = 0; i < length; i++) {
        if ((guint8)bytes[i] >= 0x80)
            return false;
    }
    return true;
}

/* How lines end in the text, which base64 may hide from the mail around it. */
static const char *text_newline(const char *bytes, gsize length, const char *otherwise) {
    const char *newline = length > 0 ? memchr(bytes, '\n', length) : NULL;
    if (newline == NULL)
        return otherwise;
    return newline > bytes && newline[-1] == '\r' ? "\r\n" : "\n";
}

/* The replacement as valid UTF-8 with the text's own newlines. */
static char *clean(const char *replacement, const char *newline) {
    g_autofree char *valid = g_utf8_make_valid(replacement, -1);
    if (strpbrk(valid, "\r\n") == NULL)
        return g_steal_pointer(&valid);
    GString *text = g_string_new(NULL);
    for (const char *p = valid; *p != '\0'; p++) {
        if (*p == '\r' && p[1] == '\n')
            continue;
        if (*p == '\r' || *p == '\n')
            g_string_append(text, newline);
        else
            g_string_append_c(text, *p);
    }
    return g_string_free(text, FALSE);
}

/* The splices with offsets into the part's content, their texts in the charset; NULL charset: in UTF-8. Returns NULL
 * where the charset cannot hold one of them. */
static GArray *place(const Part *part, const GArray *splices, Charset *charset, const char *newline) {
    g_autoptr(GArray) placed = splices_new();
    for (guint i = 0; i < splices->len; i++) {
        const Splice *splice = &g_array_index(splices, Splice, i);
        g_autofree char *text = clean(splice->text, newline);
        g_autofree char *encoded = charset != NULL ? charset_encode(charset, text) : g_strdup(text);
        if (encoded == NULL)
            return NULL;
        gsize start, end;
        offset_map_range(part->characters, splice->start, splice->end, &start, &end);
        splices_add(placed, start, end, encoded, strlen(encoded));
    }
    return g_steal_pointer(&placed);
}

/* The same for a text that becomes UTF-8 as a whole: offsets stay. */
static GArray *place_in_text(const GArray *splices, const char *newline) {
    GArray *placed = splices_new();
    for (guint i = 0; i < splices->len; i++) {
        const Splice *splice = &g_array_index(splices, Splice, i);
        g_autofree char *text = clean(splice->text, newline);
        splices_add(placed, splice->start, splice->end, text, strlen(text));
    }
    return placed;
}

/* Whether every line that [start, end) touches is of a length that may be sent. */
static bool lines_are_short(const char *bytes, gsize length, gsize start, gsize end) {
    gsize at = start;
    while (at > 0 && bytes[at - 1] != '\n')
        at--;
    do {
        const char *newline = at < length ? memchr(bytes + at, '\n', length - at) : NULL;
        gsize stop = newline != NULL ? (gsize)(newline - bytes) : length;
        gsize columns = stop - at - (stop > at && bytes[stop - 1] == '\r' ? 1 : 0);
        if (columns > LINE_ALLOWED)
            return false;
        at = stop + 1;
    } while (at <= end && at < length);
    return true;
}

static bool splices_are_short(const GArray *placed, GBytes *spliced) {
    gsize length, grown = 0, shrunk = 0;
    const char *bytes = g_bytes_get_data(spliced, &length);
    for (guint i = 0; i < placed->len; i++) {
        const Splice *splice = &g_array_index(placed, Splice, i);
        gsize start = splice->start + grown - shrunk, size = strlen(splice->text);
        if (!lines_are_short(bytes, length, start, start + size))
            return false;
        grown += size;
        shrunk += splice->end - splice->start;
    }
    return true;
}

/* In lines of 76 columns; what stood behind the last digit of the old body, its newlines, stays. */
static GBytes *encode_base64(GBytes *content, const char *body, gsize length, const char *newline) {
    gsize size, tail = length;
    const guchar *bytes = g_bytes_get_data(content, &size);
    g_autofree char *digits = g_base64_encode(bytes != NULL ? bytes : (const guchar *)"", size);
    GString *out = g_string_new(NULL);
    for (gsize at = 0, left = strlen(digits); left > 0;) {
        gsize columns = MIN(left, BASE64_COLUMNS);
        g_string_append_len(out, digits + at, (gssize)columns);
        at += columns;
        left -= columns;
        if (left > 0)
            g_string_append(out, newline);
    }
    while (tail > 0 && g_ascii_isspace(body[tail - 1]))
        tail--;
    g_string_append_len(out, body + tail, (gssize)(length - tail));
    return g_string_free_to_bytes(out);
}

typedef struct {
    const Part *part;
    const char *body; /* its bytes in the message */
    gsize length;
    const char *newline;
} Filling;

/* What the splices made of the content, or of the text where `kept` is false, in the part's transfer encoding. */
static void encode(const Filling *self, const GArray *placed, bool kept, GBytes *spliced, Filled *out) {
    const Part *part = self->part;
    gsize length, content_length;
    const char *bytes = g_bytes_get_data(spliced, &length);
    const char *content = g_bytes_get_data(part->content, &content_length);
    if (part->encoded_as == GMIME_CONTENT_ENCODING_BASE64) {
        out->body = encode_base64(spliced, self->body, self->length, self->newline);
    } else if (part->escapes != NULL) {
        out->body = kept ? quoted_splice(self->body, self->length, part->escapes, placed, self->newline)
                         : quoted_encode(bytes, length, self->newline);
    } else {
        bool eight = part->encoded_as == GMIME_CONTENT_ENCODING_8BIT ||
                     part->encoded_as == GMIME_CONTENT_ENCODING_BINARY || !is_ascii(content, content_length);
        bool lines_fit = kept ? splices_are_short(placed, spliced) : lines_are_short(bytes, length, 0, length);
        bool fits = lines_fit && (eight || is_ascii(bytes, length));
        out->body = fits ? g_bytes_ref(spliced) : quoted_encode(bytes, length, self->newline);
        out->encoding = fits ? NULL : "quoted-printable";
    }
}

/* Whether a line would be read as the delimiter of a multipart around it (RFC 2046, 5.1.1). */
static bool is_delimiter(const Part *part, const char *line, gsize length) {
    if (length < 2 || line[0] != '-' || line[1] != '-')
        return false;
    for (guint i = 0; i < part->boundaries->len; i++) {
        const char *boundary = g_ptr_array_index(part->boundaries, i);
        gsize size = strlen(boundary);
        if (size > 0 && length - 2 >= size && memcmp(line + 2, boundary, size) == 0)
            return true;
    }
    return false;
}

static bool holds_delimiter(const Part *part, GBytes *body) {
    gsize length;
    const char *bytes = g_bytes_get_data(body, &length);
    for (gsize at = 0; at < length;) {
        if (is_delimiter(part, bytes + at, length - at))
            return true;
        const char *newline = memchr(bytes + at, '\n', length - at);
        at = newline != NULL ? (gsize)(newline - bytes) + 1 : length;
    }
    return false;
}

/* A value alone on its line may be what delimits the parts. In quoted-printable no line need begin with "--". */
static void hide_delimiters(const Filling *self, GBytes *spliced, Filled *out) {
    gsize length;
    const char *bytes = g_bytes_get_data(spliced, &length);
    if (self->part->encoded_as == GMIME_CONTENT_ENCODING_BASE64 || !holds_delimiter(self->part, out->body))
        return;
    g_bytes_unref(out->body);
    out->body = quoted_encode(bytes, length, self->newline);
    if (self->part->escapes == NULL)
        out->encoding = "quoted-printable";
}

/* Whether the part's bytes, as they are, may be called UTF-8. */
static bool is_utf8_in_waiting(const Part *part) {
    gsize length;
    const char *bytes = g_bytes_get_data(part->content, &length);
    return charset_is_ascii(part->charset) || is_ascii(bytes, length);
}

/* Splices into the content: in the part's charset, or in UTF-8 where it may be called that; else NULL. */
static GArray *place_in_content(const Part *part, const GArray *splices, const char *newline, bool *utf8) {
    if (part->characters == NULL)
        return NULL;
    GArray *placed = place(part, splices, part->charset, newline);
    *utf8 = placed == NULL && is_utf8_in_waiting(part);
    return *utf8 ? place(part, splices, NULL, newline) : placed;
}

bool fill_part(const Part *part, const char *body, const GArray *splices, const char *newline, Filled *out,
               GError **error) {
    Filling filling = {part, body, part->end - part->start, newline};
    const char *inner = text_newline(part->text, part->length, newline), *base = part->text;
    Filled filled = {NULL, NULL, false};
    g_autoptr(GArray) placed = place_in_content(part, splices, inner, &filled.utf8);
    bool kept = placed != NULL;
    gsize length = part->length;
    if (kept) {
        base = g_bytes_get_data(part->content, &length);
    } else if (charset_is_known(part->charset)) {
        placed = place_in_text(splices, inner);
        filled.utf8 = true;
    } else {
        g_set_error_literal(
            error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
            "a text part is in a charset that this machine does not know, and what is to be filled in is not ASCII");
        return false;
    }
    g_autoptr(GBytes) spliced = splices_apply(placed, base != NULL ? base : "", length);
    encode(&filling, placed, kept, spliced, &filled);
    hide_delimiters(&filling, spliced, &filled);
    *out = filled;
    return true;
}

char *fill_type_value(const HeaderField *type) {
    if (type == NULL)
        return g_strdup(" text/plain; charset=utf-8");
    gsize start, end;
    if (field_parameter(type->raw, "charset", &start, &end))
        return g_strdup_printf("%.*s=utf-8%s", (int)start, type->raw, type->raw + end);
    g_autofree char *value = g_strchomp(g_strdup(type->raw));
    const char *line = strrchr(value, '\n');
    bool ended = g_str_has_suffix(value, ";"), fold = strlen(line != NULL ? line : value) > FOLD_COLUMN;
    return g_strconcat(value, ended ? "" : ";", fold ? "\n " : " ", "charset=utf-8", NULL);
}

char *fill_encoding_value(const Filled *filled) {
    return g_strconcat(" ", filled->encoding, NULL);
}
