/* What makes an occurrence go at most once: the row that says it has been, the message in custody and the next due
 * instant are written in one transaction, and the row's key lets it be written once. After that the message is held
 * mail like any other. */
#include "cadence_fire.h"

#include "base/text.h"
#include "facts.h"
#include "message/letter.h"
#include "message/request.h"
#include "timetable.h"

#define DAY (24 * 3600)
#define LATEST DAY /* older occurrences are missed: a planner that comes back does not catch up on weeks */

typedef struct {
    Transaction *transaction;
    const CadencePass *pass;
    const Piece *piece;
    const Customer *customer;
    Timetable timetable;
    Facts facts;
    GPtrArray *lines;
} Firing;

/* ---- the message ---- */

static GBytes *compose(const Firing *firing, const char *message, const char *address) {
    const Cadence *cadence = firing->piece->cadence;
    Letter letter = {.sender = cadence->sender,
                     .recipient = address,
                     .template_name = cadence->template,
                     .topic = cadence->topic,
                     .id = message,
                     .at = firing->pass->at};
    return letter_compose(&letter);
}

static bool take_custody(const Firing *firing, const char *message, GError **error) {
    const Cadence *cadence = firing->piece->cadence;
    const char *address = firing->customer->addresses->pdata[0];
    Instant at = firing->pass->at;
    const Policy *policy;
    if (!facts_policy(&firing->facts, &policy, error))
        return false;
    g_autoptr(GBytes) raw = compose(firing, message, address);
    g_autofree char *id = g_strdup_printf("%s.0", message);
    Custody custody = {.id = id,
                       .message = (char *)message,
                       .customer = firing->customer->id,
                       .address = (char *)address,
                       .sender = cadence->sender,
                       .state = CUSTODY_HELD,
                       .class = CLASS_RELATIONAL,
                       .topic = cadence->topic,
                       .stream = cadence->stream->name,
                       .priority = REQUEST_DEFAULT_PRIORITY,
                       .since = at,
                       .due = at,
                       .expires = INSTANT_NEVER,
                       .deadline = at + policy->hold_max,
                       .then = policy->hold_then,
                       .mail_parameters = g_str_is_ascii(address) ? "" : "SMTPUTF8",
                       .recipient_parameters = "",
                       .reasons = "[]"};
    g_ptr_array_add(firing->lines,
                    g_strdup_printf("%s: to=<%s> composed for cadence \"%s\"", id, address, cadence->name));
    return transaction_custody_take(firing->transaction, &custody, raw, error);
}

/* sends: false records that the occurrence came and nothing went. */
static bool settle(const Firing *firing, const Occurrence *occurrence, bool sends, GError **error) {
    g_autofree char *message = sends ? identifier_new(firing->pass->at) : NULL;
    CadenceOccurrence row = {.day = occurrence->day, .at = occurrence->at, .message = message};
    bool added;
    return transaction_occurrence_add(firing->transaction, firing->customer->id, firing->piece->cadence->name, &row,
                                      &added, error) &&
           (!added || !sends || take_custody(firing, message, error));
}

static bool is_wanted(const Firing *firing, bool *wanted, GError **error) {
    const Condition *when = firing->piece->cadence->when;
    *wanted = firing->customer->addresses->len > 0;
    return !*wanted || !when || facts_satisfy(&firing->facts, when, wanted, error);
}

static bool schedule(const Firing *firing, Instant due, GError **error) {
    return transaction_schedule_put(firing->transaction, firing->customer->id, firing->piece->cadence->name, due,
                                    error);
}

/* ---- the two kinds ---- */

static bool fire_rule(const Firing *firing, Instant due, GError **error) {
    Transaction *transaction = firing->transaction;
    Occurrence occurrence, next;
    gint64 last;
    bool wanted = false;
    if (!transaction_occurrence_last(transaction, firing->customer->id, firing->piece->cadence->name, &last, error) ||
        !timetable_occurrence(transaction, &firing->timetable, last, due - 1, &occurrence, error))
        return false;
    if (occurrence.at > firing->pass->at)
        return schedule(firing, occurrence.at, error);
    if (firing->pass->at - occurrence.at < LATEST && !is_wanted(firing, &wanted, error))
        return false;
    return settle(firing, &occurrence, wanted, error) &&
           timetable_occurrence(transaction, &firing->timetable, occurrence.day, occurrence.at, &next, error) &&
           schedule(firing, next.at, error);
}

/* A condition that does not hold can only come to hold by a change of the customer's, and that puts them back into the
 * schedule. */
static bool fire_quiet(const Firing *firing, GError **error) {
    Instant at = firing->pass->at, due;
    Occurrence occurrence = {.day = at / DAY, .at = at};
    bool wanted;
    if (!timetable_quiet_until(firing->transaction, &firing->timetable, &due, error))
        return false;
    if (due > at)
        return schedule(firing, due, error);
    if (!is_wanted(firing, &wanted, error))
        return false;
    if (!wanted)
        return schedule(firing, INSTANT_NEVER, error);
    return settle(firing, &occurrence, true, error) && schedule(firing, at + firing->piece->cadence->quiet_for, error);
}

bool cadence_fire(Transaction *transaction, const CadencePass *pass, const Piece *piece, const char *id,
                  GPtrArray *lines, GError **error) {
    const Config *config = pass->repertoire->config;
    g_autoptr(Customer) customer = NULL;
    Instant due;
    if (!transaction_schedule(transaction, id, piece->cadence->name, &due, error) ||
        !transaction_customer(transaction, id, &customer, error))
        return false;
    if (due > pass->at)
        return true;
    if (!customer)
        return transaction_schedule_put(transaction, id, piece->cadence->name, INSTANT_NEVER, error);
    Firing firing = {.transaction = transaction,
                     .pass = pass,
                     .piece = piece,
                     .customer = customer,
                     .timetable = {config, piece, customer},
                     .facts = {.config = config, .store = engine_store(pass->engine), .customer = customer},
                     .lines = lines};
    return piece->rule ? fire_rule(&firing, due, error) : fire_quiet(&firing, error);
}
