/* Whether anything is left to read. HTML is read as events and not as a tree: mostly the first few elements settle the
 * question, and then the parser is stopped. What is too deep or too long for a letter is not searched to its end. */
#include "classify/classify.h"

#include "html.h"

#include <string.h>

#define SOFT_HYPHEN 0xad

typedef struct {
    guint depth;
    guint hidden_at; /* the depth of the outermost element whose text nobody sees; 0: none */
    bool visible;
} Reader;

/* Not isgraph: that one knows only the characters of its own edition of Unicode. */
static bool is_visible(gunichar character) {
    return !g_unichar_isspace(character) && !g_unichar_iscntrl(character) && !g_unichar_iszerowidth(character) &&
           character != SOFT_HYPHEN;
}

/* Bytes that are no UTF-8 are some text in another charset. */
static bool has_visible_character(const char *text, gsize length) {
    const char *end = text + length;
    while (text < end) {
        gunichar character = g_utf8_get_char_validated(text, end - text);
        if (character == (gunichar)-1 || character == (gunichar)-2 || is_visible(character))
            return true;
        text = g_utf8_next_char(text);
    }
    return false;
}

static bool is_never_shown(const char *element) {
    static const char *const names[] = {"head", "style", "script", "title", "template", NULL};
    return g_strv_contains(names, element);
}

/* The preview text that many offers begin with is hidden in this way. */
static bool is_not_displayed(const char *style) {
    g_auto(GStrv) words = g_strsplit_set(style, " \t\r\n", -1);
    g_autofree char *joined = g_strjoinv(NULL, words);
    g_autofree char *lower = g_ascii_strdown(joined, -1);
    return strstr(lower, "display:none");
}

static bool is_hidden(const xmlChar **attributes) {
    for (; attributes && attributes[0]; attributes += 2) {
        const char *name = (const char *)attributes[0];
        if (g_str_equal(name, "hidden"))
            return true;
        if (g_str_equal(name, "style") && attributes[1] && is_not_displayed((const char *)attributes[1]))
            return true;
    }
    return false;
}

static void on_start(void *parser, const xmlChar *name, const xmlChar **attributes) {
    Reader *reader = ((xmlParserCtxt *)parser)->_private;
    reader->depth++;
    if (reader->hidden_at == 0 && (is_never_shown((const char *)name) || is_hidden(attributes)))
        reader->hidden_at = reader->depth;
    if (reader->depth > HTML_DEPTH_MAX)
        xmlStopParser(parser);
}

static void on_end(void *parser, const xmlChar *name G_GNUC_UNUSED) {
    Reader *reader = ((xmlParserCtxt *)parser)->_private;
    if (reader->hidden_at == reader->depth)
        reader->hidden_at = 0;
    if (reader->depth > 0)
        reader->depth--;
}

static void on_text(void *parser, const xmlChar *text, int length) {
    Reader *reader = ((xmlParserCtxt *)parser)->_private;
    if (reader->hidden_at != 0 || !has_visible_character((const char *)text, (gsize)length))
        return;
    reader->visible = true;
    xmlStopParser(parser);
}

static bool html_has_visible_text(const char *html, gsize length) {
    Reader reader = {0};
    html_read(html, length, on_start, on_end, on_text, &reader);
    return reader.visible;
}

bool classify_has_visible_text(const char *text, gsize length, bool html) {
    return html ? html_has_visible_text(text, length) : has_visible_character(text, length);
}
