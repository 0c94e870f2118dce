/* Filters: {{name | default: "there" | upper}}. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Filter Filter;

typedef struct {
    const char *name;
    bool takes_text; /* name: "text" */
    bool gives_default;
    /* The new value, owned; NULL for a value that is absent and stays so. */
    char *(*apply)(const Filter *filter, const char *value, const char *locale);
} FilterKind;

struct Filter {
    const FilterKind *kind;
    char *text; /* owned; NULL where the kind takes none */
};

/* NULL for a name that is not known. */
const FilterKind *filter_kind(const char *name, gsize length);
/* "default, upper, …", for errors. Free with g_free. */
char *filter_names(void);
/* The clear function of a GArray of filters. */
void filter_clear(gpointer filter);

/* The value (NULL: absent) after all filters, owned. A locale of NULL is the root locale. */
char *filters_apply(const Filter *filters, guint count, const char *value, const char *locale);
