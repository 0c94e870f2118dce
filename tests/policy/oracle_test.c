/* The engine's arithmetic against an oracle that tries every second, on random small cases.
 *
 * The oracle is written from DESIGN.md section 5 and from the contract of overtaking.h, sentence by sentence, shares no
 * code with the engine and is as slow as it likes. CADENCE_CASES sets how many cases, CADENCE_SEED repeats a run. */
#include "policy/overtaking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CASES 5000
#define MOST_RULES 4
#define MOST_CONTACTS 9
#define MOST_WAITING 4
#define SPACE 40 /* all instants of a case lie in [0, SPACE] */

typedef struct {
    Contact contacts[MOST_CONTACTS + MOST_WAITING + 64];
    int count;
} Past;

typedef struct {
    GArray *rules;
    Past past; /* ascending */
    Candidate candidate, waiting[MOST_WAITING];
    int waiting_count;
    Instant x, horizon;
} Case;

/* ---- the oracle ---- */

static bool same(const char *wanted, const char *had) {
    return wanted == NULL || (had != NULL && strcmp(wanted, had) == 0);
}

static bool fits(const Filter *filter, MailClass class, const char *topic, const char *campaign) {
    return (filter->class == CLASS_ANY || filter->class == class) && same(filter->topic, topic) &&
           same(filter->campaign, campaign);
}

static bool inside(Instant t, Instant x, Duration window) {
    return x - window < t && t <= x;
}

static int count_in(const Past *past, const Filter *filter, Instant x, Duration window) {
    int count = 0;
    for (int i = 0; i < past->count; i++) {
        const Contact *c = &past->contacts[i];
        if (inside(c->at, x, window) && fits(filter, c->class, c->topic, c->campaign))
            count++;
    }
    return count;
}

static Instant last_before(const Past *past, const Filter *filter, Instant x) {
    Instant last = -1;
    for (int i = 0; i < past->count; i++) {
        const Contact *c = &past->contacts[i];
        if (c->at <= x && c->at > last && fits(filter, c->class, c->topic, c->campaign))
            last = c->at;
    }
    return last;
}

static bool oracle_rule(const Rule *rule, const Past *past, const Candidate *m, Instant x) {
    const Filter sales = {CLASS_SALES, NULL, NULL}, relational = {CLASS_RELATIONAL, NULL, NULL};
    bool matches = fits(&rule->filter, m->class, m->topic, m->campaign);
    if (rule->kind == RULE_CAP)
        return matches && count_in(past, &rule->filter, x, rule->cap.window) >= rule->cap.limit;
    if (rule->kind == RULE_RATIO)
        return m->class == CLASS_SALES && (count_in(past, &sales, x, rule->ratio.window) + 1) * rule->ratio.relational >
                                              count_in(past, &relational, x, rule->ratio.window) * rule->ratio.sales +
                                                  rule->ratio.allowance * rule->ratio.relational;
    Filter after = {rule->gap.after, NULL, NULL};
    Instant last = last_before(past, rule->gap.has_after ? &after : &rule->filter, x);
    return matches && last >= 0 && x - last < rule->gap.min;
}

static bool oracle_rules(const GArray *rules, const Past *past, const Candidate *m, Instant x) {
    for (guint i = 0; i < rules->len; i++)
        if (oracle_rule(&g_array_index(rules, Rule, i), past, m, x))
            return true;
    return false;
}

static Instant oracle_earliest(const GArray *rules, const Past *past, const Candidate *m, Instant from,
                               Instant horizon) {
    for (Instant x = from; x <= horizon; x++)
        if (!oracle_rules(rules, past, m, x))
            return x;
    return INSTANT_NEVER;
}

static Instant oracle_until(const Rule *rule, const Past *past, const Candidate *m, Instant x, Instant horizon) {
    for (Instant y = x + 1; y <= horizon; y++)
        if (!oracle_rule(rule, past, m, y))
            return y;
    return INSTANT_NEVER;
}

static Past with(const Past *past, const Candidate *m, Instant at) {
    Past more = *past;
    more.contacts[more.count++] = (Contact){at, m->class, m->topic, m->campaign};
    return more;
}

/* Adds relational contacts at x one by one until the rule is free. */
static int oracle_relational(const Rule *rule, const Past *past, const Candidate *m, Instant x) {
    const Candidate relational = {CLASS_RELATIONAL, NULL, NULL};
    Past more = *past;
    for (int added = 1; added <= 60; added++) {
        more = with(&more, &relational, x);
        if (!oracle_rule(rule, &more, m, x))
            return added;
    }
    return 0;
}

typedef struct {
    Instant until;
    gsize ahead;
} Wait;

/* Whether a contact of m at y keeps the waiting message i, everybody else going as planned, from its planned instant.
 */
static bool oracle_breaks(const Case *c, const Instant *plan, int planned, int i, const Candidate *m, Instant y) {
    Past past = with(&c->past, m, y);
    for (int other = 0; other < planned; other++)
        if (other != i && plan[other] != INSTANT_NEVER)
            past = with(&past, &c->waiting[other], plan[other]);
    return plan[i] != INSTANT_NEVER && oracle_rules(c->rules, &past, &c->waiting[i], plan[i]);
}

static bool oracle_overtakes(const Case *c, const Instant *plan, int planned, const Candidate *m, Instant y) {
    for (int i = 0; i < planned; i++)
        if (oracle_breaks(c, plan, planned, i, m, y))
            return true;
    return false;
}

static Instant oracle_place(const Case *c, const Instant *plan, int planned, const Candidate *m, Instant from) {
    Past past = c->past;
    for (int i = 0; i < planned; i++)
        if (plan[i] != INSTANT_NEVER)
            past = with(&past, &c->waiting[i], plan[i]);
    for (Instant y = from; y <= c->horizon; y++)
        if (!oracle_rules(c->rules, &past, m, y) && !oracle_overtakes(c, plan, planned, m, y))
            return y;
    return INSTANT_NEVER;
}

static bool oracle_overtaking(const Case *c, Wait *wait) {
    Instant plan[MOST_WAITING];
    for (int i = 0; i < c->waiting_count; i++)
        plan[i] = oracle_place(c, plan, i, &c->waiting[i], c->x);
    if (!oracle_overtakes(c, plan, c->waiting_count, &c->candidate, c->x))
        return false;
    wait->until = oracle_place(c, plan, c->waiting_count, &c->candidate, c->x + 1);
    wait->ahead = 0;
    for (int i = 0; i < c->waiting_count; i++)
        wait->ahead += plan[i] < wait->until;
    return true;
}

/* ---- random cases ---- */

static const char *any_topic(GRand *random) {
    static const char *const topics[] = {NULL, "loans", "tips"};
    return topics[g_rand_int_range(random, 0, 3)];
}

static const char *any_campaign(GRand *random) {
    static const char *const campaigns[] = {NULL, NULL, "spring", "autumn"};
    return campaigns[g_rand_int_range(random, 0, 4)];
}

static Candidate any_candidate(GRand *random) {
    return (Candidate){g_rand_int_range(random, 0, 3) == 0 ? CLASS_RELATIONAL : CLASS_SALES, any_topic(random),
                       any_campaign(random)};
}

static Rule any_rule(GRand *random) {
    Rule rule = {.kind = (RuleKind)g_rand_int_range(random, 0, 3), .name = g_strdup("")};
    Duration window = g_rand_int_range(random, 1, 14);
    rule.filter.class = CLASS_ANY;
    if (rule.kind == RULE_RATIO) {
        rule.ratio.relational = g_rand_int_range(random, 0, 5);
        rule.ratio.sales = g_rand_int_range(random, 1, 4);
        rule.ratio.allowance = g_rand_int_range(random, 0, 3);
        rule.ratio.window = window;
        return rule;
    }
    rule.filter.class = (MailClass)g_rand_int_range(random, 0, 3);
    rule.filter.topic = g_rand_int_range(random, 0, 3) == 0 ? g_strdup(any_topic(random)) : NULL;
    rule.filter.campaign = g_rand_int_range(random, 0, 4) == 0 ? g_strdup(any_campaign(random)) : NULL;
    if (rule.kind == RULE_CAP) {
        rule.cap.limit = g_rand_int_range(random, 0, 12) == 0 ? 0 : g_rand_int_range(random, 1, 4);
        rule.cap.window = window;
        return rule;
    }
    rule.gap.has_after = g_rand_boolean(random);
    rule.gap.after = (MailClass)g_rand_int_range(random, 0, 2);
    rule.gap.min = window;
    return rule;
}

static int by_time(const void *a, const void *b) {
    Instant left = ((const Contact *)a)->at, right = ((const Contact *)b)->at;
    return (left > right) - (left < right);
}

static Case any_case(GRand *random) {
    Case c = {.rules = g_array_new(FALSE, FALSE, sizeof(Rule))};
    g_array_set_clear_func(c.rules, (GDestroyNotify)rule_clear);
    for (int rules = g_rand_int_range(random, 0, MOST_RULES + 1); rules > 0; rules--) {
        Rule rule = any_rule(random);
        g_array_append_val(c.rules, rule);
    }
    for (int contacts = g_rand_int_range(random, 0, MOST_CONTACTS + 1); contacts > 0; contacts--) {
        Candidate past = any_candidate(random);
        c.past = with(&c.past, &past, g_rand_int_range(random, 0, SPACE / 2));
    }
    qsort(c.past.contacts, (size_t)c.past.count, sizeof(Contact), by_time);
    c.candidate = any_candidate(random);
    c.waiting_count = g_rand_int_range(random, 0, MOST_WAITING + 1);
    for (int i = 0; i < c.waiting_count; i++)
        c.waiting[i] = any_candidate(random);
    c.x = g_rand_int_range(random, 0, SPACE / 2 + 5);
    c.horizon = c.x + g_rand_int_range(random, -1, SPACE / 2);
    return c;
}

static void case_clear(Case *c) {
    g_array_unref(c->rules);
}

static History history_of(const Case *c) {
    return (History){c->past.contacts, (gsize)c->past.count};
}

/* ---- what must hold ---- */

typedef void (*Check)(const Case *c, GRand *random);

/* Runs a check on as many cases as asked for. Each case has a seed of its own, so that a run is repeated from any of
 * them. */
static void run(Check check) {
    const char *cases = g_getenv("CADENCE_CASES"), *chosen = g_getenv("CADENCE_SEED");
    int count = cases != NULL ? atoi(cases) : CASES;
    guint32 seed = chosen != NULL ? (guint32)strtoul(chosen, NULL, 10) : g_random_int();
    printf("seed %u, %d cases\n", seed, count);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        GRand *random = g_rand_new_with_seed(seed + (guint32)i);
        Case c = any_case(random);
        check(&c, random);
        case_clear(&c);
        g_rand_free(random);
    }
}

static void check_block(const Case *c, const Rule *rule, const Block *block) {
    const Filter relational = {CLASS_RELATIONAL, NULL, NULL};
    assert_ptr_equal(block->rule, rule);
    assert_int_equal(block->until, oracle_until(rule, &c->past, &c->candidate, c->x, c->horizon));
    assert_int_equal(block->relational, oracle_relational(rule, &c->past, &c->candidate, c->x));
    if (rule->kind == RULE_CAP) {
        assert_int_equal(block->have, count_in(&c->past, &rule->filter, c->x, rule->cap.window));
        assert_int_equal(block->limit, rule->cap.limit);
    } else if (rule->kind == RULE_RATIO) {
        assert_int_equal(block->have, count_in(&c->past, &relational, c->x, rule->ratio.window));
        assert_int_equal(block->limit, block->have + block->relational);
    } else {
        assert_in_range(block->have, 0, rule->gap.min - 1);
        assert_int_equal(block->limit, rule->gap.min);
    }
}

static void check_blocks(const Case *c, GRand *random) {
    (void)random;
    History history = history_of(c);
    g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(Block));
    bool blocked = rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, blocks);
    assert_int_equal(blocked, oracle_rules(c->rules, &c->past, &c->candidate, c->x));
    assert_int_equal(blocked, rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL));
    guint found = 0;
    for (guint i = 0; i < c->rules->len; i++) {
        const Rule *rule = &g_array_index(c->rules, Rule, i);
        if (!oracle_rule(rule, &c->past, &c->candidate, c->x))
            continue;
        assert_true(found < blocks->len);
        check_block(c, rule, &g_array_index(blocks, Block, found++));
    }
    assert_int_equal(found, blocks->len);
}

static void check_earliest(const Case *c, GRand *random) {
    (void)random;
    History history = history_of(c);
    assert_int_equal(rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon),
                     oracle_earliest(c->rules, &c->past, &c->candidate, c->x, c->horizon));
}

static void check_overtaking(const Case *c, GRand *random) {
    (void)random;
    if (oracle_rules(c->rules, &c->past, &c->candidate, c->x) || c->x > c->horizon)
        return; /* not asked where a rule blocks already */
    History history = history_of(c);
    Instant until = -7;
    gsize ahead = 77;
    bool waits = overtaking_blocks(c->rules, &history, &c->candidate, c->x, c->horizon, c->waiting,
                                   (gsize)c->waiting_count, &until, &ahead);
    Wait wait;
    assert_int_equal(waits, oracle_overtaking(c, &wait));
    assert_int_equal(until, waits ? wait.until : -7);
    assert_int_equal(ahead, waits ? wait.ahead : 77);
}

static void check_order(const Case *c, GRand *random) {
    History history = history_of(c);
    bool blocked = rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL);
    Instant earliest = rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon);
    Rule *rules = (Rule *)(void *)c->rules->data;
    for (gint32 i = (gint32)c->rules->len - 1; i > 0; i--) {
        gint32 other = g_rand_int_range(random, 0, i + 1);
        Rule moved = rules[i];
        rules[i] = rules[other];
        rules[other] = moved;
    }
    assert_int_equal(blocked, rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL));
    assert_int_equal(earliest, rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon));
}

static void check_tightening(const Case *c, GRand *random) {
    History history = history_of(c);
    bool blocked = rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL);
    Instant earliest = rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon);
    Rule rule = any_rule(random);
    g_array_append_val(c->rules, rule);
    bool blocked_now = rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL);
    assert_true(blocked_now || !blocked);
    assert_true(rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon) >= earliest);
}

/* A suite in which nothing is ever blocked or overtaken would prove nothing. */
static int interesting[4];

static void check_interest(const Case *c, GRand *random) {
    (void)random;
    bool blocked = oracle_rules(c->rules, &c->past, &c->candidate, c->x);
    Instant earliest = oracle_earliest(c->rules, &c->past, &c->candidate, c->x, c->horizon);
    Wait wait;
    interesting[0] += blocked;
    interesting[1] += blocked && earliest != INSTANT_NEVER;
    interesting[2] += !blocked && oracle_overtaking(c, &wait);
    interesting[3] += !blocked && oracle_overtaking(c, &wait) && wait.until != INSTANT_NEVER && wait.ahead > 1;
}

static void blocks_agree(void **state) {
    (void)state;
    run(check_blocks);
}

static void earliest_agrees(void **state) {
    (void)state;
    run(check_earliest);
}

static void overtaking_agrees(void **state) {
    (void)state;
    run(check_overtaking);
}

static void order_of_rules_is_of_no_weight(void **state) {
    (void)state;
    run(check_order);
}

static void another_rule_never_loosens(void **state) {
    (void)state;
    run(check_tightening);
}

static void cases_are_worth_trying(void **state) {
    (void)state;
    run(check_interest);
    printf("%d blocked, %d of them freed in time; %d overtaking, %d of them more than one\n", interesting[0],
           interesting[1], interesting[2], interesting[3]);
    for (int i = 0; i < 4; i++)
        assert_true(interesting[i] > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_agree),
        cmocka_unit_test(earliest_agrees),
        cmocka_unit_test(overtaking_agrees),
        cmocka_unit_test(order_of_rules_is_of_no_weight),
        cmocka_unit_test(another_rule_never_loosens),
        cmocka_unit_test(cases_are_worth_trying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
