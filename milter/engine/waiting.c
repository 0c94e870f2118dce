/* The reasons a message is held for stand with it; those that a rule gave make it wait for capacity, and then nobody
 * overtakes it. */
#include "waiting.h"

#include <jansson.h>

bool waiting_for_capacity(const Custody *custody) {
    json_auto_t *reasons = json_loads(custody->reasons, 0, NULL);
    size_t i;
    json_t *reason;
    if (custody->state == CUSTODY_PASSED || custody->forced)
        return false;
    json_array_foreach (reasons, i, reason) {
        const char *rule = json_string_value(json_object_get(reason, "rule"));
        if (rule && !g_str_equal(rule, "placeholder"))
            return true;
    }
    return false;
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
