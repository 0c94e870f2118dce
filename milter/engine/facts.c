/* Conditions name few attributes, customers may have thousands: each is read when a condition comes to it, and once. */
#include "facts.h"

#include <float.h>
#include <string.h>

#define EVENT "event."

const char *facts_timezone(const Facts *facts) {
    return facts->customer->timezone ? facts->customer->timezone : facts->config->defaults.timezone;
}

const char *facts_locale(const Facts *facts) {
    return facts->customer->locale ? facts->customer->locale : facts->config->defaults.locale;
}

static const char *built_in(const Facts *facts, const char *name) {
    if (g_str_equal(name, "id"))
        return facts->customer->id;
    if (g_str_equal(name, "locale"))
        return facts_locale(facts);
    if (g_str_equal(name, "timezone"))
        return facts_timezone(facts);
    return NULL;
}

/* Whatever its sensitivity: conditions see more than texts do. NULL where absent. */
static bool attribute_value(const Facts *facts, const char *name, char **value, GError **error) {
    const char *const names[] = {name, NULL};
    g_autoptr(GPtrArray) found = NULL;
    *value = g_strdup(built_in(facts, name));
    if (*value)
        return true;
    if (!store_attributes(facts->store, facts->customer->id, names, &found, error))
        return false;
    if (found->len > 0)
        *value = g_strdup(((AttributeValue *)found->pdata[0])->value);
    return true;
}

/* ---- conditions ---- */

typedef struct {
    const Facts *facts;
    GHashTable *values; /* keeps what was looked up alive until the condition is done */
    GError *error;
} Lookup;

/* A name with dots is found step by step, as texts find it, unless a key is written so. */
static const json_t *member(const json_t *object, const char *name) {
    const json_t *whole = json_object_get(object, name);
    const char *dot = whole ? NULL : strchr(name, '.');
    if (!dot)
        return whole;
    g_autofree char *first = g_strndup(name, (gsize)(dot - name));
    return member(json_object_get(object, first), dot + 1);
}

static char *message_value(const json_t *message, const char *name) {
    const json_t *value = member(message, name);
    if (json_is_string(value))
        return g_strdup(json_string_value(value));
    if (!value || json_is_null(value))
        return NULL;
    return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(DBL_DIG));
}

static bool event_value(const Facts *facts, const char *kind, char **value, GError **error) {
    g_autoptr(EventList) list = NULL;
    if (!store_events(facts->store, facts->customer->id, &list, error))
        return false;
    for (guint i = list->events->len; i-- > 0 && !*value;) {
        const Event *event = &g_array_index(list->events, Event, i);
        if (g_str_equal(event->kind, kind))
            *value = instant_format(event->at, "UTC");
    }
    return true;
}

static bool customer_value(const Facts *facts, const char *name, char **value, GError **error) {
    if (g_str_has_prefix(name, EVENT))
        return event_value(facts, name + strlen(EVENT), value, error);
    return attribute_value(facts, name, value, error);
}

static const char *lookup(const char *name, gpointer user) {
    Lookup *self = user;
    char *value = NULL;
    if (g_hash_table_contains(self->values, name))
        return g_hash_table_lookup(self->values, name);
    if (g_str_has_prefix(name, "message."))
        value = message_value(self->facts->message, name + strlen("message."));
    else if (g_str_has_prefix(name, "customer.") && !self->error)
        customer_value(self->facts, name + strlen("customer."), &value, &self->error);
    g_hash_table_insert(self->values, g_strdup(name), value);
    return value;
}

bool facts_satisfy(const Facts *facts, const Condition *condition, bool *holds, GError **error) {
    Lookup self = {.facts = facts, .values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    bool answer = condition_holds(condition, lookup, &self);
    g_hash_table_unref(self.values);
    if (self.error) {
        g_propagate_error(error, self.error);
        return false;
    }
    *holds = answer;
    return true;
}

bool facts_policy(const Facts *facts, const Policy **policy, GError **error) {
    const Config *config = facts->config;
    for (guint i = 0; i < config->segments->len; i++) {
        const Segment *segment = config->segments->pdata[i];
        bool holds;
        if (!facts_satisfy(facts, segment->when, &holds, error))
            return false;
        if (holds) {
            *policy = config_policy(config, segment->policy);
            return true;
        }
    }
    *policy = config_policy(config, "default");
    return true;
}
