/* What the standard says of lines. A tag alone on its line takes the line with it; a partial or parent alone on its
 * line has that line's blanks put before each of its own lines. A parent with its blocks and its end counts as one tag
 * here. What replaces a block loses the indentation of its own first line and gets that of the block: of the default's
 * first line where the block's tag stands alone, else of the tag. */
#include "standalone.h"

static bool is_blank(char character) {
    return character == ' ' || character == '\t';
}

/* Where the line begins, if nothing but blanks stands between there and `at`. */
static bool line_before(const Template *template, gsize at, gsize previous_end, gsize *start) {
    while (at > previous_end && is_blank(template->text[at - 1]))
        at--;
    *start = at;
    return at == 0 || template->text[at - 1] == '\n';
}

/* Where the next line begins, if nothing but blanks stands between `at` and there. */
static bool line_after(const Template *template, gsize at, gsize *end) {
    const char *text = template->text;
    while (at < template->length && is_blank(text[at]))
        at++;
    if (at + 1 < template->length && text[at] == '\r' && text[at + 1] == '\n')
        at++;
    *end = MIN(at + 1, template->length);
    return at >= template->length || text[at] == '\n';
}

static void indent_with(const Template *template, Node *node, gsize start) {
    gsize end = start;
    while (end < template->length && is_blank(template->text[end]))
        end++;
    node->indent = template->text + start;
    node->indent_length = end - start;
}

void standalone_tag(const Template *template, Node *node, gsize previous_end) {
    gsize start, end;
    if (!line_before(template, node->start, previous_end, &start) || !line_after(template, node->end, &end))
        return;
    node->start = start;
    node->end = end;
    node->begins_line = true;
    if (node->kind == NODE_PARTIAL)
        indent_with(template, node, start);
    if (node->kind == NODE_BLOCK)
        indent_with(template, node, end);
}

void standalone_replacement(const Template *template, Node *block) {
    gsize end;
    if (!line_after(template, block->end, &end))
        return;
    block->end = end;
    block->begins_line = true;
    indent_with(template, block, end);
}

void standalone_replacement_end(const Template *template, Node *end, gsize previous_end) {
    gsize start;
    if (line_before(template, end->start, previous_end, &start))
        end->start = start;
}

void standalone_parent(const Template *template, Node *parent, Node *end, gsize previous_end) {
    gsize line_start, line_end;
    if (!line_before(template, parent->start, previous_end, &line_start) || !line_after(template, end->end, &line_end))
        return;
    parent->start = line_start;
    parent->begins_line = true;
    indent_with(template, parent, line_start);
    end->end = line_end;
}

void standalone_block(const Template *template, Node *block, const Node *end, gsize previous_end) {
    gsize line_start, line_end;
    if (!block->begins_line && line_before(template, block->start, previous_end, &line_start) &&
        line_after(template, end->end, &line_end))
        indent_with(template, block, line_start);
}
