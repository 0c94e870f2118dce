/* A held message ends with a verdict, without a contact, and out of custody, all in one transaction. */
#include "ending.h"

#include "bounce.h"

#include <jansson.h>

/* No policy was asked; else the keys are those of receipt_put, for whoever reads both. */
static char *receipt_of(const Custody *custody, const char *action, const char *why) {
    g_autofree char *address = g_utf8_make_valid(custody->address, -1);
    g_autofree char *customer = g_utf8_make_valid(custody->customer, -1);
    g_autofree char *name = g_utf8_make_valid(why, -1);
    const char *class = class_name(custody->class);
    json_auto_t *receipt = json_pack(
        "{s:s, s:s, s:s, s:s, s:n, s:[{s:s, s:s, s:n}], s:{}, s:n, s:[], s:{s:s, s:s, s:s?, s:s?, s:s?}, s:n}",
        "address", address, "customer", customer, "action", action, "class", class, "until", "reasons", "rule",
        "custody", "name", name, "until", "needs", "policy", "asked", "message", "id", custody->message, "class", class,
        "topic", custody->topic, "campaign", custody->campaign, "stream", custody->stream, "policy_hash");
    g_autofree char *text = json_dumps(receipt, JSON_COMPACT);
    return g_steal_pointer(&text);
}

static bool end(Transaction *transaction, const Custody *custody, Action action, const char *why, Instant at,
                GError **error) {
    g_autofree char *receipt = receipt_of(custody, action_name(action), why);
    VerdictRecord record = {.message = custody->message,
                            .ordinal = custody->ordinal,
                            .customer = custody->customer,
                            .address = custody->address,
                            .at = at,
                            .action = action,
                            .until = INSTANT_NEVER,
                            .custody = true,
                            .receipt = receipt};
    return transaction_verdict_add(transaction, &record, error) &&
           transaction_contact_remove(transaction, custody->customer, custody->message, error) &&
           transaction_custody_end(transaction, custody->id, error);
}

bool ending_drop(Transaction *transaction, const Custody *custody, const char *why, Instant at, GError **error) {
    return end(transaction, custody, ACTION_DROP, why, at, error);
}

bool ending_return(Transaction *transaction, const Custody *custody, GBytes *raw, const char *sentence, Instant at,
                   GError **error) {
    Notice notice = {.sender = custody->sender,
                     .recipient = custody->address,
                     .mail_parameters = custody->mail_parameters,
                     .recipient_parameters = custody->recipient_parameters,
                     .status = "5.7.1",
                     .reason = sentence,
                     .id = custody->message,
                     .arrived = custody->since,
                     .at = at,
                     .raw = raw};
    return bounce_take(transaction, &notice, error) && end(transaction, custody, ACTION_REFUSE, sentence, at, error);
}
