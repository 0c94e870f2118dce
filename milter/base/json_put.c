/* Whether a comma is due is told by the byte before: a value never ends with an open bracket, for a text ends with its
 * quote. */
#include "base/json_put.h"

#include <string.h>

static void put_key(GString *json, const char *key) {
    char before = json->len > 0 ? json->str[json->len - 1] : '[';
    if (before != '{' && before != '[')
        g_string_append_c(json, ',');
    if (!key)
        return;
    g_string_append_c(json, '"');
    g_string_append(json, key);
    g_string_append_len(json, "\":", 2);
}

void json_put_begin(GString *json, const char *key, char bracket) {
    put_key(json, key);
    g_string_append_c(json, bracket);
}

void json_put_end(GString *json, char bracket) {
    g_string_append_c(json, bracket);
}

/* ---- text ---- */

static bool is_plain(char c) {
    return (guchar)c >= 0x20 && c != '"' && c != '\\';
}

static void put_escaped(GString *json, char c) {
    static const char letters[] = "btn_fr"; /* from 0x08 on; 0x0b has none */
    if (!is_plain(c) && (guchar)c >= 0x20)
        g_string_append_printf(json, "\\%c", c);
    else if (c >= '\b' && c <= '\r' && c != '\v')
        g_string_append_printf(json, "\\%c", letters[c - '\b']);
    else
        g_string_append_printf(json, "\\u%04X", (guint)c);
}

static void put_valid(GString *json, const char *text) {
    while (*text) {
        const char *end = text;
        while (is_plain(*end))
            end++;
        g_string_append_len(json, text, end - text);
        if (*end)
            put_escaped(json, *end++);
        text = end;
    }
}

void json_put_text(GString *json, const char *key, const char *bytes) {
    put_key(json, key);
    if (!bytes) {
        g_string_append(json, "null");
        return;
    }
    g_autofree char *valid = g_utf8_validate(bytes, -1, NULL) ? NULL : g_utf8_make_valid(bytes, -1);
    g_string_append_c(json, '"');
    put_valid(json, valid ? valid : bytes);
    g_string_append_c(json, '"');
}

/* ---- the rest ---- */

void json_put_integer(GString *json, const char *key, gint64 integer) {
    put_key(json, key);
    g_string_append_printf(json, "%" G_GINT64_FORMAT, integer);
}

/* A real stays one: readers tell it from an integer by its point. */
void json_put_real(GString *json, const char *key, double real) {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    put_key(json, key);
    g_ascii_dtostr(digits, sizeof digits, real);
    g_string_append(json, digits);
    if (!strpbrk(digits, ".e"))
        g_string_append(json, ".0");
}

void json_put_flag(GString *json, const char *key, bool flag) {
    put_key(json, key);
    g_string_append(json, flag ? "true" : "false");
}
