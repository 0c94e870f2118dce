/* The engine's arithmetic against an oracle (oracle.h) that tries every second, on random small cases (random_case.h).
 * CADENCE_CASES sets how many cases, CADENCE_SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "random_case.h"

#define CASES 5000

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

static void check_counts(const Case *c, const Rule *rule, const Block *block) {
    switch (rule->kind) {
    case RULE_CAP:
        assert_int_equal(block->have, count_in(&c->past, &rule->filter, c->x, &rule->cap.window));
        assert_int_equal(block->limit, rule->cap.limit);
        break;
    case RULE_RATIO:
        assert_int_equal(block->have, count_in(&c->past, &relational, c->x, &rule->ratio.window));
        assert_int_equal(block->limit, block->have + block->relational);
        break;
    case RULE_GAP:
        assert_in_range(block->have, 0, rule->gap.min - 1);
        assert_int_equal(block->limit, rule->gap.min);
        break;
    case RULE_FIRST:
        assert_int_equal(block->have, relational_ever(&c->past, c->x));
        assert_int_equal(block->limit, rule->first.relational);
        break;
    case RULE_GATE:
    case RULE_HOURS:
    case RULE_PAUSE:
    case RULE_QUIET:
        assert_int_equal(block->have, -1);
        assert_int_equal(block->limit, -1);
    }
}

static void check_block(const Case *c, const Rule *rule, const Block *block) {
    assert_ptr_equal(block->rule, rule);
    assert_int_equal(block->until, oracle_until(rule, &c->past, &c->candidate, c->x, c->horizon));
    assert_int_equal(block->relational, oracle_relational(rule, &c->past, &c->candidate, c->x));
    check_counts(c, rule, block);
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

static void check_tighter(const Case *c, GRand *random, void (*add)(GRand *random, GArray *rules)) {
    History history = history_of(c);
    bool blocked = rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL);
    Instant earliest = rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon);
    add(random, c->rules);
    bool blocked_now = rules_block(c->rules, &history, &c->candidate, c->x, c->horizon, NULL);
    assert_true(blocked_now || !blocked);
    assert_true(rules_earliest(c->rules, &history, &c->candidate, c->x, c->horizon) >= earliest);
}

static void add_any_rule(GRand *random, GArray *rules) {
    Rule rule = any_rule(random);
    g_array_append_val(rules, rule);
}

static void check_another_rule(const Case *c, GRand *random) {
    check_tighter(c, random, add_any_rule);
}

static void check_own_limits(const Case *c, GRand *random) {
    check_tighter(c, random, add_any_wishes);
}

/* A suite in which nothing is ever blocked or overtaken would prove nothing. */
static int interesting[4], blocking[KINDS], freeing[KINDS];

static void count_kinds(const Case *c) {
    for (guint i = 0; i < c->rules->len; i++) {
        const Rule *rule = &g_array_index(c->rules, Rule, i);
        if (!oracle_rule(rule, &c->past, &c->candidate, c->x))
            continue;
        blocking[rule->kind]++;
        freeing[rule->kind] += oracle_until(rule, &c->past, &c->candidate, c->x, c->horizon) != INSTANT_NEVER;
    }
}

static void check_interest(const Case *c, GRand *random) {
    (void)random;
    bool blocked = oracle_rules(c->rules, &c->past, &c->candidate, c->x);
    Instant earliest = oracle_earliest(c->rules, &c->past, &c->candidate, c->x, c->horizon);
    Wait wait;
    count_kinds(c);
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
    run(check_another_rule);
}

static void own_limits_never_loosen(void **state) {
    (void)state;
    run(check_own_limits);
}

static void cases_are_worth_trying(void **state) {
    (void)state;
    run(check_interest);
    printf("%d blocked, %d of them freed in time; %d overtaking, %d of them more than one\n", interesting[0],
           interesting[1], interesting[2], interesting[3]);
    for (int i = 0; i < 4; i++)
        assert_true(interesting[i] > 0);
    for (int kind = 0; kind < KINDS; kind++) {
        printf("kind %d: %d blocked, %d of them freed in time\n", kind, blocking[kind], freeing[kind]);
        assert_true(freeing[kind] > 0 && blocking[kind] > freeing[kind]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_agree),
        cmocka_unit_test(earliest_agrees),
        cmocka_unit_test(overtaking_agrees),
        cmocka_unit_test(order_of_rules_is_of_no_weight),
        cmocka_unit_test(another_rule_never_loosens),
        cmocka_unit_test(own_limits_never_loosen),
        cmocka_unit_test(cases_are_worth_trying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
