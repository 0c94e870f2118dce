/* Nothing is decided here: the row and the rulebook are put into the form in which decide.c is asked. A message never
 * waits longer than its own deadline, nor than the policy in force would let it. */
#include "release.h"

#include "base/text.h"
#include "decide.h"
#include "waiting.h"

/* A topic that helps exempts nothing that reads as sales. */
static bool is_exempt(const Custody *custody, const Topic *topic) {
    return topic && topic->exempt && (custody->class == CLASS_RELATIONAL || topic->class == CLASS_SALES);
}

bool release_asks_rules(const Custody *custody, const Config *config, const Policy *policy) {
    const Stream *stream = config_stream(config, custody->stream);
    g_autofree char *address = address_canonical(custody->address);
    return !policy->observe && !is_exempt(custody, config_topic(config, custody->topic)) &&
           (!stream || stream->enforce) && !glob_matches_any(config->not_customers, address) &&
           !glob_matches_any(config->not_customers, custody->address);
}

bool release_is_free(const Custody *custody, const Rulebook *rulebook, const History *history, const GArray *ahead,
                     Instant at, GPtrArray *reasons, Instant *until) {
    RuleQuestion question = {.rules = rulebook->rules,
                             .history = *history,
                             .candidate = waiting_candidate(custody),
                             .waiting = ahead ? (const Candidate *)ahead->data : NULL,
                             .waiting_count = ahead ? ahead->len : 0,
                             .at = at,
                             .horizon = MIN(custody->deadline, at + rulebook->policy->hold_max)};
    return decide_by_rules(&question, reasons, until);
}
