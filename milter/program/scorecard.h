/* Counting right and wrong answers. A group of near duplicates counts once, as the share of its messages that are
 * right: a template in forty variants is one piece of evidence. */
#pragma once

#include "classify/classify.h"
#include "program/labelled.h"

#include <jansson.h>

typedef struct Scorecard Scorecard;

Scorecard *scorecard_new(void);
void scorecard_free(Scorecard *scorecard);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scorecard, scorecard_free)

void scorecard_add(Scorecard *scorecard, const LabelledMessage *labelled, const Classification *answer);
/* Keys: cadencectl(1). */
json_t *scorecard_document(const Scorecard *scorecard);
