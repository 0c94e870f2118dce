/* Filters: {{name | default: "there" | upper}}. */
#pragma once

#include "formatter.h"

#include <glib.h>
#include <stdbool.h>

/* For whom a value is written. */
typedef struct {
    const char *locale;     /* never NULL; "" is the root locale */
    const char *timezone;   /* IANA; NULL: UTC */
    Formatters *formatters; /* borrowed */
} Audience;

typedef struct Filter Filter;

typedef enum { FILTER_TAKES_NOTHING, FILTER_MAY_TAKE, FILTER_TAKES } FilterTakes;

typedef struct {
    const char *name;
    FilterTakes takes;     /* name: "text" */
    const char *otherwise; /* the text where none is given */
    const char *expected;  /* what the text must be, for errors */
    bool gives_default, encodes;
    /* The new value, owned; NULL where there is none: what came in was absent, or is nothing that the filter is for. */
    char *(*apply)(const Filter *filter, const char *value, const Audience *audience);
    FormatKind format; /* of those that write dates and numbers */
} FilterKind;

struct Filter {
    const FilterKind *kind;
    char *text; /* owned; NULL where the kind takes none */
};

/* NULL for a name that is not known. */
const FilterKind *filter_kind(const char *name, gsize length);
/* "default, upper, …", for errors. Free with g_free. */
char *filter_names(void);
/* Whether the text is one that the filter can do something with. */
bool filter_takes(const FilterKind *kind, const char *text);
bool filter_writes_date(const FilterKind *kind);
/* The clear function of a GArray of filters. */
void filter_clear(gpointer filter);

/* The value (NULL: absent) after all filters, owned; NULL where nothing of it is left. */
char *filters_apply(const Filter *filters, guint count, const char *value, const Audience *audience);
