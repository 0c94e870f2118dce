/* The rules that count contacts: cap, ratio, gap and first. With no further contact, what they count changes only where
 * a contact enters their window or leaves it, so the next such instant bounds when they may be free. */
#include "contacts.h"
#include "kinds.h"
#include "later.h"

static const Filter sales_alone = {.class = CLASS_SALES};
static const Filter relational_alone = {.class = CLASS_RELATIONAL};

/* A full cap is not free before its surplus and one more have left; those who mail every minute must not be counted
 * anew for each of their contacts. A civil window loses all at once. */
static Instant cap_frees(const Rule *rule, const History *history, Span span, gint64 surplus) {
    if (rule->cap.limit == 0)
        return INSTANT_NEVER;
    if (rule->cap.window.kind != WINDOW_ROLLING)
        return span.change;
    return later(contacts_nth(history, span, &rule->filter, surplus)->at, rule->cap.window.length);
}

bool cap_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    if (!filter_takes_candidate(&rule->filter, candidate))
        return false;
    Span span = contacts_in_window(history, &rule->cap.window, x);
    block->have = contacts_count(history, span, &rule->filter);
    block->limit = rule->cap.limit;
    if (block->have < block->limit)
        return false;
    block->until = cap_frees(rule, history, span, block->have - block->limit);
    return true;
}

/* The least R for which (sales + 1) * relational <= R * sales + allowance * relational holds, the first sales being the
 * contacts, the second the rule's. In 128 bits, for a configuration may ask for any ratio. */
gint64 ratio_needs(const Rule *rule, gint64 sales) {
    __int128 owed = ((__int128)sales + 1 - rule->ratio.allowance) * rule->ratio.relational;
    if (owed <= 0)
        return 0;
    __int128 needed = (owed + rule->ratio.sales - 1) / rule->ratio.sales;
    return needed > G_MAXINT64 ? G_MAXINT64 : (gint64)needed;
}

bool ratio_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    if (candidate->class != CLASS_SALES)
        return false;
    Span span = contacts_in_window(history, &rule->ratio.window, x);
    block->have = contacts_count(history, span, &relational_alone);
    block->limit = ratio_needs(rule, contacts_count(history, span, &sales_alone));
    block->relational = MAX(block->limit - block->have, 0);
    block->until = span.change;
    return block->relational > 0;
}

/* The contacts that a gap is kept from. */
static Filter gap_after(const Rule *rule) {
    return rule->gap.has_after ? (Filter){.class = rule->gap.after} : rule->filter;
}

bool gap_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    if (!filter_takes_candidate(&rule->filter, candidate))
        return false;
    const Filter after = gap_after(rule);
    const Window window = {WINDOW_ROLLING, rule->gap.min};
    const Contact *last = contacts_last(history, contacts_in_window(history, &window, x), &after);
    if (last == NULL)
        return false;
    block->have = x - last->at;
    block->limit = rule->gap.min;
    block->until = later(last->at, rule->gap.min);
    return true;
}

/* All of the history is in a window that is longer than time. */
bool first_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    if (candidate->class != CLASS_SALES)
        return false;
    const Window ever = {WINDOW_ROLLING, G_MAXINT64};
    Span span = contacts_in_window(history, &ever, x);
    gint64 recent = contacts_count(history, span, &relational_alone);
    block->have = recent + (gint64)MIN(history->relational_earlier, (guint64)(G_MAXINT64 - recent));
    block->limit = rule->first.relational;
    block->relational = MAX(block->limit - block->have, 0);
    block->until = span.change;
    return block->relational > 0;
}

static bool gap_is_tightened_by(const Rule *rule, const Candidate *candidate) {
    const Filter after = gap_after(rule);
    return filter_takes_candidate(&after, candidate);
}

bool rule_is_tightened_by(const Rule *rule, const Candidate *candidate) {
    switch (rule->kind) {
    case RULE_CAP:
        return filter_takes_candidate(&rule->filter, candidate);
    case RULE_RATIO:
        return candidate->class == CLASS_SALES;
    case RULE_GAP:
        return gap_is_tightened_by(rule, candidate);
    case RULE_FIRST: /* counts what can only open it */
    case RULE_GATE:
    case RULE_HOURS:
    case RULE_PAUSE:
    case RULE_QUIET:
        return false;
    }
    g_assert_not_reached();
}
