/* What brings other text in: {{> partial}}, {{<parent}}{{$block}}…{{/block}}{{/parent}}, and blocks that can be
 * replaced.
 *
 * The blocks that parent tags hand over form a chain, and the outermost that has a block's name wins: whoever extends
 * a template has the last word. Text that replaces a block sees only what stands farther out than itself, so a block
 * that is replaced by itself ends. */
#include "render.h"

#define INCLUDES_MAX 100
#define INCLUDE_PRICE 4096 /* in the coin of render.c, beside that of a step */

typedef struct {
    const Template *template;
    const char *indent;
    gsize dedent;
    const Replacements *replacements;
    bool in_comment;
} Surroundings;

static Surroundings surroundings_of(const Render *render) {
    return (Surroundings){render->template, render->output.indent, render->output.dedent, render->replacements,
                          render->in_comment};
}

static void change_surroundings(Render *render, Surroundings to) {
    render->template = to.template;
    render->output.indent = to.indent;
    render->output.dedent = to.dedent;
    render->replacements = to.replacements;
    render->in_comment = to.in_comment;
}

typedef struct {
    guint first, last; /* tags, the last not among them */
    gsize from, to;    /* the text that holds them */
} Range;

/* Renders a range of the other template's text where the node stands. */
static void render_inside(Render *render, Surroundings inside, Range range, const Node *node, const Node *end) {
    Surroundings outside = surroundings_of(render);
    inside.in_comment = outside.in_comment || node->place.in_comment;
    GString *own = output_own_text(&render->output);
    render->output.spent += INCLUDE_PRICE;
    output_begin(&render->output, node->begins_line);
    change_surroundings(render, inside);
    render->includes++;
    render_range(render, range.first, range.last, range.from, range.to);
    render->includes--;
    change_surroundings(render, outside);
    output_end(&render->output, end->begins_line);
    output_own_text_done(&render->output, own, node->start, end->end);
}

/* ---- partials and parents ---- */

static const Template *find_partial(Render *render, const Node *node) {
    char number[VALUE_NUMBER_BYTES];
    g_autofree char *written = g_strndup(node->name, node->name_length);
    const char *name = written;
    GHashTable *partials = render->context->partials;
    if (node->dynamic) {
        Value value = value_find(render->frames, render->depth, node->name, node->name_length);
        name = value_text(value.printed, number);
    }
    return name && partials ? g_hash_table_lookup(partials, name) : NULL;
}

/* What is brought in was read as text of HTML: only where it stands as such are its values safe. Without values it is
 * the author's own. */
static bool fits(const Render *render, const Node *node, const Template *template, Range range, bool ends_in_text) {
    if (template->form != TEMPLATE_HTML || render->context->plain)
        return true;
    bool prints = false;
    for (guint i = range.first; i < range.last && !prints; i++)
        prints = node_brings_values(&g_array_index(template->nodes, Node, i));
    return !prints || (ends_in_text && node->place.kind == PLACE_TEXT && !node->place.unquoted);
}

static void include(Render *render, const Node *node, const Node *end, const Replacements *replacements) {
    const Template *template = find_partial(render, node);
    if (!template || render->includes == INCLUDES_MAX) {
        render_miss(render, node);
        output_cut(&render->output, node->start, end->end);
        return;
    }
    Range all = {0, template->nodes->len, 0, template->length};
    if (!fits(render, node, template, all, template->ends_in_text)) {
        render_refuse(render, node);
        output_cut(&render->output, node->start, end->end);
        return;
    }
    g_autofree char *indent = NULL;
    Surroundings inside = {.template = template, .indent = "", .replacements = replacements};
    if (node->begins_line)
        inside.indent = indent =
            g_strdup_printf("%s%.*s", render->output.indent, (int)node->indent_length, node->indent);
    render_inside(render, inside, all, node, end);
}

void include_partial(Render *render, const Node *partial) {
    include(render, partial, partial, render->replacements);
}

void include_parent(Render *render, guint parent) {
    const Node *node = render_node_at(render, parent);
    Replacements replacements = {render->template, parent, render->replacements};
    include(render, node, render_node_at(render, node->last), &replacements);
}

/* ---- blocks ---- */

/* The block of that name directly in a parent tag. */
static const Node *find_block(const Replacements *replacements, const Node *wanted) {
    const GArray *nodes = replacements->template->nodes;
    guint last = g_array_index(nodes, Node, replacements->parent).last;
    for (guint i = replacements->parent + 1; i < last; i++) {
        const Node *node = &g_array_index(nodes, Node, i);
        if (node->kind == NODE_BLOCK && node_is_named(node, wanted->name, wanted->name_length))
            return node;
        if (node_has_body(node))
            i = node->last;
    }
    return NULL;
}

static const Node *find_replacement(const Render *render, const Node *block, const Replacements **of) {
    const Node *found = NULL;
    for (const Replacements *at = render->replacements; at; at = at->outer) {
        const Node *candidate = find_block(at, block);
        if (!candidate)
            continue;
        found = candidate;
        *of = at;
    }
    return found;
}

/* The block's own indentation, less what is taken away from the text around it, after that text's. */
static char *block_indent(const Render *render, const Node *block) {
    gsize taken = MIN(block->indent_length, render->output.dedent);
    return g_strdup_printf("%s%.*s", render->output.indent, (int)(block->indent_length - taken), block->indent + taken);
}

static void render_replacement(Render *render, const Node *block, const Node *end, const Node *replacement,
                               const Replacements *of) {
    const GArray *nodes = of->template->nodes;
    guint first = (guint)(replacement - (const Node *)(gconstpointer)nodes->data) + 1;
    Range range = {first, replacement->last, replacement->end, g_array_index(nodes, Node, replacement->last).start};
    if (!fits(render, block, of->template, range, !replacement->place.fault)) {
        render_refuse(render, block);
        output_cut(&render->output, block->start, end->end);
        return;
    }
    g_autofree char *indent = block_indent(render, block);
    Surroundings inside = {of->template, indent, replacement->indent_length, of->outer, false};
    render_inside(render, inside, range, block, end);
}

static void render_default(Render *render, guint index, const Node *block, const Node *end) {
    output_cut(&render->output, block->start, block->end);
    render_range(render, index + 1, block->last, block->end, end->start);
    output_cut(&render->output, end->start, end->end);
}

void include_block(Render *render, guint index) {
    const Node *block = render_node_at(render, index);
    const Node *end = render_node_at(render, block->last);
    const Replacements *of = NULL;
    const Node *replacement = find_replacement(render, block, &of);
    if (!replacement)
        render_default(render, index, block, end);
    else
        render_replacement(render, block, end, replacement, of);
}
