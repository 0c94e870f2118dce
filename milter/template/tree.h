/* A compiled template: the text and the tags in it, in the order of the text. What lies between two tags is literal and
 * needs no node of its own; a section's body is the nodes between its own and that of its end. */
#pragma once

#include "filter.h"
#include "place.h"
#include "template/template.h"

#include <string.h>

#define TEMPLATE_BYTES_MAX (16 * 1024 * 1024)
#define TEMPLATE_TAGS_MAX 100000
#define TEMPLATE_DEPTH_MAX 100

typedef enum {
    NODE_CUT, /* a comment or a change of delimiters: nothing remains */
    NODE_VALUE,
    NODE_RAW,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARTIAL,
    NODE_PARENT,
    NODE_BLOCK, /* directly in a parent: what replaces that block of it; elsewhere: what can be replaced */
    NODE_END,
} NodeKind;

typedef struct {
    NodeKind kind;
    gsize tag;        /* where it begins */
    gsize start, end; /* of the tag, or of its whole line where it stands alone */
    const char *name; /* in the template's text, not ended by NUL */
    gsize name_length;
    bool in_parent;   /* a block directly in a parent */
    bool dynamic;     /* a partial or parent whose name is looked up in the data */
    bool begins_line; /* what it renders begins at the start of a line */
    const char
        *indent; /* blanks of the text: those put before each line of a partial, parent or block, or taken away */
    gsize indent_length; /* from each line of what replaces a block */
    guint first_filter, filter_count;
    Place place;      /* where it stands; in HTML only */
    bool encoded;     /* the last filter percent-encodes */
    bool has_default; /* one of the filters gives a value where there is none */
    guint last;       /* of a section, parent or block: the index of its NODE_END */
} Node;

struct Template {
    gatomicrefcount references;
    char *text;
    gsize length;
    TemplateForm form;
    GArray *nodes;   /* of Node */
    GArray *filters; /* of Filter */
    Formatters *formatters;
    bool ends_in_text; /* of HTML: not inside a tag or comment */
};

static inline bool node_has_body(const Node *node) {
    return node->kind == NODE_SECTION || node->kind == NODE_INVERTED || node->kind == NODE_PARENT ||
           node->kind == NODE_BLOCK;
}

static inline bool node_brings_values(const Node *node) {
    return node->kind == NODE_VALUE || node->kind == NODE_RAW || node->kind == NODE_PARTIAL ||
           node->kind == NODE_PARENT || node->kind == NODE_BLOCK;
}

static inline bool node_is_named(const Node *node, const char *name, gsize length) {
    return node->name_length == length && memcmp(node->name, name, length) == 0;
}
