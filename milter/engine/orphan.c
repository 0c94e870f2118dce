/* Nothing says any more whether the stream was trusted. What only tightens is believed all the same: a condition, an
 * expiry. What could loosen, a topic or a class, comes from the record. Placeholders are filled or hold the message, as
 * if the stream had asked for it: none reaches a customer. */
#include "orphan.h"

void orphan_adopt(Intake *intake) {
    const Custody *released = intake->released;
    intake->stand_in = (Stream){.name = released->stream,
                                .trust = true,
                                .enforce = true,
                                .personalize = true,
                                .tag = true,
                                .class = released->class == CLASS_SALES ? STREAM_CLASS_SALES : STREAM_CLASS_RELATIONAL};
    intake->stream = &intake->stand_in;
    g_ptr_array_add(intake->judgement->notes,
                    g_strdup_printf("held message %s: there is no stream \"%s\" any more; it is judged as the %s mail"
                                    " it was taken in as",
                                    released->id, released->stream, class_name(released->class)));
}

void orphan_restore(Intake *intake) {
    const Custody *released = intake->released;
    Request *request = intake->request;
    if (intake->stream != &intake->stand_in)
        return;
    request->has_class = request->has_personalize = false;
    g_free(request->topic);
    g_free(request->campaign);
    request->topic = g_strdup(released->topic);
    request->campaign = g_strdup(released->campaign);
    request->priority = released->priority;
    request->expires = released->expires;
}
