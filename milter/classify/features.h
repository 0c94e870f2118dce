/* What the model sees of a message: for each concept how strongly it stands there, and a few figures of the whole.
 * Nothing of it depends on a language, and nothing on words that the lexicon does not know. */
#pragma once

#include "findings.h"

/* Figures of the whole message, after the concepts. */
typedef enum {
    FIGURE_COMMERCIAL_SHARE, /* of the words in sentences that speak for either side, those for sales */
    FIGURE_FIRST_COMMERCIAL, /* 1: what first speaks for either side is an offer, -1: it is not, 0: nothing does */
    FIGURE_NOTHING_SOLD,     /* in a text of some length whose language is known nothing is offered */
    FIGURE_PRICED,           /* prices stand in it, and nothing reports on an order, an account or the like */
    FIGURE_LIST_UNSUBSCRIBE,
    FIGURE_ONE_CLICK,
    FIGURE_BULK,
    FIGURE_FEEDBACK_ID,
    FIGURE_CAMPAIGN,
    FIGURE_AUTO_SUBMITTED,
    FIGURE_DISCUSSION, /* people write to one another: List-Post, a tag in the subject ("[shop/cart]") */
    FIGURE_IMAGES,     /* more pictures than text needs */
    FIGURE_LINKS,      /* many links for so few words */
    FIGURE_LONG,
    FIGURE_BIAS,
    FIGURES
} Figure;

/* Each concept, each concept in the subject alone, and the figures. */
#define FEATURES (2 * CONCEPTS + FIGURES)

typedef struct {
    double values[FEATURES];
} Features;

void features_read(Features *features, const Findings *findings, const Document *document,
                   const ClassifyMessage *message);

/* How much a concept weighs in an area, as a multiple of its own weight. */
double features_area_weight(Area area);

/* "discount", "subject:discount", "list_unsubscribe": stable, they stand in files. Borrowed. */
const char *features_name(guint feature);
bool features_find(const char *name, guint *feature);
/* What is known beforehand of the weight. */
double features_prior(guint feature);

/* "name:value name:value", at most CLASSIFY_FEATURES_MAX bytes; values that are 0 are left out. */
char *features_to_text(const Features *features);
/* PERMANENT, naming what was expected. Names that are no longer known are skipped. */
bool features_from_text(const char *text, Features *features, GError **error);
