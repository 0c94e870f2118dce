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
