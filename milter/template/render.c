/* Rendering. There are two ways out: splices, in which literal text is never touched, and text, which the body of a
 * list needs because it stands there more than once. Both are written by the same walk over the tags.
 *
 * Lists inside lists can ask for more output than any machine has, so every step has a price and a rendering a purse.
 * What comes after it is empty prints nothing, and is named among the missing so that nobody takes the rest for the
 * whole. */
#include "escape.h"
#include "tree.h"
#include "value.h"

#include <string.h>

#define MISSING_MAX 100
#define PURSE (64 * 1024 * 1024) /* bytes of output */
#define STEP_PRICE 64            /* what the visit of a tag costs, in the same coin */

typedef struct {
    const Template *template;
    const TemplateContext *context;
    GPtrArray *missing;
    Value frames[TEMPLATE_DEPTH_MAX + 1];
    guint depth;
    gsize spent;
    GArray *splices;
    GString *text;    /* where not NULL, output goes here instead */
    GString *scratch; /* one escaped value */
} Render;

static void render_range(Render *render, guint first, guint last, gsize from, gsize to);

static const Node *node_at(const Render *render, guint index) {
    return &g_array_index(render->template->nodes, Node, index);
}

/* ---- output ---- */

static void copy_literal(Render *render, gsize from, gsize to) {
    if (!render->text)
        return;
    g_string_append_len(render->text, render->template->text + from, (gssize)(to - from));
    render->spent += to - from;
}

static void replace(Render *render, gsize start, gsize end, const char *text, gsize length) {
    render->spent += length;
    if (render->text)
        g_string_append_len(render->text, text, (gssize)length);
    else
        splices_add(render->splices, start, end, text, length);
}

static void cut(Render *render, gsize start, gsize end) {
    replace(render, start, end, "", 0);
}

static void miss(Render *render, const Node *node) {
    if (!render->missing || !node->name || render->missing->len >= MISSING_MAX)
        return;
    g_autofree char *name = g_strndup(node->name, node->name_length);
    if (!g_ptr_array_find_with_equal_func(render->missing, name, g_str_equal, NULL))
        g_ptr_array_add(render->missing, g_steal_pointer(&name));
}

static bool afford(Render *render, const Node *node) {
    render->spent += STEP_PRICE;
    if (render->spent <= PURSE)
        return true;
    miss(render, node);
    return false;
}

/* ---- values ---- */

static TemplateForm form_of(const Render *render, const Node *node) {
    bool raw = node->kind == NODE_RAW && render->context->raw_allowed && render->template->form == TEMPLATE_HTML;
    return raw ? TEMPLATE_TEXT : render->template->form;
}

static void print(Render *render, const Node *node, const char *text) {
    g_string_truncate(render->scratch, 0);
    escape_append(render->scratch, text, strlen(text), form_of(render, node));
    replace(render, node->start, node->end, render->scratch->str, render->scratch->len);
}

static void print_filtered(Render *render, const Node *node, const char *text) {
    const Filter *filters = &g_array_index(render->template->filters, Filter, node->first_filter);
    g_autofree char *filtered = filters_apply(filters, node->filter_count, text, render->context->locale);
    print(render, node, filtered ? filtered : "");
}

static void render_value(Render *render, const Node *node) {
    char number[VALUE_NUMBER_BYTES];
    Value value = value_find(render->frames, render->depth, node->name, node->name_length);
    const char *text = value_text(value.printed, number);
    if (!node->has_default && value_is_blank(text))
        miss(render, node);
    if (node->filter_count > 0)
        print_filtered(render, node, text);
    else
        print(render, node, text ? text : "");
}

/* ---- sections ---- */

static void render_body(Render *render, guint open, Value frame) {
    const Node *section = node_at(render, open);
    render->frames[render->depth++] = frame;
    render_range(render, open + 1, section->last, section->end, node_at(render, section->last)->start);
    render->depth--;
}

static void render_list(Render *render, guint open, Value list) {
    const Node *section = node_at(render, open);
    GString *outer = render->text;
    if (!outer)
        render->text = g_string_new(NULL);
    for (gsize i = 0; i < value_count(list) && afford(render, section); i++)
        render_body(render, open, value_item(list, i));
    if (outer)
        return;
    g_autoptr(GString) text = g_steal_pointer(&render->text);
    splices_add(render->splices, section->start, node_at(render, section->last)->end, text->str, text->len);
}

/* The tags go, the body stays where it is. */
static void render_in_place(Render *render, guint open, Value frame) {
    const Node *section = node_at(render, open);
    const Node *end = node_at(render, section->last);
    cut(render, section->start, section->end);
    render_body(render, open, frame);
    cut(render, end->start, end->end);
}

static void render_section(Render *render, guint open) {
    const Node *section = node_at(render, open);
    Value value = value_find(render->frames, render->depth, section->name, section->name_length);
    bool inverted = section->kind == NODE_INVERTED;
    if (value_is_true(value) == inverted)
        cut(render, section->start, node_at(render, section->last)->end);
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
    const Node *node = node_at(render, index);
    bool is_section = node->kind == NODE_SECTION || node->kind == NODE_INVERTED;
    guint last = is_section ? node->last : index;
    if (!afford(render, node) || node->kind == NODE_CUT)
        cut(render, node->start, node_at(render, last)->end);
    else if (is_section)
        render_section(render, index);
    else
        render_value(render, node);
    return last;
}

static void render_range(Render *render, guint first, guint last, gsize from, gsize to) {
    for (guint i = first; i < last; i++) {
        copy_literal(render, from, node_at(render, i)->start);
        i = render_node(render, i);
        from = node_at(render, i)->end;
    }
    copy_literal(render, from, to);
}

static void render_all(const Template *template, const TemplateContext *context, GPtrArray *missing, GArray *splices,
                       GString *text) {
    g_autoptr(GString) scratch = g_string_new(NULL);
    Render render = {.template = template, .context = context, .missing = missing, .depth = 1, .splices = splices};
    render.text = text;
    render.scratch = scratch;
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
