/* Mail whose text is a template of ours. Nothing of it is made before it is known who gets it, and nothing made is
 * kept: custody holds the request as it came, so that mail that waited is filled with the day's names and the day's
 * text.
 *
 * A request that cannot be met is refused to the application, who can do something about it; what is in custody already
 * waits for its author instead (intake.c). */
#include "templated.h"

#include "message/context.h"

#include <string.h>

/* ---- the request ---- */

static char *names_on(const Shelf *shelf) {
    g_autoptr(GPtrArray) names = shelf_names(shelf);
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(list, "%s%s", i ? ", " : "", (const char *)names->pdata[i]);
    return g_string_free(list, FALSE);
}

static char *unknown_template(const Intake *intake) {
    g_autofree char *names = names_on(intake->repertoire->shelf);
    return g_strdup_printf("Cadence-Template: there is no template \"%s\"; %s%s", intake->request->template_name,
                           *names ? "there are " : "there is none at all", names);
}

/* Mail that no verdict may change has no text but its own. */
static char *unchangeable(const Intake *intake) {
    if (message_is_sealed(intake->message))
        return g_strdup("Cadence-Template: a signed or encrypted message is never changed");
    if (!intake->stream->enforce)
        return g_strdup_printf("Cadence-Template: mail of the stream \"%s\" (enforce = false) is never changed",
                               intake->stream->name);
    if (intake->uncounted)
        return g_strdup("Cadence-Template: an automatic reply, or mail without a sender, is never changed");
    if (intake->request->has_personalize && !intake->request->personalize)
        return g_strdup("Cadence-Personalize: no, but Cadence-Template asks for a text to be filled");
    return NULL;
}

static bool contradicts(TemplateClass wanted, MailClass class) {
    return (wanted == TEMPLATE_CLASS_SALES && class == CLASS_RELATIONAL) ||
           (wanted == TEMPLATE_CLASS_RELATIONAL && class == CLASS_SALES);
}

static char *contradiction(const Intake *intake, const TemplateFolder *folder) {
    const Request *request = intake->request;
    const Topic *topic = config_topic(intake->config, request->topic);
    TemplateClass strict = folder->class == TEMPLATE_CLASS_MIXED ? TEMPLATE_CLASS_RELATIONAL : folder->class;
    if (request->has_class && contradicts(folder->class, request->class))
        return g_strdup_printf("Cadence-Class: %s, but the template \"%s\" is %s", class_name(request->class),
                               folder->name, template_class_name(folder->class));
    if (topic && contradicts(strict, topic->class))
        return g_strdup_printf("Cadence-Topic: \"%s\" is %s, but the template \"%s\" is %s", topic->name,
                               class_name(topic->class), folder->name, template_class_name(folder->class));
    return NULL;
}

static char *fault_of(const Intake *intake, const TemplateFolder *folder) {
    char *fault = folder ? unchangeable(intake) : unknown_template(intake);
    return fault ? fault : contradiction(intake, folder);
}

void templated_ask(Intake *intake) {
    Request *request = intake->request;
    if (!request->template_name)
        return;
    const TemplateFolder *folder = config_template(intake->config, request->template_name);
    if ((intake->refusal = fault_of(intake, folder)))
        return;
    intake->folder = folder;
    intake->template = shelf_template(intake->repertoire->shelf, folder->name);
    intake->has_sales = intake->template->has_sales;
    intake->standin = folder->fallback ? config_template(intake->config, folder->fallback) : NULL;
    if (!request->topic)
        request->topic = g_strdup(folder->topic);
}

char *templated_fault(const Intake *intake, const GPtrArray *parties) {
    if (!intake->stream->enforce)
        return g_strdup_printf("Cadence-Template: the stream \"%s\" is not enforced any more", intake->stream->name);
    for (guint i = 0; i < parties->len; i++) {
        const Party *party = parties->pdata[i];
        if (!party->customer)
            return g_strdup_printf("Cadence-Template: %s is no customer, and it is filled for customers",
                                   party->outcome->address);
    }
    return NULL;
}

/* ---- its data ---- */

static json_t *parse(const char *text, const char *place, char **refusal) {
    json_error_t where;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    if (json_is_object(json))
        return json;
    *refusal = json ? g_strdup_printf("%s: a JSON object was expected", place)
                    : g_strdup_printf("%s: line %d, column %d: %s; a JSON object was expected", place, where.line,
                                      where.column, where.text);
    json_decref(json);
    return NULL;
}

static void read_body(Intake *intake) {
    g_autofree char *text = intake->template ? context_in_body(intake->message) : NULL;
    if (text)
        intake->context = parse(text, "the body", &intake->refusal);
}

void templated_read_context(Intake *intake) {
    read_body(intake);
    if (intake->refusal || !intake->request->context)
        return;
    json_auto_t *header = parse(intake->request->context, "Cadence-Context", &intake->refusal);
    if (!intake->context)
        intake->context = json_incref(header);
    else if (header)
        json_object_update(intake->context, header);
}

/* ---- filling ---- */

const ShelfText *templated_text(const Party *party, const TemplateFolder *folder) {
    const Intake *intake = party->intake;
    const ShelfTemplate *template = shelf_template(intake->repertoire->shelf, folder->name);
    const char *const locales[] = {facts_locale(&party->facts),
                                   folder->locale ? folder->locale : intake->config->defaults.locale,
                                   intake->config->defaults.locale, NULL};
    return shelf_text(template, locales);
}

static char *render(const Template *template, GHashTable *partials, const TemplateContext *context,
                    GPtrArray *missing) {
    TemplateContext own = *context;
    own.partials = partials;
    return template_render(template, &own, missing);
}

static void fill_texts(Filling *filling, const ShelfText *text, const TemplateContext *context) {
    filling->subject = render(text->subject, NULL, context, filling->missing);
    filling->text = render(text->text, text->text_partials, context, filling->missing);
    if (text->html)
        filling->html = render(text->html, text->html_partials, context, filling->missing);
}

static bool is_visible(const Filling *filling) {
    return classify_has_visible_text(filling->text, strlen(filling->text), false) ||
           (filling->html && classify_has_visible_text(filling->html, strlen(filling->html), true));
}

static void add_names(const Party *party, const TemplateFolder *folder, GHashTable *names) {
    GHashTableIter iterator;
    gpointer name;
    if (!folder)
        return;
    g_hash_table_iter_init(&iterator, templated_text(party, folder)->names);
    while (g_hash_table_iter_next(&iterator, &name, NULL))
        g_hash_table_add(names, g_strdup(name));
}

void templated_collect_names(const Party *party, GHashTable *names) {
    add_names(party, party->intake->folder, names);
    add_names(party, party->intake->standin, names);
}

static Filling *fill(Party *party, const TemplateFolder *folder, bool with_sales, GError **error) {
    TemplateContext context;
    if (!filling_context(party, with_sales, &context, error))
        return NULL;
    const ShelfText *text = templated_text(party, folder);
    context.locale = shelf_text_locale(text, context.locale);
    Filling *filling = filling_empty();
    fill_texts(filling, text, &context);
    filling_context_clear(&context);
    filling->visible = is_visible(filling);
    return filling;
}

Filling *templated_fill(Party *party, bool with_sales, GError **error) {
    return fill(party, party->intake->folder, with_sales && party->intake->has_sales, error);
}

/* ---- the stand-in ---- */

static bool may_have(Party *party, const TemplateFolder *folder, bool *may, GError **error) {
    const Topic *topic = config_topic(party->intake->config, folder->topic);
    *may = true;
    if (topic && topic->consent && !party_consents_to(party, topic->consent, may, error))
        return false;
    return !*may || !folder->condition || facts_satisfy(&party->facts, folder->condition, may, error);
}

bool templated_fill_standin(Party *party, Filling **out, GError **error) {
    const TemplateFolder *folder = party->intake->standin;
    bool may = false;
    if (folder && !may_have(party, folder, &may, error))
        return false;
    if (may)
        *out = fill(party, folder, false, error);
    return !may || *out;
}
