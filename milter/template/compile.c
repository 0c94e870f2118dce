/* Text to a flat list of tags, in one pass. Sections are matched here, so that rendering never meets one without an
 * end; and what the standard calls standalone (a section, comment or the like alone on its line takes the line with it)
 * is settled here by widening the tag, so that rendering need not look for lines. */
#include "places.h"
#include "scan.h"
#include "standalone.h"
#include "tree.h"

#include <string.h>

#define FILTERS_MAX 16

typedef struct {
    Scanner scanner;
    Template *template;
    guint open[TEMPLATE_DEPTH_MAX]; /* the sections around the cursor, as indices of nodes */
    guint depth;
} Compiler;

static Node *node_at(const Compiler *compiler, guint index) {
    return &g_array_index(compiler->template->nodes, Node, index);
}

/* ---- values and their filters ---- */

static bool unknown_filter(const Scanner *scanner, Span name, GError **error) {
    g_autofree char *names = filter_names();
    g_autofree char *expected = g_strdup_printf("one of the filters %s", names);
    if (name.length == 0)
        return scan_expected(scanner, error, expected);
    return scan_fail(scanner, name.bytes, error, "found the filter %.*s, expected %s", (int)name.length, name.bytes,
                     expected);
}

/* A text in quotes; digits may stand without. */
static bool read_filter_text(Scanner *scanner, char **text, GError **error) {
    if (scan_at_digit(scanner)) {
        Span digits = scan_digits(scanner);
        *text = g_strndup(digits.bytes, digits.length);
        return true;
    }
    return scan_quoted(scanner, text, error);
}

static bool read_argument(Scanner *scanner, const FilterKind *kind, char **text, GError **error) {
    const char *at = scanner->at;
    if (kind->takes == FILTER_TAKES_NOTHING)
        return true;
    if (scan_take(scanner, ':')) {
        g_autofree char *read = NULL;
        if (!read_filter_text(scanner, &read, error))
            return false;
        if (!filter_takes(kind, read))
            return scan_fail(scanner, at, error, "found %s: \"%s\", expected %s", kind->name, read, kind->expected);
        *text = g_steal_pointer(&read);
        return true;
    }
    if (kind->takes == FILTER_MAY_TAKE) {
        *text = g_strdup(kind->otherwise);
        return true;
    }
    g_autofree char *expected = g_strdup_printf(": and a text in quotes after %s", kind->name);
    return scan_expected(scanner, error, expected);
}

static bool read_filter(Compiler *compiler, Node *node, GError **error) {
    Scanner *scanner = &compiler->scanner;
    if (node->filter_count == FILTERS_MAX)
        return scan_fail(scanner, scanner->at, error, "found one filter more, expected at most %d", FILTERS_MAX);
    Span name = scan_letters(scanner);
    Filter filter = {.kind = filter_kind(name.bytes, name.length)};
    if (!filter.kind)
        return unknown_filter(scanner, name, error);
    if (!read_argument(scanner, filter.kind, &filter.text, error))
        return false;
    g_array_append_val(compiler->template->filters, filter);
    node->filter_count++;
    node->has_default |= filter.kind->gives_default;
    node->encoded = filter.kind->encodes;
    return true;
}

static bool read_name(Compiler *compiler, Node *node, GError **error) {
    Span name;
    if (!scan_name(&compiler->scanner, &name, error))
        return false;
    node->name = name.bytes;
    node->name_length = name.length;
    return true;
}

static bool read_value(Compiler *compiler, Node *node, NodeKind kind, bool triple, GError **error) {
    node->kind = kind;
    if (!read_name(compiler, node, error))
        return false;
    while (!scan_at_close(&compiler->scanner, triple) && scan_take(&compiler->scanner, '|'))
        if (!read_filter(compiler, node, error))
            return false;
    return scan_close(&compiler->scanner, triple, true, error);
}

/* ---- sections, parents, blocks ---- */

static const Node *innermost(const Compiler *compiler) {
    return compiler->depth > 0 ? node_at(compiler, compiler->open[compiler->depth - 1]) : NULL;
}

static bool read_section(Compiler *compiler, Node *node, NodeKind kind, GError **error) {
    const Scanner *scanner = &compiler->scanner;
    const Node *around = innermost(compiler);
    node->kind = kind;
    node->in_parent = kind == NODE_BLOCK && around && around->kind == NODE_PARENT;
    node->dynamic = kind == NODE_PARENT && scan_take(&compiler->scanner, '*');
    if (!read_name(compiler, node, error) || !scan_close(&compiler->scanner, false, false, error))
        return false;
    if (compiler->depth == TEMPLATE_DEPTH_MAX)
        return scan_fail(scanner, scanner->tag, error, "found a section inside %d others, expected no more than that",
                         TEMPLATE_DEPTH_MAX);
    compiler->open[compiler->depth++] = compiler->template->nodes->len;
    return true;
}

static bool wrong_end(const Compiler *compiler, const Node *node, GError **error) {
    const Scanner *scanner = &compiler->scanner;
    int length = (int)node->name_length;
    if (compiler->depth == 0)
        return scan_fail(scanner, scanner->tag, error,
                         "found the end of section %.*s, expected its beginning before it", length, node->name);
    const Node *open = node_at(compiler, compiler->open[compiler->depth - 1]);
    return scan_fail(scanner, scanner->tag, error,
                     "found the end of section %.*s, expected that of %.*s, which begins in line %u", length,
                     node->name, (int)open->name_length, open->name, scan_line(scanner->text, open->name));
}

static bool read_end(Compiler *compiler, Node *node, GError **error) {
    node->kind = NODE_END;
    const Node *open = innermost(compiler);
    node->dynamic = open && open->dynamic && scan_take(&compiler->scanner, '*');
    if (!read_name(compiler, node, error) || !scan_close(&compiler->scanner, false, false, error))
        return false;
    if (!open || open->dynamic != node->dynamic || !node_is_named(open, node->name, node->name_length))
        return wrong_end(compiler, node, error);
    return true;
}

static void settle_end(Compiler *compiler, Node *end, gsize previous_end) {
    const Template *template = compiler->template;
    guint index = compiler->open[--compiler->depth];
    gsize before = index > 0 ? node_at(compiler, index - 1)->end : 0;
    Node *open = node_at(compiler, index);
    open->last = template->nodes->len;
    if (open->kind == NODE_PARENT) {
        standalone_parent(template, open, end, before);
        return;
    }
    if (open->in_parent)
        standalone_replacement_end(template, end, previous_end);
    else
        standalone_tag(template, end, previous_end);
    if (open->kind == NODE_BLOCK && !open->in_parent)
        standalone_block(template, open, end, before);
}

static bool all_sections_end(const Compiler *compiler, GError **error) {
    if (compiler->depth == 0)
        return true;
    const Node *open = node_at(compiler, compiler->open[compiler->depth - 1]);
    return scan_fail(
        &compiler->scanner, compiler->template->text + open->start, error,
        "found section %.*s, which begins in line %u and has no end, expected its end before the end of the text",
        (int)open->name_length, open->name, scan_line(compiler->template->text, open->name));
}

/* ---- tags ---- */

static bool read_partial(Compiler *compiler, Node *node, GError **error) {
    node->kind = NODE_PARTIAL;
    node->dynamic = scan_take(&compiler->scanner, '*');
    return read_name(compiler, node, error) && scan_close(&compiler->scanner, false, false, error);
}

static bool read_tag(Compiler *compiler, Node *node, GError **error) {
    Scanner *scanner = &compiler->scanner;
    if (scan_take(scanner, '#'))
        return read_section(compiler, node, NODE_SECTION, error);
    if (scan_take(scanner, '^'))
        return read_section(compiler, node, NODE_INVERTED, error);
    if (scan_take(scanner, '/'))
        return read_end(compiler, node, error);
    if (scan_take(scanner, '!'))
        return scan_comment(scanner, error);
    if (scan_take(scanner, '='))
        return scan_delimiters(scanner, error);
    if (scan_take(scanner, '{'))
        return read_value(compiler, node, NODE_RAW, true, error);
    if (scan_take(scanner, '&'))
        return read_value(compiler, node, NODE_RAW, false, error);
    if (scan_take(scanner, '>'))
        return read_partial(compiler, node, error);
    if (scan_take(scanner, '<'))
        return read_section(compiler, node, NODE_PARENT, error);
    if (scan_take(scanner, '$'))
        return read_section(compiler, node, NODE_BLOCK, error);
    return read_value(compiler, node, NODE_VALUE, false, error);
}

/* The text is settled around a tag when it is read, around what has a body when its end is. */
static void settle_lines(Compiler *compiler, Node *node, gsize previous_end) {
    const Template *template = compiler->template;
    if (node->kind == NODE_END)
        settle_end(compiler, node, previous_end);
    else if (node->kind == NODE_BLOCK && node->in_parent)
        standalone_replacement(template, node);
    else if (node->kind != NODE_VALUE && node->kind != NODE_RAW && node->kind != NODE_PARENT)
        standalone_tag(template, node, previous_end);
}

static bool compile_tag(Compiler *compiler, GError **error) {
    Scanner *scanner = &compiler->scanner;
    Template *template = compiler->template;
    gsize previous_end = (gsize)(scanner->at - scanner->text);
    if (!scan_next_tag(scanner))
        return true;
    if (template->nodes->len == TEMPLATE_TAGS_MAX)
        return scan_fail(scanner, scanner->tag, error, "found one tag more, expected at most %d", TEMPLATE_TAGS_MAX);

    Node node = {.tag = (gsize)(scanner->tag - scanner->text), .first_filter = template->filters->len};
    node.start = node.tag;
    node.indent = scanner->text;
    if (!read_tag(compiler, &node, error))
        return false;
    node.end = (gsize)(scanner->at - scanner->text);
    settle_lines(compiler, &node, previous_end);
    g_array_append_val(template->nodes, node);
    return true;
}

/* Only a text that holds a tag has to be one that can be read: what has none is left as it is. */
static bool is_readable(const Scanner *scanner, GError **error) {
    gsize length = (gsize)(scanner->end - scanner->text);
    const char *valid_end;
    if (!memmem(scanner->text, length, scanner->open.bytes, scanner->open.length))
        return true;
    if (length > TEMPLATE_BYTES_MAX)
        return scan_fail(scanner, scanner->text, error, "found %" G_GSIZE_FORMAT " bytes of text, expected at most %d",
                         length, TEMPLATE_BYTES_MAX);
    if (g_utf8_validate_len(scanner->text, length, &valid_end))
        return true;
    return scan_fail(scanner, valid_end, error, "found a byte that is not UTF-8, expected UTF-8 text");
}

static bool compile(Compiler *compiler, GError **error) {
    if (!is_readable(&compiler->scanner, error))
        return false;
    while (compiler->scanner.at < compiler->scanner.end)
        if (!compile_tag(compiler, error))
            return false;
    return all_sections_end(compiler, error);
}

Template *template_compile(const char *text, gsize length, TemplateForm form, GError **error) {
    g_autoptr(Template) template = g_new0(Template, 1);
    g_atomic_ref_count_init(&template->references);
    template->text = g_malloc(length + 1);
    memcpy(template->text, text, length);
    template->text[length] = '\0';
    template->length = length;
    template->form = form;
    template->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    template->filters = g_array_new(FALSE, FALSE, sizeof(Filter));
    g_array_set_clear_func(template->filters, filter_clear);
    template->formatters = formatters_new();

    Compiler compiler = {.template = template};
    scan_start(&compiler.scanner, template->text, length, form == TEMPLATE_HTML);
    if (!compile(&compiler, error))
        return NULL;
    if (form == TEMPLATE_HTML && template_has_tags(template))
        places_find(template);
    return g_steal_pointer(&template);
}
