/* The recipients of another try need not be those of the first, nor stand in the same order, so an ordinal means
 * something within its own try alone. A copy of what was answered before goes by the message and ordinal of that
 * answer: nobody else has those, and it is where its contact is written, which a release must replace and not repeat. A
 * customer's other address shares the answer, but not the place: what it is owed is its own. */
#include "retry.h"

#include "base/text.h"
#include "outcome.h"

static bool is_for(const VerdictRecord *record, const char *address) {
    g_autofree char *canonical = address_canonical(record->address);
    return g_str_equal(canonical, address);
}

/* What the address was answered, or else another one of the customer. */
static VerdictRecord *answer_for(GPtrArray *records, const char *address) {
    guint answer = 0;
    if (records->len == 0)
        return NULL;
    for (guint i = records->len; i-- > 0;)
        if (is_for(records->pdata[i], address))
            answer = i;
    return g_ptr_array_steal_index(records, answer);
}

/* *id becomes the identifier of the try at which this customer got a verdict, if there is one. */
static bool restore_party(Case *self, Transaction *transaction, Party *party, char **id, GError **error) {
    const Intake *intake = self->intake;
    const char *customer = party->customer->id;
    Instant since = intake->at - intake->config->retry_window;
    g_autoptr(GPtrArray) records = NULL;
    if (!transaction_verdicts_of_try(transaction, customer, intake->fingerprint, since, &records, error))
        return false;
    party->earlier = answer_for(records, party->address);
    if (!party->earlier)
        return true;
    outcome_restore(party->outcome, party->earlier);
    party->repeated = is_for(party->earlier, party->address);
    party->outcome->custody = party->outcome->custody && party->repeated;
    g_free(*id);
    *id = g_strdup(party->earlier->message);
    return true;
}

/* Another try of a whole message keeps its identifier. One that brings further customers gets a new one for these, as
 * ordinals of two lists of recipients must not meet under one identifier. */
bool retry_restore(Case *self, Transaction *transaction, GError **error) {
    g_autofree char *id = NULL;
    bool all = true;
    for (guint i = 0; i < self->parties->len; i++) {
        Party *party = self->parties->pdata[i];
        g_clear_pointer(&party->earlier, verdict_record_free);
        party->repeated = false;
        if (!party->customer || self->intake->released)
            continue;
        if (!restore_party(self, transaction, party, &id, error))
            return false;
        all = all && party->earlier;
    }
    if (id && all) {
        g_free(self->judgement->id);
        self->judgement->id = g_steal_pointer(&id);
    }
    return true;
}

bool retry_place(const Case *self, Transaction *transaction, const Party *party, RetryPlace *place, GError **error) {
    const VerdictRecord *earlier = party->earlier;
    const Custody *released = self->intake->released;
    *place = (RetryPlace){self->judgement->id, released ? released->ordinal : party->outcome->ordinal};
    if (!earlier)
        return true;
    *place = (RetryPlace){earlier->message, earlier->ordinal};
    return party->repeated || transaction_ordinal_next(transaction, earlier->message, &place->ordinal, error);
}
