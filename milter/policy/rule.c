/* Rules and the earliest instant.
 *
 * With no further contact, the answer of a rule changes only at known instants: where a contact enters or leaves its
 * window, where an event comes or has cooled off, where the almanac says that hours open or close. So nothing is
 * searched by steps of time. Each rule that blocks at x names an instant before which it is not free, and x leaps to
 * the latest of these until none blocks. No instant that is leapt over could have been free, hence the answer is exact;
 * and all are asked at every x, hence their order is of no weight.
 *
 * Contacts and events come to an end, hours and quiet times do not: two that contradict each other would be asked to
 * the end of time. Where they alone have kept x waiting for longer than an almanac looks ahead, there is none. */
#include "policy/rule.h"

#include "contacts.h"
#include "kinds.h"
#include "later.h"

typedef bool (*RuleAsk)(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Block *block);

static const struct {
    const char *name;
    RuleAsk ask;
    bool by_almanac;
} kinds[] = {
    [RULE_CAP] = {"cap", cap_blocks, false},       [RULE_RATIO] = {"ratio", ratio_blocks, false},
    [RULE_GAP] = {"gap", gap_blocks, false},       [RULE_FIRST] = {"first", first_blocks, false},
    [RULE_GATE] = {"gate", gate_blocks, false},    [RULE_HOURS] = {"hours", hours_blocks, true},
    [RULE_PAUSE] = {"pause", pause_blocks, false}, [RULE_QUIET] = {"quiet", quiet_blocks, true},
};

void rule_clear(Rule *rule) {
    g_free(rule->name);
    g_free(rule->filter.topic);
    g_free(rule->filter.campaign);
    if (rule->kind == RULE_GATE) {
        g_free(rule->gate.event);
        g_free(rule->gate.until);
    } else if (rule->kind == RULE_HOURS) {
        g_strfreev(rule->hours.holidays);
    }
}

const char *rule_kind_name(const Rule *rule) {
    g_assert((gsize)rule->kind < G_N_ELEMENTS(kinds));
    return rule->own ? "own" : kinds[rule->kind].name;
}

Duration rule_reach(const Rule *rule) {
    switch (rule->kind) {
    case RULE_CAP:
        return window_reach(&rule->cap.window);
    case RULE_RATIO:
        return window_reach(&rule->ratio.window);
    case RULE_GAP:
        return rule->gap.min;
    case RULE_FIRST: /* what is older has been counted already */
    case RULE_GATE:
    case RULE_HOURS:
    case RULE_PAUSE:
    case RULE_QUIET:
        return 0;
    }
    g_assert_not_reached();
}

typedef struct {
    const Rule *rules;
    guint count;
    const History *history;
    const Candidate *candidate;
} Search;

static bool ask(const Search *search, guint which, Instant x, Block *block) {
    const Rule *rule = &search->rules[which];
    *block = (Block){.rule = rule, .have = -1, .limit = -1};
    return kinds[rule->kind].ask(rule, search->history, search->candidate, x, block);
}

/* An instant before which not all rules are free; x itself where all are. */
static Instant leap(const Search *search, Instant x, bool *almanac_alone) {
    Instant next = x;
    *almanac_alone = true;
    for (guint i = 0; i < search->count; i++) {
        Block block;
        if (!ask(search, i, x, &block))
            continue;
        g_assert(block.until > x);
        next = MAX(next, block.until);
        *almanac_alone = *almanac_alone && kinds[search->rules[i].kind].by_almanac;
    }
    return next;
}

/* The first instant in [x, horizon] at which no rule blocks. */
static Instant first_free(const Search *search, Instant x, Instant horizon) {
    Instant shut_since = x; /* by hours and quiet times alone */
    while (x <= horizon && x != INSTANT_NEVER) {
        bool almanac_alone;
        Instant next = leap(search, x, &almanac_alone);
        if (next == x)
            return x;
        if (!almanac_alone)
            shut_since = next;
        else if (next > later(shut_since, ALMANAC_REACH))
            return INSTANT_NEVER;
        x = next;
    }
    return INSTANT_NEVER;
}

bool rule_concerns(const Rule *rule, const Candidate *candidate) {
    switch (rule->kind) {
    case RULE_CAP:
    case RULE_GAP:
    case RULE_GATE:
        return filter_takes_candidate(&rule->filter, candidate);
    case RULE_RATIO:
    case RULE_FIRST:
        return candidate->class == CLASS_SALES;
    case RULE_HOURS:
    case RULE_PAUSE:
    case RULE_QUIET:
        return true;
    }
    g_assert_not_reached();
}

Block rule_count(const Rule *rule, const History *history, const Candidate *candidate, Instant x) {
    const Search search = {rule, 1, history, candidate};
    Block block;
    ask(&search, 0, x, &block);
    block.until = INSTANT_NEVER;
    return block;
}

bool rule_blocks(const Rule *rule, const History *history, const Candidate *candidate, Instant x, Instant horizon,
                 Block *block) {
    const Search search = {rule, 1, history, candidate};
    Block found;
    if (!ask(&search, 0, x, &found))
        return false;
    if (block != NULL) {
        found.until = first_free(&search, found.until, horizon);
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
    const Search search = {(const Rule *)(const void *)rules->data, rules->len, history, candidate};
    return first_free(&search, from, horizon);
}
