/* One walk over the literal text between the tags, along all branches at once: behind a section stands what is known
 * both if its text is there and if it is not. A section and its inverted twin right behind it are two branches of one
 * choice. Text that replaces a block, and partials, begin in text. */
#include "places.h"

#include "markup.h"

#define ENDS_ELSEWHERE                                                                                                 \
    "found a section that does not end where it begins (in text, or in the same attribute), expected it to"
#define IN_SUCH_SECTION "found a value in a section that does not end where it begins, expected that section to"
#define BLOCK_ENDS_ELSEWHERE                                                                                           \
    "found a block that ends inside a tag, an attribute or a comment, expected it to end in text"

typedef struct {
    guint node;
    Markup before; /* where the section begins */
    Markup twin;   /* of an inverted section that has a twin: where that ends */
    bool has_twin;
} Branch;

typedef struct {
    Template *template;
    Markup markup;
    Branch branches[TEMPLATE_DEPTH_MAX];
    guint depth;
    struct {
        guint node;
        Markup before, end;
        bool fits; /* it ends where it begins, as far as that can be told */
    } last;        /* section that ended */
} Walk;

static Node *node_at(const Walk *walk, guint index) {
    return &g_array_index(walk->template->nodes, Node, index);
}

static bool is_twin(const Walk *walk, guint index) {
    const Node *node = node_at(walk, index);
    if (node->kind != NODE_INVERTED || index == 0 || node_at(walk, index - 1)->kind != NODE_END ||
        node_at(walk, index - 1)->end != node->start)
        return false;
    const Node *last = node_at(walk, walk->last.node);
    return walk->last.fits && last->kind == NODE_SECTION && last->last == index - 1 &&
           node_is_named(last, node->name, node->name_length);
}

static void begin_branch(Walk *walk, guint index) {
    Branch *branch = &walk->branches[walk->depth++];
    *branch = (Branch){.node = index, .before = walk->markup, .has_twin = is_twin(walk, index)};
    if (branch->has_twin) {
        branch->twin = walk->last.end;
        branch->before = walk->markup = walk->last.before;
    }
    if (node_at(walk, index)->in_parent)
        walk->markup = MARKUP_START;
}

static bool ends_in_text(const Markup *markup) {
    return markup->state == MARKUP_TEXT && !markup->conditional;
}

static void end_replacement(Walk *walk, const Branch *branch, Node *open) {
    if (!ends_in_text(&walk->markup))
        open->place.fault = BLOCK_ENDS_ELSEWHERE;
    walk->markup = branch->before;
}

static bool ends_in_name(const Markup *markup, const Markup *before) {
    bool in_name = markup->state == MARKUP_ATTRIBUTE_NAME || markup->state == MARKUP_AFTER_ATTRIBUTE_NAME;
    return in_name && markup->state != before->state;
}

/* A section over a list begins again where it ends. Where that is another place, nothing in it is safe. */
static void forbid_values(Walk *walk, const Branch *branch, guint end) {
    for (guint i = branch->node + 1; i < end; i++)
        if (node_brings_values(node_at(walk, i)))
            node_at(walk, i)->place = (Place){.kind = PLACE_NOWHERE, .fault = IN_SUCH_SECTION};
}

/* The twin's end is what is known of the branch without it; for other sections, what was before. */
static void end_section(Walk *walk, const Branch *branch, Node *open, guint end) {
    walk->last.node = branch->node;
    walk->last.before = branch->before;
    walk->last.end = walk->markup;
    walk->last.fits = markup_join(&walk->markup, branch->has_twin ? &branch->twin : &branch->before);
    if (!walk->last.fits)
        open->place.fault = ENDS_ELSEWHERE;
    if (open->kind == NODE_SECTION && (!walk->last.fits || ends_in_name(&walk->last.end, &branch->before)))
        forbid_values(walk, branch, end);
}

static void end_branch(Walk *walk, guint end) {
    const Branch *branch = &walk->branches[--walk->depth];
    Node *open = node_at(walk, branch->node);
    if (open->kind == NODE_PARENT)
        walk->markup = branch->before;
    else if (open->in_parent)
        end_replacement(walk, branch, open);
    else
        end_section(walk, branch, open, end);
}

static bool in_parent(const Walk *walk) {
    return walk->depth > 0 && node_at(walk, walk->branches[walk->depth - 1].node)->kind == NODE_PARENT;
}

static void walk_node(Walk *walk, guint index) {
    Node *node = node_at(walk, index);
    if (node->kind == NODE_END) {
        end_branch(walk, index);
        return;
    }
    node->place = markup_place(&walk->markup);
    if (node->kind == NODE_SECTION || node->kind == NODE_INVERTED)
        node->place.fault = NULL;
    if (node_has_body(node))
        begin_branch(walk, index);
    else if (node->kind == NODE_VALUE || node->kind == NODE_RAW)
        markup_pass_value(&walk->markup);
}

void places_find(Template *template) {
    Walk walk = {.template = template, .markup = MARKUP_START};
    gsize at = 0;
    for (guint i = 0; i < template->nodes->len; i++) {
        const Node *node = node_at(&walk, i);
        if (!in_parent(&walk))
            markup_walk(&walk.markup, template->text + at, node->start - at);
        at = node->end;
        walk_node(&walk, i);
    }
    markup_walk(&walk.markup, template->text + at, template->length - at);
    template->ends_in_text = ends_in_text(&walk.markup);
}
