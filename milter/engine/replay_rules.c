/* Zone and wishes stand in every receipt. Attributes do not, so which segment a customer was in is known only by the
 * policy that the receipt names. Where that is not the one they have today, an attribute has changed since, and where
 * the other configuration sorts them today as the one in force does, its policy of that name is what they would have
 * had. Else the segments themselves are what is being tried, and can only be asked of today's attributes. */
#include "replay_rules.h"

static void set_rulebook(ReplayRules *rules, const Policy *policy) {
    rulebook_free(rules->rulebook);
    rules->facts.customer = &rules->customer;
    rules->rulebook = rulebook_of(&rules->facts, policy);
}

bool replay_rules_init(ReplayRules *rules, const Facts *facts, const Facts *in_force, GError **error) {
    const Policy *other, *today;
    if (!facts_policy(facts, &other, error) || !facts_policy(in_force, &today, error))
        return false;
    *rules = (ReplayRules){.facts = *facts,
                           .customer = *facts->customer,
                           .policy = other,
                           .config = in_force->config,
                           .in_force = today->name};
    set_rulebook(rules, other);
    return true;
}

void replay_rules_clear(ReplayRules *rules) {
    rulebook_free(rules->rulebook);
}

static const Policy *policy_of(const ReplayRules *rules, const char *recorded) {
    bool moved = recorded && !g_str_equal(recorded, rules->in_force);
    bool sorted_alike = g_str_equal(rules->policy->name, rules->in_force);
    const Policy *then = moved && sorted_alike ? config_policy(rules->facts.config, recorded) : NULL;
    return then ? then : rules->policy;
}

static bool asks_alike(const Customer *a, const Customer *b) {
    return a->paused_until == b->paused_until && g_strcmp0(a->timezone, b->timezone) == 0 &&
           g_strcmp0(a->limits, b->limits) == 0 && g_strcmp0(a->quiet, b->quiet) == 0;
}

bool replay_rules_turn(ReplayRules *rules, const MatterRecord *record) {
    const Policy *policy = policy_of(rules, record->policy);
    if (policy == rules->rulebook->policy && asks_alike(&rules->customer, &record->customer))
        return false;
    char *id = rules->customer.id;
    rules->customer = record->customer;
    rules->customer.id = id;
    set_rulebook(rules, policy);
    return true;
}
