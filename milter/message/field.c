/* Our own cut of the header section, because it must name fields and count them as a milter does: by line, whatever the
 * field means. GMime is asked for the meaning: encoded words. A line that is no field (an mbox From_ line, say) is left
 * out with its continuation. */
#include "field.h"

#include <gmime/gmime.h>
#include <string.h>

static gsize line_end(const char *bytes, gsize length, gsize start) {
    const char *newline = memchr(bytes + start, '\n', length - start);
    return newline != NULL ? (gsize)(newline - bytes) + 1 : length;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool line_is_empty(const char *bytes, gsize length, gsize start) {
    return bytes[start] == '\n' || (bytes[start] == '\r' && start + 1 < length && bytes[start + 1] == '\n');
}

static gsize field_end(const char *bytes, gsize length, gsize start) {
    gsize end = line_end(bytes, length, start);
    while (end < length && is_blank(bytes[end]))
        end = line_end(bytes, length, end);
    return end;
}

/* The length of the field's name, 0 where the line is no field. Blanks before the colon are obsolete, yet seen (RFC
 * 5322, 4.5). */
static gsize name_length(const char *bytes, gsize length, gsize *colon) {
    gsize name = 0;
    while (name < length && bytes[name] != ':' && g_ascii_isgraph(bytes[name]))
        name++;
    *colon = name;
    while (*colon < length && is_blank(bytes[*colon]))
        (*colon)++;
    return *colon < length && bytes[*colon] == ':' ? name : 0;
}

/* A copy without the last newline, CRLF as LF. */
static char *milter_value(const char *bytes, gsize length) {
    char *value = g_malloc(length + 1);
    gsize used = 0;
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] != '\r' || i + 1 == length || bytes[i + 1] != '\n')
            value[used++] = bytes[i];
    }
    if (used > 0 && value[used - 1] == '\n')
        used--;
    value[used] = '\0';
    return value;
}

HeaderField *field_read(const char *bytes, gsize length, gsize start) {
    gsize end = field_end(bytes, length, start), colon;
    gsize name = name_length(bytes + start, end - start, &colon);
    if (name == 0)
        return NULL;
    HeaderField *field = g_new0(HeaderField, 1);
    field->name = g_strndup(bytes + start, name);
    field->raw = milter_value(bytes + start + colon + 1, end - start - colon - 1);
    field->start = start;
    field->end = end;
    return field;
}

void field_free(gpointer data) {
    HeaderField *field = data;
    g_free((char *)field->name);
    g_free((char *)field->raw);
    g_free(field);
}

guint field_name_hash(gconstpointer name) {
    guint hash = 5381; /* of g_str_hash */
    for (const char *c = name; *c != '\0'; c++)
        hash = hash * 33 + (guint)g_ascii_tolower(*c);
    return hash;
}

gboolean field_name_equal(gconstpointer a, gconstpointer b) {
    return g_ascii_strcasecmp(a, b) == 0;
}

/* The table borrows the name. */
static int count_name(GHashTable *counts, const char *name) {
    int count = GPOINTER_TO_INT(g_hash_table_lookup(counts, name)) + 1;
    g_hash_table_insert(counts, (gpointer)name, GINT_TO_POINTER(count));
    return count;
}

GPtrArray *field_split(const char *bytes, gsize length, gsize *header_end, gsize *body) {
    GPtrArray *fields = g_ptr_array_new_with_free_func(field_free);
    g_autoptr(GHashTable) counts = g_hash_table_new(field_name_hash, field_name_equal);
    gsize at = 0;
    while (at < length && !line_is_empty(bytes, length, at)) {
        HeaderField *field = field_read(bytes, length, at);
        if (field != NULL) {
            field->index = count_name(counts, field->name);
            g_ptr_array_add(fields, field);
        }
        at = field_end(bytes, length, at);
    }
    *header_end = at;
    *body = at < length ? line_end(bytes, length, at) : length;
    return fields;
}

static char *unfold(const char *raw) {
    GString *text = g_string_sized_new(strlen(raw));
    for (const char *p = raw; *p != '\0'; p++) {
        if (*p != '\n')
            g_string_append_c(text, *p == '\r' ? ' ' : *p);
    }
    return g_string_free(text, FALSE);
}

/* Where one base64 word ends in padding and another follows, NULL if nowhere. *next is where the other begins. */
static char *padded_word_end(char *text, char **next) {
    for (char *end = strstr(text, "=?="); end != NULL; end = strstr(end + 1, "=?=")) {
        char *after = end + strlen("=?=");
        *next = after + strspn(after, " \t");
        if (*next > after && g_str_has_prefix(*next, "=?"))
            return after;
    }
    return NULL;
}

/* GMime 3.2 joins the bytes of adjacent words before it decodes them, so that characters cut in two are read; but it
 * stops at the padding of the first and loses the words that follow. Hence a text is cut there. And what it takes for
 * UTF-8 need not be: it lets code points pass that there are none. */
static char *decode_words(char *text) {
    GString *decoded = g_string_new(NULL);
    for (char *piece = text, *next; piece != NULL; piece = next) {
        char *end = padded_word_end(piece, &next);
        if (end != NULL)
            *end = '\0';
        else
            next = NULL;
        g_autofree char *part = g_mime_utils_header_decode_text(NULL, piece);
        g_string_append(decoded, part);
    }
    g_autofree char *bytes = g_string_free(decoded, FALSE);
    return g_utf8_make_valid(bytes, -1);
}

char *field_decode(const char *raw) {
    g_autofree char *unfolded = unfold(raw);
    bool plain = strstr(unfolded, "=?") == NULL && g_str_is_ascii(unfolded);
    char *text = plain ? g_steal_pointer(&unfolded) : decode_words(unfolded);
    return g_strstrip(text);
}

static gsize skip_quoted(const char *value, gsize at) {
    for (at++; value[at] != '\0'; at++) {
        if (value[at] == '"')
            return at + 1;
        if (value[at] == '\\' && value[at + 1] != '\0')
            at++;
    }
    return at;
}

static gsize skip_comment(const char *value, gsize at) {
    gsize depth = 0;
    for (; value[at] != '\0'; at++) {
        if (value[at] == '(')
            depth++;
        else if (value[at] == ')' && --depth == 0)
            return at + 1;
        else if (value[at] == '\\' && value[at + 1] != '\0')
            at++;
    }
    return at;
}

static gsize skip_blanks(const char *value, gsize at) {
    while (value[at] != '\0' && (g_ascii_isspace(value[at]) || value[at] == '('))
        at = value[at] == '(' ? skip_comment(value, at) : at + 1;
    return at;
}

/* The end of "=value" at this place, 0 where none stands there. */
static gsize assignment_end(const char *value, gsize at) {
    if (value[at] == '*')
        at += strspn(value + at, "*0123456789");
    at = skip_blanks(value, at);
    if (value[at] != '=')
        return 0;
    at = skip_blanks(value, at + 1);
    return value[at] == '"' ? skip_quoted(value, at) : at + strcspn(value + at, "; \t\r\n(");
}

bool field_parameter(const char *value, const char *name, gsize *start, gsize *end) {
    gsize at = 0;
    while (value[at] != '\0') {
        if (value[at] == '"') {
            at = skip_quoted(value, at);
        } else if (value[at] == '(') {
            at = skip_comment(value, at);
        } else if (value[at++] == ';') {
            at = skip_blanks(value, at);
            gsize after = at + strlen(name);
            gsize found = g_ascii_strncasecmp(value + at, name, strlen(name)) == 0 ? assignment_end(value, after) : 0;
            if (found > 0) {
                *start = after;
                *end = found;
                return true;
            }
        }
    }
    return false;
}
