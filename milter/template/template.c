/* What can be asked of a compiled template before anything is rendered: the engine cuts sections and loads attributes
 * only where a template names them. */
#include "finding.h"
#include "tree.h"

#include <string.h>

Template *template_ref(Template *template) {
    g_atomic_ref_count_inc(&template->references);
    return template;
}

void template_free(Template *template) {
    if (!template || !g_atomic_ref_count_dec(&template->references))
        return;
    g_array_unref(template->nodes);
    g_array_unref(template->filters);
    formatters_free(template->formatters);
    g_free(template->text);
    g_free(template);
}

gsize template_size(const Template *template) {
    return template->length + template->nodes->len * sizeof(Node) + template->filters->len * sizeof(Filter);
}

bool template_has_tags(const Template *template) {
    return template->nodes->len > 0;
}

static const Node *node_at(const Template *template, guint index) {
    return &g_array_index(template->nodes, Node, index);
}

bool template_has_section(const Template *template, const char *name) {
    gsize length = strlen(name);
    for (guint i = 0; i < template->nodes->len; i++) {
        const Node *node = node_at(template, i);
        if (node->kind == NODE_SECTION && node_is_named(node, name, length))
            return true;
    }
    return false;
}

static bool is_dot(const Node *node) {
    return node->name_length == 1 && *node->name == '.';
}

/* A name without a dot inside a section may be one of the section's own. */
static void collect_name(GHashTable *names, const Node *node, const Node *section) {
    if (is_dot(node))
        return;
    g_hash_table_add(names, g_strndup(node->name, node->name_length));
    if (section && !is_dot(section) && !memchr(node->name, '.', node->name_length))
        g_hash_table_add(names, g_strdup_printf("%.*s.%.*s", (int)section->name_length, section->name,
                                                (int)node->name_length, node->name));
}

static bool looks_up(const Node *node) {
    switch (node->kind) {
    case NODE_VALUE:
    case NODE_RAW:
    case NODE_SECTION:
    case NODE_INVERTED:
        return true;
    case NODE_PARTIAL:
    case NODE_PARENT:
        return node->dynamic;
    default:
        return false;
    }
}

void template_collect_names(const Template *template, GHashTable *names) {
    const Node *sections[TEMPLATE_DEPTH_MAX + 1] = {NULL}; /* whose values names are looked up in, by depth */
    guint depth = 0;
    for (guint i = 0; i < template->nodes->len; i++) {
        const Node *node = node_at(template, i);
        if (node->kind == NODE_END)
            depth--;
        if (looks_up(node))
            collect_name(names, node, sections[depth]);
        if (node_has_body(node)) {
            sections[depth + 1] = node->kind == NODE_SECTION ? node : sections[depth];
            depth++;
        }
    }
}

bool template_collect_partials(const Template *template, GHashTable *names) {
    bool dynamic = false;
    for (guint i = 0; i < template->nodes->len; i++) {
        const Node *node = node_at(template, i);
        if (node->kind != NODE_PARTIAL && node->kind != NODE_PARENT)
            continue;
        if (!node->dynamic)
            g_hash_table_add(names, g_strndup(node->name, node->name_length));
        dynamic |= node->dynamic;
    }
    return dynamic;
}

GPtrArray *template_absent_partials(const Template *template, GHashTable *partials) {
    GPtrArray *findings = findings_new();
    for (guint i = 0; i < template->nodes->len; i++) {
        const Node *node = node_at(template, i);
        if ((node->kind != NODE_PARTIAL && node->kind != NODE_PARENT) || node->dynamic)
            continue;
        g_autofree char *name = g_strndup(node->name, node->name_length);
        if (!partials || !g_hash_table_contains(partials, name))
            finding_add(findings, template, node, "found %s, expected a partial that there is", name);
    }
    return findings;
}
