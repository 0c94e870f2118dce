/* Two ways, because a Subject is either what it looks like or not. Where it is plain ASCII, the splices go into the
 * very bytes and the sender's folds stay. Otherwise it is decoded, spliced and encoded anew as a whole. GMime's encoder
 * is not used for that: it lets a text that looks like an encoded word pass as it is, so that a customer's name could
 * become one. */
#include "subject.h"

#include "base/splice.h"
#include "field.h"
#include "offset_map.h"

#include <stdbool.h>
#include <string.h>

#define LINE_WANTED 76                  /* columns that folding aims at */
#define LINE_ALLOWED 998                /* RFC 5322, 2.1.1 */
#define NAME_COLUMNS strlen("Subject:") /* what stands before the value on its first line */
#define WORD_BYTES 39                   /* 52 base64 digits and 12 columns around them fit behind "Subject: " */

/* ASCII that means what it says: no encoded words, no control characters but folds and tabs. */
static bool is_plain(const char *text) {
    if (strstr(text, "=?") != NULL)
        return false;
    while (g_ascii_isprint(*text) || *text == '\t' || *text == '\n')
        text++;
    return *text == '\0';
}

static void blank_controls(char *text) {
    for (; *text != '\0'; text++) {
        if (g_ascii_iscntrl(*text))
            *text = ' ';
    }
}

char *subject_text(const char *raw) {
    char *text = field_decode(raw);
    blank_controls(text);
    return text;
}

static gsize leading_blanks(const char *raw) {
    return strspn(raw, " \t\n");
}

/* Where the plain value's text stands in it: folds and surrounding blanks are no text, everything else stands for
 * itself. */
static OffsetMap *plain_map(const char *raw) {
    OffsetMap *map = offset_map_new();
    gsize start = leading_blanks(raw), end = strlen(raw);
    while (end > start && g_ascii_isspace(raw[end - 1]))
        end--;
    offset_map_add(map, 0, 1, start);
    for (gsize i = start; i < end; i++)
        offset_map_add(map, raw[i] == '\n' ? 0 : 1, 1, 1);
    return map;
}

/* One-line valid UTF-8, whatever the splice says. */
static char *clean(const char *text) {
    char *line = g_utf8_make_valid(text, -1);
    blank_controls(line);
    return line;
}

static char *apply(const GArray *splices, const char *text) {
    g_autoptr(GBytes) bytes = splices_apply(splices, text, strlen(text));
    gsize length;
    const char *applied = g_bytes_get_data(bytes, &length);
    return g_strndup(length > 0 ? applied : "", length);
}

static bool lines_are_sound(const char *value) {
    g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        gsize length = strlen(lines[i]), allowed = LINE_ALLOWED - (i == 0 ? NAME_COLUMNS : 0);
        gsize blanks = strspn(lines[i], " \t");
        if (length > allowed || (i > 0 && (blanks == 0 || blanks == length)))
            return false;
    }
    return true;
}

/* The plain value spliced in place, NULL where the outcome would be no plain value with sound lines. */
static char *fill_plain(const char *raw, const GArray *splices) {
    g_autoptr(OffsetMap) map = plain_map(raw);
    g_autoptr(GArray) placed = splices_new();
    gsize done = leading_blanks(raw);
    for (guint i = 0; i < splices->len; i++) {
        const Splice *splice = &g_array_index(splices, Splice, i);
        gsize start, end;
        offset_map_range(map, splice->start, splice->end, &start, &end);
        start = MAX(start, done);
        done = MAX(end, start);
        g_autofree char *text = clean(splice->text);
        splices_add(placed, start, done, text, strlen(text));
    }
    char *value = apply(placed, raw);
    if (!is_plain(value) || !lines_are_sound(value))
        g_clear_pointer(&value, g_free);
    return value;
}

/* Folds before blanks that a word follows, so that unfolding gives the same text back. Fails where a word is too long
 * for a line. */
static char *fold_plain(const char *text) {
    g_autoptr(GString) value = g_string_new(NULL);
    gsize column = NAME_COLUMNS;
    while (*text != '\0') {
        gsize blanks = strspn(text, " "), chunk = blanks + strcspn(text + blanks, " ");
        if (chunk > LINE_ALLOWED - NAME_COLUMNS)
            return NULL;
        if (column + chunk > LINE_WANTED && blanks > 0 && chunk > blanks && value->len > 0) {
            g_string_append_c(value, '\n');
            column = 0;
        }
        g_string_append_len(value, text, (gssize)chunk);
        column += chunk;
        text += chunk;
    }
    return g_strdup(value->str);
}

static char *encode_words(const char *text) {
    GString *value = g_string_new(NULL);
    for (const char *end; *text != '\0'; text = end) {
        gsize left = strlen(text);
        end = text + MIN(left, WORD_BYTES);
        while ((*end & 0xC0) == 0x80)
            end--;
        g_autofree char *base64 = g_base64_encode((const guchar *)text, (gsize)(end - text));
        g_string_append_printf(value, "%s=?utf-8?B?%s?=", value->len > 0 ? "\n " : " ", base64);
    }
    return g_string_free(value, FALSE);
}

char *subject_value(const char *text) {
    g_autofree char *line = clean(text);
    g_autofree char *shown = g_strconcat(" ", g_strstrip(line), NULL);
    char *value = is_plain(shown) ? fold_plain(shown) : NULL;
    return value != NULL ? value : encode_words(shown + 1);
}

static char *fill_decoded(const char *raw, const GArray *splices) {
    g_autofree char *text = subject_text(raw);
    g_autofree char *filled = apply(splices, text);
    return subject_value(filled);
}

char *subject_fill(const char *raw, const GArray *splices) {
    char *value = is_plain(raw) ? fill_plain(raw, splices) : NULL;
    return value != NULL ? value : fill_decoded(raw, splices);
}
