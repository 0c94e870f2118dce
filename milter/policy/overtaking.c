/* No overtaking, as a queue in which everybody gets an appointment.
 *
 * One after the other, each waiting message is given the first instant at which no rule blocks it and its own contact
 * breaks no appointment given before. The candidate may go at x iff it breaks none; else it gets the next appointment
 * itself.
 *
 * A contact that breaks an appointment does so from every instant up to that appointment: what lies in a window that
 * ends there still lies in it when it moves closer to the end, and relational contacts never close a ratio. The rules
 * that count no contacts look at none. So the search may leap past an appointment that is broken, and stays exact.
 *
 * Hundreds may wait for one customer, so little is asked twice. No appointment is broken before the candidate comes:
 * only rules that its contact can tighten are asked again, only for appointments within their reach, over the contacts
 * within their reach. And a message goes no sooner than the one like it before it, unless relational mail between the
 * two has loosened what keeps sales mail. */
#include "policy/overtaking.h"

#include "contacts.h"
#include "kinds.h"
#include "later.h"

typedef struct {
    const GArray *rules;
    const History *history;
    const Candidate *waiting;
    gsize planned;         /* so many of them have been given their appointment */
    Instant *appointments; /* of each planned: INSTANT_NEVER where it gets none up to the horizon */
    GArray *contacts;      /* the history and all appointments */
    Instant horizon;
} Queue;

/* A contact that somebody would like to make, and whom it might get in the way of. */
typedef struct {
    const Queue *queue;
    const Candidate *candidate;
    GArray *rules; /* those that it can tighten; borrowed parts */
    Duration reach;
    GArray *near; /* of Contact: room to look at one appointment in */
} Intrusion;

static History history_with(const Queue *queue, const GArray *contacts) {
    History history = *queue->history;
    history.contacts = (const Contact *)(const void *)contacts->data;
    history.count = contacts->len;
    return history;
}

static bool is_alike(const Candidate *one, const Candidate *other) {
    return one->class == other->class && g_strcmp0(one->topic, other->topic) == 0 &&
           g_strcmp0(one->campaign, other->campaign) == 0;
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

/* ---- intrusions ---- */

static Intrusion intrusion_of(const Queue *queue, const Candidate *candidate) {
    Intrusion intrusion = {.queue = queue, .candidate = candidate};
    intrusion.rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    intrusion.near = g_array_new(FALSE, FALSE, sizeof(Contact));
    for (guint i = 0; i < queue->rules->len; i++) {
        const Rule *rule = &g_array_index(queue->rules, Rule, i);
        if (!rule_is_tightened_by(rule, candidate))
            continue;
        g_array_append_val(intrusion.rules, *rule);
        intrusion.reach = MAX(intrusion.reach, rule_reach(rule));
    }
    return intrusion;
}

static void intrusion_clear(Intrusion *intrusion) {
    g_array_unref(intrusion->rules);
    g_array_unref(intrusion->near);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Intrusion, intrusion_clear)

static void come_near(const Intrusion *intrusion, Instant appointment) {
    History all = history_with(intrusion->queue, intrusion->queue->contacts);
    gsize begin = contacts_after(&all, sooner(appointment, intrusion->reach)), end = contacts_after(&all, appointment);
    g_array_set_size(intrusion->near, 0);
    g_array_append_vals(intrusion->near, all.contacts + begin, (guint)(end - begin));
}

static bool breaks(const Intrusion *intrusion, Instant at, gsize waiting) {
    const Queue *queue = intrusion->queue;
    const Candidate *other = &queue->waiting[waiting];
    Instant appointment = queue->appointments[waiting];
    come_near(intrusion, appointment);
    remove_contact(intrusion->near, other, appointment);
    add_contact(intrusion->near, intrusion->candidate, at);
    History history = history_with(queue, intrusion->near);
    return rules_block(intrusion->rules, &history, other, appointment, appointment, NULL);
}

/* The last appointment that a contact at this instant would break; INSTANT_ALWAYS: none. Of those who are alike and go
 * together one is asked. */
static Instant last_broken(const Intrusion *intrusion, Instant at) {
    const Queue *queue = intrusion->queue;
    Instant last = INSTANT_ALWAYS, end = later(at, intrusion->reach);
    for (gsize i = 0; i < queue->planned; i++) {
        Instant appointment = queue->appointments[i];
        if (appointment < at || appointment >= end || appointment <= last)
            continue;
        if (i > 0 && appointment == queue->appointments[i - 1] && is_alike(&queue->waiting[i], &queue->waiting[i - 1]))
            continue;
        if (breaks(intrusion, at, i))
            last = appointment;
    }
    return last;
}

static Instant appoint(const Intrusion *intrusion, Instant from) {
    const Queue *queue = intrusion->queue;
    History history = history_with(queue, queue->contacts);
    for (;;) {
        Instant at = rules_earliest(queue->rules, &history, intrusion->candidate, from, queue->horizon);
        Instant broken = at != INSTANT_NEVER ? last_broken(intrusion, at) : INSTANT_ALWAYS;
        if (broken == INSTANT_ALWAYS)
            return at;
        from = broken + 1;
    }
}

/* ---- the queue ---- */

/* The next to be planned goes no sooner than this. */
static Instant no_sooner_than(const Queue *queue, Instant x) {
    const Candidate *next = &queue->waiting[queue->planned];
    for (gsize i = queue->planned; i-- > 0;) {
        if (is_alike(&queue->waiting[i], next))
            return MAX(x, queue->appointments[i]);
        if (next->class == CLASS_SALES && queue->waiting[i].class == CLASS_RELATIONAL)
            return x;
    }
    return x;
}

static void plan(Queue *queue, gsize count, Instant x) {
    for (; queue->planned < count; queue->planned++) {
        const Candidate *waiting = &queue->waiting[queue->planned];
        g_auto(Intrusion) intrusion = intrusion_of(queue, waiting);
        Instant at = appoint(&intrusion, no_sooner_than(queue, x));
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
    g_auto(Intrusion) intrusion = intrusion_of(&queue, candidate);
    if (intrusion.rules->len == 0)
        return false;
    plan(&queue, waiting_count, x);
    if (last_broken(&intrusion, x) == INSTANT_ALWAYS)
        return false;
    *until = appoint(&intrusion, x);
    *ahead = count_before(&queue, *until);
    return true;
}
