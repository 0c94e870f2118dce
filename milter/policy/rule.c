/* Rules and the earliest instant.
 *
 * With no further contact, the answer of a rule with a rolling window W can change at two kinds of instants alone:
 * where a contact enters (at) and where it leaves (at + W). So nothing is searched by steps of time: a rule that blocks
 * at x is asked again at the next such instant, and rules_earliest lets every rule push x forward until none does. No
 * instant that is skipped could have been free, hence the answer is exact.
 *
 * A contact later than x (the clock was set back, or a plan has placed it there) is in no window at x. It counts from
 * its own instant on, and a rule that is free before it may block again after it. */
#include "policy/rule.h"

typedef bool (*RuleAsk)(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);

static Instant later(Instant at, Duration duration) {
    Instant sum;
    return __builtin_add_overflow(at, duration, &sum) ? INSTANT_NEVER : sum;
}

/* The first contact whose at + duration lies after x; the count where there is none. */
static gsize first_after(const History *history, Duration duration, Instant x) {
    gsize low = 0, high = history->count;
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (later(history->contacts[middle].at, duration) > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The contacts that are in a window: from begin to before end. */
typedef struct {
    gsize begin, end;
} Window;

static Window window_at(const History *history, Duration window, Instant x) {
    return (Window){first_after(history, window, x), first_after(history, 0, x)};
}

static bool filter_matches(const Filter *filter, MailClass class, const char *topic, const char *campaign) {
    return (filter->class == CLASS_ANY || filter->class == class) &&
           (filter->topic == NULL || g_strcmp0(filter->topic, topic) == 0) &&
           (filter->campaign == NULL || g_strcmp0(filter->campaign, campaign) == 0);
}

static bool contact_matches(const Filter *filter, const Contact *contact) {
    return filter_matches(filter, contact->class, contact->topic, contact->campaign);
}

static bool candidate_matches(const Filter *filter, const Candidate *candidate) {
    return filter_matches(filter, candidate->class, candidate->topic, candidate->campaign);
}

static gint64 count_matching(const History *history, Window window, const Filter *filter) {
    gint64 count = 0;
    for (gsize i = window.begin; i < window.end; i++)
        count += contact_matches(filter, &history->contacts[i]);
    return count;
}

static bool cap_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    if (!candidate_matches(&rule->filter, candidate))
        return false;
    block->have = count_matching(history, window_at(history, rule->cap.window, x), &rule->filter);
    block->limit = rule->cap.limit;
    return block->have >= block->limit;
}

/* The fewest relational contacts R for which (sales + 1) * relational <= R * sales + allowance * relational holds,
 * sales being the contacts of that class. In 128 bits, for a configuration may ask for any ratio. */
static gint64 relational_needed(const Rule *rule, gint64 sales) {
    __int128 owed = ((__int128)sales + 1 - rule->ratio.allowance) * rule->ratio.relational;
    if (owed <= 0)
        return 0;
    __int128 needed = (owed + rule->ratio.sales - 1) / rule->ratio.sales;
    return needed > G_MAXINT64 ? G_MAXINT64 : (gint64)needed;
}

static bool ratio_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x,
                         Block *block) {
    if (candidate->class != CLASS_SALES)
        return false;
    Window window = window_at(history, rule->ratio.window, x);
    gint64 sales = count_matching(history, window, &(Filter){.class = CLASS_SALES});
    block->have = count_matching(history, window, &(Filter){.class = CLASS_RELATIONAL});
    block->limit = relational_needed(rule, sales);
    block->relational = MAX(block->limit - block->have, 0);
    return block->relational > 0;
}

static bool gap_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block) {
    if (!candidate_matches(&rule->filter, candidate))
        return false;
    Filter after = rule->gap.has_after ? (Filter){.class = rule->gap.after} : rule->filter;
    Window window = window_at(history, rule->gap.min, x);
    for (gsize i = window.end; i-- > window.begin;) {
        if (!contact_matches(&after, &history->contacts[i]))
            continue;
        block->have = x - history->contacts[i].at;
        block->limit = rule->gap.min;
        return true;
    }
    return false;
}

static const struct {
    const char *name;
    RuleAsk ask;
} kinds[] = {
    [RULE_CAP] = {"cap", cap_blocks},
    [RULE_RATIO] = {"ratio", ratio_blocks},
    [RULE_GAP] = {"gap", gap_blocks},
};

void rule_clear(Rule *rule) {
    g_free(rule->name);
    g_free(rule->filter.topic);
    g_free(rule->filter.campaign);
}

const char *rule_kind_name(RuleKind kind) {
    g_assert((gsize)kind < G_N_ELEMENTS(kinds));
    return kinds[kind].name;
}

Duration rule_reach(const Rule *rule) {
    switch (rule->kind) {
    case RULE_CAP:
        return rule->cap.window;
    case RULE_RATIO:
        return rule->ratio.window;
    case RULE_GAP:
        return rule->gap.min;
    }
    g_assert_not_reached();
}

/* The first instant after x at which a contact enters or leaves the rule's window. */
static Instant next_change(const Rule *rule, const History *history, Instant x) {
    Duration reach = rule_reach(rule);
    gsize enters = first_after(history, 0, x), leaves = first_after(history, reach, x);
    Instant enter = enters < history->count ? history->contacts[enters].at : INSTANT_NEVER;
    Instant leave = leaves < history->count ? later(history->contacts[leaves].at, reach) : INSTANT_NEVER;
    return MIN(enter, leave);
}

/* The first instant from x on at which the rule does not block. */
static Instant rule_earliest(const Rule *rule, const History *history, const Candidate *candidate, Instant x,
                             Instant horizon) {
    Block ignored;
    while (x <= horizon && x != INSTANT_NEVER) {
        if (!kinds[rule->kind].ask(rule, history, candidate, x, &ignored))
            return x;
        x = next_change(rule, history, x);
    }
    return INSTANT_NEVER;
}

bool rule_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Instant horizon,
                 Block *block) {
    Block found = {.rule = rule};
    if (!kinds[rule->kind].ask(rule, history, candidate, x, &found))
        return false;
    if (block != NULL) {
        found.until = rule_earliest(rule, history, candidate, next_change(rule, history, x), horizon);
        *block = found;
    }
    return true;
}

bool rules_block(const GArray *rules, const History *history, const Candidate *candidate, Instant x, Instant horizon,
                 GArray *blocks) {
    bool any = false;
    for (guint i = 0; i < rules->len; i++) {
        Block block;
        if (!rule_blocks(&g_array_index(rules, Rule, i), history, candidate, x, horizon, blocks ? &block : NULL))
            continue;
        any = true;
        if (blocks != NULL)
            g_array_append_val(blocks, block);
    }
    return any;
}

Instant rules_earliest(const GArray *rules, const History *history, const Candidate *candidate, Instant from,
                       Instant horizon) {
    Instant x = from, asked;
    do {
        asked = x;
        for (guint i = 0; i < rules->len && x != INSTANT_NEVER; i++)
            x = rule_earliest(&g_array_index(rules, Rule, i), history, candidate, x, horizon);
    } while (x != asked);
    return x <= horizon ? x : INSTANT_NEVER;
}
