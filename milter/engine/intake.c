/* Collect is the first of the engine's three steps. It answers, once per message: whose mail is this (stream or
 * ticket), what was asked of us (request headers), what is it (class), and which of its texts are templates. Nothing
 * here looks at a customer. */
#include "intake.h"

#include "base/error.h"
#include "base/text.h"
#include "doubt.h"
#include "engine/ticket.h"
#include "engine_private.h"
#include "leftovers.h"
#include "orphan.h"
#include "templated.h"

#include <string.h>

/* ---- streams ---- */

static bool header_glob_matches(Message *message, const char *rule) {
    const char *colon = strchr(rule, ':');
    g_autofree char *name = g_strndup(rule, colon - rule);
    g_autofree char *glob = g_strstrip(g_strdup(colon + 1));
    const char *value = message_header(message, name);
    return value && glob_matches(glob, value);
}

static bool any_header_matches(Message *message, char *const *rules) {
    for (; *rules; rules++)
        if (header_glob_matches(message, *rules))
            return true;
    return false;
}

static bool stream_matches(const Stream *stream, const Submission *submission) {
    const Envelope *envelope = submission->envelope;
    return (!stream->sender || glob_matches_any(stream->sender, envelope->sender)) &&
           (!stream->login || (envelope->login && glob_matches_any(stream->login, envelope->login))) &&
           (!stream->client || (envelope->client && glob_matches_any(stream->client, envelope->client))) &&
           (!stream->header || any_header_matches(submission->message, stream->header));
}

static const Stream *stream_of_submission(const Config *config, const Submission *submission) {
    for (guint i = 0; i < config->streams->len; i++)
        if (stream_matches(config->streams->pdata[i], submission))
            return config->streams->pdata[i];
    return NULL;
}

/* ---- tickets ---- */

static bool intake_open_ticket(Intake *intake, Engine *engine, const char *ticket, GError **error) {
    const Envelope *envelope = intake->submission->envelope;
    const Secret *secret = engine_secret(engine);
    g_autofree char *custody = NULL;
    g_autofree char *nonce = NULL;
    if (!secret || envelope->recipients->len != 1 || !envelope->client ||
        !glob_matches_any(intake->config->inject_from, envelope->client))
        return true;
    const EnvelopeRecipient *recipient = envelope->recipients->pdata[0];
    if (!ticket_open(secret, ticket, recipient->address, &custody, &nonce))
        return true;

    g_autoptr(Custody) found = NULL;
    if (!store_custody(engine_store(engine), custody, &found, error))
        return false;
    intake->ticket = found && g_strcmp0(found->ticket, nonce) == 0 ? TICKET_VALID : TICKET_USED;
    if (intake->ticket == TICKET_VALID)
        intake->released = g_steal_pointer(&found);
    else
        g_ptr_array_add(intake->judgement->notes,
                        g_strdup_printf("a second copy of held message %s was discarded: its ticket is used", custody));
    return true;
}

static bool intake_read_ticket(Intake *intake, Engine *engine, GError **error) {
    const char *ticket = message_header(intake->message, "Cadence-Ticket");
    if (!ticket)
        return true;
    if (!intake_open_ticket(intake, engine, ticket, error))
        return false;
    if (intake->ticket == TICKET_NONE)
        g_ptr_array_add(intake->judgement->notes, g_strdup("a Cadence-Ticket that is not ours was removed"));
    return true;
}

/* ---- requests ---- */

static char *class_contradiction(const Request *request, const Topic *topic) {
    if (!topic || !request->has_class || request->class == topic->class)
        return NULL;
    return g_strdup_printf("Cadence-Class: %s, but the topic \"%s\" is %s", class_name(request->class), topic->name,
                           class_name(topic->class));
}

static void intake_check_request(Intake *intake) {
    if (!intake->refusal)
        intake->refusal = class_contradiction(intake->request, intake->topic);
    if (!intake->refusal)
        templated_read_context(intake);
}

/* What was taken into custody as a template's is nobody's text: where the template is gone since, it waits for its
 * author. */
static void intake_keep_template(Intake *intake) {
    intake->templated = intake->template != NULL;
    if (!intake->released || !intake->refusal || !intake_asks_for_template(intake))
        return;
    intake->templated = true;
    intake->template = NULL;
    intake->unreadable = g_strdup(intake->refusal);
}

static bool has_cadence_field(const Message *message) {
    const GPtrArray *fields = message_fields(message);
    for (guint i = 0; i < fields->len; i++)
        if (g_ascii_strncasecmp(((const HeaderField *)fields->pdata[i])->name, "Cadence-", 8) == 0)
            return true;
    return false;
}

static void intake_read_request(Intake *intake) {
    g_autoptr(GError) error = NULL;
    if (intake->stream->trust)
        intake->request = request_read(intake->message, &error);
    else if (!intake->released && has_cadence_field(intake->message))
        g_ptr_array_add(intake->judgement->notes, g_strdup("Cadence- fields of an untrusted stream were removed"));
    if (error)
        intake->refusal = g_strdup(error->message);
    if (!intake->request)
        intake->request = request_read_untrusted(intake->message);
    if (!intake->refusal)
        templated_ask(intake);
    orphan_restore(intake);
    intake->topic = config_topic(intake->config, intake->request->topic);
    intake_check_request(intake);
    intake_keep_template(intake);
}

/* ---- templates ---- */

static const char *place_name(Place place) {
    return place == PLACE_SUBJECT ? "Subject" : place == PLACE_HTML ? "text/html" : "text/plain";
}

static void template_free_or_null(gpointer template) {
    if (template)
        template_free(template);
}

static Template *intake_compile(Intake *intake, const MessageText *text) {
    g_autoptr(GError) error = NULL;
    if (!memmem(text->text, text->length, "{{", 2))
        return NULL;
    Template *template = memory_template(intake->memory, text, &error);
    if (!template && !intake->unreadable)
        intake->unreadable = g_strdup_printf("%s: %s", place_name(text->place), error->message);
    return template;
}

static void intake_compile_texts(Intake *intake) {
    const GPtrArray *texts = message_texts(intake->message);
    g_autoptr(GPtrArray) templates = g_ptr_array_new_full(texts->len, template_free_or_null);
    bool tagged = false;
    for (guint i = 0; i < texts->len; i++) {
        Template *template = intake_compile(intake, texts->pdata[i]);
        g_ptr_array_add(templates, template);
        tagged |= template && template_has_tags(template);
        intake->has_sales |= template && template_has_section(template, "sales");
    }
    if (tagged)
        intake->templates = g_steal_pointer(&templates);
}

static void intake_read_texts(Intake *intake) {
    const Request *request = intake->request;
    bool asked = request->has_personalize ? request->personalize : intake->stream->personalize;
    intake->fillable = asked && !intake->template && !intake->unreadable && intake->stream->enforce &&
                       !intake->uncounted && !message_is_sealed(intake->message);
    if (intake->fillable)
        intake_compile_texts(intake);
}

/* ---- class ---- */

static char *declaration_of_stream(const Stream *stream, MailClass *class) {
    if (stream->class == STREAM_CLASS_AUTO)
        return NULL;
    *class = stream->class == STREAM_CLASS_SALES ? CLASS_SALES : CLASS_RELATIONAL;
    return g_strdup_printf("stream \"%s\" declares it", stream->name);
}

/* NULL where nobody declared it. Mixed mail is sales, whatever else was declared; only what is exempt stays what it is,
 * without its sales part. */
static char *intake_declaration(const Intake *intake, MailClass *class) {
    if (intake->has_sales && !intake_is_exempt(intake)) {
        *class = CLASS_SALES;
        return g_strdup("a {{#sales}} section stands in it");
    }
    if (intake->request->has_class) {
        *class = intake->request->class;
        return g_strdup("Cadence-Class declares it");
    }
    if (intake->folder && intake->folder->class != TEMPLATE_CLASS_OPEN) {
        *class = intake->folder->class == TEMPLATE_CLASS_SALES ? CLASS_SALES : CLASS_RELATIONAL;
        return g_strdup_printf("template \"%s\" declares it", intake->folder->name);
    }
    if (intake->topic) {
        *class = intake->topic->class;
        return g_strdup_printf("topic \"%s\" declares it", intake->topic->name);
    }
    return declaration_of_stream(intake->stream, class);
}

/* What is declared sales meets every rule as it is, and what is marked as sales will be cut: reading would change
 * nothing. What asks for a template has no text of its own to read. */
static bool intake_reads(const Intake *intake, MailClass declared) {
    if (intake->templated && declared != CLASS_ANY)
        return false;
    return !intake->has_sales && (declared != CLASS_SALES || intake->stream->verify);
}

/* True where nobody has answered it yet: then the judgement keeps it. */
static bool intake_doubts(Intake *intake, Engine *engine, const Kind *kind, Claim *claim, char **answer) {
    DoubtSource source = {intake->stream->name, intake->request->campaign, intake->message, intake->at};
    g_autoptr(Review) review = doubt_review(kind, claim, &source);
    if (doubt_answered(engine_store(engine), review, &claim->declared, answer)) {
        claim->declaration = *answer;
        claim->reading = NULL;
        return false;
    }
    intake->judgement->review = g_steal_pointer(&review);
    return true;
}

static void intake_note_doubt(Intake *intake, const Kind *kind, const Claim *claim) {
    g_autofree char *sentence = kind_doubt(kind, claim);
    if (kind->doubt == DOUBT_CONTRADICTED)
        g_ptr_array_add(intake->judgement->notes,
                        g_strdup_printf("%s (review %s)", sentence, intake->judgement->review->id));
}

static void intake_take_for(Intake *intake, const Kind *kind, const Claim *claim) {
    Classification *classification = kind_classification(kind, claim);
    intake->for_person = kind->held;
    intake->judgement->classification = classification;
    intake->classification = classification;
    if (intake_is_exempt(intake) && !intake->judgement->review)
        classification->legal = LEGAL_TRANSACTIONAL;
}

static void intake_classify(Intake *intake, Engine *engine) {
    const Stream *stream = intake->stream;
    Claim claim = {.declared = CLASS_ANY,
                   .verify = stream->verify,
                   .uncertain = stream->uncertain,
                   .certain = intake->config->classify.certain};
    g_autoptr(Classification) reading = NULL;
    g_autofree char *answer = NULL;
    g_autofree char *declaration = intake_declaration(intake, &claim.declared);
    if (intake_reads(intake, claim.declared))
        reading = shared_classifier_read(intake->classifier, intake->message);
    claim.declaration = declaration;
    claim.reading = reading;
    Kind kind = kind_of(&claim);
    if (kind.doubtful && !intake_doubts(intake, engine, &kind, &claim, &answer))
        kind = kind_of(&claim);
    else if (kind.doubtful)
        intake_note_doubt(intake, &kind, &claim);
    intake_take_for(intake, &kind, &claim);
}

static bool is_auto_reply(Message *message) {
    const char *value = message_header(message, "Auto-Submitted");
    return value && g_ascii_strncasecmp(value, "auto-replied", strlen("auto-replied")) == 0;
}

/* A colleague's mail client that redirects a message keeps its Message-ID: what another stream sends is no retry. */
static char *fingerprint_of(const Intake *intake) {
    g_autofree char *message = message_fingerprint(intake->message);
    return g_strdup_printf("%s %s", message, intake->stream->name);
}

/* ---- */

static void intake_read_message(Intake *intake, Engine *engine) {
    intake->uncounted = !*intake->submission->envelope->sender || is_auto_reply(intake->message);
    intake_read_request(intake);
    intake_read_texts(intake);
    leftovers_read(intake);
    intake_classify(intake, engine);
    intake->fingerprint = fingerprint_of(intake);
    intake->judgement->stream = g_strdup(intake->stream->name);
    intake->judgement->topic = g_strdup(intake->request->topic);
    intake->judgement->campaign = g_strdup(intake->request->campaign);
}

static Intake *intake_begin(Engine *engine, const Submission *submission, Judgement *judgement) {
    Intake *intake = g_new0(Intake, 1);
    engine_in_force(engine, &intake->repertoire, &intake->holidays);
    intake->config = intake->repertoire->config;
    intake->classifier = engine_classifier(engine);
    intake->memory = engine_memory(engine);
    intake->submission = submission;
    intake->judgement = judgement;
    intake->message = submission->message;
    intake->at = submission->at;
    message_use_memory(intake->message, intake->memory->bodies);
    return intake;
}

static void intake_read(Intake *intake, Engine *engine) {
    if (intake->released)
        intake->stream = config_stream(intake->config, intake->released->stream);
    else
        intake->stream = stream_of_submission(intake->config, intake->submission);
    if (intake->released && !intake->stream)
        orphan_adopt(intake);
    if (intake->stream)
        intake_read_message(intake, engine);
}

Intake *intake_new(Engine *engine, const Submission *submission, Judgement *judgement, GError **error) {
    g_autoptr(Intake) intake = intake_begin(engine, submission, judgement);
    if (!intake_read_ticket(intake, engine, error))
        return NULL;
    intake_read(intake, engine);
    return g_steal_pointer(&intake);
}

Intake *intake_of_held(Engine *engine, const Submission *submission, const char *custody, Judgement *judgement,
                       GError **error) {
    g_autoptr(Intake) intake = intake_begin(engine, submission, judgement);
    if (!store_custody(engine_store(engine), custody, &intake->released, error))
        return NULL;
    if (!intake->released) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "held message %s is gone", custody);
        return NULL;
    }
    intake->ticket = TICKET_VALID;
    intake_read(intake, engine);
    return g_steal_pointer(&intake);
}

void intake_free(Intake *intake) {
    repertoire_unref(intake->repertoire);
    holidays_unref(intake->holidays);
    shared_classifier_unref(intake->classifier);
    custody_free(intake->released);
    request_free(intake->request);
    if (intake->templates)
        g_ptr_array_unref(intake->templates);
    json_decref(intake->context);
    g_free(intake->unreadable);
    g_free(intake->fingerprint);
    g_free(intake->refusal);
    g_free(intake);
}

bool intake_is_exempt(const Intake *intake) {
    return topic_exempts(intake->topic, intake->classification ? intake->classification->class : CLASS_ANY);
}

bool intake_counts(const Intake *intake) {
    return !intake->topic || intake->topic->counts;
}

bool intake_asks_for_template(const Intake *intake) {
    return message_header(intake->message, "Cadence-Template") != NULL;
}

const char *intake_topic_name(const Intake *intake) {
    return intake->request ? intake->request->topic : NULL;
}
