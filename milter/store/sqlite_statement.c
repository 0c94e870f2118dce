/* SQLite's calls all want a parameter's number and a check; written out, that noise would outweigh the verbs. Here the
 * order of the calls is the number, and the fault waits in the statement. */
#include "sqlite_statement.h"

Statement statement_of(Connection *connection, const char *sql) {
    sqlite3_stmt *handle = connection_statement(connection, sql);
    g_assert(!handle || !sqlite3_stmt_busy(handle));
    return (Statement){.connection = connection, .handle = handle, .failed = handle == NULL};
}

void statement_close(Statement *statement) {
    if (!statement->handle)
        return;
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
}

static void note(Statement *statement, int result) {
    statement->failed = statement->failed || result != SQLITE_OK;
}

void bind_text(Statement *statement, const char *text) {
    if (!statement->failed)
        note(statement, sqlite3_bind_text(statement->handle, ++statement->position, text, -1, SQLITE_STATIC));
}

void bind_integer(Statement *statement, gint64 integer) {
    if (!statement->failed)
        note(statement, sqlite3_bind_int64(statement->handle, ++statement->position, integer));
}

/* No bytes at all are an empty blob, not NULL. */
void bind_bytes(Statement *statement, GBytes *bytes) {
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);
    if (!statement->failed)
        note(statement,
             sqlite3_bind_blob64(statement->handle, ++statement->position, data ? data : "", length, SQLITE_STATIC));
}

bool statement_next(Statement *statement) {
    if (statement->failed)
        return false;
    int result = sqlite3_step(statement->handle);
    statement->position = 0;
    statement->failed = result != SQLITE_ROW && result != SQLITE_DONE;
    return result == SQLITE_ROW;
}

bool statement_end(Statement *statement, GError **error) {
    return !statement->failed || connection_fail(statement->connection, error);
}

bool statement_run(Statement *statement, GError **error) {
    statement_next(statement);
    return statement_end(statement, error);
}

bool statement_found(Statement *statement, bool *out, GError **error) {
    bool found = statement_next(statement);
    if (!statement_end(statement, error))
        return false;
    *out = found;
    return true;
}

bool statement_integer(Statement *statement, gint64 otherwise, gint64 *out, GError **error) {
    gint64 found = statement_next(statement) ? take_integer(statement) : otherwise;
    if (!statement_end(statement, error))
        return false;
    *out = found;
    return true;
}

bool statement_text(Statement *statement, char **out, GError **error) {
    g_autofree char *found = statement_next(statement) ? take_text(statement) : NULL;
    if (!statement_end(statement, error))
        return false;
    *out = g_steal_pointer(&found);
    return true;
}

bool statement_texts(Statement *statement, GPtrArray **out, GError **error) {
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    while (statement_next(statement))
        g_ptr_array_add(texts, take_text(statement));
    if (!statement_end(statement, error))
        return false;
    *out = g_steal_pointer(&texts);
    return true;
}

int statement_changes(const Statement *statement) {
    return sqlite3_changes(connection_handle(statement->connection));
}

const char *peek_text(Statement *statement) {
    return (const char *)sqlite3_column_text(statement->handle, statement->position++);
}

char *take_text(Statement *statement) {
    return g_strdup(peek_text(statement));
}

gint64 take_integer(Statement *statement) {
    return sqlite3_column_int64(statement->handle, statement->position++);
}

GBytes *take_bytes(Statement *statement) {
    int column = statement->position++;
    const void *data = sqlite3_column_blob(statement->handle, column);
    return g_bytes_new(data, sqlite3_column_bytes(statement->handle, column));
}
