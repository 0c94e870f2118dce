/* What a customer's messages are asked by in a replay: a policy of the other configuration, with the zone and the
 * wishes that the customer had at the time. */
#pragma once

#include "matter.h"
#include "rulebook.h"

typedef struct {
    Facts facts;          /* under the other configuration; its customer is the one below */
    Customer customer;    /* zone and wishes as they are asked now; borrowed words */
    const Policy *policy; /* what the other configuration has for the customer as they are today */
    const Config *config; /* in force: which consent a topic needs is not tried */
    const char *in_force; /* the name of the policy that it has for them */
    Rulebook *rulebook;
} ReplayRules;

/* facts and in_force: the customer of today, under the other configuration and under the one in force. False
 * (TEMPORARY) where the store fails. */
bool replay_rules_init(ReplayRules *rules, const Facts *facts, const Facts *in_force, GError **error);
void replay_rules_clear(ReplayRules *rules);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplayRules, replay_rules_clear)

/* Turns to what held when a recorded verdict was given, and says whether that is something else than before. What was
 * taken from rules->rulebook is gone then. */
bool replay_rules_turn(ReplayRules *rules, const MatterRecord *record);
