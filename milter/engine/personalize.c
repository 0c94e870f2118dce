/* What a message reads like for one customer. Only attributes that the templates name are read from the store, and each
 * is held against the customer's comfort, the consent it needs and its age before any text can see it. Control
 * characters in values become blanks here, once for every place: no value can add a line or a header, whatever a
 * template does with it. */
#include "templated.h"

#include <string.h>

/* ---- values ---- */

static char *value_without_controls(const char *value) {
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    GString *clean = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        bool breaks_line = character == 0x2028 || character == 0x2029;
        g_string_append_unichar(clean, g_unichar_iscntrl(character) || breaks_line ? ' ' : character);
    }
    return g_string_free(clean, FALSE);
}

static json_t *json_text(const char *value) {
    g_autofree char *clean = value_without_controls(value);
    return json_string(clean);
}

static json_t *json_clean(const json_t *value) {
    size_t i;
    const char *key;
    json_t *element, *copy;
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_text(json_string_value(value));
    case JSON_ARRAY:
        copy = json_array();
        json_array_foreach ((json_t *)value, i, element)
            json_array_append_new(copy, json_clean(element));
        return copy;
    case JSON_OBJECT:
        copy = json_object();
        json_object_foreach ((json_t *)value, key, element)
            json_object_set_new(copy, key, json_clean(element));
        return copy;
    default:
        return json_deep_copy(value);
    }
}

/* Text as imported becomes what a section can ask about: true and false are booleans, lists and objects are themselves;
 * the rest, numbers too, stays text, so that "007" is printed as it came. */
static json_t *json_of_attribute(const char *value) {
    if (g_str_equal(value, "true") || g_str_equal(value, "false"))
        return json_boolean(*value == 't');
    if (*value == '[' || *value == '{') {
        json_auto_t *json = json_loads(value, 0, NULL);
        if (json)
            return json_clean(json);
    }
    return json_text(value);
}

/* ---- comfort ---- */

typedef enum { VIEW_ABSENT, VIEW_ASKED, VIEW_PRINTED } View;

static bool attribute_view(Party *party, const AttributeValue *value, View *view, GError **error) {
    const Intake *intake = party->intake;
    const Attribute *declared = config_attribute(intake->config, value->name);
    int comfort = party->customer->comfort >= 0 ? party->customer->comfort : intake->config->comfort;
    bool granted = true;
    *view = VIEW_ABSENT;
    if (!declared || (declared->max_age > 0 && intake->at - value->at > declared->max_age))
        return true;
    if (declared->consent && !party_consents_to(party, declared->consent, &granted, error))
        return false;
    if (granted && declared->sensitivity <= comfort + 1)
        *view = declared->sensitivity <= comfort ? VIEW_PRINTED : VIEW_ASKED;
    return true;
}

static void withhold(GPtrArray *withheld, const char *name) {
    if (!g_ptr_array_find_with_equal_func(withheld, name, g_str_equal, NULL))
        g_ptr_array_add(withheld, g_strdup(name));
}

static bool show_attribute(Party *party, const AttributeValue *value, json_t *printed, json_t *asked, GError **error) {
    View view;
    if (!attribute_view(party, value, &view, error))
        return false;
    if (view != VIEW_PRINTED)
        withhold(party->outcome->withheld, value->name);
    if (view == VIEW_PRINTED)
        json_object_set_new(printed, value->name, json_of_attribute(value->value));
    if (view != VIEW_ABSENT)
        json_object_set_new(asked, value->name, json_of_attribute(value->value));
    return true;
}

/* ---- contexts ---- */

/* The first words after "customer." of the names; a bare "customer" asks for all attributes. */
static GPtrArray *named_attributes(GHashTable *names, bool *all) {
    GPtrArray *attributes = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iterator;
    gpointer name;
    *all = g_hash_table_contains(names, "customer");
    g_hash_table_iter_init(&iterator, names);
    while (g_hash_table_iter_next(&iterator, &name, NULL))
        if (g_str_has_prefix(name, "customer.")) {
            const char *word = (const char *)name + strlen("customer.");
            g_ptr_array_add(attributes, g_strndup(word, strcspn(word, ".")));
        }
    g_ptr_array_add(attributes, NULL);
    return attributes;
}

static bool customer_views(Party *party, GHashTable *looked_up, json_t **printed, json_t **asked, GError **error) {
    bool all;
    g_autoptr(GPtrArray) names = named_attributes(looked_up, &all);
    g_autoptr(GPtrArray) values = NULL;
    const char *const *wanted = all ? NULL : (const char *const *)names->pdata;
    if (!store_attributes(party->facts.store, party->customer->id, wanted, &values, error))
        return false;

    json_auto_t *print =
        json_pack("{s:o, s:o, s:o}", "id", json_text(party->customer->id), "locale",
                  json_text(facts_locale(&party->facts)), "timezone", json_text(facts_timezone(&party->facts)));
    json_auto_t *ask = json_copy(print);
    for (guint i = 0; i < values->len; i++)
        if (!show_attribute(party, values->pdata[i], print, ask, error))
            return false;
    *printed = json_incref(print);
    *asked = json_incref(ask);
    return true;
}

static json_t *company_view(const Config *config) {
    json_t *company = json_object();
    GHashTableIter iterator;
    gpointer name, value;
    g_hash_table_iter_init(&iterator, config->company);
    while (g_hash_table_iter_next(&iterator, &name, &value))
        json_object_set_new(company, name, json_string(value));
    return company;
}

static json_t *context_with(const Party *party, json_t *customer, bool with_sales) {
    const Intake *intake = party->intake;
    g_autofree char *now = instant_format(intake->at, facts_timezone(&party->facts));
    json_t *message = intake->context ? json_clean(intake->context) : json_object();
    return json_pack("{s:O, s:o, s:o, s:s, s:b}", "customer", customer, "message", message, "company",
                     company_view(intake->config), "now", now, "sales", with_sales);
}

bool party_contexts(Party *party, GHashTable *names, bool with_sales, json_t **printed, json_t **asked,
                    GError **error) {
    json_auto_t *print = NULL;
    json_auto_t *ask = NULL;
    if (!customer_views(party, names, &print, &ask, error))
        return false;
    *printed = context_with(party, print, with_sales);
    *asked = context_with(party, ask, with_sales);
    return true;
}

/* ---- filling ---- */

static void splices_free_or_null(gpointer splices) {
    if (splices)
        g_array_unref(splices);
}

Filling *filling_empty(void) {
    Filling *filling = g_new0(Filling, 1);
    filling->splices = g_ptr_array_new_with_free_func(splices_free_or_null);
    filling->missing = g_ptr_array_new_with_free_func(g_free);
    return filling;
}

static bool text_stays_visible(const MessageText *text, const GArray *splices) {
    if (text->place == PLACE_SUBJECT)
        return false;
    if (!splices)
        return classify_has_visible_text(text->text, text->length, text->place == PLACE_HTML);
    g_autoptr(GBytes) filled = splices_apply(splices, text->text, text->length);
    gsize length;
    const char *bytes = g_bytes_get_data(filled, &length);
    return classify_has_visible_text(bytes, length, text->place == PLACE_HTML);
}

static void filling_render(Filling *filling, const Intake *intake, const TemplateContext *context, bool ask_visible) {
    const GPtrArray *texts = message_texts(intake->message);
    for (guint i = 0; i < texts->len; i++) {
        const Template *template = intake->templates->pdata[i];
        GArray *splices = template ? template_splices(template, context, filling->missing) : NULL;
        g_ptr_array_add(filling->splices, splices);
        if (ask_visible && !filling->visible)
            filling->visible = text_stays_visible(texts->pdata[i], splices);
    }
}

/* A message whose bytes cannot be mapped is one that nobody can fill; better found now than after the verdict is on
 * disk. */
static void filling_try(Filling *filling, const Intake *intake) {
    g_autoptr(Rewrite) rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    if (!filling_rewrite(filling, intake->message, rewrite, &error))
        g_ptr_array_add(filling->missing, g_strdup(error->message));
}

static GHashTable *names_in(const GPtrArray *templates) {
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < templates->len; i++)
        if (templates->pdata[i])
            template_collect_names(templates->pdata[i], names);
    return names;
}

Filling *filling_new(Party *party, bool with_sales, GError **error) {
    const Intake *intake = party->intake;
    if (intake->template)
        return templated_fill(party, with_sales, error);
    Filling *filling = filling_empty();
    if (intake->unreadable) {
        g_ptr_array_add(filling->missing, g_strdup(intake->unreadable));
        return filling;
    }
    g_autoptr(GHashTable) names = names_in(intake->templates);
    json_auto_t *printed = NULL;
    json_auto_t *asked = NULL;
    if (!party_contexts(party, names, with_sales, &printed, &asked, error)) {
        filling_free(filling);
        return NULL;
    }
    TemplateContext context = {.printed = printed, .asked = asked, .locale = facts_locale(&party->facts)};
    filling_render(filling, intake, &context, !with_sales);
    if (filling->missing->len == 0)
        filling_try(filling, intake);
    return filling;
}

void filling_free(Filling *filling) {
    if (!filling)
        return;
    g_ptr_array_unref(filling->splices);
    g_ptr_array_unref(filling->missing);
    g_free(filling->subject);
    g_free(filling->text);
    g_free(filling->html);
    g_free(filling);
}

bool filling_rewrite(const Filling *filling, Message *message, Rewrite *rewrite, GError **error) {
    if (filling->subject) {
        const Content content = {filling->subject, filling->text, filling->html};
        rewrite_replace(rewrite, message, &content);
        return true;
    }
    return rewrite_fill(rewrite, message, (GArray *const *)filling->splices->pdata, error);
}
