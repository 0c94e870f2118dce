/* Parts of JSON documents that more than one command prints: what is known of one customer. All times are in the zone
 * given; the keys are in cadencectl(1). */
#pragma once

#include "program/command.h"

/* {"id", "addresses", …, "attributes", "consents"}: what `customer show` prints. */
bool customer_json(Session *session, const Customer *customer, json_t **out, GError **error);
/* All that was ever recorded of the customer's consents, in that order. */
bool consent_history_json(Session *session, const Customer *customer, json_t **out, GError **error);
json_t *contacts_json(const Ledger *ledger, const char *zone);
json_t *events_json(const EventList *list, const char *zone);
json_t *verdict_json(const VerdictRecord *record, const char *zone);
/* A held message's envelope, and why it is held. */
json_t *held_json(const Custody *held, const char *zone);
