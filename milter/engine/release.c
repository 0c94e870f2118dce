/* Nothing is decided here: the row and the rulebook are put into the form in which decide.c is asked. A message never
 * waits longer than its own deadline, nor than the policy in force would let it. */
#include "release.h"

#include "base/text.h"
#include "decide.h"
#include "waiting.h"

bool release_asks_rules(const Custody *custody, const Config *config, const Policy *policy) {
    const Stream *stream = config_stream(config, custody->stream);
    g_autofree char *address = address_canonical(custody->address);
    return !policy->observe && !topic_exempts(config_topic(config, custody->topic), custody->class) &&
           (!stream || stream->enforce) && !config_is_no_customer(config, address, custody->address);
}

/* `over` tries to rewrite before anything else, or not at all. */
static bool may_be_rewritten(const Policy *policy) {
    return policy->over->len > 0 && g_array_index(policy->over, Over, 0) == OVER_REWRITE;
}

/* Whether what is left of the message may go under this topic (NULL: nothing is); else *until is no later than when it
 * may. */
static bool rest_is_free(RuleQuestion *question, const char *topic, Instant *until) {
    g_autoptr(GPtrArray) reasons = reasons_new();
    Instant own;
    if (!topic)
        return false;
    question->candidate.class = CLASS_RELATIONAL;
    question->candidate.topic = *topic ? topic : NULL;
    if (decide_by_rules(question, reasons, &own))
        return true;
    *until = MIN(*until, own);
    return false;
}

bool release_is_free(const Custody *custody, const Rulebook *rulebook, const History *history, const GArray *ahead,
                     Instant at, GPtrArray *reasons, Instant *until, Candidate *as) {
    RuleQuestion question = {.rules = rulebook->rules,
                             .history = *history,
                             .candidate = waiting_candidate(custody),
                             .waiting = ahead ? (const Candidate *)ahead->data : NULL,
                             .waiting_count = ahead ? ahead->len : 0,
                             .at = at,
                             .horizon = MIN(custody->deadline, at + rulebook->policy->hold_max)};
    bool is_free = decide_by_rules(&question, reasons, until) ||
                   (may_be_rewritten(rulebook->policy) && (rest_is_free(&question, custody->cut_as, until) ||
                                                           rest_is_free(&question, custody->fallback_as, until)));
    if (is_free)
        *until = at;
    *as = question.candidate;
    return is_free;
}
