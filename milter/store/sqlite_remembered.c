/* A cap that erasing and importing again would empty is none. What is kept for it is as little as it takes: when sales
 * mail went, of which topic and campaign (words of the configuration, not of the person), and no message, text or name.
 * Relational contacts are not kept: without them a ratio only gets stricter. It is pruned like the ledger.
 *
 * A contact is known by its time and message; the message's own id, which logs and other stores know too, is replaced
 * by its hash. */
#include "sqlite_remembered.h"

#include "policy/class.h"
#include "sqlite_hash.h"
#include "sqlite_statement.h"

#define ERASED "erased-"
#define ERASED_DIGITS 24

/* Who is erased twice keeps the first id, so that each contact stays one. */
static bool erased_id(Connection *connection, const char *message, char **out, GError **error) {
    g_autofree char *hash = NULL;
    if (g_str_has_prefix(message, ERASED)) {
        *out = g_strdup(message);
        return true;
    }
    if (!hash_text(connection, message, &hash, error))
        return false;
    *out = g_strdup_printf(ERASED "%.*s", ERASED_DIGITS, hash);
    return true;
}

static bool read_hashes(Connection *connection, const char *customer, GPtrArray *hashes, GError **error) {
    g_auto(Statement) read = statement_of(connection, "SELECT address FROM address WHERE customer = ?");
    bind_text(&read, customer);
    while (statement_next(&read)) {
        char *hash;
        if (!hash_text(connection, peek_text(&read), &hash, error))
            return false;
        g_ptr_array_add(hashes, hash);
    }
    return statement_end(&read, error);
}

typedef struct {
    gint64 at;
    char *message, *topic, *campaign;
} Sale;

static void sale_free(gpointer data) {
    Sale *sale = data;
    g_free(sale->message);
    g_free(sale->topic);
    g_free(sale->campaign);
    g_free(sale);
}

static bool read_sales(Connection *connection, const char *customer, GPtrArray *sales, GError **error) {
    g_auto(Statement) read =
        statement_of(connection, "SELECT at, message, topic, campaign FROM contact WHERE customer = ? AND class = ?");
    bind_text(&read, customer);
    bind_integer(&read, CLASS_SALES);
    while (statement_next(&read)) {
        Sale *sale = g_new0(Sale, 1);
        g_ptr_array_add(sales, sale);
        sale->at = take_integer(&read);
        if (!erased_id(connection, peek_text(&read), &sale->message, error))
            return false;
        sale->topic = take_text(&read);
        sale->campaign = take_text(&read);
    }
    return statement_end(&read, error);
}

static bool put_sale(Connection *connection, const char *hash, const Sale *sale, GError **error) {
    g_auto(Statement) put =
        statement_of(connection, "INSERT INTO remembered (hash, at, message, topic, campaign) VALUES (?, ?, ?, ?, ?)"
                                 " ON CONFLICT DO NOTHING");
    bind_text(&put, hash);
    bind_integer(&put, sale->at);
    bind_text(&put, sale->message);
    bind_text(&put, sale->topic);
    bind_text(&put, sale->campaign);
    return statement_run(&put, error);
}

bool remembered_put(Connection *connection, const char *customer, guint64 *count, GError **error) {
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) sales = g_ptr_array_new_with_free_func(sale_free);
    if (!read_hashes(connection, customer, hashes, error) || !read_sales(connection, customer, sales, error))
        return false;
    for (guint i = 0; i < hashes->len; i++)
        for (guint j = 0; j < sales->len; j++)
            if (!put_sale(connection, hashes->pdata[i], sales->pdata[j], error))
                return false;
    *count = hashes->len > 0 ? sales->len : 0;
    return true;
}

bool remembered_take(Connection *connection, const char *customer, const char *address, GError **error) {
    g_autofree char *hash = NULL;
    if (!hash_text(connection, address, &hash, error))
        return false;
    g_auto(Statement) take = statement_of(
        connection, "INSERT INTO contact (customer, at, message, class, topic, campaign)"
                    " SELECT ?, at, message, ?, topic, campaign FROM remembered WHERE hash = ? ON CONFLICT DO NOTHING");
    bind_text(&take, customer);
    bind_integer(&take, CLASS_SALES);
    bind_text(&take, hash);
    return statement_run(&take, error);
}

bool remembered_prune(Connection *connection, gint64 before, GError **error) {
    g_auto(Statement) forget = statement_of(connection, "DELETE FROM remembered WHERE at < ?");
    bind_integer(&forget, before);
    return statement_run(&forget, error);
}
