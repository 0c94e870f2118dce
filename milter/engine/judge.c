/* One message, all its recipients, one transaction. Everything slow (templates, lookups) has happened before it begins
 * and everything that speaks to Postfix happens after it has been committed, so what we answer is always already on
 * disk. */
#include "judge.h"

#include "base/error.h"
#include "base/text.h"
#include "decide.h"
#include "layout.h"
#include "retry.h"
#include "settle.h"
#include "templated.h"
#include "waiting.h"

/* ---- one customer inside the transaction ---- */

/* What would be written of who was erased since the look-up, would stay for good. The next try finds them as they are.
 */
static bool check_customer(Transaction *transaction, const Party *party, GError **error) {
    bool exists;
    if (!transaction_customer_exists(transaction, party->customer->id, &exists, error))
        return false;
    if (!exists)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY,
                    "the customer of <%s> was erased while the message was on its way", party->address);
    return exists;
}

/* Before the ledger is read: of an address that was erased it may hold something. */
static bool enroll(Transaction *transaction, const Party *party, Instant at, GError **error) {
    return party->enrolled ? transaction_customer_put(transaction, party->customer, at, error)
                           : check_customer(transaction, party, error);
}

static void note_clock(Case *self, const Party *party) {
    g_ptr_array_add(self->judgement->notes,
                    g_strdup_printf("the clock has gone back: what is recorded of customer %s for later than now is"
                                    " counted as now",
                                    party->customer->id));
}

static bool judge_customer(Case *self, Transaction *transaction, Party *party, GError **error) {
    const Intake *intake = self->intake;
    const char *own = intake->released ? intake->released->message : NULL;
    g_auto(Record) record = {0};
    g_autoptr(GPtrArray) custodies = NULL;
    if (party->customer && !enroll(transaction, party, intake->at, error))
        return false;
    Matter matter = party_matter(party);
    Question question = {.matter = &matter};
    if (!party->rulebook) {
        decide(&question, party->outcome);
        return true;
    }
    if (!record_read(&record, transaction, party->rulebook, party->customer->id, intake->at, self->judgement->id,
                     error) ||
        !transaction_custody_of_customer(transaction, party->customer->id, matter.priority, &custodies, error))
        return false;
    if (matter.live && record_bring_forward(&record, intake->at))
        note_clock(self, party);
    g_autoptr(GArray) waiting = waiting_ahead(custodies, own);
    question.policy = party->rulebook->policy;
    question.rules = party->rulebook->rules;
    question.history = record.history;
    question.waiting = (const Candidate *)waiting->data;
    question.waiting_count = waiting->len;
    decide(&question, party->outcome);
    decide_asked(&question, party->outcome->asked);
    return true;
}

/* ---- the transaction ---- */

static bool decide_all(Case *self, Transaction *transaction, GError **error) {
    g_autoptr(GHashTable) decided = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < self->parties->len; i++) {
        Party *party = self->parties->pdata[i];
        const Party *twin = party->customer ? g_hash_table_lookup(decided, party->customer->id) : NULL;
        if (!party->earlier && twin)
            outcome_copy_decision(party->outcome, twin->outcome);
        else if (!party->earlier && !judge_customer(self, transaction, party, error))
            return false;
        if (party->customer)
            g_hash_table_insert(decided, party->customer->id, party);
    }
    return true;
}

/* Each message adds to its review once, however often it is tried or released. */
static bool adds_to_review(const Case *self) {
    if (!self->judgement->review || self->intake->released)
        return false;
    for (guint i = 0; i < self->parties->len; i++) {
        const Party *party = self->parties->pdata[i];
        if (party->customer && !party->earlier)
            return true;
    }
    return false;
}

static bool record_review(Case *self, Transaction *transaction, GError **error) {
    MailClass label = CLASS_ANY;
    if (adds_to_review(self)) {
        Review review = *self->judgement->review;
        review.message = self->judgement->id;
        if (!transaction_review_add(transaction, &review, &label, error))
            return false;
    }
    self->answered = label != CLASS_ANY;
    return true;
}

static bool record_all(Case *self, Transaction *transaction, GError **error) {
    for (guint i = 0; i < self->parties->len; i++)
        if (!settle_party(self, transaction, self->parties->pdata[i], error))
            return false;
    return true;
}

/* A ticket opens once. Only what went by sendmail(1) may come again with the same one: Postfix has it in its maildrop,
 * and reads it again if it stumbles after our answer. */
static bool opens(const Custody *custody, const char *ticket) {
    return custody && g_strcmp0(custody->ticket, ticket) == 0 &&
           (custody->state == CUSTODY_RELEASING || (custody->state == CUSTODY_PASSED && custody->submitted));
}

/* A released message is judged by what the store says now, not by what it said when collect looked. */
static bool refresh_released(Case *self, Transaction *transaction, GError **error) {
    g_autoptr(Custody) now = NULL;
    if (!self->intake->released)
        return true;
    if (!transaction_custody(transaction, self->intake->released->id, &now, error))
        return false;
    self->replayed = !opens(now, self->intake->released->ticket);
    if (self->replayed)
        return true;
    custody_free(self->intake->released);
    self->intake->released = g_steal_pointer(&now);
    return true;
}

static bool judge_work(Transaction *transaction, gpointer user, GError **error) {
    Case *self = user;
    Judgement *judgement = self->judgement;
    g_free(judgement->id);
    judgement->id = g_strdup(self->intake->released ? self->intake->released->message : self->new_id);
    self->wake = self->replayed = false;
    if (!refresh_released(self, transaction, error))
        return false;
    if (self->replayed)
        return true;
    if (!retry_restore(self, transaction, error))
        return false;
    if (!decide_all(self, transaction, error))
        return false;
    layout(self);
    if (!record_review(self, transaction, error) || !record_all(self, transaction, error))
        return false;
    if (self->intake->submission->record)
        return true;
    self->rehearsed = true; /* undone on purpose: `try` asks what would be, and leaves nothing behind */
    g_set_error_literal(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "rehearsal");
    return false;
}

/* ---- before and after ---- */

static bool look_up_parties(Case *self, GError **error) {
    g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < self->judgement->outcomes->len; i++) {
        Party *party = party_new(self->intake, engine_store(self->engine), self->judgement->outcomes->pdata[i], error);
        if (!party)
            return false;
        g_ptr_array_add(self->parties, party);
        if (party->rulebook && party->rulebook->fault)
            g_ptr_array_add(self->judgement->notes, g_strdup(party->rulebook->fault));
        party->same = g_hash_table_lookup(addresses, party->address);
        if (!party->same)
            g_hash_table_insert(addresses, party->address, party);
    }
    return true;
}

static bool any_customer(const Case *self) {
    for (guint i = 0; i < self->parties->len; i++)
        if (((Party *)self->parties->pdata[i])->customer)
            return true;
    return false;
}

/* Mail of nobody who is a customer needs no ledger, and so passes even where the store is gone. */
static bool decide_and_settle(Case *self, GError **error) {
    g_autoptr(GError) local = NULL;
    if (!any_customer(self) && !self->intake->released) {
        layout(self);
        return true;
    }
    if (store_transact(engine_store(self->engine), judge_work, self, &local) || self->rehearsed)
        return true;
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
}

static void refuse_request(Case *self) {
    for (guint i = 0; i < self->judgement->outcomes->len; i++) {
        Outcome *outcome = self->judgement->outcomes->pdata[i];
        outcome->action = outcome->would = ACTION_REFUSE;
        outcome_add_reason(outcome, reason_new("request", self->intake->refusal));
    }
    judgement_answer(self->judgement, REPLY_REFUSE, "550", "5.6.0", self->intake->refusal);
}

/* Whether the request can be met; else the judgement is answered. */
static bool meet_template(Case *self) {
    if (!self->intake->templated || !(self->intake->refusal = templated_fault(self->intake, self->parties)))
        return true;
    if (self->intake->released)
        judgement_answer(self->judgement, REPLY_TEMPORARY, "451", "4.3.0", self->intake->refusal);
    else
        refuse_request(self);
    return false;
}

static void judge_in_scope(Case *self) {
    g_autoptr(GError) error = NULL;
    if (self->intake->refusal && !self->intake->released) {
        refuse_request(self);
        return;
    }
    bool found = look_up_parties(self, &error);
    if (found && !meet_template(self))
        return;
    if (!found || !decide_and_settle(self, &error)) {
        layout_fault(self, error);
        return;
    }
    if (self->wake && self->intake->submission->record)
        store_wake(engine_store(self->engine));
    if (self->replayed)
        self->judgement->reply = REPLY_DISCARD;
    else
        layout_reply(self);
}

/* Out of scope: nothing is known of the message but that no Cadence- field may leave, and no request for a template as
 * if it were a letter. */
static void judge_out_of_scope(Case *self) {
    if (self->intake->released && intake_asks_for_template(self->intake)) {
        judgement_answer(self->judgement, REPLY_TEMPORARY, "451", "4.3.0",
                         "Cadence-Template: the stream of this held message is gone from the configuration");
        return;
    }
    self->judgement->rewrite = rewrite_new();
    rewrite_strip_requests(self->judgement->rewrite, self->intake->message);
}

/* ---- the case ---- */

static void case_clear(Case *self) {
    g_ptr_array_unref(self->parties);
    intake_free(self->intake);
    g_free(self->new_id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* What it came as is what it leaves as, where no rule is asked. */
static Outcome *outcome_begin(const Intake *intake, int ordinal) {
    const EnvelopeRecipient *recipient = intake->submission->envelope->recipients->pdata[ordinal];
    Outcome *outcome = outcome_new(ordinal, recipient->address);
    if (intake->classification)
        outcome->class = intake->classification->class;
    return outcome;
}

static void case_init(Case *self, Engine *engine, Intake *intake) {
    const GPtrArray *recipients = intake->submission->envelope->recipients;
    *self = (Case){.engine = engine, .intake = intake, .judgement = intake->judgement};
    self->parties = g_ptr_array_new_with_free_func((GDestroyNotify)party_free);
    self->new_id = identifier_new(intake->at);
    self->judgement->id = intake->stream ? g_strdup(self->new_id) : NULL;
    for (guint i = 0; i < recipients->len; i++)
        g_ptr_array_add(self->judgement->outcomes, outcome_begin(intake, i));
}

Judgement *engine_judge(Engine *engine, const Submission *submission) {
    g_autoptr(GError) error = NULL;
    Judgement *judgement = judgement_new();
    Intake *intake = intake_new(engine, submission, judgement, &error);
    if (!intake) {
        judgement_answer(judgement, REPLY_TEMPORARY, "451", "4.3.0", error->message);
        return judgement;
    }
    g_auto(Case) self;
    case_init(&self, engine, intake);
    if (intake->ticket == TICKET_USED)
        judgement->reply = REPLY_DISCARD;
    else if (intake->stream)
        judge_in_scope(&self);
    else
        judge_out_of_scope(&self);
    return judgement;
}
