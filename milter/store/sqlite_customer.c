/* Customers: addresses, wishes, attributes. What belongs to a customer is put only where the customer exists,
 * by a statement that looks for it: a foreign key would say no without saying whose. */
#include "sqlite_customer.h"

#include "base/error.h"
#include "sqlite_adopt.h"
#include "sqlite_consent.h"
#include "sqlite_remembered.h"
#include "sqlite_store.h"
#include "sqlite_transaction.h"

#include <string.h>

#define CUSTOMER_COLUMNS "c.id, c.timezone, c.locale, c.comfort, c.paused_until, c.limits, c.quiet, c.since"
#define CUSTOMER_BY_ID                                                                                                 \
    "SELECT a.address, " CUSTOMER_COLUMNS " FROM customer c LEFT JOIN address a ON a.customer = c.id WHERE c.id = ?"   \
    " ORDER BY a.address"
#define CUSTOMER_BY_ADDRESS                                                                                            \
    "SELECT a.address, " CUSTOMER_COLUMNS " FROM address a CROSS JOIN customer c ON c.id = a.customer"                 \
    " WHERE a.address = ?"

/* ---- customers ---- */

static Customer *take_customer(Statement *row) {
    Customer *customer = customer_new(peek_text(row));
    customer->timezone = take_text(row);
    customer->locale = take_text(row);
    customer->comfort = (int)take_integer(row);
    customer->paused_until = take_integer(row);
    customer->limits = take_text(row);
    customer->quiet = take_text(row);
    customer->since = take_integer(row);
    return customer;
}

/* One row for each address; one without an address where there is none. */
static bool read_customer(Connection *connection, const char *sql, const char *key, Customer **out, GError **error) {
    g_autoptr(Customer) customer = NULL;
    g_auto(Statement) find = statement_of(connection, sql);
    bind_text(&find, key);
    while (statement_next(&find)) {
        char *address = take_text(&find);
        if (!customer)
            customer = take_customer(&find);
        if (address)
            g_ptr_array_add(customer->addresses, address);
    }
    if (!statement_end(&find, error))
        return false;
    *out = g_steal_pointer(&customer);
    return true;
}

bool store_customer_by_address(Store *store, const char *address, Customer **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_customer(reader->connection, CUSTOMER_BY_ADDRESS, address, out, error);
}

bool store_customer_by_id(Store *store, const char *id, Customer **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_customer(reader->connection, CUSTOMER_BY_ID, id, out, error);
}

bool transaction_customer(Transaction *transaction, const char *id, Customer **out, GError **error) {
    return read_customer(transaction->connection, CUSTOMER_BY_ID, id, out, error);
}

bool transaction_customer_exists(Transaction *transaction, const char *id, bool *exists, GError **error) {
    g_auto(Statement) find = statement_of(transaction->connection, "SELECT 1 FROM customer WHERE id = ?");
    bind_text(&find, id);
    return statement_found(&find, exists, error);
}

/* NULL in *owner where the address is nobody's, or the customer's already. */
static bool find_owner(Connection *connection, const char *address, const char *customer, char **owner,
                       GError **error) {
    g_auto(Statement) find =
        statement_of(connection, "SELECT customer FROM address WHERE address = ? AND customer <> ?");
    bind_text(&find, address);
    bind_text(&find, customer);
    return statement_text(&find, owner, error);
}

static bool free_address(Connection *connection, const char *address, const char *customer, GError **error) {
    g_autofree char *owner = NULL;
    bool stray;
    if (!find_owner(connection, address, customer, &owner, error))
        return false;
    if (!owner)
        return true;
    if (!adopt_may(connection, owner, &stray, error))
        return false;
    if (stray)
        return adopt_stray(connection, owner, customer, error);
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "address %s belongs to customer \"%s\" and cannot be given to \"%s\"", address, owner, customer);
    return false;
}

static bool put_address(Connection *connection, const char *address, const char *customer, GError **error) {
    if (!free_address(connection, address, customer, error))
        return false;
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO address (address, customer) VALUES (?, ?) ON CONFLICT DO NOTHING");
    bind_text(&put, address);
    bind_text(&put, customer);
    return statement_run(&put, error) &&
           (statement_changes(&put) == 0 || (consent_take_address(connection, customer, address, error) &&
                                             remembered_take(connection, customer, address, error)));
}

static bool put_customer(Connection *connection, const Customer *customer, Instant at, GError **error) {
    g_auto(Statement) put = statement_of(
        connection,
        "INSERT INTO customer (id, timezone, locale, comfort, since, paused_until) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET timezone = COALESCE(excluded.timezone, timezone),"
        " locale = COALESCE(excluded.locale, locale), comfort = IIF(excluded.comfort < 0, comfort, excluded.comfort)");
    bind_text(&put, customer->id);
    bind_text(&put, customer->timezone);
    bind_text(&put, customer->locale);
    bind_integer(&put, customer->comfort);
    bind_integer(&put, at);
    bind_integer(&put, INSTANT_ALWAYS);
    return statement_run(&put, error);
}

bool transaction_customer_put(Transaction *transaction, const Customer *customer, Instant at, GError **error) {
    if (!put_customer(transaction->connection, customer, at, error))
        return false;
    for (guint i = 0; i < customer->addresses->len; i++)
        if (!put_address(transaction->connection, customer->addresses->pdata[i], customer->id, error))
            return false;
    return customer_mark_stale(transaction->connection, customer->id, error);
}

/* A customer that is marked already costs a look and no write. */
bool customer_mark_stale(Connection *connection, const char *customer, GError **error) {
    g_auto(Statement) mark = statement_of(connection, "INSERT INTO stale (customer) VALUES (?) ON CONFLICT DO NOTHING");
    bind_text(&mark, customer);
    return statement_run(&mark, error);
}

bool customer_run(Statement *put, const char *customer, GError **error) {
    if (!statement_run(put, error))
        return false;
    if (statement_changes(put) > 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "there is no customer \"%s\"", customer);
    return false;
}

bool transaction_wishes_put(Transaction *transaction, const Customer *customer, GError **error) {
    g_auto(Statement) put = statement_of(transaction->connection,
                                         "UPDATE customer SET paused_until = ?, limits = ?, quiet = ? WHERE id = ?");
    bind_integer(&put, customer->paused_until);
    bind_text(&put, customer->limits);
    bind_text(&put, customer->quiet);
    bind_text(&put, customer->id);
    return customer_run(&put, customer->id, error);
}

/* ---- attributes ---- */

static AttributeValue *take_attribute(Statement *row) {
    AttributeValue *value = g_new0(AttributeValue, 1);
    value->name = take_text(row);
    value->value = take_text(row);
    value->at = take_integer(row);
    value->source = take_text(row);
    return value;
}

static bool read_all_attributes(Connection *connection, const char *customer, GPtrArray *values, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT name, value, at, source FROM attribute WHERE customer = ? ORDER BY name");
    bind_text(&read, customer);
    while (statement_next(&read))
        g_ptr_array_add(values, take_attribute(&read));
    return statement_end(&read, error);
}

static bool read_attribute(Connection *connection, const char *customer, const char *name, GPtrArray *values,
                           GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT name, value, at, source FROM attribute WHERE customer = ? AND name = ?");
    bind_text(&read, customer);
    bind_text(&read, name);
    if (statement_next(&read))
        g_ptr_array_add(values, take_attribute(&read));
    return statement_end(&read, error);
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp((*(AttributeValue *const *)a)->name, (*(AttributeValue *const *)b)->name);
}

/* Each name is a search of its own: customers may have thousands of attributes, and a template names a few. */
static bool read_named_attributes(Connection *connection, const char *customer, const char *const *names,
                                  GPtrArray *values, GError **error) {
    for (; *names; names++)
        if (!read_attribute(connection, customer, *names, values, error))
            return false;
    g_ptr_array_sort(values, by_name);
    return true;
}

static bool read_attributes(Connection *connection, const char *customer, const char *const *names, GPtrArray **out,
                            GError **error) {
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func((GDestroyNotify)attribute_value_free);
    bool read = names ? read_named_attributes(connection, customer, names, values, error)
                      : read_all_attributes(connection, customer, values, error);
    if (!read)
        return false;
    *out = g_steal_pointer(&values);
    return true;
}

bool store_attributes(Store *store, const char *customer, const char *const *names, GPtrArray **out, GError **error) {
    g_autoptr(Reader) reader = readers_take(store->readers, error);
    return reader && read_attributes(reader->connection, customer, names, out, error);
}

bool transaction_attributes(Transaction *transaction, const char *customer, const char *const *names, GPtrArray **out,
                            GError **error) {
    return read_attributes(transaction->connection, customer, names, out, error);
}

static bool delete_attribute(Connection *connection, const char *customer, const char *name, GError **error) {
    g_auto(Statement) remove = statement_of(connection, "DELETE FROM attribute WHERE customer = ? AND name = ?");
    bind_text(&remove, customer);
    bind_text(&remove, name);
    return statement_run(&remove, error);
}

static bool put_attribute(Connection *connection, const char *customer, const AttributeValue *value, GError **error) {
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO attribute (customer, name, value, at, source) SELECT ?1, ?2, ?3, ?4, ?5"
                                 " WHERE EXISTS (SELECT 1 FROM customer WHERE id = ?1) ON CONFLICT (customer, name)"
                                 " DO UPDATE SET value = excluded.value, at = excluded.at, source = excluded.source");
    bind_text(&put, customer);
    bind_text(&put, value->name);
    bind_text(&put, value->value);
    bind_integer(&put, value->at);
    bind_text(&put, value->source);
    return customer_run(&put, customer, error);
}

bool transaction_attribute_put(Transaction *transaction, const char *customer, const AttributeValue *value,
                               GError **error) {
    Connection *connection = transaction->connection;
    bool done = value->value ? put_attribute(connection, customer, value, error)
                             : delete_attribute(connection, customer, value->name, error);
    return done && customer_mark_stale(connection, customer, error);
}
