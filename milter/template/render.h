/* One rendering in progress: what render.c and include.c share. */
#pragma once

#include "output.h"
#include "tree.h"
#include "value.h"

#define RENDER_FRAMES_MAX 400 /* values that names are looked up in */

/* The blocks that a parent tag hands to its parent; outer is the parent tag whose parent the tag itself stands in. */
typedef struct Replacements Replacements;
struct Replacements {
    const Template *template;
    guint parent; /* the index of the tag */
    const Replacements *outer;
};

typedef struct {
    const Template *template; /* whose tags are being rendered */
    const TemplateContext *context;
    GPtrArray *missing;
    Value frames[RENDER_FRAMES_MAX];
    guint depth;
    guint includes;  /* partials, parents and blocks around the tag */
    bool in_comment; /* what brings the tag in stands in one */
    const Replacements *replacements;
    Output output;
    GString *scratch; /* one escaped value */
} Render;

/* Renders the tags from first up to last and the text between from and to. */
void render_range(Render *render, guint first, guint last, gsize from, gsize to);
/* Names a tag among the missing: "name", "> partial". */
void render_miss(Render *render, const Node *node);
/* Names a tag that stands where it may not, and why. */
void render_refuse(Render *render, const Node *node);

static inline const Node *render_node_at(const Render *render, guint index) {
    return &g_array_index(render->template->nodes, Node, index);
}

/* Partials, parents and blocks. */
void include_partial(Render *render, const Node *partial);
void include_parent(Render *render, guint parent);
void include_block(Render *render, guint block);
