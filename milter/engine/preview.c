/* A preview is a party without a message: the template is chosen, the customer looked at and the text filled by the
 * very functions that do it for mail. Only where attributes are given, for a customer who is made up, is the store not
 * asked.
 */
#include "engine/preview.h"

#include "base/error.h"
#include "comfort.h"
#include "engine_private.h"
#include "outcome.h"
#include "templated.h"

void preview_free(Preview *preview) {
    if (!preview)
        return;
    g_free(preview->text_locale);
    g_free(preview->subject);
    g_free(preview->text);
    g_free(preview->html);
    g_clear_pointer(&preview->missing, g_ptr_array_unref);
    g_clear_pointer(&preview->withheld, g_ptr_array_unref);
    g_free(preview);
}

/* ---- the template ---- */

static const ShelfTemplate *find(const Repertoire *repertoire, const char *name, GError **error) {
    const ShelfTemplate *template = shelf_template(repertoire->shelf, name);
    if (!template)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                    "there is no template '%s'; 'cadencectl template list' prints those there are", name);
    return template;
}

GHashTable *preview_names(Engine *engine, const char *template_name, GError **error) {
    g_autoptr(Repertoire) repertoire = engine_repertoire(engine);
    const ShelfTemplate *template = find(repertoire, template_name, error);
    if (!template)
        return NULL;
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < template->texts->len; i++) {
        const ShelfText *text = template->texts->pdata[i];
        GHashTableIter iterator;
        gpointer name;
        g_hash_table_iter_init(&iterator, text->names);
        while (g_hash_table_iter_next(&iterator, &name, NULL))
            g_hash_table_add(names, g_strdup(name));
    }
    return names;
}

GPtrArray *preview_locales(Engine *engine, const char *template_name, GError **error) {
    g_autoptr(Repertoire) repertoire = engine_repertoire(engine);
    const ShelfTemplate *template = find(repertoire, template_name, error);
    if (!template)
        return NULL;
    GPtrArray *locales = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < template->texts->len; i++)
        g_ptr_array_add(locales, g_strdup(((const ShelfText *)template->texts->pdata[i])->locale));
    return locales;
}

/* ---- the reader ---- */

static GPtrArray *every_consent(const Config *config) {
    GPtrArray *consents = g_ptr_array_new_with_free_func((GDestroyNotify)consent_free);
    GHashTableIter iterator;
    gpointer attribute;
    g_hash_table_iter_init(&iterator, config->attributes);
    while (g_hash_table_iter_next(&iterator, NULL, &attribute)) {
        const Attribute *declared = attribute;
        Consent *consent = declared->consent ? g_new0(Consent, 1) : NULL;
        if (!consent)
            continue;
        consent->purpose = g_strdup(declared->consent);
        consent->state = CONSENT_GRANTED;
        g_ptr_array_add(consents, consent);
    }
    return consents;
}

static Customer *copy_customer(const Customer *customer) {
    Customer *copy = customer_new(customer->id);
    copy->timezone = g_strdup(customer->timezone);
    copy->locale = g_strdup(customer->locale);
    copy->comfort = customer->comfort;
    return copy;
}

static Party *party_of(const Intake *intake, Store *store, Outcome *outcome, const PreviewReader *reader) {
    Party *party = g_new0(Party, 1);
    party->intake = intake;
    party->outcome = outcome;
    party->customer = copy_customer(reader->customer);
    party->facts = (Facts){.config = intake->config,
                           .holidays = intake->holidays,
                           .store = store,
                           .customer = party->customer,
                           .message = intake->context};
    if (reader->attributes)
        party->consents = every_consent(intake->config);
    return party;
}

/* ---- */

static Preview *preview_of(const Party *party, Filling *filling) {
    Preview *preview = g_new0(Preview, 1);
    preview->text_locale = g_strdup(templated_text(party, party->intake->folder)->locale);
    preview->subject = g_steal_pointer(&filling->subject);
    preview->text = g_steal_pointer(&filling->text);
    preview->html = g_steal_pointer(&filling->html);
    preview->missing = g_ptr_array_ref(filling->missing);
    preview->withheld = g_ptr_array_ref(party->outcome->withheld);
    return preview;
}

static bool make(Engine *engine, const Intake *intake, const PreviewRequest *request, const PreviewReader *reader,
                 Preview **out, GError **error) {
    Outcome *outcome = outcome_new(0, "");
    g_autoptr(Party) party = party_of(intake, engine_store(engine), outcome, reader);
    bool looked = reader->attributes ? comfort_show(party, reader->attributes, error) : comfort_look(party, error);
    Filling *filling = looked ? templated_fill(party, request->with_sales, error) : NULL;
    if (filling)
        *out = preview_of(party, filling);
    filling_free(filling);
    outcome_free(outcome);
    return filling != NULL;
}

bool preview_make(Engine *engine, const PreviewRequest *request, const PreviewReader *reader, Preview **out,
                  GError **error) {
    g_autoptr(Intake) intake = g_new0(Intake, 1);
    engine_in_force(engine, &intake->repertoire, &intake->holidays);
    intake->config = intake->repertoire->config;
    intake->classifier = engine_classifier(engine);
    intake->template = find(intake->repertoire, request->template_name, error);
    intake->folder = config_template(intake->config, request->template_name);
    intake->context = json_incref(request->message);
    intake->at = request->at;
    if (!intake->template)
        return false;
    intake->has_sales = intake->template->has_sales;
    return make(engine, intake, request, reader, out, error);
}
