/* Names are of the languages that the sample templates are in, with letters and cases that a template gets wrong first.
 */
#include "sample_readers.h"

#include <string.h>

#define CUSTOMER "customer."
#define LOCALES_MOST 4
#define DECLARED_DAY "1988-11-22"

typedef struct {
    const char *language, *first_name, *vocative, *last_name, *country, *city;
} Person;

/* The first serves every other language. */
static const Person persons[] = {
    {"en", "Emily", "Emily", "O’Brien", "France", "Leeds"},
    {"pl", "Łukasz", "Łukaszu", "Żak", "Francja", "Łódź"},
    {"uk", "Олена", "Олено", "Шевченко", "Франція", "Львів"},
    {"de", "Jürgen", "Jürgen", "Groß", "Frankreich", "Köln"},
};

static const Person *person_of(const char *locale) {
    for (gsize i = 0; i < G_N_ELEMENTS(persons); i++)
        if (g_ascii_strncasecmp(locale, persons[i].language, 2) == 0 && !g_ascii_isalpha(locale[2]))
            return &persons[i];
    return &persons[0];
}

/* ---- attributes ---- */

/* An attribute that is not known by its name has its name for a value, with blanks. */
static char *sample_value(const Person *person, const char *name) {
    const struct {
        const char *part, *value;
    } known[] = {
        {"first_name", person->first_name},
        {"vocative", person->vocative},
        {"last_name", person->last_name},
        {"country", person->country},
        {"city", person->city},
        {"birthday", DECLARED_DAY},
        {"date", DECLARED_DAY},
        {"since", DECLARED_DAY},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strstr(name, known[i].part))
            return g_strdup(known[i].value);
    return g_strdelimit(g_strdup(name), "_-.", ' ');
}

static bool has_attribute(const GPtrArray *attributes, const char *name) {
    for (guint i = 0; i < attributes->len; i++)
        if (g_str_equal(((const AttributeValue *)attributes->pdata[i])->name, name))
            return true;
    return false;
}

/* Attributes are as new as can be, so that none is withheld for its age. */
static void add_attribute(GPtrArray *attributes, const Person *person, const Config *config, const char *word) {
    gsize length;
    config_attribute_of(config, word, &length);
    g_autofree char *name = g_strndup(word, length);
    if (attribute_is_built_in(name) || has_attribute(attributes, name))
        return;
    AttributeValue *value = g_new0(AttributeValue, 1);
    value->value = sample_value(person, name);
    value->name = g_steal_pointer(&name);
    value->at = INSTANT_NEVER;
    g_ptr_array_add(attributes, value);
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp((*(AttributeValue *const *)a)->name, (*(AttributeValue *const *)b)->name);
}

static void know(SampleReader *reader, const Config *config, GHashTable *names) {
    const Person *person = person_of(reader->customer->locale);
    GHashTableIter iterator;
    gpointer name;
    g_hash_table_iter_init(&iterator, names);
    while (g_hash_table_iter_next(&iterator, &name, NULL))
        if (g_str_has_prefix(name, CUSTOMER))
            add_attribute(reader->attributes, person, config, (const char *)name + strlen(CUSTOMER));
    g_ptr_array_sort(reader->attributes, by_name);
}

/* ---- readers ---- */

void sample_reader_free(SampleReader *reader) {
    g_free(reader->label);
    g_clear_pointer(&reader->customer, customer_free);
    g_clear_pointer(&reader->attributes, g_ptr_array_unref);
    g_free(reader);
}

static SampleReader *reader_new(const char *label, const char *locale, int comfort) {
    SampleReader *reader = g_new0(SampleReader, 1);
    reader->label = g_strdup(label);
    reader->customer = customer_new("sample");
    reader->customer->locale = g_strdup(locale);
    reader->customer->comfort = comfort;
    reader->attributes = g_ptr_array_new_with_free_func((GDestroyNotify)attribute_value_free);
    reader->with_sales = true;
    return reader;
}

/* The comfort of somebody who lets us say all that these names ask for. */
static int greatest_sensitivity(const Config *config, GHashTable *names) {
    int greatest = config->comfort;
    GHashTableIter iterator;
    gpointer name;
    g_hash_table_iter_init(&iterator, names);
    while (g_hash_table_iter_next(&iterator, &name, NULL)) {
        const char *word = g_str_has_prefix(name, CUSTOMER) ? (const char *)name + strlen(CUSTOMER) : "";
        gsize length;
        const Attribute *declared = config_attribute_of(config, word, &length);
        greatest = declared ? MAX(greatest, declared->sensitivity) : greatest;
    }
    return greatest;
}

static void add_in_locales(GPtrArray *readers, const Config *config, GHashTable *names, const GPtrArray *locales,
                           int comfort) {
    for (guint i = 0; i < MIN(locales->len, LOCALES_MOST); i++) {
        SampleReader *reader = reader_new("lets us say all", locales->pdata[i], comfort);
        know(reader, config, names);
        g_ptr_array_add(readers, reader);
    }
}

GPtrArray *sample_readers(const Config *config, GHashTable *names, const GPtrArray *locales, const char *locale) {
    GPtrArray *readers = g_ptr_array_new_with_free_func((GDestroyNotify)sample_reader_free);
    const char *usual = locale ? locale : config->defaults.locale;
    const int greatest = greatest_sensitivity(config, names);
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, (gpointer)usual);
    add_in_locales(readers, config, names, locale ? one : locales, greatest);
    SampleReader *shy = reader_new("lets us say little", usual, 0);
    know(shy, config, names);
    g_ptr_array_add(readers, shy);
    g_ptr_array_add(readers, reader_new("of whom nothing is known", usual, config->comfort));
    if (g_hash_table_contains(names, "sales")) {
        SampleReader *spared = reader_new("who gets it without its sales part", usual, greatest);
        know(spared, config, names);
        spared->with_sales = false;
        g_ptr_array_add(readers, spared);
    }
    return readers;
}
