/* The message as it leaves for one recipient, outside of a milter's session. Of a judgement (`try --output`) the
 * verdict is the one given; only its text is made anew, so that a message with many recipients need not carry a
 * rendering for each of them through the engine. What is held has its last verdict still before it: it is asked what a
 * person's release would come to. */
#include "decide.h"
#include "engine/custody.h"
#include "layout.h"
#include "outcome.h"
#include "templated.h"

/* ---- of a judgement ---- */

static GBytes *compose_in_scope(Engine *engine, const Intake *intake, const Judgement *judgement,
                                const Outcome *outcome, GError **error) {
    Outcome *scratch = outcome_new(outcome->ordinal, outcome->address);
    g_autoptr(Party) party = party_new(intake, engine_store(engine), scratch, error);
    g_autoptr(Rewrite) rewrite = NULL;
    if (party) {
        outcome_copy_decision(scratch, outcome);
        rewrite = layout_rewrite(intake, judgement->id, party, error);
    }
    outcome_free(scratch);
    return rewrite ? rewrite_apply(rewrite, intake->message) : NULL;
}

static GBytes *compose_out_of_scope(const Intake *intake) {
    g_autoptr(Rewrite) rewrite = rewrite_new();
    rewrite_strip_requests(rewrite, intake->message);
    return rewrite_apply(rewrite, intake->message);
}

GBytes *engine_compose(Engine *engine, const Submission *submission, const Judgement *judgement, const Outcome *outcome,
                       GError **error) {
    g_autoptr(Judgement) again = judgement_new(); /* what collect learns a second time */
    g_autoptr(Intake) intake = intake_new(engine, submission, again, error);
    if (!intake || !outcome_goes(outcome) || judgement->reply == REPLY_REFUSE || judgement->reply == REPLY_TEMPORARY)
        return NULL;
    return intake->stream ? compose_in_scope(engine, intake, judgement, outcome, error) : compose_out_of_scope(intake);
}

/* ---- of what is held ---- */

static void decide_released(const Party *party) {
    Matter matter = party_matter(party);
    Question question = {.matter = &matter, .policy = party->rulebook->policy, .rules = party->rulebook->rules};
    matter.forced = true;
    decide(&question, party->outcome);
}

/* Nobody's text is made of it: a fault where it has none of its own. */
static GPtrArray *reasons_unfilled(const Intake *intake, Party *party) {
    g_autoptr(GPtrArray) parties = g_ptr_array_new();
    g_ptr_array_add(parties, party);
    g_autofree char *fault = intake->templated ? templated_fault(intake, parties) : NULL;
    GPtrArray *reasons = fault ? reasons_new() : NULL;
    if (fault)
        g_ptr_array_add(reasons, reason_new("request", fault));
    return reasons;
}

static bool fill(const Intake *intake, Party *party, GBytes **filled, GPtrArray **reasons, GError **error) {
    if (!party->full) {
        *reasons = reasons_unfilled(intake, party);
        return true;
    }
    decide_released(party);
    if (!outcome_goes(party->outcome)) {
        *reasons = g_ptr_array_ref(party->outcome->reasons);
        return true;
    }
    g_autoptr(Rewrite) rewrite = layout_rewrite(intake, intake->released->message, party, error);
    if (rewrite)
        *filled = rewrite_apply(rewrite, intake->message);
    return rewrite != NULL;
}

bool custody_fill(Engine *engine, const Custody *custody, GBytes *raw, Instant at, GBytes **filled, GPtrArray **reasons,
                  GError **error) {
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_new(custody->sender);
    g_autoptr(Judgement) judgement = judgement_new(); /* what collect learns, which nobody asks for */
    const Submission submission = {.envelope = envelope, .message = message, .at = at, .live = true};
    envelope_add_recipient(envelope, custody->address, custody->recipient_parameters);
    g_autoptr(Intake) intake = intake_of_held(engine, &submission, custody->id, judgement, error);
    if (!intake)
        return false;
    Outcome *outcome = outcome_new(0, custody->address);
    g_autoptr(Party) party = party_new(intake, engine_store(engine), outcome, error);
    bool done = party && fill(intake, party, filled, reasons, error);
    outcome_free(outcome);
    return done;
}
