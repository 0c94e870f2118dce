/* Templates for those who write them: what one reads like for a customer, and what is wrong with one. Both are told by
 * the code that fills and loads mail, not by another that is like it. */
#pragma once

#include "engine/engine.h"

#include <jansson.h>

/* The template as one customer would get it. */
typedef struct {
    char *text_locale; /* of the text that was chosen */
    char *subject, *text;
    char *html;          /* NULL: none */
    GPtrArray *missing;  /* of char *: what could not be filled; where there is any, the mail would be held */
    GPtrArray *withheld; /* of Withheld */
} Preview;
void preview_free(Preview *preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Preview, preview_free)

/* Whom it is written to. */
typedef struct {
    const Customer *customer;    /* with the locale and comfort that are wanted */
    const GPtrArray *attributes; /* of AttributeValue: instead of what the store has, every consent given; NULL: the
                                    store's */
} PreviewReader;

typedef struct {
    const char *template_name;
    json_t *message; /* message.*; NULL: none */
    bool with_sales;
    Instant at;
} PreviewRequest;

/* PERMANENT where there is no such template. */
bool preview_make(Engine *engine, const PreviewRequest *request, const PreviewReader *reader, Preview **out,
                  GError **error);

/* Every name that the texts of a template look up: a set of owned char *. */
GHashTable *preview_names(Engine *engine, const char *template_name, GError **error);
/* The locales that it has texts in: of owned char *, sorted. */
GPtrArray *preview_locales(Engine *engine, const char *template_name, GError **error);
