/* The key is read each time: hashes are asked for when a consent, an address or a customer changes, never for a
 * message to a customer who is known. */
#include "sqlite_hash.h"

#include "base/error.h"
#include "sqlite_statement.h"

static bool read_salt(Connection *connection, GBytes **out, GError **error) {
    g_autoptr(GBytes) salt = NULL;
    g_auto(Statement) read = statement_of(connection, "SELECT salt FROM salt");
    if (statement_next(&read))
        salt = take_bytes(&read);
    if (!statement_end(&read, error))
        return false;
    if (!salt)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY,
                    "store %s has lost its salt: restore it from a backup", connection_path(connection));
    *out = g_steal_pointer(&salt);
    return *out != NULL;
}

bool hash_text(Connection *connection, const char *text, char **out, GError **error) {
    g_autoptr(GBytes) salt = NULL;
    gsize length;
    if (!read_salt(connection, &salt, error))
        return false;
    const guint8 *key = g_bytes_get_data(salt, &length);
    *out = g_compute_hmac_for_string(G_CHECKSUM_SHA256, key, length, text, -1);
    return true;
}
