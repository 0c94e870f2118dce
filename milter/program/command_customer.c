/* Customers by hand: show and set. */
#include "program/command.h"

#include "consents.h"
#include "customer_row.h"
#include "documents.h"
#include "files.h"
#include "program/output.h"

#include <string.h>

#define FILE_MAX (1024 * 1024)

static json_t *addresses_json(const Customer *customer) {
    json_t *list = json_array();
    for (guint i = 0; i < customer->addresses->len; i++)
        json_array_append_new(list, output_text(customer->addresses->pdata[i]));
    return list;
}

static json_t *attributes_json(const GPtrArray *attributes, const char *zone) {
    json_t *object = json_object();
    for (guint i = 0; i < attributes->len; i++) {
        const AttributeValue *attribute = attributes->pdata[i];
        json_object_set_new(object, attribute->name,
                            json_pack("{s:o, s:o, s:o}", "value", output_text(attribute->value), "at",
                                      output_time(attribute->at, zone), "source", output_text(attribute->source)));
    }
    return object;
}

bool customer_json(Session *session, const Customer *customer, json_t **out, GError **error) {
    const char *zone = session_zone(session, customer);
    g_autoptr(GPtrArray) attributes = NULL;
    json_t *consents;
    if (!store_attributes(session->store, customer->id, NULL, &attributes, error) ||
        !consents_json(session, customer, &consents, error))
        return false;
    *out = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", output_text(customer->id), "addresses",
        addresses_json(customer), "timezone", output_text(customer->timezone), "locale", output_text(customer->locale),
        "comfort", customer->comfort < 0 ? json_null() : json_integer(customer->comfort), "paused_until",
        output_time(customer->paused_until, zone), "limits", output_text(customer->limits), "quiet",
        output_text(customer->quiet), "attributes", attributes_json(attributes, zone), "consents", consents);
    return true;
}

Answer command_customer_show_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    bool shown = session_customer(session, session->operands[0], &customer, error) &&
                 customer_json(session, customer, document, error);
    return shown ? ANSWER_YES : ANSWER_FAILED;
}

static void print_wishes(const json_t *document) {
    const char *paused_until = output_string(document, "paused_until", NULL);
    const char *limits = output_string(document, "limits", NULL);
    g_auto(GStrv) quiet = g_strsplit(output_string(document, "quiet", ""), "\n", -1);
    if (paused_until)
        output_line("  paused    until %s", paused_until);
    if (limits)
        output_line("  limits    %s", limits);
    for (char **line = quiet; *line; line++) {
        if (*g_strchomp(*line))
            output_line("  quiet     %s", *line);
    }
}

void command_customer_show_print(const json_t *document) {
    size_t index;
    const char *name;
    json_t *item;
    const json_t *comfort = json_object_get(document, "comfort");
    output_line("%s", output_string(document, "id", ""));
    json_array_foreach (json_object_get(document, "addresses"), index, item) {
        output_line("  address   %s", json_string_value(item));
    }
    output_line("  timezone  %s", output_string(document, "timezone", "(default)"));
    output_line("  locale    %s", output_string(document, "locale", "(default)"));
    if (json_is_integer(comfort))
        output_line("  comfort   %" JSON_INTEGER_FORMAT, json_integer_value(comfort));
    else
        output_line("  comfort   (default)");
    print_wishes(document);
    json_object_foreach (json_object_get(document, "attributes"), name, item) {
        output_line("  %s = %s  (%s, %s)", name, output_string(item, "value", ""), output_string(item, "source", ""),
                    output_string(item, "at", ""));
    }
    json_array_foreach (json_object_get(document, "consents"), index, item) {
        output_line("  consent %s: %s %s", output_string(item, "purpose", ""), output_string(item, "state", ""),
                    output_string(item, "at", ""));
    }
}

/* An export that failed leaves an empty file, which is nobody's wish to be disturbed: the wish ends with "quiet=". */
static char *text_of_file(const char *path, GError **error) {
    g_autoptr(GBytes) bytes = file_read(path, FILE_MAX, error);
    if (!bytes)
        return NULL;
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    if (size > 0 && g_utf8_validate(data, size, NULL))
        return g_strndup(data, size);
    usage_error(error, "%s: %s, expected an .ics file", path, size ? "bytes that are no UTF-8 text" : "nothing in it");
    return NULL;
}

/* What is to the right of "NAME=": NULL in *value where nothing is. */
static bool read_value(const char *name, const char *given, char **value, GError **error) {
    bool is_file = *given == '@' && g_str_equal(name, "quiet");
    if (is_file)
        *value = text_of_file(given + 1, error);
    else if (*given)
        *value = g_strdup(given);
    return !is_file || *value;
}

/* NAME=VALUE; "NAME=" removes an attribute or a wish. */
static bool assign(CustomerRow *row, const char *assignment, Instant at, GError **error) {
    const char *equals = strchr(assignment, '=');
    g_autofree char *name = equals ? g_strndup(assignment, equals - assignment) : NULL;
    g_autofree char *value = NULL;
    g_autoptr(GError) why = NULL;
    if (!equals)
        usage_error(error, "'%s', expected NAME=VALUE", assignment);
    else if (g_str_equal(name, "id"))
        usage_error(error, "'%s', expected another name: the id of a customer cannot be changed", assignment);
    else if (!read_value(name, equals + 1, &value, error))
        return false;
    else if (customer_row_set(row, name, value, at, "cadencectl set", &why))
        return true;
    else
        usage_error(error, "%s", why->message);
    return false;
}

typedef struct {
    const CustomerRow *row;
    Instant at;
} Setting;

static bool put_setting(Transaction *transaction, gpointer user, GError **error) {
    const Setting *setting = user;
    return customer_row_put(transaction, setting->row, setting->at, error);
}

static bool set_all(Session *session, const char *id, GError **error) {
    g_autoptr(CustomerRow) row = customer_row_new(id, error);
    if (!row)
        return false;
    for (char *const *at = session->operands + 1; *at; at++) {
        if (!assign(row, *at, session->arguments->event_at, error))
            return false;
    }
    Setting setting = {row, session->now};
    if (!store_transact(session->store, put_setting, &setting, error))
        return false;
    store_wake(session->store);
    return true;
}

Answer command_customer_set_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) before = NULL;
    g_autoptr(Customer) after = NULL;
    bool set = session_customer(session, session->operands[0], &before, error) && set_all(session, before->id, error) &&
               session_customer(session, before->id, &after, error) && customer_json(session, after, document, error);
    return set ? ANSWER_YES : ANSWER_FAILED;
}

void command_customer_set_print(const json_t *document) {
    command_customer_show_print(document);
}
