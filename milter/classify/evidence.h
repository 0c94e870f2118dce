/* Why, in sentences for a person, the weightiest first. */
#pragma once

#include "findings.h"
#include "model.h"

/* Appends to sentences (of char *) what weighed most, for either side: "subject offers a lower price: 'Spring sale'",
 * "button asks to buy: 'Kup teraz'". */
void evidence_collect(GPtrArray *sentences, const Model *model, const Features *features, const Findings *findings,
                      const Document *document);
