/* A compiled template: the text and the tags in it, in the order of the text. What lies between two tags is literal and
 * needs no node of its own; a section's body is the nodes between its own and that of its end. */
#pragma once

#include "filter.h"
#include "template/template.h"

#define TEMPLATE_BYTES_MAX (16 * 1024 * 1024)
#define TEMPLATE_TAGS_MAX 100000
#define TEMPLATE_DEPTH_MAX 100

typedef enum {
    NODE_CUT, /* a comment or a change of delimiters: nothing remains */
    NODE_VALUE,
    NODE_RAW,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_END,
} NodeKind;

typedef struct {
    NodeKind kind;
    gsize start, end; /* of the tag, or of its whole line where it stands alone */
    const char *name; /* in the template's text, not ended by NUL */
    gsize name_length;
    guint first_filter, filter_count;
    bool has_default; /* one of the filters gives a value where there is none */
    guint last;       /* of a section: the index of its NODE_END */
} Node;

struct Template {
    char *text;
    gsize length;
    TemplateForm form;
    GArray *nodes;   /* of Node */
    GArray *filters; /* of Filter */
};
