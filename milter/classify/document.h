/* A message as its reader sees it: sentences in the order in which they stand, each in its area. */
#pragma once

#include "classify/classify.h"

#include <glib.h>
#include <stdbool.h>

#define DOCUMENT_SAMPLE_BYTES (256 * 1024) /* read of a text; DESIGN: beyond that it is sampled */

typedef enum {
    AREA_SUBJECT,
    AREA_HEADING,
    AREA_BEGINNING, /* the first sentences of the body */
    AREA_BUTTON,
    AREA_BODY,
    AREA_FOOTER, /* what stands below a message for all: the small print, how to unsubscribe */
    AREAS
} Area;

typedef struct {
    Area area;
    gsize start, length;           /* in Document.text */
    gsize fold_start, fold_length; /* in Document.folded */
    guint first_mention, mentions; /* in Document.mentions */
    guint words;
    bool struck; /* a price that no longer holds stands in it */
} Unit;

typedef struct {
    GString *text;    /* what is visible, units with newlines between */
    GString *folded;  /* the same units folded */
    GArray *units;    /* of Unit */
    GArray *mentions; /* of Mention (mention.h) */
    GString *sender;  /* the name in From, folded, where it has several words; else empty */
    guint words, body_words;
    guint links, images;
    bool is_html;
} Document;

Document *document_read(const ClassifyMessage *message);
void document_free(Document *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Document, document_free)

/* For readers of a format: one block of text (a paragraph, a line, a heading), which is cut into sentences. Only
 * AREA_HEADING, AREA_BUTTON and AREA_BODY; the other areas are found when all is read. */
typedef struct {
    Area area;
    bool struck;
} Block;
void document_add(Document *document, Block block, const char *text, gsize length);

/* plain.c and page.c: add the blocks of a text. */
void plain_read(Document *document, const char *text, gsize length);
void page_read(Document *document, const char *html, gsize length);

/* The first words of a unit, at most limit characters, for evidence. Free with g_free. */
char *document_quote(const Document *document, const Unit *unit, glong limit);
