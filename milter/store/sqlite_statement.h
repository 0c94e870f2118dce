/* A statement in use: bind in the order of the parameters, take columns in the order in which they were asked for. The
 * first fault makes everything after it do nothing and is told at the end, so that callers check once:
 *
 *     g_auto(Statement) find = statement_of(connection, "SELECT name FROM … WHERE customer = ? AND at > ?");
 *     bind_text(&find, customer);
 *     bind_integer(&find, since);
 *     while (statement_next(&find))
 *         …take_text(&find)…
 *     return statement_end(&find, error);
 */
#pragma once

#include "sqlite_connection.h"

typedef struct {
    Connection *connection;
    sqlite3_stmt *handle; /* NULL after a fault while compiling */
    int position;         /* the last parameter bound, or the last column taken, from 1 */
    bool failed;
} Statement;

/* sql is a constant: see connection_statement. One use of it at a time on a connection. */
Statement statement_of(Connection *connection, const char *sql);
void statement_close(Statement *statement);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Statement, statement_close)

/* Text and bytes are borrowed until the statement is closed; NULL binds NULL. */
void bind_text(Statement *statement, const char *text);
void bind_integer(Statement *statement, gint64 integer);
void bind_bytes(Statement *statement, GBytes *bytes);

bool statement_next(Statement *statement);                /* true: there is a row. False: the end, or a fault */
bool statement_end(Statement *statement, GError **error); /* true unless there was a fault */
bool statement_run(Statement *statement, GError **error); /* for what gives no rows */
int statement_changes(const Statement *statement);        /* rows that the run just before has changed */

/* For what asks for one column, to its end. *out is written where there was no fault. */
bool statement_found(Statement *statement, bool *out, GError **error); /* whether there is a row */
/* The first row's, `otherwise` where there is none. */
bool statement_integer(Statement *statement, gint64 otherwise, gint64 *out, GError **error);
/* The first row's, NULL where there is none; the caller's. */
bool statement_text(Statement *statement, char **out, GError **error);
bool statement_texts(Statement *statement, GPtrArray **out, GError **error); /* of all rows, of char * */

char *take_text(Statement *statement);       /* the caller's; NULL for NULL */
const char *peek_text(Statement *statement); /* borrowed until the next row */
gint64 take_integer(Statement *statement);
GBytes *take_bytes(Statement *statement);
