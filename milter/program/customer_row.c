/* Every value is checked before it reaches the store: a time zone that nobody knows would otherwise be found out at
 * night, by a customer whose quiet hours never came. */
#include "customer_row.h"

#include "base/error.h"
#include "base/text.h"
#include "engine/custody.h"

#include <string.h>

#define ID_MAX 255
#define VALUE_MAX 65536
#define LOCALE_MAX 35
#define COMFORT_MAX 100

static bool bad(GError **error, const char *name, const char *found, const char *expected) {
    g_autofree char *shown = g_utf8_make_valid(found, MIN(strlen(found), 80));
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s '%s', expected %s", name, shown, expected);
    return false;
}

static bool is_id(const char *id) {
    if (!*id || strlen(id) > ID_MAX || !g_utf8_validate(id, -1, NULL))
        return false;
    for (const char *at = id; *at; at++) {
        if (g_ascii_iscntrl(*at))
            return false;
    }
    return true;
}

CustomerRow *customer_row_new(const char *id, GError **error) {
    if (!is_id(id)) {
        bad(error, "id", id, "1 to 255 bytes of UTF-8 without control characters");
        return NULL;
    }
    CustomerRow *row = g_new0(CustomerRow, 1);
    row->customer = customer_new(id);
    row->attributes = g_ptr_array_new_with_free_func((GDestroyNotify)attribute_value_free);
    return row;
}

void customer_row_free(CustomerRow *row) {
    customer_free(row->customer);
    g_ptr_array_unref(row->attributes);
    g_free(row);
}

static bool set_address(CustomerRow *row, const char *value, GError **error) {
    g_auto(GStrv) addresses = g_strsplit(value, ";", -1);
    for (char **at = addresses; *at; at++) {
        const char *address = g_strstrip(*at);
        if (!*address)
            continue;
        if (!g_utf8_validate(address, -1, NULL) || !address_is_plausible(address))
            return bad(error, "address", address, "local@domain");
        g_ptr_array_add(row->customer->addresses, address_canonical(address));
    }
    return true;
}

static bool set_timezone(CustomerRow *row, const char *value, GError **error) {
    if (!zone_is_known(value))
        return bad(error, "timezone", value, "a zone of this machine's database, as Europe/Warsaw");
    g_free(row->customer->timezone);
    row->customer->timezone = g_strdup(value);
    return true;
}

/* BCP 47 as far as its shape goes: "pl", "pl-PL", "zh-Hant-TW"; '_' for '-' is taken too. */
static bool is_locale(const char *value) {
    gsize letters = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (letters < 2 || letters > 8 || strlen(value) > LOCALE_MAX || (value[letters] && !strchr("-_", value[letters])))
        return false;
    for (const char *at = value + letters; *at; at++) {
        if (!g_ascii_isalnum(*at) && (!strchr("-_", *at) || !g_ascii_isalnum(at[1])))
            return false;
    }
    return true;
}

static bool set_locale(CustomerRow *row, const char *value, GError **error) {
    if (!is_locale(value))
        return bad(error, "locale", value, "a language tag, as pl or pl-PL");
    g_free(row->customer->locale);
    row->customer->locale = g_strdup(value);
    return true;
}

static bool set_comfort(CustomerRow *row, const char *value, GError **error) {
    guint64 comfort;
    if (!g_ascii_string_to_unsigned(value, 10, 0, COMFORT_MAX, &comfort, NULL))
        return bad(error, "comfort", value, "a whole number from 0 to 100");
    row->customer->comfort = (int)comfort;
    return true;
}

static bool set_attribute(CustomerRow *row, const char *name, const char *value, Instant at, const char *source,
                          GError **error) {
    if (!text_is_word(name))
        return bad(error, "attribute", name, "a name of letters, digits, '.', '_' and '-', at most 64");
    if (value && (!g_utf8_validate(value, -1, NULL) || strlen(value) > VALUE_MAX))
        return bad(error, name, value, "at most 64 KiB of UTF-8");
    AttributeValue *attribute = g_new0(AttributeValue, 1);
    attribute->name = g_strdup(name);
    attribute->value = g_strdup(value);
    attribute->at = at;
    attribute->source = g_strdup(source);
    g_ptr_array_add(row->attributes, attribute);
    return true;
}

typedef bool (*Setter)(CustomerRow *row, const char *value, GError **error);
static const struct {
    const char *name;
    Setter set;
} fields[] = {{"address", set_address}, {"timezone", set_timezone}, {"locale", set_locale}, {"comfort", set_comfort}};

static Setter setter_of(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (g_str_equal(fields[i].name, name))
            return fields[i].set;
    }
    return NULL;
}

bool customer_row_knows(const char *name) {
    return setter_of(name) || text_is_word(name);
}

bool customer_row_set(CustomerRow *row, const char *name, const char *value, Instant at, const char *source,
                      GError **error) {
    Setter set = setter_of(name);
    if (!set)
        return set_attribute(row, name, value, at, source, error);
    return value ? set(row, value, error) : bad(error, name, "", "a value, as it cannot be removed");
}

bool customer_row_put(Transaction *transaction, const CustomerRow *row, Instant at, GError **error) {
    const char *id = row->customer->id;
    if (!transaction_customer_put(transaction, row->customer, at, error))
        return false;
    for (guint i = 0; i < row->attributes->len; i++) {
        if (!transaction_attribute_put(transaction, id, row->attributes->pdata[i], error))
            return false;
    }
    return custody_reschedule(transaction, id, at, error);
}
