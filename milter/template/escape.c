/* Escaping. In HTML the five characters that can end text or an attribute's value in quotes; in an attribute without
 * quotes all that are no letters or digits; in a comment the hyphen too, as two of them may end it. In a header
 * everything that could end a line in the eyes of any program that reads mail, U+2028 and U+2029 among them. */
#include "escape.h"

#include "url.h"

#include <string.h>

#define SHORTEST_TURN "\xe2\x80\xaa" /* U+202A */

/* ---- characters that turn text around ---- */

static bool turns_direction(gunichar character) {
    return (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

/* The value itself where it holds none; else a copy, which *owned then is. */
static const char *without_turns(const char *value, char **owned) {
    if (!strchr(value, *SHORTEST_TURN))
        return value;
    GString *kept = g_string_sized_new(strlen(value));
    for (const char *at = value; *at; at = g_utf8_next_char(at))
        if (!turns_direction(g_utf8_get_char(at)))
            g_string_append_len(kept, at, g_utf8_next_char(at) - at);
    return *owned = g_string_free(kept, FALSE);
}

/* ---- text and headers ---- */

void escape_append_plain(GString *out, const char *value) {
    g_autofree char *owned = NULL;
    g_string_append(out, without_turns(value, &owned));
}

void escape_append_header(GString *out, const char *value) {
    for (const char *at = value; *at; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        bool ends_line = character == 0x2028 || character == 0x2029;
        if (ends_line || g_unichar_iscntrl(character))
            g_string_append_c(out, ' ');
        else if (!turns_direction(character))
            g_string_append_unichar(out, character);
    }
}

/* ---- HTML ---- */

/* NULL for a character that may stand as it is. */
static const char *entity(char character) {
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return NULL;
    default:
        return g_ascii_iscntrl(character) ? " " : NULL;
    }
}

static void append_entities(GString *out, const char *value) {
    const char *done = value;
    for (; *value; value++) {
        const char *replacement = entity(*value);
        if (!replacement)
            continue;
        g_string_append_len(out, done, value - done);
        g_string_append(out, replacement);
        done = value + 1;
    }
    g_string_append_len(out, done, value - done);
}

static bool is_plain_ascii(char character) {
    return g_ascii_isalnum(character) || (guchar)character >= 0x80;
}

static void append_numbered(GString *out, const char *value) {
    for (; *value; value++) {
        if (is_plain_ascii(*value))
            g_string_append_c(out, *value);
        else
            g_string_append_printf(out, "&#%d;", g_ascii_iscntrl(*value) ? ' ' : *value);
    }
}

static void append_in_comment(GString *out, const char *value) {
    for (; *value; value++) {
        const char *replacement = *value == '-' ? "&#45;" : entity(*value);
        if (replacement)
            g_string_append(out, replacement);
        else
            g_string_append_c(out, *value);
    }
}

static void append_attribute_or_text(GString *out, const char *value, const Place *place) {
    if (place->unquoted && place->starts && !*value)
        g_string_append(out, "&#32;"); /* else the next attribute would be taken for the value */
    else if (place->unquoted)
        append_numbered(out, value);
    else if (place->in_comment)
        append_in_comment(out, value);
    else
        append_entities(out, value);
}

/* The value as a piece of a URL. */
static bool append_url(GString *url, const char *value, const Place *place, bool encoded) {
    if (place->kind == PLACE_URL && *value)
        return url_append_whole(url, value, place->in_list);
    g_autofree char *kept = g_strconcat(place->kind == PLACE_URL_OPAQUE ? "@+" : "", encoded ? "%" : "", NULL);
    url_append_part(url, value, kept);
    return true;
}

bool escape_append_html(GString *out, const char *value, const Place *place, bool encoded) {
    g_autofree char *owned = NULL;
    if (place->kind == PLACE_NOWHERE)
        return false;
    value = without_turns(value, &owned);
    if (place->kind == PLACE_TEXT) {
        append_attribute_or_text(out, value, place);
        return true;
    }
    g_autoptr(GString) url = g_string_new(NULL);
    if (!append_url(url, value, place, encoded))
        return false;
    append_attribute_or_text(out, url->str, place);
    return true;
}
