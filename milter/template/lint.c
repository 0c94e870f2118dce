/* What an author should hear of a template that compiles. The places were found when it was compiled; what is said here
 * and rendered nevertheless is rendered in the strict way: see template_splices. */
#include "finding.h"

#include <string.h>

static bool is_ours(const Node *node) {
    return node->name_length > strlen("company.") && memcmp(node->name, "company.", strlen("company.")) == 0;
}

static bool is_text(const Place *place) {
    return place->kind == PLACE_TEXT && !place->unquoted;
}

/* ---- tags ---- */

static void lint_value(GPtrArray *findings, const Template *template, const Node *node) {
    bool names_url = node->place.kind == PLACE_URL && is_ours(node) && !node->place.unquoted;
    if (node->place.fault && !names_url)
        finding_add(findings, template, node, "%s", node->place.fault);
    if (node->kind == NODE_RAW && template->form == TEMPLATE_HTML)
        finding_add(findings, template, node,
                    "found a value that asks not to be escaped, which it is all the same, "
                    "expected {{…}}");
}

static void lint_inclusion(GPtrArray *findings, const Template *template, const Node *node) {
    if (!is_text(&node->place))
        finding_add(findings, template, node, "found a partial that does not stand in text, expected it there");
}

static void lint_section(GPtrArray *findings, const Template *template, const Node *node) {
    if (node->place.fault && (node->kind != NODE_BLOCK || node->in_parent || is_text(&node->place)))
        finding_add(findings, template, node, "%s", node->place.fault);
}

/* ---- patterns of dates ---- */

static bool has_letter(const char *pattern, char letter) {
    bool quoted = false;
    for (; *pattern; pattern++) {
        quoted ^= *pattern == '\'';
        if (!quoted && *pattern == letter)
            return true;
    }
    return false;
}

/* Both are what is meant on most days of the year. */
static void lint_pattern(GPtrArray *findings, const Template *template, const Node *node, const char *pattern) {
    if (has_letter(pattern, 'Y') && !has_letter(pattern, 'w'))
        finding_add(findings, template, node, "found Y in \"%s\", the year to which the week belongs, expected y",
                    pattern);
    if (has_letter(pattern, 'D'))
        finding_add(findings, template, node, "found D in \"%s\", the day of the year, expected d", pattern);
}

static void lint_filters(GPtrArray *findings, const Template *template, const Node *node) {
    for (guint i = 0; i < node->filter_count; i++) {
        const Filter *filter = &g_array_index(template->filters, Filter, node->first_filter + i);
        if (filter_writes_date(filter->kind))
            lint_pattern(findings, template, node, filter->text);
    }
}

/* ---- the template ---- */

static void lint_node(GPtrArray *findings, const Template *template, const Node *node) {
    switch (node->kind) {
    case NODE_VALUE:
    case NODE_RAW:
        lint_value(findings, template, node);
        lint_filters(findings, template, node);
        break;
    case NODE_PARTIAL:
    case NODE_PARENT:
        lint_inclusion(findings, template, node);
        break;
    case NODE_SECTION:
    case NODE_INVERTED:
    case NODE_BLOCK:
        lint_section(findings, template, node);
        break;
    case NODE_CUT:
    case NODE_END:
        break;
    }
}

GPtrArray *template_lint(const Template *template) {
    GPtrArray *findings = findings_new();
    for (guint i = 0; i < template->nodes->len; i++)
        lint_node(findings, template, &g_array_index(template->nodes, Node, i));
    if (template->form == TEMPLATE_HTML && template->nodes->len > 0 && !template->ends_in_text)
        finding_add(findings, template, &(Node){.tag = template->length},
                    "found the end of the template inside a tag, an attribute or a comment, expected it in text");
    return findings;
}
