/* HTML as a browser's tokenizer walks through it (WHATWG HTML, 13.2.5), over the literal text of a template: which
 * state it is in where a value stands. It knows no elements but those whose content is no markup. */
#pragma once

#include "place.h"
#include "url.h"

#include <glib.h>

#define MARKUP_NAME_BYTES URL_SCHEME_BYTES /* longer names are none that mean anything here */

typedef enum {
    MARKUP_TEXT,
    MARKUP_TAG_OPEN,     /* behind < */
    MARKUP_END_TAG_OPEN, /* behind </ */
    MARKUP_TAG_NAME,
    MARKUP_IN_TAG, /* where an attribute may begin */
    MARKUP_ATTRIBUTE_NAME,
    MARKUP_AFTER_ATTRIBUTE_NAME,
    MARKUP_BEFORE_VALUE,
    MARKUP_VALUE,          /* of an attribute; quote says which */
    MARKUP_RAW_TEXT,       /* of script, style and the like */
    MARKUP_ESCAPABLE_TEXT, /* of title and textarea: references are read, tags are not */
    MARKUP_DECLARATION,    /* behind <! */
    MARKUP_BOGUS,          /* doctype, processing instruction and what else ends at > */
    MARKUP_COMMENT,
    MARKUP_LOST, /* it depends on sections which of the above it is */
} MarkupState;

/* How much of "<!--[if …]>" there is. */
typedef enum {
    CONDITION_NONE,
    CONDITION_MAY_BEGIN,
    CONDITION_BRACKET,
    CONDITION_I,
    CONDITION_BEGUN,
    CONDITION_ENDS,
} ConditionState;

typedef struct {
    MarkupState state;
    char quote;       /* " or ', or NUL for none */
    bool closing;     /* the tag begins with </ */
    bool conditional; /* inside <!--[if …]>, which Outlook reads as HTML */
    bool unsure;      /* which attribute it is depends on sections */
    bool begun;       /* an attribute's value has begun */
    guint matched;    /* characters of what ends a raw text or comment */
    ConditionState condition;
    char element[MARKUP_NAME_BYTES];   /* in lower case */
    char attribute[MARKUP_NAME_BYTES]; /* in lower case */
    UrlState url;
    char scheme[URL_SCHEME_BYTES];
} Markup;

/* A walk begins in text. */
#define MARKUP_START ((Markup){.state = MARKUP_TEXT})

void markup_walk(Markup *markup, const char *text, gsize length);
/* In markup_place.c: where a value would stand now. */
Place markup_place(const Markup *markup);
/* Passes over one. */
void markup_pass_value(Markup *markup);
/* In markup_join.c: what is known where one of the two is the case; false where that is nothing. */
bool markup_join(Markup *markup, const Markup *other);

/* Steps of the walk that the others take too. */
void markup_begin_value(Markup *markup, char quote);
bool markup_is_url(const Markup *markup); /* the attribute holds a URL, or a list of them */
bool markup_is_url_list(const Markup *markup);
