/* What is found in a sentence by its form, in any language: percentages, prices, numbers of orders, masked numbers,
 * capitals. */
#pragma once

#include "concept.h"
#include "document.h"

/* The signs in one unit, as bits: 1 << (concept - CONCEPT_PERCENT). */
guint signs_in(const Document *document, const Unit *unit);
