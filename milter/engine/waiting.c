/* The reasons a message is held for stand with it; those that a rule gave make it wait for capacity, and then nobody
 * overtakes it. */
#include "waiting.h"

#include <jansson.h>

/* Whether any of the reasons is of this rule. */
static bool has_reason(const Custody *custody, bool (*is)(const char *rule)) {
    json_auto_t *reasons = json_loads(custody->reasons, 0, NULL);
    size_t i;
    json_t *reason;
    json_array_foreach (reasons, i, reason) {
        const char *rule = json_string_value(json_object_get(reason, "rule"));
        if (rule && is(rule))
            return true;
    }
    return false;
}

static bool is_placeholder(const char *rule) {
    return g_str_equal(rule, "placeholder");
}

static bool is_of_capacity(const char *rule) {
    return !is_placeholder(rule) && !g_str_equal(rule, "review");
}

bool waiting_for_capacity(const Custody *custody) {
    return custody->state != CUSTODY_PASSED && !custody->forced && has_reason(custody, is_of_capacity);
}

bool waiting_for_author(const Custody *custody) {
    return has_reason(custody, is_placeholder);
}

Candidate waiting_candidate(const Custody *custody) {
    return (Candidate){.class = custody->class, .topic = custody->topic, .campaign = custody->campaign};
}

GArray *waiting_ahead(const GPtrArray *custodies, const char *own_message) {
    GArray *waiting = g_array_new(FALSE, FALSE, sizeof(Candidate));
    for (guint i = 0; i < custodies->len; i++) {
        const Custody *custody = custodies->pdata[i];
        if (own_message && g_str_equal(custody->message, own_message))
            break; /* what stands behind it does not go before it */
        if (!waiting_for_capacity(custody))
            continue;
        Candidate candidate = waiting_candidate(custody);
        g_array_append_val(waiting, candidate);
    }
    return waiting;
}
