/* Comfort is asked once for each attribute and before any template sees it, so that no way of writing a tag gets round
 * it: a list, an object and a section over the whole customer are made of values that were let through one by one. What
 * is withheld is remembered by name and reason, never by value. */
#include "comfort.h"

#include "templated.h"
#include "values.h"

#include <string.h>

#define ROOT "customer"

typedef enum { VIEW_ABSENT, VIEW_ASKED, VIEW_PRINTED } View;

/* ---- which attributes ---- */

/* customer.address.city may be the city of "address", or what "address.city" is. */
static void add_names(GHashTable *wanted, const char *word) {
    for (const char *dot = strchr(word, '.'); dot; dot = strchr(dot + 1, '.'))
        g_hash_table_add(wanted, g_strndup(word, (gsize)(dot - word)));
    g_hash_table_add(wanted, g_strdup(word));
}

static void collect_names(const GPtrArray *templates, GHashTable *names) {
    for (guint i = 0; i < templates->len; i++)
        if (templates->pdata[i])
            template_collect_names(templates->pdata[i], names);
}

/* A section over the whole customer may hold any name, at any depth: then each is taken for an attribute's. */
static GHashTable *named_attributes(const Party *party) {
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iterator;
    gpointer name;
    if (party->intake->template)
        templated_collect_names(party, names);
    else
        collect_names(party->intake->templates, names);
    bool whole = g_hash_table_contains(names, ROOT);
    g_hash_table_iter_init(&iterator, names);
    while (g_hash_table_iter_next(&iterator, &name, NULL)) {
        if (g_str_has_prefix(name, ROOT "."))
            add_names(wanted, (const char *)name + strlen(ROOT "."));
        else if (whole)
            add_names(wanted, name);
    }
    return wanted;
}

static bool read_attributes(const Party *party, GPtrArray **values, GError **error) {
    g_autoptr(GHashTable) wanted = named_attributes(party);
    g_autofree gpointer *names = g_hash_table_get_keys_as_array(wanted, NULL);
    return store_attributes(party->facts.store, party->customer->id, (const char *const *)names, values, error);
}

/* ---- one attribute ---- */

static void withhold(const Party *party, const char *name, const char *why, bool asked, char *detail) {
    Withheld *withheld = g_new0(Withheld, 1);
    withheld->name = g_strdup(name);
    withheld->why = g_strdup(why);
    withheld->detail = detail;
    withheld->asked = asked;
    g_ptr_array_add(party->outcome->withheld, withheld);
}

static View compare_comfort(const Party *party, const Attribute *attribute, const char *name) {
    int own = party->customer->comfort, sensitivity = attribute->sensitivity;
    int comfort = own >= 0 ? own : party->intake->config->comfort;
    if (sensitivity <= comfort)
        return VIEW_PRINTED;
    bool asked = sensitivity == comfort + 1;
    withhold(party, name, "comfort", asked,
             g_strdup_printf("its sensitivity is %d, the customer's comfort %d", sensitivity, comfort));
    return asked ? VIEW_ASKED : VIEW_ABSENT;
}

static bool view_attribute(Party *party, const AttributeValue *value, View *view, GError **error) {
    const Attribute *attribute = config_attribute(party->intake->config, value->name);
    bool granted = true;
    *view = VIEW_ABSENT;
    if (!attribute) {
        withhold(party, value->name, "undeclared", false, g_strdup("the configuration declares no such attribute"));
        return true;
    }
    if (attribute->max_age > 0 && party->intake->at - value->at > attribute->max_age) {
        g_autofree char *most = duration_format(attribute->max_age);
        withhold(party, value->name, "max_age", false, g_strdup_printf("it is older than %s", most));
        return true;
    }
    if (attribute->consent && !party_consents_to(party, attribute->consent, &granted, error))
        return false;
    if (granted)
        *view = compare_comfort(party, attribute, value->name);
    else
        withhold(party, value->name, "consent", false,
                 g_strdup_printf("there is no consent to \"%s\"", attribute->consent));
    return true;
}

/* ---- the customer ---- */

static json_t *customer_base(const Party *party) {
    json_t *customer = json_object();
    json_object_set_new(customer, "id", value_of_text(party->customer->id));
    json_object_set_new(customer, "locale", value_of_text(facts_locale(&party->facts)));
    json_object_set_new(customer, "timezone", value_of_text(facts_timezone(&party->facts)));
    return customer;
}

/* A name with dots is found step by step, so it is put so, into a copy: of "address" the other view may see more. */
static void put(json_t *view, const char *name, json_t *value) {
    const char *dot = strchr(name, '.');
    if (!dot) {
        json_object_set(view, name, value);
        return;
    }
    g_autofree char *first = g_strndup(name, (gsize)(dot - name));
    json_t *known = json_object_get(view, first);
    if (known && !json_is_object(known))
        return;
    json_auto_t *inner = known ? json_copy(known) : json_object();
    put(inner, dot + 1, value);
    json_object_set(view, first, inner);
}

/* The two views are one object up to the first attribute that may be asked about and not printed. */
static void show(const AttributeValue *value, View view, json_t *printed, json_t **asked) {
    json_auto_t *json = value_of_attribute(value->value);
    if (view == VIEW_ASKED && *asked == printed) {
        json_t *apart = json_copy(printed);
        json_decref(*asked);
        *asked = apart;
    }
    if (view == VIEW_PRINTED)
        put(printed, value->name, json);
    if (*asked != printed)
        put(*asked, value->name, json);
}

bool comfort_show(Party *party, const GPtrArray *values, GError **error) {
    json_auto_t *printed = customer_base(party);
    json_auto_t *asked = json_incref(printed);
    for (guint i = 0; i < values->len; i++) {
        const AttributeValue *value = values->pdata[i];
        View view;
        if (!view_attribute(party, value, &view, error))
            return false;
        if (view != VIEW_ABSENT)
            show(value, view, printed, &asked);
    }
    party->printed = json_incref(printed);
    party->asked = json_incref(asked);
    return true;
}

bool comfort_look(Party *party, GError **error) {
    g_autoptr(GPtrArray) values = NULL;
    return read_attributes(party, &values, error) && comfort_show(party, values, error);
}
