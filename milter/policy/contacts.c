/* Contacts in windows. A window at x, rolling or civil, is the contacts after some instant and not after x: the two
 * kinds differ only in where that instant lies and in when the oldest contact leaves. A civil window without contacts
 * stays as it is however many periods end, so that nobody counts midnights to the end of time. */
#include "contacts.h"

#include "later.h"

gsize contacts_after(const History *history, Instant x) {
    gsize low = 0, high = history->count;
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (history->contacts[middle].at > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static Instant next_to_enter(const History *history, Span span) {
    return span.end < history->count ? history->contacts[span.end].at : INSTANT_NEVER;
}

Span contacts_in_window(const History *history, const Window *window, Instant x) {
    Instant start, end = INSTANT_NEVER;
    bool rolling = window->kind == WINDOW_ROLLING;
    g_assert(rolling || history->almanac != NULL);
    if (!rolling)
        history->almanac->period(history->almanac, window->kind, x, &start, &end);
    Span span = {.end = contacts_after(history, x)};
    span.begin = contacts_after(history, rolling ? sooner(x, window->length) : sooner(start, 1));
    span.change = next_to_enter(history, span);
    if (span.begin < span.end) {
        Instant leaves = rolling ? later(history->contacts[span.begin].at, window->length) : end;
        span.change = MIN(span.change, leaves);
    }
    return span;
}

static bool filter_takes(const Filter *filter, MailClass class, const char *topic, const char *campaign) {
    return (filter->class == CLASS_ANY || filter->class == class) &&
           (filter->topic == NULL || g_strcmp0(filter->topic, topic) == 0) &&
           (filter->campaign == NULL || g_strcmp0(filter->campaign, campaign) == 0);
}

static bool filter_takes_contact(const Filter *filter, const Contact *contact) {
    return filter_takes(filter, contact->class, contact->topic, contact->campaign);
}

bool filter_takes_candidate(const Filter *filter, const Candidate *candidate) {
    return filter_takes(filter, candidate->class, candidate->topic, candidate->campaign);
}

gint64 contacts_count(const History *history, Span span, const Filter *filter) {
    gint64 count = 0;
    for (gsize i = span.begin; i < span.end; i++)
        count += filter_takes_contact(filter, &history->contacts[i]);
    return count;
}

const Contact *contacts_nth(const History *history, Span span, const Filter *filter, gint64 n) {
    for (gsize i = span.begin; i < span.end; i++)
        if (filter_takes_contact(filter, &history->contacts[i]) && n-- == 0)
            return &history->contacts[i];
    g_assert_not_reached();
}

const Contact *contacts_last(const History *history, Span span, const Filter *filter) {
    for (gsize i = span.end; i-- > span.begin;)
        if (filter_takes_contact(filter, &history->contacts[i]))
            return &history->contacts[i];
    return NULL;
}
