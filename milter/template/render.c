/* Rendering. There are two ways out: splices, in which literal text is never touched, and text, which the body of a
 * list and a partial need because they do not stand in the template's text once. Both are written by the same walk over
 * the tags.
 *
 * Lists inside lists can ask for more output than any machine has, so every step has a price and a rendering a purse.
 * What comes after it is empty prints nothing, and is named among the missing so that nobody takes the rest for the
 * whole. */
#include "render.h"

#include "escape.h"

#define MISSING_MAX 100
#define PURSE (64 * 1024 * 1024) /* bytes of output */
#define STEP_PRICE 64            /* what the visit of a tag costs, in the same coin */

static const char *sigil(const Node *node) {
    if (node->kind != NODE_PARTIAL && node->kind != NODE_PARENT)
        return "";
    return node->dynamic ? "> *" : "> ";
}

static void add_missing(Render *render, const Node *node, const char *before, const char *why, const char *after) {
    if (!render->missing || !node->name || render->missing->len >= MISSING_MAX)
        return;
    g_autofree char *name =
        g_strdup_printf("%s%.*s%s%s%s", sigil(node), (int)node->name_length, node->name, before, why, after);
    if (!g_ptr_array_find_with_equal_func(render->missing, name, g_str_equal, NULL))
        g_ptr_array_add(render->missing, g_steal_pointer(&name));
}

void render_miss(Render *render, const Node *node) {
    add_missing(render, node, "", "", "");
}

void render_refuse(Render *render, const Node *node) {
    const char *fault = node->place.fault;
    if (node->place.kind == PLACE_URL)
        fault = "found no http, https, mailto or tel URL, expected one";
    add_missing(render, node, " (", fault ? fault : "found in a place of another kind, expected in text", ")");
}

/* Adds what a step costs; false where the purse is empty, which is then said of the node. */
static bool afford(Render *render, const Node *node) {
    render->output.spent += STEP_PRICE;
    if (render->output.spent <= PURSE)
        return true;
    render_miss(render, node);
    return false;
}

/* ---- values ---- */

/* Where the language is the specification's own, it has one escaping for all places; there it is used where no other
 * would do. */
static bool append_html(Render *render, const Node *node, const char *text) {
    Place place = node->place;
    place.in_comment |= render->in_comment;
    if (render->context->plain && node->kind == NODE_RAW) {
        g_string_append(render->scratch, text);
        return true;
    }
    if (render->context->plain && place.kind == PLACE_NOWHERE)
        place = (Place){.kind = PLACE_TEXT};
    return escape_append_html(render->scratch, text, &place, node->encoded);
}

static bool append_escaped(Render *render, const Node *node, const char *text) {
    switch (render->template->form) {
    case TEMPLATE_TEXT:
        escape_append_plain(render->scratch, text);
        return true;
    case TEMPLATE_HEADER:
        escape_append_header(render->scratch, text);
        return true;
    default:
        return append_html(render, node, text);
    }
}

static void print(Render *render, const Node *node, const char *text) {
    g_string_truncate(render->scratch, 0);
    if (!append_escaped(render, node, text))
        render_refuse(render, node);
    output_replacement(&render->output, node->start, node->end, render->scratch->str, render->scratch->len);
}

static char *filtered(const Render *render, const Node *node, const char *text) {
    const TemplateContext *context = render->context;
    const Filter *filters = &g_array_index(render->template->filters, Filter, node->first_filter);
    Audience audience = {context->locale ? context->locale : "", context->timezone, render->template->formatters};
    return filters_apply(filters, node->filter_count, text, &audience);
}

static void render_value(Render *render, const Node *node) {
    char number[VALUE_NUMBER_BYTES];
    g_autofree char *owned = NULL;
    Value value = value_find(render->frames, render->depth, node->name, node->name_length);
    const char *text = value_text(value.printed, number);
    if (node->filter_count > 0)
        text = owned = filtered(render, node, text);
    if (!text || (!node->has_default && value_is_blank(text)))
        render_miss(render, node);
    print(render, node, text ? text : "");
}

/* ---- sections ---- */

static void render_body(Render *render, guint open, Value frame) {
    const Node *section = render_node_at(render, open);
    if (render->depth == RENDER_FRAMES_MAX) {
        render_miss(render, section);
        return;
    }
    render->frames[render->depth++] = frame;
    render_range(render, open + 1, section->last, section->end, render_node_at(render, section->last)->start);
    render->depth--;
}

static void render_list(Render *render, guint open, Value list) {
    const Node *section = render_node_at(render, open);
    GString *own = output_own_text(&render->output);
    for (gsize i = 0; i < value_count(list) && afford(render, section); i++)
        render_body(render, open, value_item(list, i));
    output_own_text_done(&render->output, own, section->start, render_node_at(render, section->last)->end);
}

/* The tags go, the body stays where it is. */
static void render_in_place(Render *render, guint open, Value frame) {
    const Node *section = render_node_at(render, open);
    const Node *end = render_node_at(render, section->last);
    output_cut(&render->output, section->start, section->end);
    render_body(render, open, frame);
    output_cut(&render->output, end->start, end->end);
}

static void render_section(Render *render, guint open) {
    const Node *section = render_node_at(render, open);
    Value value = value_find(render->frames, render->depth, section->name, section->name_length);
    bool inverted = section->kind == NODE_INVERTED;
    if (value_is_true(value) == inverted)
        output_cut(&render->output, section->start, render_node_at(render, section->last)->end);
    else if (inverted)
        render_in_place(render, open, render->frames[render->depth - 1]);
    else if (json_is_array(value.asked))
        render_list(render, open, value);
    else
        render_in_place(render, open, value);
}

/* ---- the walk ---- */

/* Renders one tag, with its body if it has one. Returns the index of the last tag that is done with it. */
static guint render_node(Render *render, guint index) {
    const Node *node = render_node_at(render, index);
    guint last = node_has_body(node) ? node->last : index;
    if (!afford(render, node)) {
        output_cut(&render->output, node->start, render_node_at(render, last)->end);
        return last;
    }
    switch (node->kind) {
    case NODE_VALUE:
    case NODE_RAW:
        render_value(render, node);
        break;
    case NODE_SECTION:
    case NODE_INVERTED:
        render_section(render, index);
        break;
    case NODE_PARTIAL:
        include_partial(render, node);
        break;
    case NODE_PARENT:
        include_parent(render, index);
        break;
    case NODE_BLOCK:
        include_block(render, index);
        break;
    case NODE_CUT:
    case NODE_END:
        output_cut(&render->output, node->start, node->end);
        break;
    }
    return last;
}

static void copy_literal(Render *render, gsize from, gsize to) {
    output_literal(&render->output, render->template->text + from, to - from);
}

void render_range(Render *render, guint first, guint last, gsize from, gsize to) {
    for (guint i = first; i < last; i++) {
        copy_literal(render, from, render_node_at(render, i)->start);
        i = render_node(render, i);
        from = render_node_at(render, i)->end;
    }
    copy_literal(render, from, to);
}

static void render_all(const Template *template, const TemplateContext *context, GPtrArray *missing, GArray *splices,
                       GString *text) {
    g_autoptr(GString) scratch = g_string_new(NULL);
    Render render = {.template = template, .context = context, .missing = missing, .depth = 1, .scratch = scratch};
    output_start(&render.output, splices, text);
    render.frames[0] = (Value){context->asked ? context->asked : context->printed, context->printed};
    render_range(&render, 0, template->nodes->len, 0, template->length);
}

GArray *template_splices(const Template *template, const TemplateContext *context, GPtrArray *missing) {
    GArray *splices = splices_new();
    render_all(template, context, missing, splices, NULL);
    return splices;
}

char *template_render(const Template *template, const TemplateContext *context, GPtrArray *missing) {
    GString *text = g_string_sized_new(template->length + template->length / 8);
    render_all(template, context, missing, NULL, text);
    return g_string_free(text, FALSE);
}
