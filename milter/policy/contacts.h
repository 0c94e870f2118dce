/* The contacts of a history that lie in a window, and the filters that choose among them. */
#pragma once

#include "policy/rule.h"

typedef struct {
    gsize begin, end; /* places in the history's contacts: from begin to before end */
    Instant change;   /* the next instant at which a contact enters or may leave the window; INSTANT_NEVER: none does */
} Span;

/* The place of the first contact later than x; their number where there is none. */
gsize contacts_after(const History *history, Instant x);
Span contacts_in_window(const History *history, const Window *window, Instant x);
gint64 contacts_count(const History *history, Span span, const Filter *filter);
/* Of the contacts that contacts_count counts, the one that has n before it: n is less than their number. */
const Contact *contacts_nth(const History *history, Span span, const Filter *filter, gint64 n);
/* The last contact in the span that the filter lets through; NULL: none. */
const Contact *contacts_last(const History *history, Span span, const Filter *filter);

bool filter_takes_candidate(const Filter *filter, const Candidate *candidate);
