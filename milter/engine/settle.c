/* The party's rows: the contact that windows count, the verdict with its receipt, and what becomes of custody. */
#include "settle.h"

#include "base/json_put.h"
#include "bounce.h"
#include "engine/receipt.h"
#include "reschedule.h"
#include "retry.h"

#define RECEIPT_BYTES 2048 /* as a rule it is less */

/* ---- recording ---- */

/* A message that was not released has an identifier of its own, and no contact yet but that of the customer's other
 * address. */
static bool record_contact(Case *self, Transaction *transaction, const Party *party, bool *changed, GError **error) {
    const char *customer = party->customer->id, *message = self->judgement->id;
    Matter matter = party_matter(party);
    Contact contact = matter_contact(&matter, party->outcome);
    bool counts = outcome_goes(party->outcome) && matter.counts;
    *changed = counts || self->intake->released;
    if (self->intake->released && !transaction_contact_remove(transaction, customer, message, error))
        return false;
    return !counts || transaction_contact_add(transaction, customer, message, &contact, error);
}

/* A copy that is due now is taken where mail is delivered at all. */
static bool takes_copy(const Case *self, const Party *party) {
    return party->copy && (self->intake->submission->deliver || party->outcome->action == ACTION_HOLD);
}

static char *receipt_text(const Case *self, const Party *party) {
    Matter matter = party_matter(party);
    GString *receipt = g_string_sized_new(RECEIPT_BYTES);
    json_put_begin(receipt, NULL, '{');
    receipt_put(receipt, self->judgement, party->outcome);
    matter_put(receipt, "matter", &matter, party->customer);
    if (takes_copy(self, party))
        json_put_flag(receipt, "copy", true);
    json_put_text(receipt, "policy_hash", party->rulebook ? party->rulebook->policy->hash : NULL);
    json_put_end(receipt, '}');
    return g_string_free(receipt, FALSE);
}

static bool record_verdict(Case *self, Transaction *transaction, const Party *party, const RetryPlace *place,
                           GError **error) {
    const Intake *intake = self->intake;
    g_autofree char *receipt = receipt_text(self, party);
    VerdictRecord record = {.message = (char *)place->message,
                            .ordinal = place->ordinal,
                            .customer = party->customer->id,
                            .address = party->outcome->address,
                            .at = intake->at,
                            .action = party->outcome->action,
                            .until = party->outcome->until,
                            .custody = party->outcome->custody,
                            .receipt = receipt,
                            .fingerprint = intake->fingerprint};
    return transaction_verdict_add(transaction, &record, error);
}

/* ---- custody ---- */

static char *review_of(const Case *self) {
    return self->judgement->review ? self->judgement->review->id : NULL;
}

static Custody custody_of(const Case *self, const Party *party, const RetryPlace *place) {
    const Intake *intake = self->intake;
    const Envelope *envelope = intake->submission->envelope;
    const EnvelopeRecipient *recipient = envelope->recipients->pdata[party->outcome->ordinal];
    const Policy *policy = party->rulebook->policy;
    const Matter matter = party_matter(party);
    bool held = party->outcome->action == ACTION_HOLD;
    return (Custody){.message = (char *)place->message,
                     .ordinal = place->ordinal,
                     .customer = party->customer->id,
                     .address = recipient->address,
                     .sender = envelope->sender,
                     .state = CUSTODY_HELD,
                     .class = party->outcome->class,
                     .topic = (char *)intake_topic_name(intake),
                     .campaign = intake->request->campaign,
                     .stream = intake->stream->name,
                     .cut_as = (char *)matter_cut_as(&matter),
                     .fallback_as = (char *)matter_fallback_as(&matter),
                     .priority = intake->request->priority,
                     .since = intake->at,
                     .due = held && !self->answered ? party->outcome->until : intake->at,
                     .expires = intake->request->expires,
                     .deadline = intake->at + policy->hold_max,
                     .then = held ? policy->hold_then : THEN_RETURN,
                     .mail_parameters = envelope->parameters,
                     .recipient_parameters = recipient->parameters,
                     .review = held ? review_of(self) : NULL};
}

/* What passes because the policy only observes has reasons too, and must not wait for them. */
static bool take_copy(Case *self, Transaction *transaction, const Party *party, const RetryPlace *place,
                      GError **error) {
    const Outcome *outcome = party->outcome;
    g_autofree char *reasons = reasons_text(outcome->reasons, outcome->timezone);
    Custody custody = custody_of(self, party, place);
    g_autofree char *id = g_strdup_printf("%s.%d", custody.message, custody.ordinal);
    custody.id = id;
    custody.reasons = outcome->action == ACTION_HOLD ? reasons : NULL;
    self->wake = true;
    return transaction_custody_take(transaction, &custody, message_raw(self->intake->message), error);
}

static bool take_notice(Case *self, Transaction *transaction, const Party *party, GError **error) {
    const Envelope *envelope = self->intake->submission->envelope;
    const EnvelopeRecipient *recipient = envelope->recipients->pdata[party->outcome->ordinal];
    g_autofree char *reason = outcome_refusal(party->outcome);
    Notice notice = {.sender = envelope->sender,
                     .recipient = recipient->address,
                     .mail_parameters = envelope->parameters,
                     .recipient_parameters = recipient->parameters,
                     .status = "5.7.1",
                     .reason = reason,
                     .id = self->judgement->id,
                     .arrived = self->intake->at,
                     .at = self->intake->at,
                     .raw = message_raw(self->intake->message)};
    self->wake = true;
    return bounce_take(transaction, &notice, error);
}

/* A released message that may not go yet goes back to waiting: the row is what it was, with a new due time. */
static bool return_to_custody(Case *self, Transaction *transaction, const Party *party, GError **error) {
    g_autofree char *reasons = reasons_text(party->outcome->reasons, party->outcome->timezone);
    const Matter matter = party_matter(party);
    Custody custody = *self->intake->released;
    custody.state = CUSTODY_HELD;
    custody.cut_as = (char *)matter_cut_as(&matter);
    custody.fallback_as = (char *)matter_fallback_as(&matter);
    custody.class = party->outcome->class;
    custody.due = party->outcome->until;
    custody.reasons = reasons;
    custody.ticket = NULL;
    custody.review = review_of(self);
    self->wake = true;
    return transaction_custody_update(transaction, &custody, error);
}

static bool settle_released(Case *self, Transaction *transaction, const Party *party, GError **error) {
    Custody custody = *self->intake->released;
    if (party->outcome->action == ACTION_HOLD)
        return return_to_custody(self, transaction, party, error);
    if (party->outcome->action == ACTION_DROP)
        return transaction_custody_end(transaction, custody.id, error);
    custody.state = CUSTODY_PASSED;
    return transaction_custody_update(transaction, &custody, error);
}

static bool settle_custody(Case *self, Transaction *transaction, const Party *party, const RetryPlace *place,
                           GError **error) {
    const Outcome *outcome = party->outcome;
    if (self->intake->released)
        return settle_released(self, transaction, party, error);
    if (party->same)
        return true;
    if (outcome->returned)
        return take_notice(self, transaction, party, error);
    if (takes_copy(self, party))
        return take_copy(self, transaction, party, place, error);
    return true;
}

/* ---- all of it ---- */

/* What was held for a customer, and is mail to nobody of ours under the configuration of today. */
static bool settle_uncounted(const Case *self, Transaction *transaction, GError **error) {
    if (!self->intake->released)
        return true;
    Custody custody = *self->intake->released;
    custody.state = CUSTODY_PASSED;
    return transaction_custody_update(transaction, &custody, error);
}

bool settle_party(Case *self, Transaction *transaction, const Party *party, GError **error) {
    Instant at = self->intake->at;
    RetryPlace place;
    if (!party->customer)
        return settle_uncounted(self, transaction, error);
    if (!retry_place(self, transaction, party, &place, error))
        return false;
    if (party->earlier)
        return (party->repeated || record_verdict(self, transaction, party, &place, error)) &&
               (!party->copy || take_copy(self, transaction, party, &place, error));
    bool changed;
    return record_contact(self, transaction, party, &changed, error) &&
           record_verdict(self, transaction, party, &place, error) &&
           settle_custody(self, transaction, party, &place, error) &&
           (!changed || !party->rulebook ||
            reschedule_by_rules(transaction, party->rulebook, &party->facts, at, &self->wake, error));
}
