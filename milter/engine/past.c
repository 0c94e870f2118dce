/* What is asked for is young as a rule: arrays that are searched from that end do for it, and a set for what is new.
 * Events are taken from the record as far as they had happened; when they were told to us is not known. */
#include "past.h"

#include "bring_forward.h"

void past_init(Past *past, const CustomerHistory *recorded) {
    *past = (Past){.recorded = recorded,
                   .contacts = g_array_new(FALSE, FALSE, sizeof(Contact)),
                   .messages = g_ptr_array_new(),
                   .known = g_hash_table_new(g_str_hash, g_str_equal),
                   .seen = g_array_new(FALSE, FALSE, sizeof(Contact))};
}

void past_clear(Past *past) {
    g_array_unref(past->contacts);
    g_ptr_array_unref(past->messages);
    g_hash_table_unref(past->known);
    g_array_unref(past->seen);
}

static const Contact *contact_at(const Past *past, guint i) {
    return &g_array_index(past->contacts, Contact, i);
}

static bool find(const Past *past, const char *message, guint *place) {
    if (!g_hash_table_contains(past->known, message))
        return false;
    for (guint i = past->messages->len; i-- > 0;)
        if (g_str_equal(past->messages->pdata[i], message)) {
            *place = i;
            return true;
        }
    return false;
}

void past_remove(Past *past, const char *message) {
    guint place;
    if (!find(past, message, &place))
        return;
    g_hash_table_remove(past->known, message);
    g_array_remove_index(past->contacts, place);
    g_ptr_array_remove_index(past->messages, place);
}

void past_put(Past *past, const char *message, Contact contact) {
    past_remove(past, message);
    guint place = past->contacts->len;
    while (place > 0 && contact_at(past, place - 1)->at > contact.at)
        place--;
    g_array_insert_val(past->contacts, place, contact);
    g_ptr_array_insert(past->messages, (gint)place, (gpointer)message);
    g_hash_table_add(past->known, (gpointer)message);
}

GPtrArray *past_consents(const Past *past, Instant at) {
    const GPtrArray *history = past->recorded->consents;
    GPtrArray *consents = g_ptr_array_new();
    for (guint i = 0; i < history->len; i++) {
        Consent *consent = history->pdata[i];
        if (consent_in_force(history, consent->purpose, at) == consent)
            g_ptr_array_add(consents, consent);
    }
    return consents;
}

/* ---- what the rules see ---- */

static guint first_later(const Past *past, Instant since) {
    guint place = past->contacts->len;
    while (place > 0 && contact_at(past, place - 1)->at > since)
        place--;
    return place;
}

/* transaction_relational_earlier says why those from before the last pruned one do not count. */
static guint64 relational_before(const Past *past, guint count) {
    guint64 found = past->recorded->pruned_relational;
    for (guint i = 0; i < count; i++)
        found +=
            contact_at(past, i)->class == CLASS_RELATIONAL && contact_at(past, i)->at >= past->recorded->pruned_before;
    return found;
}

static gsize events_until(const Past *past, Instant at) {
    const GArray *events = past->recorded->events->events;
    gsize count = events->len;
    while (count > 0 && g_array_index(events, Event, count - 1).at > at)
        count--;
    return count;
}

static bool is_later(const Past *past, Instant at) {
    return past->contacts->len > 0 && contact_at(past, past->contacts->len - 1)->at > at;
}

/* The contacts from first on, in an array of their own. */
static void copy_contacts(Past *past, guint first) {
    g_array_set_size(past->seen, 0);
    if (first < past->contacts->len)
        g_array_append_vals(past->seen, contact_at(past, first), past->contacts->len - first);
}

History past_history(Past *past, const Rulebook *rulebook, const PastView *view) {
    guint place, first = first_later(past, view->at - rulebook_reach(rulebook));
    History history = {.contacts = first < past->contacts->len ? contact_at(past, first) : NULL,
                       .count = past->contacts->len - first,
                       .relational_earlier = rulebook_has(rulebook, RULE_FIRST) ? relational_before(past, first) : 0,
                       .events = (const Event *)(const void *)past->recorded->events->events->data,
                       .event_count = events_until(past, view->at),
                       .almanac = rulebook->almanac};
    bool without = view->except && find(past, view->except, &place) && place >= first;
    bool later = view->live && is_later(past, view->at);
    if (!without && !later)
        return history;
    copy_contacts(past, first);
    if (without)
        g_array_remove_index(past->seen, place - first);
    if (later)
        bring_forward_contacts(past->seen, view->at);
    history.contacts = (const Contact *)(const void *)past->seen->data;
    history.count = past->seen->len;
    return history;
}
