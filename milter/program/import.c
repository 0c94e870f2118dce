/* One fsync a row would make an import of a million customers an affair of hours, one transaction for all would let a
 * single bad row undo them. So rows go in batches, and a batch that the store refuses is halved until the row at fault
 * stands alone. */
#include "program/import.h"

#include "base/error.h"
#include "program/output.h"

#include <errno.h>

#define BATCH_ROWS 512
#define BATCH_WEIGHT 20000
#define ERRORS_IN_DOCUMENT 1000

typedef struct {
    gpointer row;
    guint64 line;
} Row;

typedef struct {
    Session *session;
    const char *path;
    const ImportKind *kind;
    gpointer user;
    Row batch[BATCH_ROWS];
    guint batched;
    gsize weight; /* of the batch */
    gint64 imported, bad;
    json_t *errors;
} Import;

typedef struct {
    Import *import;
    guint from, count;
} Slice;

static void report(Import *import, guint64 line, const char *what) {
    import->bad++;
    fprintf(stderr, "%s:%" G_GUINT64_FORMAT ": %s\n", import->path, line, what);
    if (json_array_size(import->errors) < ERRORS_IN_DOCUMENT)
        json_array_append_new(import->errors,
                              json_pack("{s:I, s:o}", "line", (json_int_t)line, "what", output_text(what)));
}

static bool put_slice(Transaction *transaction, gpointer user, GError **error) {
    const Slice *slice = user;
    const Import *import = slice->import;
    for (guint i = slice->from; i < slice->from + slice->count; i++) {
        if (!import->kind->put(import->user, transaction, import->batch[i].row, error))
            return false;
    }
    return true;
}

static bool store_slice(Import *import, guint from, guint count, GError **error) {
    Slice slice = {import, from, count};
    g_autoptr(GError) fault = NULL;
    if (store_transact(import->session->store, put_slice, &slice, &fault)) {
        import->imported += count;
        return true;
    }
    if (!g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT)) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    if (count == 1) {
        report(import, import->batch[from].line, fault->message);
        return true;
    }
    guint half = count / 2;
    return store_slice(import, from, half, error) && store_slice(import, from + half, count - half, error);
}

static void empty_batch(Import *import) {
    for (guint i = 0; i < import->batched; i++)
        import->kind->row_free(import->batch[i].row);
    import->batched = 0;
    import->weight = 0;
}

static bool store_batch(Import *import, GError **error) {
    bool stored = import->batched == 0 || store_slice(import, 0, import->batched, error);
    empty_batch(import);
    return stored;
}

static bool take_row(Import *import, gpointer row, guint64 line, GError **error) {
    import->batch[import->batched++] = (Row){row, line};
    import->weight += import->kind->weight ? import->kind->weight(row) : 1;
    bool full = import->batched == BATCH_ROWS || import->weight >= BATCH_WEIGHT;
    return !full || store_batch(import, error);
}

/* A bad row is over when it is reported; any other fault ends the import. */
static bool take_fault(Import *import, guint64 line, GError *fault, GError **error) {
    if (g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT)) {
        report(import, line, fault->message);
        return true;
    }
    g_propagate_error(error, g_error_copy(fault));
    return false;
}

static bool import_rows(Import *import, GError **error) {
    for (;;) {
        gpointer row = NULL;
        guint64 line = 0;
        g_autoptr(GError) fault = NULL;
        ImportResult result = import->kind->read(import->user, &row, &line, &fault);
        if (result == IMPORT_END)
            return store_batch(import, error);
        if (!(result == IMPORT_ROW ? take_row(import, row, line, error) : take_fault(import, line, fault, error)))
            return false;
    }
}

Answer import_run(Session *session, const char *path, const ImportKind *kind, gpointer user, json_t **document,
                  GError **error) {
    g_autofree Import *import = g_new0(Import, 1);
    *import = (Import){.session = session, .path = path, .kind = kind, .user = user, .errors = json_array()};
    bool done = import_rows(import, error);
    empty_batch(import);
    store_wake(session->store);
    if (!done) {
        g_prefix_error(error, "%s: %" G_GINT64_FORMAT " rows were imported, then: ", path, import->imported);
        json_decref(import->errors);
        return ANSWER_FAILED;
    }
    *document = json_pack("{s:o, s:I, s:I, s:I, s:o}", "file", output_text(path), "rows",
                          (json_int_t)(import->imported + import->bad), "imported", (json_int_t)import->imported, "bad",
                          (json_int_t)import->bad, "errors", import->errors);
    return import->bad ? ANSWER_NO : ANSWER_YES;
}

void import_print(const json_t *document) {
    output_line("%s: %" JSON_INTEGER_FORMAT " rows imported, %" JSON_INTEGER_FORMAT " bad",
                output_string(document, "file", ""), json_integer_value(json_object_get(document, "imported")),
                json_integer_value(json_object_get(document, "bad")));
}

void import_close(FILE *file) {
    if (file != stdin)
        fclose(file);
}

FILE *import_open(const char *path, GError **error) {
    FILE *file = g_str_equal(path, "-") ? stdin : fopen(path, "re");
    if (file && g_file_test(path, G_FILE_TEST_IS_DIR)) { /* which fopen opens, and nobody can read */
        import_close(file);
        file = NULL;
        errno = EISDIR;
    }
    if (!file)
        usage_error(error, "%s: %s, expected a file that can be read", path, g_strerror(errno));
    return file;
}
