/* What was found in a message: which concept in which sentence. */
#pragma once

#include "concept.h"
#include "document.h"
#include "lexicon.h"

typedef struct {
    Concept concept;
    guint unit;      /* index into Document.units */
    double strength; /* 1; less where a single word of a sentence says it */
} Finding;

typedef struct {
    GArray *found;        /* of Finding, by unit; a concept at most once in a unit */
    const char *language; /* "pl"; NULL where it is not known. Borrowed from the lexicon */
} Findings;

/* Also settles which units are the footer. */
Findings *findings_collect(const Lexicon *lexicon, Document *document);
void findings_free(Findings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Findings, findings_free)
