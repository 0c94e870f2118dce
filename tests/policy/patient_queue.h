/* No overtaking as it reads in overtaking.h, and no cleverer: every appointment is asked again with all the rules and
 * all the contacts. It is cubic where many wait; the engine must agree with it. */
#pragma once

#include "policy/overtaking.h"

typedef struct {
    const GArray *rules;
    const History *history;
    const Candidate *waiting;
    gsize planned;         /* so many of them have been given their appointment */
    Instant *appointments; /* of each planned: INSTANT_NEVER where it gets none up to the horizon */
    GArray *contacts;      /* the history and all appointments */
    Instant horizon;
} Patient;

/* The queue's history, but with these contacts. */
static History patient_history(const Patient *queue, const GArray *contacts) {
    History history = *queue->history;
    history.contacts = (const Contact *)(const void *)contacts->data;
    history.count = contacts->len;
    return history;
}

static void patient_add_contact(GArray *contacts, const Candidate *candidate, Instant at) {
    Contact contact = {at, candidate->class, candidate->topic, candidate->campaign};
    guint place = contacts->len;
    while (place > 0 && g_array_index(contacts, Contact, place - 1).at > at)
        place--;
    g_array_insert_val(contacts, place, contact);
}

static void patient_remove_contact(GArray *contacts, const Candidate *candidate, Instant at) {
    for (guint i = contacts->len; i-- > 0;) {
        const Contact *contact = &g_array_index(contacts, Contact, i);
        if (contact->at == at && contact->class == candidate->class && contact->topic == candidate->topic &&
            contact->campaign == candidate->campaign) {
            g_array_remove_index(contacts, i);
            return;
        }
    }
}

static bool patient_breaks(const Patient *queue, const Candidate *candidate, Instant at, gsize waiting) {
    g_autoptr(GArray) contacts = g_array_copy(queue->contacts);
    patient_remove_contact(contacts, &queue->waiting[waiting], queue->appointments[waiting]);
    patient_add_contact(contacts, candidate, at);
    History history = patient_history(queue, contacts);
    Instant appointment = queue->appointments[waiting];
    return rules_block(queue->rules, &history, &queue->waiting[waiting], appointment, appointment, NULL);
}

/* The last appointment that a contact of the candidate at this instant would break; INSTANT_ALWAYS: none. */
static Instant patient_last_broken(const Patient *queue, const Candidate *candidate, Instant at) {
    Instant last = INSTANT_ALWAYS;
    for (gsize i = 0; i < queue->planned; i++) {
        Instant appointment = queue->appointments[i];
        if (appointment != INSTANT_NEVER && appointment >= at && appointment > last &&
            patient_breaks(queue, candidate, at, i))
            last = appointment;
    }
    return last;
}

static Instant patient_appoint(const Patient *queue, const Candidate *candidate, Instant from) {
    History history = patient_history(queue, queue->contacts);
    for (;;) {
        Instant at = rules_earliest(queue->rules, &history, candidate, from, queue->horizon);
        Instant broken = at != INSTANT_NEVER ? patient_last_broken(queue, candidate, at) : INSTANT_ALWAYS;
        if (broken == INSTANT_ALWAYS)
            return at;
        from = broken + 1;
    }
}

static void patient_plan(Patient *queue, gsize count, Instant x) {
    for (; queue->planned < count; queue->planned++) {
        const Candidate *waiting = &queue->waiting[queue->planned];
        Instant at = patient_appoint(queue, waiting, x);
        queue->appointments[queue->planned] = at;
        if (at != INSTANT_NEVER)
            patient_add_contact(queue->contacts, waiting, at);
    }
}

static gsize patient_count_before(const Patient *queue, Instant instant) {
    gsize count = 0;
    for (gsize i = 0; i < queue->planned; i++)
        count += queue->appointments[i] < instant;
    return count;
}

static bool patient_blocks(const GArray *rules, const History *history, const Candidate *candidate, Instant x,
                           Instant horizon, const Candidate *waiting, gsize count, Instant *until, gsize *ahead) {
    g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
    g_array_append_vals(contacts, history->contacts, (guint)history->count);
    g_autofree Instant *appointments = g_new(Instant, count);
    Patient queue = {rules, history, waiting, 0, appointments, contacts, horizon};
    patient_plan(&queue, count, x);
    if (patient_last_broken(&queue, candidate, x) == INSTANT_ALWAYS)
        return false;
    *until = patient_appoint(&queue, candidate, x);
    *ahead = patient_count_before(&queue, *until);
    return true;
}
