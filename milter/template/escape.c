/* Escaping. In HTML the five characters that can end text or an attribute's value in quotes; in a header everything
 * that could end a line in the eyes of any program that reads mail, U+2028 and U+2029 among them. */
#include "escape.h"

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
    default:
        return NULL;
    }
}

static void append_html(GString *out, const char *text, gsize length) {
    gsize done = 0;
    for (gsize i = 0; i < length; i++) {
        const char *replacement = entity(text[i]);
        if (!replacement)
            continue;
        g_string_append_len(out, text + done, (gssize)(i - done));
        g_string_append(out, replacement);
        done = i + 1;
    }
    g_string_append_len(out, text + done, (gssize)(length - done));
}

static void append_header(GString *out, const char *text, gsize length) {
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        bool ends_line = character == 0x2028 || character == 0x2029;
        if (ends_line || g_unichar_iscntrl(character))
            g_string_append_c(out, ' ');
        else
            g_string_append_unichar(out, character);
    }
}

void escape_append(GString *out, const char *text, gsize length, TemplateForm form) {
    switch (form) {
    case TEMPLATE_TEXT:
        g_string_append_len(out, text, (gssize)length);
        break;
    case TEMPLATE_HTML:
        append_html(out, text, length);
        break;
    case TEMPLATE_HEADER:
        append_header(out, text, length);
        break;
    }
}
