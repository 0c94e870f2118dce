/* The message as it leaves for one recipient, for `try --output`. The verdict is the one given; only its text is made
 * anew, so that a message with many recipients need not carry a rendering for each of them through the engine. */
#include "layout.h"
#include "outcome.h"

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
