/* Stretches of time: GArrays of Span, where the name says so sorted and apart from one another. */
#pragma once

#include "base/instant.h"

typedef struct {
    Instant start, end; /* start <= x < end */
} Span;

GArray *spans_new(void);
void spans_add(GArray *spans, Instant start, Instant end); /* at the end, unsorted; an empty one is left out */
void spans_settle(GArray *spans);                          /* sorts, and joins those that touch */
/* Both settled; so is what is left. */
void spans_subtract(GArray *spans, const GArray *away);
void spans_append(GArray *spans, const GArray *more); /* unsettles */

/* In settled spans: whether one holds x. *change, which may be NULL, becomes where that ends or the next begins;
 * INSTANT_NEVER: none. */
bool spans_hold(const GArray *spans, Instant x, Instant *change);
