/* Which consent of a history is in force, for what is recorded and for what is replayed. */
#include "store/store.h"

static bool undoes(const Consent *later, const Consent *current) {
    switch (later->state) {
    case CONSENT_OBJECTED:
        return true;
    case CONSENT_GRANTED:
        return later->at >= current->at;
    case CONSENT_WITHDRAWN:
    case CONSENT_NONE:
        break;
    }
    return current->state != CONSENT_OBJECTED;
}

const Consent *consent_in_force(const GPtrArray *history, const char *purpose, Instant at) {
    const Consent *found = NULL;
    for (guint i = 0; i < history->len; i++) {
        const Consent *consent = history->pdata[i];
        if (consent->at <= at && g_str_equal(consent->purpose, purpose) && (!found || undoes(consent, found)))
            found = consent;
    }
    return found;
}
