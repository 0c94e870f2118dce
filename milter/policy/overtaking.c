/* No overtaking, as a queue in which everybody gets an appointment.
 *
 * One after the other, each waiting message is given the first instant at which no rule blocks it and its own contact
 * breaks no appointment given before. The candidate may go at x iff it breaks none; else it gets the next appointment
 * itself.
 *
 * A contact that breaks an appointment does so from every instant up to that appointment: what lies in a window that
 * ends there still lies in it when it moves closer to the end, and relational contacts never close a ratio. The rules
 * that count no contacts look at none. So the search may leap past an appointment that is broken, and stays exact. */
#include "policy/overtaking.h"

typedef struct {
    const GArray *rules;
    const History *history;
    const Candidate *waiting;
    gsize planned;         /* so many of them have been given their appointment */
    Instant *appointments; /* of each planned: INSTANT_NEVER where it gets none up to the horizon */
    GArray *contacts;      /* the history and all appointments */
    Instant horizon;
} Queue;

/* The queue's history, but with these contacts. */
static History history_with(const Queue *queue, const GArray *contacts) {
    History history = *queue->history;
    history.contacts = (const Contact *)(const void *)contacts->data;
    history.count = contacts->len;
    return history;
}

static void add_contact(GArray *contacts, const Candidate *candidate, Instant at) {
    Contact contact = {at, candidate->class, candidate->topic, candidate->campaign};
    guint place = contacts->len;
    while (place > 0 && g_array_index(contacts, Contact, place - 1).at > at)
        place--;
    g_array_insert_val(contacts, place, contact);
}

static void remove_contact(GArray *contacts, const Candidate *candidate, Instant at) {
    for (guint i = contacts->len; i-- > 0;) {
        const Contact *contact = &g_array_index(contacts, Contact, i);
        if (contact->at == at && contact->class == candidate->class && contact->topic == candidate->topic &&
            contact->campaign == candidate->campaign) {
            g_array_remove_index(contacts, i);
            return;
        }
    }
}

static bool breaks(const Queue *queue, const Candidate *candidate, Instant at, gsize waiting) {
    g_autoptr(GArray) contacts = g_array_copy(queue->contacts);
    remove_contact(contacts, &queue->waiting[waiting], queue->appointments[waiting]);
    add_contact(contacts, candidate, at);
    History history = history_with(queue, contacts);
    Instant appointment = queue->appointments[waiting];
    return rules_block(queue->rules, &history, &queue->waiting[waiting], appointment, appointment, NULL);
}

/* The last appointment that a contact of the candidate at this instant would break; INSTANT_ALWAYS: none. */
static Instant last_broken(const Queue *queue, const Candidate *candidate, Instant at) {
    Instant last = INSTANT_ALWAYS;
    for (gsize i = 0; i < queue->planned; i++) {
        Instant appointment = queue->appointments[i];
        if (appointment != INSTANT_NEVER && appointment >= at && appointment > last && breaks(queue, candidate, at, i))
            last = appointment;
    }
    return last;
}

static Instant appoint(const Queue *queue, const Candidate *candidate, Instant from) {
    History history = history_with(queue, queue->contacts);
    for (;;) {
        Instant at = rules_earliest(queue->rules, &history, candidate, from, queue->horizon);
        Instant broken = at != INSTANT_NEVER ? last_broken(queue, candidate, at) : INSTANT_ALWAYS;
        if (broken == INSTANT_ALWAYS)
            return at;
        from = broken + 1;
    }
}

static void plan(Queue *queue, gsize count, Instant x) {
    for (; queue->planned < count; queue->planned++) {
        const Candidate *waiting = &queue->waiting[queue->planned];
        Instant at = appoint(queue, waiting, x);
        queue->appointments[queue->planned] = at;
        if (at != INSTANT_NEVER)
            add_contact(queue->contacts, waiting, at);
    }
}

static gsize count_before(const Queue *queue, Instant instant) {
    gsize count = 0;
    for (gsize i = 0; i < queue->planned; i++)
        count += queue->appointments[i] < instant;
    return count;
}

bool overtaking_blocks(const GArray *rules, const History *history, const Candidate *candidate, Instant x,
                       Instant horizon, const Candidate *waiting, gsize waiting_count, Instant *until, gsize *ahead) {
    if (waiting_count == 0)
        return false;
    g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
    g_array_append_vals(contacts, history->contacts, (guint)history->count);
    g_autofree Instant *appointments = g_new(Instant, waiting_count);
    Queue queue = {rules, history, waiting, 0, appointments, contacts, horizon};
    plan(&queue, waiting_count, x);
    if (last_broken(&queue, candidate, x) == INSTANT_ALWAYS)
        return false;
    *until = appoint(&queue, candidate, x);
    *ahead = count_before(&queue, *until);
    return true;
}
