/* HTML as its reader sees it, read as events and not as a tree: nothing is kept but the text of the block at hand, so
 * neither deep nor endless pages cost more than their bytes. What is hidden is left out, a preview line too: no reader
 * finds it in the message. A link is a button where it is drawn as one, or is all that its block says. */
#include "document.h"
#include "html.h"

#include <string.h>

#define BUTTON_BYTES_MAX 90

typedef struct {
    Document *document;
    GString *block;
    gsize link_start;                                       /* in block */
    guint depth, hidden_at, link_at, heading_at, struck_at; /* the depth of the outermost such element; 0: none */
    bool link_is_button, struck;
    gsize linked; /* bytes of the block that are links */
} Page;

typedef enum {
    TAG_INLINE,
    TAG_BLOCK,
    TAG_BREAK,
    TAG_HEADING,
    TAG_LINK,
    TAG_BUTTON,
    TAG_IMAGE,
    TAG_STRUCK,
    TAG_HIDDEN
} Tag;

static const struct {
    const char *name;
    Tag tag;
} tags[] = {
    {"td", TAG_BLOCK},       {"a", TAG_LINK},           {"span", TAG_INLINE},     {"br", TAG_BREAK},
    {"tr", TAG_BLOCK},       {"p", TAG_BLOCK},          {"div", TAG_BLOCK},       {"table", TAG_BLOCK},
    {"b", TAG_INLINE},       {"strong", TAG_INLINE},    {"img", TAG_IMAGE},       {"tbody", TAG_BLOCK},
    {"font", TAG_INLINE},    {"h1", TAG_HEADING},       {"h2", TAG_HEADING},      {"h3", TAG_HEADING},
    {"h4", TAG_HEADING},     {"li", TAG_BLOCK},         {"ul", TAG_BLOCK},        {"ol", TAG_BLOCK},
    {"th", TAG_BLOCK},       {"center", TAG_BLOCK},     {"button", TAG_BUTTON},   {"del", TAG_STRUCK},
    {"s", TAG_STRUCK},       {"strike", TAG_STRUCK},    {"head", TAG_HIDDEN},     {"style", TAG_HIDDEN},
    {"script", TAG_HIDDEN},  {"title", TAG_HIDDEN},     {"template", TAG_HIDDEN}, {"section", TAG_BLOCK},
    {"header", TAG_BLOCK},   {"footer", TAG_BLOCK},     {"article", TAG_BLOCK},   {"main", TAG_BLOCK},
    {"hr", TAG_BREAK},       {"blockquote", TAG_BLOCK}, {"dt", TAG_BLOCK},        {"dd", TAG_BLOCK},
    {"h5", TAG_BLOCK},       {"h6", TAG_BLOCK},         {"body", TAG_BLOCK},      {"pre", TAG_BLOCK},
    {"noscript", TAG_BLOCK},
};

static Tag tag_of(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
        if (strcmp(tags[i].name, name) == 0)
            return tags[i].tag;
    }
    return TAG_INLINE;
}

static const char *attribute(const xmlChar **attributes, const char *name) {
    for (; attributes && attributes[0]; attributes += 2) {
        if (strcmp((const char *)attributes[0], name) == 0)
            return attributes[1] ? (const char *)attributes[1] : "";
    }
    return NULL;
}

/* Whether a style says property: value; blanks do not matter. */
static bool style_says(const char *style, const char *property, const char *value) {
    for (const char *at = style; (at = strcasestr(at, property)); at++) {
        const char *rest = at + strlen(property);
        rest += strspn(rest, " \t\r\n");
        if (*rest++ != ':')
            continue;
        rest += strspn(rest, " \t\r\n");
        if (g_ascii_strncasecmp(rest, value, strlen(value)) == 0)
            return true;
    }
    return false;
}

static bool is_hidden(const xmlChar **attributes) {
    const char *style = attribute(attributes, "style");
    return attribute(attributes, "hidden") ||
           (style && (style_says(style, "display", "none") || style_says(style, "visibility", "hidden") ||
                      style_says(style, "font-size", "0;") || style_says(style, "font-size", "0px")));
}

static bool is_drawn_as_button(const xmlChar **attributes) {
    const char *class = attribute(attributes, "class"), *style = attribute(attributes, "style"),
               *role = attribute(attributes, "role");
    if (class && (strcasestr(class, "btn") || strcasestr(class, "button") || strcasestr(class, "cta")))
        return true;
    if (role && g_ascii_strcasecmp(role, "button") == 0)
        return true;
    return style && (strcasestr(style, "background") || strcasestr(style, "border-radius") ||
                     style_says(style, "display", "inline-block"));
}

/* ---- blocks ---- */

static bool block_is_short_link(const Page *page) {
    return page->linked > 0 && page->linked + 2 >= page->block->len && page->block->len <= BUTTON_BYTES_MAX;
}

static void end_block(Page *page) {
    g_strchomp(page->block->str);
    page->block->len = strlen(page->block->str);
    Block block = {page->heading_at ? AREA_HEADING : AREA_BODY, page->struck};
    if (block.area == AREA_BODY && block_is_short_link(page))
        block.area = AREA_BUTTON;
    document_add(page->document, block, page->block->str, page->block->len);
    g_string_truncate(page->block, 0);
    page->link_start = 0;
    page->linked = 0;
    page->struck = false;
}

static void start_link(Page *page, bool is_button) {
    if (page->link_at)
        return;
    if (is_button)
        end_block(page);
    page->link_at = page->depth;
    page->link_is_button = is_button;
    page->link_start = page->block->len;
    page->document->links++;
}

static void end_link(Page *page) {
    page->link_at = 0;
    page->linked += page->block->len > page->link_start ? page->block->len - page->link_start : 0;
    if (page->link_is_button)
        end_block(page);
}

static void show_image(Page *page, const xmlChar **attributes) {
    const char *text = attribute(attributes, "alt");
    page->document->images++;
    if (text && *text && strlen(text) <= BUTTON_BYTES_MAX) {
        g_string_append(page->block, text);
        g_string_append_c(page->block, '\n');
    }
}

/* ---- events ---- */

static void start_tag(Page *page, Tag tag, const xmlChar **attributes) {
    switch (tag) {
    case TAG_HEADING:
        end_block(page);
        page->heading_at = page->heading_at ? page->heading_at : page->depth;
        break;
    case TAG_BLOCK:
        end_block(page);
        break;
    case TAG_BREAK:
        g_string_append_c(page->block, '\n');
        break;
    case TAG_LINK:
    case TAG_BUTTON:
        start_link(page, tag == TAG_BUTTON || is_drawn_as_button(attributes));
        break;
    case TAG_IMAGE:
        show_image(page, attributes);
        break;
    case TAG_STRUCK:
        page->struck_at = page->struck_at ? page->struck_at : page->depth;
        break;
    case TAG_INLINE:
    case TAG_HIDDEN:
        break;
    }
}

static void on_start(void *parser, const xmlChar *name, const xmlChar **attributes) {
    Page *page = ((xmlParserCtxt *)parser)->_private;
    if (++page->depth > HTML_DEPTH_MAX) {
        xmlStopParser(parser);
        return;
    }
    if (page->hidden_at)
        return;
    Tag tag = tag_of((const char *)name);
    if (tag == TAG_HIDDEN || is_hidden(attributes)) {
        page->hidden_at = page->depth;
        return;
    }
    const char *style = attribute(attributes, "style");
    if (style && strcasestr(style, "line-through"))
        page->struck_at = page->struck_at ? page->struck_at : page->depth;
    start_tag(page, tag, attributes);
}

static void on_end(void *parser, const xmlChar *name) {
    Page *page = ((xmlParserCtxt *)parser)->_private;
    Tag tag = tag_of((const char *)name);
    if (!page->hidden_at && (tag == TAG_BLOCK || tag == TAG_HEADING))
        end_block(page);
    if (page->link_at == page->depth)
        end_link(page);
    if (page->heading_at == page->depth)
        page->heading_at = 0;
    if (page->struck_at == page->depth)
        page->struck_at = 0;
    if (page->hidden_at == page->depth)
        page->hidden_at = 0;
    if (page->depth > 0)
        page->depth--;
}

static bool ends_in_blank(const GString *text) {
    return text->len == 0 || g_ascii_isspace(text->str[text->len - 1]);
}

/* Newlines in the source are blanks, runs of blanks are one; NUL is none of ours. */
static void on_text(void *parser, const xmlChar *text, int length) {
    Page *page = ((xmlParserCtxt *)parser)->_private;
    if (page->hidden_at)
        return;
    page->struck |= page->struck_at != 0;
    for (int i = 0; i < length; i++) {
        if (!g_ascii_isspace((char)text[i]) && text[i])
            g_string_append_c_inline(page->block, (char)text[i]);
        else if (!ends_in_blank(page->block))
            g_string_append_c_inline(page->block, ' ');
    }
}

/* ---- */

void page_read(Document *document, const char *html, gsize length) {
    Page page = {.document = document, .block = g_string_new(NULL)};
    html_read(html, length, on_start, on_end, on_text, &page);
    end_block(&page);
    g_string_free(page.block, TRUE);
}
