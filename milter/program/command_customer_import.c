/* A file of customers is CSV or JSON lines; both come down to the same rows. An empty cell and a null mean "not set"
 * and leave what stands: exports of other systems are full of both, and neither is anybody's wish to forget a name. */
#include "program/command.h"

#include "base/error.h"
#include "base/text.h"
#include "customer_row.h"
#include "program/csv.h"
#include "program/import.h"
#include "program/jsonl.h"

#include <float.h>

typedef struct {
    Session *session;
    CsvReader *csv; /* one of the two */
    JsonlReader *jsonl;
    GPtrArray *columns; /* of char *: the header row of a CSV file */
    guint id_column;
    char *name; /* of the file, without its folder: what attributes say they are from */
} Source;

/* Where the line's attributes are from: "--source", else "FILE:LINE". Free with g_free. */
static char *source_of_line(const Source *source, guint64 line) {
    const char *given = source->session->arguments->source;
    return given ? g_strdup(given) : g_strdup_printf("%s:%" G_GUINT64_FORMAT, source->name, line);
}

static bool fault(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool fault(GError **error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, message);
    return false;
}

static CustomerRow *row_of_record(const Source *source, const GPtrArray *values, GError **error) {
    if (values->len != source->columns->len) {
        fault(error, "%u fields, expected %u as in the header row", values->len, source->columns->len);
        return NULL;
    }
    g_autofree char *from = source_of_line(source, csv_line(source->csv));
    g_autoptr(CustomerRow) row = customer_row_new(values->pdata[source->id_column], error);
    for (guint i = 0; row && i < values->len; i++) {
        const char *value = values->pdata[i];
        if (i != source->id_column && *value &&
            !customer_row_set(row, source->columns->pdata[i], value, source->session->arguments->event_at, from, error))
            return NULL;
    }
    return g_steal_pointer(&row);
}

/* As the store keeps values: text as it is, numbers and booleans as JSON writes them, lists and objects as JSON text.
 * So many digits give back a number as it was written: 19.99, and not 19.989999999999998. */
static char *text_of_json(const json_t *value) {
    if (json_is_string(value))
        return g_strdup(json_string_value(value));
    return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(DBL_DIG));
}

static bool set_member(const Source *source, CustomerRow *row, const char *name, const json_t *value, GError **error) {
    Instant at = source->session->arguments->event_at;
    g_autofree char *text = text_of_json(value);
    g_autofree char *from = source_of_line(source, jsonl_line(source->jsonl));
    size_t index;
    json_t *address;
    if (!g_str_equal(name, "address") || !json_is_array(value))
        return customer_row_set(row, name, text, at, from, error);
    json_array_foreach ((json_t *)value, index, address) {
        if (!json_is_string(address))
            return fault(error, "address of another kind, expected a list of strings");
        if (!customer_row_set(row, name, json_string_value(address), at, from, error))
            return false;
    }
    return true;
}

static CustomerRow *row_of_object(const Source *source, json_t *object, GError **error) {
    g_autofree char *id = jsonl_id(json_object_get(object, "id"));
    g_autoptr(CustomerRow) row = customer_row_new(id ? id : "", error);
    const char *name;
    json_t *value;
    if (!row)
        return NULL;
    json_object_foreach (object, name, value) {
        if (!g_str_equal(name, "id") && !json_is_null(value) && !set_member(source, row, name, value, error))
            return NULL;
    }
    return g_steal_pointer(&row);
}

static ImportResult read_record(gpointer user, gpointer *row, guint64 *line, GError **error) {
    Source *source = user;
    const GPtrArray *values;
    CsvResult result = csv_read(source->csv, &values, error);
    *line = csv_line(source->csv);
    if (result == CSV_END)
        return IMPORT_END;
    *row = result == CSV_RECORD ? row_of_record(source, values, error) : NULL;
    return *row ? IMPORT_ROW : IMPORT_BAD;
}

static ImportResult read_object(gpointer user, gpointer *row, guint64 *line, GError **error) {
    Source *source = user;
    json_auto_t *object = NULL;
    JsonlResult result = jsonl_read(source->jsonl, &object, error);
    *line = jsonl_line(source->jsonl);
    if (result == JSONL_END)
        return IMPORT_END;
    *row = result == JSONL_OBJECT ? row_of_object(source, object, error) : NULL;
    return *row ? IMPORT_ROW : IMPORT_BAD;
}

static bool put_row(gpointer user, Transaction *transaction, gconstpointer row, GError **error) {
    const Source *source = user;
    return customer_row_put(transaction, row, source->session->now, error);
}

static void row_free(gpointer row) {
    customer_row_free(row);
}

static gsize row_weight(gconstpointer row) {
    return 1 + ((const CustomerRow *)row)->attributes->len;
}

static const ImportKind record_kind = {read_record, put_row, row_free, row_weight};
static const ImportKind object_kind = {read_object, put_row, row_free, row_weight};

static bool check_columns(Source *source, GError **error) {
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < source->columns->len; i++) {
        char *name = source->columns->pdata[i];
        if (!customer_row_knows(name))
            return fault(error, "column '%s', expected " TEXT_A_WORD, name);
        if (!g_hash_table_add(seen, name))
            return fault(error, "column '%s' twice, expected it once", name);
        if (g_str_equal(name, "id"))
            source->id_column = i;
    }
    return g_hash_table_contains(seen, "id") || fault(error, "a header row without 'id', expected id,address,…");
}

/* A field of ours is known in any case, as "ID" and "Address" of other programs; names of attributes are as they are.
 */
static char *column_of(const char *title) {
    g_autofree char *name = g_strstrip(g_strdup(title));
    g_autofree char *lower = g_ascii_strdown(name, -1);
    return g_str_equal(lower, "id") || customer_row_has_field(lower) ? g_steal_pointer(&lower) : g_steal_pointer(&name);
}

/* A header row that is wrong makes every row wrong, and so nothing is imported. */
static bool read_header(Source *source, const char *path, GError **error) {
    const GPtrArray *names;
    CsvResult result = csv_read(source->csv, &names, error);
    if (result == CSV_END)
        fault(error, "an empty file, expected a header row: id,address,…");
    if (result == CSV_RECORD) {
        for (guint i = 0; i < names->len; i++)
            g_ptr_array_add(source->columns, column_of(names->pdata[i]));
        if (check_columns(source, error))
            return true;
    }
    g_prefix_error(error, "%s:%" G_GUINT64_FORMAT ": ", path, csv_line(source->csv));
    return false;
}

static bool is_jsonl(const char *path, FILE *file) {
    if (g_str_has_suffix(path, ".csv"))
        return false;
    if (g_str_has_suffix(path, ".jsonl") || g_str_has_suffix(path, ".ndjson"))
        return true;
    int first = getc(file);
    if (first != EOF)
        ungetc(first, file);
    return first == '{';
}

static Answer import_file(Source *source, const char *path, FILE *file, json_t **document, GError **error) {
    bool jsonl = is_jsonl(path, file);
    source->csv = csv_reader_new(file);
    source->jsonl = jsonl_reader_new(file);
    source->columns = g_ptr_array_new_with_free_func(g_free);
    Answer answer = ANSWER_FAILED;
    if (jsonl || read_header(source, path, error))
        answer = import_run(source->session, path, jsonl ? &object_kind : &record_kind, source, document, error);
    g_ptr_array_unref(source->columns);
    jsonl_reader_free(source->jsonl);
    csv_reader_free(source->csv);
    return answer;
}

Answer command_customer_import_run(Session *session, json_t **document, GError **error) {
    const char *path = session->operands[0];
    FILE *file = import_open(path, error);
    if (!file)
        return ANSWER_FAILED;
    Source source = {.session = session};
    source.name = g_str_equal(path, "-") ? g_strdup("stdin") : g_path_get_basename(path);
    Answer answer = import_file(&source, path, file, document, error);
    g_free(source.name);
    import_close(file);
    return answer;
}

void command_customer_import_print(const json_t *document) {
    import_print(document);
}
