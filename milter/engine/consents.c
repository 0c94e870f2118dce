/* One reading of consents for the milter, which refuses by it, and the planner, which need not wait for a due time
 * where nothing but an end awaits the message. An objection asks for no purpose: it is to sales mail as such
 * (Regulation (EU) 2016/679, article 21, paragraphs 2 and 3). */
#include "consents.h"

bool consents_grant(const GPtrArray *consents, const char *purpose) {
    for (guint i = 0; i < consents->len; i++) {
        const Consent *consent = consents->pdata[i];
        if (g_str_equal(consent->purpose, purpose))
            return consent->state == CONSENT_GRANTED;
    }
    return false;
}

static bool has_objected(const GPtrArray *consents) {
    for (guint i = 0; i < consents->len; i++)
        if (((const Consent *)consents->pdata[i])->state == CONSENT_OBJECTED)
            return true;
    return false;
}

const char *consents_stop(const GPtrArray *consents, MailClass class, const Topic *topic) {
    if (class == CLASS_SALES && has_objected(consents))
        return CONSENTS_OBJECTION;
    return topic && topic->consent && !consents_grant(consents, topic->consent) ? topic->consent : NULL;
}
