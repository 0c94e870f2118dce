/* Imports: rows of a file into the store. Good rows are kept, up to some hundred in one transaction; each bad one is
 * said on stderr as "file:line: what was found, what was expected". */
#pragma once

#include "program/command.h"
#include "store/store.h"

#include <glib.h>
#include <stdio.h>

typedef enum { IMPORT_ROW, IMPORT_BAD, IMPORT_END } ImportResult;

/* How one kind of row is read and put. */
typedef struct {
    /* IMPORT_BAD comes with an error: PERMANENT means this row alone, anything else ends the import. *line is set but
     * at the end. */
    ImportResult (*read)(gpointer user, gpointer *row, guint64 *line, GError **error);
    /* PERMANENT means this row alone. May be called again for the same row. */
    bool (*put)(gpointer user, Transaction *transaction, gconstpointer row, GError **error);
    GDestroyNotify row_free;
    gsize (*weight)(gconstpointer row); /* the values in it, so that few large rows fill a batch; NULL: 1 each */
} ImportKind;

/* ANSWER_NO where any row was bad. The document: {"file", "rows", "imported", "bad", "errors": [{"line", "what"}]}, of
 * the errors at most the first 1,000. */
Answer import_run(Session *session, const char *path, const ImportKind *kind, gpointer user, json_t **document,
                  GError **error);
void import_print(const json_t *document);

/* The operand FILE, "-" for stdin; USAGE_ERROR where it cannot be opened. Close with import_close. */
FILE *import_open(const char *path, GError **error);
void import_close(FILE *file);
