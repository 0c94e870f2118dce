/* Every value is checked before it reaches the store: a time zone that nobody knows would otherwise be found out at
 * night, by a customer whose quiet hours never came. A customer's wishes are checked by the readers that will be asked
 * for every verdict. */
#include "customer_row.h"

#include "base/error.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "engine/custody.h"
#include "policy/wishes.h"

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

bool customer_row_is_locale(const char *value) {
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
    if (!customer_row_is_locale(value))
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

/* ---- the customer's own wishes ---- */

static bool set_paused_until(CustomerRow *row, const char *value, GError **error) {
    Instant until = INSTANT_ALWAYS;
    if (value && *value && !instant_parse(value, &until))
        return bad(error, "paused_until", value, "an RFC 3339 time, as 2026-11-25T09:00:00+01:00");
    row->customer->paused_until = until;
    row->has_paused_until = true;
    return true;
}

static bool check_limits(const char *limits, GError **error) {
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_set_clear_func(rules, (GDestroyNotify)rule_clear);
    return wishes_to_rules(INSTANT_ALWAYS, limits, false, rules, error);
}

typedef bool (*Check)(const char *text, GError **error);

static bool set_wish(char **wish, const char *name, const char *value, Check check, GError **error) {
    bool given = value && *value;
    if (given && (!g_utf8_validate(value, -1, NULL) || strlen(value) > VALUE_MAX))
        return bad(error, name, value, "at most 64 KiB of UTF-8");
    if (given && !check(value, error)) {
        g_prefix_error(error, "%s: ", name);
        return false;
    }
    g_free(*wish);
    *wish = given ? g_strdup(value) : NULL;
    return true;
}

static bool set_limits(CustomerRow *row, const char *value, GError **error) {
    row->has_limits = true;
    return set_wish(&row->customer->limits, "limits", value, check_limits, error);
}

static bool set_quiet(CustomerRow *row, const char *value, GError **error) {
    row->has_quiet = true;
    return set_wish(&row->customer->quiet, "quiet", value, calendar_check_quiet, error);
}

/* ---- by name ---- */

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

typedef struct {
    const char *name;
    bool (*set)(CustomerRow *row, const char *value, GError **error);
    bool removable;
} Field;

static const Field fields[] = {
    {"address", set_address, false}, {"timezone", set_timezone, false},        {"locale", set_locale, false},
    {"comfort", set_comfort, false}, {"paused_until", set_paused_until, true}, {"limits", set_limits, true},
    {"quiet", set_quiet, true},
};

static const Field *field_of(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (g_str_equal(fields[i].name, name))
            return &fields[i];
    }
    return NULL;
}

bool customer_row_has_field(const char *name) {
    return field_of(name) != NULL;
}

bool customer_row_knows(const char *name) {
    return field_of(name) || text_is_word(name);
}

bool customer_row_set(CustomerRow *row, const char *name, const char *value, Instant at, const char *source,
                      GError **error) {
    const Field *field = field_of(name);
    if (!field)
        return set_attribute(row, name, value, at, source, error);
    if (!value && !field->removable)
        return bad(error, name, "", "a value, as it cannot be removed");
    return field->set(row, value, error);
}

/* ---- into the store ---- */

/* The wishes that the row says nothing of stay as they stand in this very transaction. */
static bool put_wishes(Transaction *transaction, const CustomerRow *row, GError **error) {
    const Customer *wished = row->customer;
    g_autoptr(Customer) standing = NULL;
    if (!row->has_paused_until && !row->has_limits && !row->has_quiet)
        return true;
    if (!transaction_customer(transaction, wished->id, &standing, error))
        return false;
    Customer wishes = {.id = wished->id};
    wishes.paused_until = row->has_paused_until ? wished->paused_until : standing->paused_until;
    wishes.limits = row->has_limits ? wished->limits : standing->limits;
    wishes.quiet = row->has_quiet ? wished->quiet : standing->quiet;
    return transaction_wishes_put(transaction, &wishes, error);
}

bool customer_row_put(Transaction *transaction, const CustomerRow *row, Instant at, GError **error) {
    const char *id = row->customer->id;
    if (!transaction_customer_put(transaction, row->customer, at, error) || !put_wishes(transaction, row, error))
        return false;
    for (guint i = 0; i < row->attributes->len; i++) {
        if (!transaction_attribute_put(transaction, id, row->attributes->pdata[i], error))
            return false;
    }
    return custody_reschedule(transaction, id, at, error);
}
