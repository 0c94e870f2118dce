/* What a message is for, by what stands where: the parts that sell, the parts that serve, and the primary purpose by
 * 16 CFR 316.3. */
#pragma once

#include "findings.h"

#define PURPOSE_SUBSTANTIAL 2.5 /* Purpose.serving of mail that serves in substantial part */

typedef struct {
    bool subject_sells, subject_serves;
    bool serves;                     /* transactional or relationship content stands in it (16 CFR 316.3(c)) */
    bool serves_first;               /* at the beginning of the body */
    bool secures;                    /* a code, a password, a sign-in, a danger: in the subject or at the beginning */
    guint first_sale;                /* index of the first unit that sells beyond doubt, G_MAXUINT: none */
    double sales_words, other_words; /* of the body, in units that sell and in units that do not */
    double serving, commercial;      /* what serves in subject and beginning, what sells anywhere: sums of weights */
    double sales_score;              /* how strongly the units that sell do so */
    guint sales_witnesses, other_witnesses; /* how much bears witness to either side: units and concepts, less one */
} Purpose;

void purpose_read(Purpose *purpose, const Findings *findings, const Document *document);

/* For a message whose content is as described. reads_as_sales: what the model says of the whole. */
LegalClass purpose_legal(const Purpose *purpose, bool reads_as_sales);
