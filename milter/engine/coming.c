/* The dates come from where the planner has them, timetable.c, and not from the schedule, which says nothing of a
 * customer or a cadence that no planner has met yet. What is composed when a date has come is foretold as far as rules
 * ask for it: class, topic, deadline. */
#include "coming.h"

#include "message/request.h"
#include "timetable.h"

#define DAY (24 * 3600)
#define AHEAD (31 * DAY)

void coming_free(Coming *coming) {
    g_clear_pointer(&coming->custody, custody_free);
    g_free(coming);
}

void coming_move(Custody *custody, Instant due, Duration hold_max) {
    custody->since = custody->due = due;
    custody->deadline = due + hold_max;
}

static Coming *coming_new(const Piece *piece, const Customer *customer, const Policy *policy, Instant due) {
    const Cadence *cadence = piece->cadence;
    Coming *coming = g_new0(Coming, 1);
    coming->piece = piece;
    coming->custody = g_new0(Custody, 1);
    Custody *custody = coming->custody;
    custody->id = g_strdup(cadence->name);
    custody->message = g_strdup_printf("%s %" G_GINT64_FORMAT, cadence->name, due);
    custody->customer = g_strdup(customer->id);
    custody->address = g_strdup(customer->addresses->pdata[0]);
    custody->sender = g_strdup(cadence->sender);
    custody->class = CLASS_RELATIONAL;
    custody->topic = g_strdup(cadence->topic);
    custody->stream = g_strdup(cadence->stream->name);
    custody->priority = REQUEST_DEFAULT_PRIORITY;
    custody->expires = INSTANT_NEVER;
    custody->then = policy->hold_then;
    custody->reasons = g_strdup("[]");
    coming_move(custody, due, policy->hold_max);
    return coming;
}

/* ---- one cadence ---- */

typedef struct {
    Timetable timetable;
    const Policy *policy;
    Instant at, begun;
    GPtrArray *list;
} Outlook;

static void add(const Outlook *outlook, Instant due) {
    const Timetable *timetable = &outlook->timetable;
    g_ptr_array_add(outlook->list,
                    coming_new(timetable->piece, timetable->customer, outlook->policy, MAX(due, outlook->at)));
}

static bool add_dates(Transaction *transaction, const Outlook *outlook, GError **error) {
    const Timetable *timetable = &outlook->timetable;
    Occurrence next = {.at = MAX(outlook->at - DAY, outlook->begun)};
    if (!transaction_occurrence_last(transaction, timetable->customer->id, timetable->piece->cadence->name, &next.day,
                                     error))
        return false;
    for (bool first = true;; first = false) {
        if (!timetable_occurrence(transaction, timetable, next.day, next.at, &next, error))
            return false;
        if (next.at == INSTANT_NEVER || (!first && next.at > outlook->at + AHEAD))
            return true;
        add(outlook, next.at);
    }
}

static bool add_silence(Transaction *transaction, const Outlook *outlook, GError **error) {
    Instant due;
    if (!timetable_quiet_until(transaction, &outlook->timetable, &due, error))
        return false;
    add(outlook, due);
    return true;
}

static bool is_wanted(const Facts *facts, const Cadence *cadence, bool *wanted, GError **error) {
    *wanted = true;
    return !cadence->when || facts_satisfy(facts, cadence->when, wanted, error);
}

bool coming_read(Transaction *transaction, const Facts *facts, const Policy *policy, const Repertoire *repertoire,
                 const GArray *begun, Instant at, GPtrArray *list, GError **error) {
    for (guint i = 0; i < repertoire->pieces->len && facts->customer->addresses->len > 0; i++) {
        const Piece *piece = repertoire->pieces->pdata[i];
        const Outlook outlook = {.timetable = {facts->config, piece, facts->customer},
                                 .policy = policy,
                                 .at = at,
                                 .begun = g_array_index(begun, Instant, i),
                                 .list = list};
        bool wanted;
        if (!is_wanted(facts, piece->cadence, &wanted, error))
            return false;
        if (!wanted)
            continue;
        if (!(piece->rule ? add_dates : add_silence)(transaction, &outlook, error))
            return false;
    }
    return true;
}

/* ---- since when ---- */

static Instant begun_of(const GPtrArray *states, const char *name, Instant at) {
    for (guint i = 0; i < states->len; i++) {
        const CadenceState *state = states->pdata[i];
        if (g_str_equal(state->name, name))
            return state->begun;
    }
    return at;
}

bool coming_begun(Store *store, const Repertoire *repertoire, Instant at, GArray **out, GError **error) {
    g_autoptr(GPtrArray) states = NULL;
    if (!store_cadence_states(store, &states, error))
        return false;
    *out = g_array_new(FALSE, FALSE, sizeof(Instant));
    for (guint i = 0; i < repertoire->pieces->len; i++) {
        const Piece *piece = repertoire->pieces->pdata[i];
        Instant begun = begun_of(states, piece->cadence->name, at);
        g_array_append_val(*out, begun);
    }
    return true;
}
