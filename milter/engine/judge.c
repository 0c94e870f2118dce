/* One message, all its recipients, one transaction. Everything slow (templates, lookups) has happened before it begins
 * and everything that speaks to Postfix happens after it has been committed, so what we answer is always already on
 * disk. */
#include "judge.h"

#include "base/error.h"
#include "base/text.h"
#include "bounce.h"
#include "decide.h"
#include "engine/receipt.h"
#include "layout.h"
#include "leftovers.h"
#include "reschedule.h"
#include "retry.h"
#include "templated.h"
#include "waiting.h"

/* ---- one customer inside the transaction ---- */

static int priority_of(const Intake *intake) {
    return intake->released ? intake->released->priority : intake->request->priority;
}

/* The stand-in, where the party could get it. */
static const TemplateFolder *fallback_of(const Party *party) {
    const Filling *standin = party->standin;
    return standin && standin->missing->len == 0 ? party->intake->standin : NULL;
}

static bool is_exempt(const Config *config, const char *name) {
    const Topic *topic = config_topic(config, name);
    return topic && topic->exempt;
}

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

static const GPtrArray *missing_of(const Intake *intake, const Party *party) {
    const Filling *goes = party->spared ? party->cut : party->full;
    return goes ? goes->missing : leftovers_that_hold(intake);
}

static Matter matter_of(const Intake *intake, const Party *party) {
    const Filling *cut = party->cut;
    const TemplateFolder *fallback = fallback_of(party);
    const Custody *released = intake->released;
    return (Matter){.at = intake->at,
                    .class = party->spared ? CLASS_RELATIONAL : intake->classification->class,
                    .topic = intake_topic_name(intake),
                    .campaign = intake->request->campaign,
                    .priority = priority_of(intake),
                    .expires = intake->request->expires,
                    .enforced = party->rulebook != NULL,
                    .exempt = intake_is_exempt(intake),
                    .counts = intake_counts(intake),
                    .has_sales = intake->has_sales,
                    .sales_topic = intake->topic && intake->topic->class == CLASS_SALES,
                    .spared = party->spared,
                    .cuttable = cut && cut->visible && cut->missing->len == 0,
                    .fallback = fallback ? fallback->name : NULL,
                    .fallback_topic = fallback ? fallback->topic : NULL,
                    .fallback_exempt = fallback && is_exempt(intake->config, fallback->topic),
                    .lacks_consent = party->lacks_consent,
                    .fails_requires = party->fails_requires,
                    .missing = missing_of(intake, party),
                    .review = intake->for_person ? intake->judgement->review->id : NULL,
                    .released = released != NULL,
                    .forced = released && released->forced,
                    .since = released ? released->since : intake->at,
                    .deadline = released ? released->deadline : INSTANT_NEVER};
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
    Matter matter = matter_of(intake, party);
    Question question = {.matter = &matter};
    if (!party->rulebook) {
        decide(&question, party->outcome);
        return true;
    }
    if (!record_read(&record, transaction, party->rulebook, party->customer->id, intake->at, self->judgement->id,
                     error) ||
        !transaction_custody_of_customer(transaction, party->customer->id, priority_of(intake), &custodies, error))
        return false;
    if (intake->submission->live && record_bring_forward(&record, intake->at))
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

/* ---- recording ---- */

static bool record_contact(Case *self, Transaction *transaction, const Party *party, GError **error) {
    const Intake *intake = self->intake;
    Matter matter = matter_of(intake, party);
    Contact contact = matter_contact(&matter, party->outcome);
    if (outcome_goes(party->outcome) && matter.counts)
        return transaction_contact_put(transaction, party->customer->id, self->judgement->id, &contact, error);
    return !intake->released ||
           transaction_contact_remove(transaction, party->customer->id, self->judgement->id, error);
}

/* A copy that is due now is taken where mail is delivered at all. */
static bool takes_copy(const Case *self, const Party *party) {
    return party->copy && (self->intake->submission->deliver || party->outcome->action == ACTION_HOLD);
}

static char *receipt_text(const Case *self, const Party *party) {
    Matter matter = matter_of(self->intake, party);
    json_auto_t *receipt = receipt_json(self->judgement, party->outcome);
    json_object_set_new(receipt, "matter", matter_json(&matter, party->customer));
    if (takes_copy(self, party))
        json_object_set_new(receipt, "copy", json_true());
    json_object_set_new(receipt, "policy_hash",
                        party->rulebook ? json_string(party->rulebook->policy->hash) : json_null());
    return json_dumps(receipt, JSON_COMPACT);
}

static bool record_verdict(Case *self, Transaction *transaction, const Party *party, const RetryPlace *place,
                           GError **error) {
    const Intake *intake = self->intake;
    g_autofree char *receipt = receipt_text(self, party);
    VerdictRecord record = {.message = (char *)place->message,
                            .ordinal = place->ordinal,
                            .customer = party->customer->id,
                            .address = party->outcome->address,
                            .at = intake->at,
                            .action = party->outcome->action,
                            .until = party->outcome->until,
                            .custody = party->outcome->custody,
                            .receipt = receipt};
    return transaction_verdict_add(transaction, &record, error) &&
           transaction_attempt_put(transaction, party->customer->id, intake->fingerprint, place->message, intake->at,
                                   error);
}

/* ---- custody ---- */

static char *review_of(const Case *self) {
    return self->judgement->review ? self->judgement->review->id : NULL;
}

static Custody custody_of(const Case *self, const Party *party, const RetryPlace *place) {
    const Intake *intake = self->intake;
    const Envelope *envelope = intake->submission->envelope;
    const EnvelopeRecipient *recipient = envelope->recipients->pdata[party->outcome->ordinal];
    const Policy *policy = party->rulebook->policy;
    bool held = party->outcome->action == ACTION_HOLD;
    return (Custody){.message = (char *)place->message,
                     .ordinal = place->ordinal,
                     .customer = party->customer->id,
                     .address = recipient->address,
                     .sender = envelope->sender,
                     .state = CUSTODY_HELD,
                     .class = party->outcome->class,
                     .topic = (char *)intake_topic_name(intake),
                     .campaign = intake->request->campaign,
                     .stream = intake->stream->name,
                     .priority = intake->request->priority,
                     .since = intake->at,
                     .due = held && !self->answered ? party->outcome->until : intake->at,
                     .expires = intake->request->expires,
                     .deadline = intake->at + policy->hold_max,
                     .then = held ? policy->hold_then : THEN_RETURN,
                     .mail_parameters = envelope->parameters,
                     .recipient_parameters = recipient->parameters,
                     .review = held ? review_of(self) : NULL};
}

/* What passes because the policy only observes has reasons too, and must not wait for them. */
static bool take_copy(Case *self, Transaction *transaction, const Party *party, const RetryPlace *place,
                      GError **error) {
    const Outcome *outcome = party->outcome;
    g_autofree char *reasons = reasons_text(outcome->reasons, outcome->timezone);
    Custody custody = custody_of(self, party, place);
    g_autofree char *id = g_strdup_printf("%s.%d", custody.message, custody.ordinal);
    custody.id = id;
    custody.reasons = outcome->action == ACTION_HOLD ? reasons : NULL;
    self->wake = true;
    return transaction_custody_take(transaction, &custody, message_raw(self->intake->message), error);
}

static bool take_notice(Case *self, Transaction *transaction, const Party *party, GError **error) {
    const Envelope *envelope = self->intake->submission->envelope;
    const EnvelopeRecipient *recipient = envelope->recipients->pdata[party->outcome->ordinal];
    g_autofree char *reason = outcome_refusal(party->outcome);
    Notice notice = {.sender = envelope->sender,
                     .recipient = recipient->address,
                     .mail_parameters = envelope->parameters,
                     .recipient_parameters = recipient->parameters,
                     .status = "5.7.1",
                     .reason = reason,
                     .id = self->judgement->id,
                     .arrived = self->intake->at,
                     .at = self->intake->at,
                     .raw = message_raw(self->intake->message)};
    self->wake = true;
    return bounce_take(transaction, &notice, error);
}

/* A released message that may not go yet goes back to waiting: the row is what it was, with a new due time. */
static bool return_to_custody(Case *self, Transaction *transaction, const Party *party, GError **error) {
    g_autofree char *reasons = reasons_text(party->outcome->reasons, party->outcome->timezone);
    Custody custody = *self->intake->released;
    custody.state = CUSTODY_HELD;
    custody.class = party->outcome->class;
    custody.due = party->outcome->until;
    custody.reasons = reasons;
    custody.ticket = NULL;
    custody.review = review_of(self);
    self->wake = true;
    return transaction_custody_update(transaction, &custody, error);
}

static bool settle_released(Case *self, Transaction *transaction, const Party *party, GError **error) {
    Custody custody = *self->intake->released;
    if (party->outcome->action == ACTION_HOLD)
        return return_to_custody(self, transaction, party, error);
    if (party->outcome->action == ACTION_DROP)
        return transaction_custody_end(transaction, custody.id, error);
    custody.state = CUSTODY_PASSED;
    return transaction_custody_update(transaction, &custody, error);
}

static bool settle_custody(Case *self, Transaction *transaction, const Party *party, const RetryPlace *place,
                           GError **error) {
    const Outcome *outcome = party->outcome;
    if (self->intake->released)
        return settle_released(self, transaction, party, error);
    if (party->same)
        return true;
    if (outcome->returned)
        return take_notice(self, transaction, party, error);
    if (takes_copy(self, party))
        return take_copy(self, transaction, party, place, error);
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

/* What was held for a customer, and is mail to nobody of ours under the configuration of today. */
static bool settle_uncounted(const Case *self, Transaction *transaction, GError **error) {
    if (!self->intake->released)
        return true;
    Custody custody = *self->intake->released;
    custody.state = CUSTODY_PASSED;
    return transaction_custody_update(transaction, &custody, error);
}

static bool record_party(Case *self, Transaction *transaction, const Party *party, GError **error) {
    Instant at = self->intake->at;
    RetryPlace place;
    if (!party->customer)
        return settle_uncounted(self, transaction, error);
    if (!retry_place(self, transaction, party, &place, error))
        return false;
    if (party->earlier)
        return (party->repeated || record_verdict(self, transaction, party, &place, error)) &&
               (!party->copy || take_copy(self, transaction, party, &place, error));
    return record_contact(self, transaction, party, error) && record_verdict(self, transaction, party, &place, error) &&
           settle_custody(self, transaction, party, &place, error) &&
           (!party->rulebook ||
            reschedule_by_rules(transaction, party->rulebook, &party->facts, at, &self->wake, error));
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
        if (!record_party(self, transaction, self->parties->pdata[i], error))
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
static bool settle(Case *self, GError **error) {
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
    if (!found || !settle(self, &error)) {
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

static void case_init(Case *self, Engine *engine, Intake *intake) {
    const GPtrArray *recipients = intake->submission->envelope->recipients;
    *self = (Case){.engine = engine, .intake = intake, .judgement = intake->judgement};
    self->parties = g_ptr_array_new_with_free_func((GDestroyNotify)party_free);
    self->new_id = identifier_new(intake->at);
    self->judgement->id = intake->stream ? g_strdup(self->new_id) : NULL;
    for (guint i = 0; i < recipients->len; i++)
        g_ptr_array_add(self->judgement->outcomes,
                        outcome_new(i, ((EnvelopeRecipient *)recipients->pdata[i])->address));
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
