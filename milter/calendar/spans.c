/* Unions and differences of stretches of time, by sorting and one walk along. */
#include "spans.h"

GArray *spans_new(void) {
    return g_array_new(FALSE, FALSE, sizeof(Span));
}

void spans_add(GArray *spans, Instant start, Instant end) {
    Span span = {start, end};
    if (start < end)
        g_array_append_val(spans, span);
}

void spans_append(GArray *spans, const GArray *more) {
    if (more->len > 0)
        g_array_append_vals(spans, more->data, more->len);
}

static int by_start(gconstpointer left, gconstpointer right) {
    const Span *a = left, *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

void spans_settle(GArray *spans) {
    if (spans->len == 0)
        return;
    g_array_sort(spans, by_start);
    Span *all = (Span *)(gpointer)spans->data;
    guint kept = 0;
    for (guint i = 1; i < spans->len; i++) {
        if (all[i].start <= all[kept].end)
            all[kept].end = MAX(all[kept].end, all[i].end);
        else
            all[++kept] = all[i];
    }
    g_array_set_size(spans, kept + 1);
}

void spans_subtract(GArray *spans, const GArray *away) {
    g_autoptr(GArray) left = spans_new();
    guint first = 0;
    for (guint i = 0; i < spans->len; i++) {
        Span span = g_array_index(spans, Span, i);
        while (first < away->len && g_array_index(away, Span, first).end <= span.start)
            first++;
        for (guint j = first; j < away->len && g_array_index(away, Span, j).start < span.end; j++) {
            spans_add(left, span.start, g_array_index(away, Span, j).start);
            span.start = MAX(span.start, g_array_index(away, Span, j).end);
        }
        spans_add(left, span.start, span.end);
    }
    g_array_set_size(spans, 0);
    spans_append(spans, left);
}

bool spans_hold(const GArray *spans, Instant x, Instant *change) {
    guint low = 0, high = spans->len; /* the first that ends after x */
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(spans, Span, middle).end <= x)
            low = middle + 1;
        else
            high = middle;
    }
    const Span *span = low < spans->len ? &g_array_index(spans, Span, low) : NULL;
    bool held = span != NULL && span->start <= x;
    if (change != NULL)
        *change = span == NULL ? INSTANT_NEVER : held ? span->end : span->start;
    return held;
}
