/* The order of DESIGN.md section 4: what stops a message for good (expiry, consent, a condition), what exempts it, the
 * rules, and then the policy's `over` list. A question is asked of a variant: the message as it came, or what is left
 * when its sales part is cut. */
#include "decide.h"

#include "consents.h"

#include "policy/overtaking.h"

#define LATEST_ANSWER ((Duration)366 * 24 * 3600)

static Instant horizon_of(const Question *question) {
    const Matter *matter = question->matter;
    Instant longest = matter->at + question->policy->hold_max;
    return matter->released ? MIN(matter->deadline, longest) : longest;
}

/* ---- stops for good ---- */

static void stop(const Question *question, Outcome *outcome, const char *rule, const char *name) {
    bool expired = g_str_equal(rule, "expires");
    if (outcome->reasons->len == 0) /* the first decides, all are named */
        outcome->action = expired || question->matter->released ? ACTION_DROP : ACTION_REFUSE;
    outcome_add_reason(outcome, reason_new(rule, name));
}

static bool is_stopped_for_good(const Matter *matter) {
    return matter->at > matter->expires || matter->lacks_consent || matter->fails_requires;
}

static bool stops_for_good(const Question *question, Outcome *outcome) {
    const Matter *matter = question->matter;
    if (matter->at > matter->expires)
        stop(question, outcome, "expires", NULL);
    if (matter->lacks_consent)
        stop(question, outcome, "consent", matter->lacks_consent);
    if (matter->fails_requires)
        stop(question, outcome, "requires", matter->fails_requires);
    return is_stopped_for_good(matter);
}

/* ---- rules ---- */

static Reason *reason_of_block(const Block *block) {
    Reason *reason = reason_new(rule_kind_name(block->rule), block->rule->name);
    reason->have = block->have;
    reason->limit = block->limit;
    reason->until = block->until;
    reason->relational = block->relational;
    return reason;
}

static Reason *reason_of_overtaking(gsize ahead, Instant until) {
    Reason *reason = reason_new("overtaking", NULL);
    reason->have = ahead;
    reason->limit = 0;
    reason->until = until;
    return reason;
}

bool decide_by_rules(const RuleQuestion *question, GPtrArray *reasons, Instant *until) {
    const GArray *rules = question->rules;
    g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(Block));
    gsize ahead;
    if (rules_block(rules, &question->history, &question->candidate, question->at, question->horizon, blocks)) {
        *until = rules_earliest(rules, &question->history, &question->candidate, question->at, question->horizon);
        for (guint i = 0; i < blocks->len; i++)
            g_ptr_array_add(reasons, reason_of_block(&g_array_index(blocks, Block, i)));
        return false;
    }
    if (!overtaking_blocks(rules, &question->history, &question->candidate, question->at, question->horizon,
                           question->waiting, question->waiting_count, until, &ahead))
        return true;
    g_ptr_array_add(reasons, reason_of_overtaking(ahead, *until));
    return false;
}

static bool rules_let_pass(const Question *question, Candidate candidate, GPtrArray *reasons, Instant *until) {
    RuleQuestion asked = {.rules = question->rules,
                          .history = question->history,
                          .candidate = candidate,
                          .waiting = question->waiting,
                          .waiting_count = question->waiting_count,
                          .at = question->matter->at,
                          .horizon = horizon_of(question)};
    return question->matter->forced || decide_by_rules(&asked, reasons, until);
}

void decide_asked(const Question *question, GPtrArray *asked) {
    const Matter *matter = question->matter;
    Candidate candidate = matter_candidate(matter);
    if (matter->exempt || matter->forced || is_stopped_for_good(matter))
        return;
    for (guint i = 0; i < question->rules->len; i++) {
        const Rule *rule = &g_array_index(question->rules, Rule, i);
        if (!rule_concerns(rule, &candidate))
            continue;
        Block block = rule_count(rule, &question->history, &candidate, matter->at);
        g_ptr_array_add(asked, reason_of_block(&block));
    }
}

/* ---- placeholders ---- */

/* Held for the author, at no known instant: an attribute that is set, or a person, frees it. */
static bool holds_for_author(const Matter *matter, Outcome *outcome) {
    if (!matter->missing || matter->missing->len == 0)
        return false;
    outcome->action = ACTION_HOLD;
    outcome->until = INSTANT_NEVER;
    for (guint i = 0; i < matter->missing->len; i++) {
        const char *name = matter->missing->pdata[i];
        outcome_add_reason(outcome, reason_new("placeholder", name));
        g_ptr_array_add(outcome->missing, g_strdup(name));
    }
    return true;
}

/* ---- review ---- */

/* At no known instant: a person's answer frees it. */
static bool holds_for_person(const Matter *matter, Outcome *outcome) {
    if (!matter->review || matter->forced)
        return false;
    outcome->action = ACTION_HOLD;
    outcome->until = INSTANT_NEVER;
    outcome_add_reason(outcome, reason_new("review", matter->review));
    return true;
}

/* ---- over ---- */

/* Whether the rules let the candidate pass in the message's stead; else *until is no later than when they would. */
static bool rest_may_pass(const Question *question, Candidate candidate, Instant *until) {
    g_autoptr(GPtrArray) reasons = reasons_new();
    Instant own;
    if (rules_let_pass(question, candidate, reasons, &own))
        return true;
    *until = MIN(*until, own);
    return false;
}

static bool over_cut(const Question *question, Outcome *outcome, Instant *rest) {
    if (!question->matter->cuttable || !rest_may_pass(question, matter_candidate_cut(question->matter), rest))
        return false;
    outcome->action = ACTION_REWRITE;
    outcome->class = CLASS_RELATIONAL;
    outcome->until = INSTANT_NEVER;
    return true;
}

static bool over_fallback(const Question *question, Outcome *outcome, Instant *rest) {
    const Matter *matter = question->matter;
    if (!matter->fallback ||
        (!matter->fallback_exempt && !rest_may_pass(question, matter_candidate_fallback(matter), rest)))
        return false;
    outcome->action = ACTION_REWRITE;
    outcome->class = CLASS_RELATIONAL;
    outcome->until = INSTANT_NEVER;
    outcome->fallback = g_strdup(matter->fallback);
    return true;
}

static bool over_rewrite(const Question *question, Outcome *outcome, Instant *rest) {
    return over_cut(question, outcome, rest) || over_fallback(question, outcome, rest);
}

/* However late: whoever is refused is told when to try again. */
static Instant free_at(const Question *question) {
    const Matter *matter = question->matter;
    Candidate candidate = matter_candidate(matter);
    return rules_earliest(question->rules, &question->history, &candidate, matter->at, matter->at + LATEST_ANSWER);
}

/* A message in custody stays there until its deadline, even where no instant is known: a relational contact may still
 * free it. */
static void over_hold(const Question *question, Outcome *outcome, Instant rest) {
    const Matter *matter = question->matter;
    outcome->rest = rest < outcome->until;
    outcome->until = MIN(outcome->until, rest);
    bool fits = outcome->until != INSTANT_NEVER && outcome->until <= matter->expires;
    outcome->action = fits || matter->released ? ACTION_HOLD : ACTION_REFUSE;
    if (outcome->action == ACTION_REFUSE)
        outcome->free_at = free_at(question);
}

static void over_policy(const Question *question, Outcome *outcome) {
    const GArray *over = question->policy->over;
    Instant rest = INSTANT_NEVER; /* when what is left of it may go, where `over` asks for that before it holds */
    for (guint i = 0; i < over->len; i++)
        switch (g_array_index(over, Over, i)) {
        case OVER_REWRITE:
            if (over_rewrite(question, outcome, &rest))
                return;
            break;
        case OVER_HOLD:
            over_hold(question, outcome, rest);
            return;
        case OVER_REFUSE:
            outcome->action = ACTION_REFUSE;
            return;
        case OVER_DROP:
            outcome->action = ACTION_DROP;
            return;
        }
    outcome->action = ACTION_REFUSE;
}

/* ---- */

static Action action_when_free(const Matter *matter) {
    return (matter->exempt && matter->has_sales) || matter->spared ? ACTION_REWRITE : ACTION_PASS;
}

static void decide_by_policy(const Question *question, Outcome *outcome) {
    const Matter *matter = question->matter;
    if (stops_for_good(question, outcome) || holds_for_person(matter, outcome))
        return;
    if (!matter->exempt && !rules_let_pass(question, matter_candidate(matter), outcome->reasons, &outcome->until)) {
        over_policy(question, outcome);
        if (matter->released && outcome->action == ACTION_REFUSE)
            outcome->action = ACTION_HOLD;
        return;
    }
    outcome->until = INSTANT_NEVER;
    if (holds_for_author(matter, outcome))
        return;
    outcome->action = action_when_free(matter);
    if (matter->spared)
        outcome_add_reason(outcome, reason_new("consent", CONSENTS_OBJECTION));
}

/* Observing changes nothing for the customer, but no mode ever sends an unfilled placeholder. */
static void observe(const Question *question, Outcome *outcome) {
    outcome->would = outcome->action;
    if (!question->policy->observe || outcome->action == ACTION_PASS)
        return;
    outcome->class = question->matter->class;
    g_clear_pointer(&outcome->fallback, g_free);
    if (outcome->missing->len == 0 && !holds_for_author(question->matter, outcome)) {
        outcome->action = ACTION_PASS;
        outcome->until = INSTANT_NEVER;
    }
}

void decide(const Question *question, Outcome *outcome) {
    outcome_reset(outcome);
    outcome->class = question->matter->class;
    if (!question->policy)
        return;
    decide_by_policy(question, outcome);
    observe(question, outcome);
}
