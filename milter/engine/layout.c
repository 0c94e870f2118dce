/* One body serves either everybody whose text goes as it came, or exactly one party whose text is their own. All others
 * leave the envelope and get a copy out of custody. */
#include "layout.h"

#include "base/error.h"
#include "engine/receipt.h"
#include "leftovers.h"
#include "outcome.h"

static bool has_own_text(const Party *party) {
    return party->customer && party_filling(party);
}

static bool goes_as_it_came(const Party *party) {
    return outcome_goes(party->outcome) && !has_own_text(party);
}

static bool any_party(const Case *self, bool (*is)(const Party *)) {
    for (guint i = 0; i < self->parties->len; i++)
        if (is(self->parties->pdata[i]))
            return true;
    return false;
}

static bool is_not_refused(const Party *party) {
    return party->outcome->action != ACTION_REFUSE;
}

static bool may_be_in_place(const Party *party) {
    return outcome_goes(party->outcome) && has_own_text(party) && !party->same &&
           !(party->earlier && party->outcome->custody);
}

static const Party *choose_in_place(const Case *self) {
    if (any_party(self, goes_as_it_came))
        return NULL;
    for (guint i = 0; i < self->parties->len; i++)
        if (may_be_in_place(self->parties->pdata[i]))
            return self->parties->pdata[i];
    return NULL;
}

/* What was in custody at an earlier try is there still, or has been delivered from there. */
static bool needs_copy(const Case *self, const Party *party) {
    if (self->intake->released || party->same || (party->earlier && party->outcome->custody))
        return false;
    if (party->outcome->action == ACTION_HOLD)
        return true;
    return outcome_goes(party->outcome) && has_own_text(party) && party != self->in_place;
}

static void layout_party(const Case *self, Party *party, bool others) {
    Outcome *outcome = party->outcome;
    bool back_to_custody = self->intake->released && outcome->action == ACTION_HOLD;
    party->copy = needs_copy(self, party);
    outcome->custody = outcome->custody || party->copy || back_to_custody;
    if (!party->earlier)
        outcome->returned = outcome->action == ACTION_REFUSE && others;
    if (party->same)
        outcome->custody = party->same->outcome->custody;
}

void layout(Case *self) {
    bool others = any_party(self, is_not_refused);
    self->in_place = choose_in_place(self);
    for (guint i = 0; i < self->parties->len; i++)
        layout_party(self, self->parties->pdata[i], others);
}

/* ---- the rewrite ---- */

static void append_tags(Rewrite *rewrite, const Intake *intake, const char *id, MailClass class) {
    if (!intake->stream->tag)
        return;
    rewrite_append(rewrite, "Cadence-Class", class_name(class));
    rewrite_append(rewrite, "Cadence-Id", id);
}

Rewrite *layout_rewrite(const Intake *intake, const char *id, const Party *party, GError **error) {
    g_autoptr(Rewrite) rewrite = rewrite_new();
    const Filling *filling = party ? party_filling(party) : NULL;
    if (party && party->outcome->fallback && !filling) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "the stand-in \"%s\" can be filled no longer",
                    party->outcome->fallback);
        return NULL;
    }
    if (filling && !filling_rewrite(filling, intake->message, rewrite, error))
        return NULL;
    rewrite_strip_requests(rewrite, intake->message);
    append_tags(rewrite, intake, id, party ? party->outcome->class : intake->classification->class);
    return g_steal_pointer(&rewrite);
}

/* ---- the reply ---- */

static bool anybody_stays(const Judgement *judgement) {
    for (guint i = 0; i < judgement->outcomes->len; i++)
        if (outcome_stays(judgement->outcomes->pdata[i]))
            return true;
    return false;
}

static bool all_are_refused(const Judgement *judgement) {
    for (guint i = 0; i < judgement->outcomes->len; i++)
        if (((Outcome *)judgement->outcomes->pdata[i])->action != ACTION_REFUSE)
            return false;
    return judgement->outcomes->len > 0;
}

static void reply_refuse(Judgement *judgement) {
    g_autofree char *sentence = outcome_refusal(judgement->outcomes->pdata[0]);
    judgement_answer(judgement, REPLY_REFUSE, "550", "5.7.1", sentence);
}

void layout_reply(Case *self) {
    Judgement *judgement = self->judgement;
    g_autoptr(GError) error = NULL;
    if (all_are_refused(judgement)) {
        reply_refuse(judgement);
    } else if (!anybody_stays(judgement)) {
        judgement->reply = REPLY_DISCARD;
    } else {
        judgement->reply = REPLY_ACCEPT;
        judgement->rewrite = layout_rewrite(self->intake, judgement->id, self->in_place, &error);
        if (!judgement->rewrite)
            judgement_answer(judgement, REPLY_TEMPORARY, "451", "4.3.0", error->message);
    }
}

/* ---- faults of ours ---- */

static bool passes_without_store(const Intake *intake) {
    return !intake->released && !intake->templates && !intake->template && !intake->unreadable &&
           !leftovers_that_hold(intake) && (intake_is_exempt(intake) || !intake->stream->enforce);
}

void layout_fault(Case *self, const GError *error) {
    Judgement *judgement = self->judgement;
    if (!passes_without_store(self->intake)) {
        g_autofree char *sentence = g_strdup_printf("%s; try again later", error->message);
        judgement_answer(judgement, REPLY_TEMPORARY, "451", "4.3.0", sentence);
        return;
    }
    for (guint i = 0; i < judgement->outcomes->len; i++)
        outcome_reset(judgement->outcomes->pdata[i]);
    judgement->rewrite = layout_rewrite(self->intake, judgement->id, NULL, NULL);
    g_ptr_array_add(judgement->notes,
                    g_strdup_printf("passed without the store, a gap in the ledger: %s", error->message));
}
