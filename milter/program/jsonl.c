/* A line is read whole before it is parsed: a fault in one line can then never reach into the next. */
#include "program/jsonl.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct JsonlReader {
    FILE *file;
    guint64 line;
    GString *text; /* of the line, without its newline */
    bool too_long;
};

JsonlReader *jsonl_reader_new(FILE *file) {
    JsonlReader *reader = g_new0(JsonlReader, 1);
    reader->file = file;
    reader->text = g_string_new(NULL);
    return reader;
}

void jsonl_reader_free(JsonlReader *reader) {
    g_string_free(reader->text, TRUE);
    g_free(reader);
}

guint64 jsonl_line(const JsonlReader *reader) {
    return reader->line;
}

char *jsonl_id(const json_t *value) {
    if (json_is_string(value))
        return g_strdup(json_string_value(value));
    if (json_is_integer(value))
        return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return NULL;
}

/* A byte order mark, which some programs put before the first line, is no part of it. */
static void skip_byte_order_mark(GString *text) {
    if (g_str_has_prefix(text->str, BYTE_ORDER_MARK))
        g_string_erase(text, 0, strlen(BYTE_ORDER_MARK));
}

/* False at the end of the file. */
static bool read_line(JsonlReader *reader) {
    g_string_truncate(reader->text, 0);
    reader->too_long = false;
    int byte = getc(reader->file);
    if (byte == EOF)
        return false;
    for (; byte != '\n' && byte != EOF; byte = getc(reader->file)) {
        reader->too_long |= reader->text->len == JSONL_LINE_MAX;
        if (!reader->too_long)
            g_string_append_c(reader->text, (char)byte);
    }
    if (reader->line++ == 0)
        skip_byte_order_mark(reader->text);
    return true;
}

static bool is_blank(const GString *text) {
    return strspn(text->str, " \t\r") == text->len;
}

static JsonlResult parse(JsonlReader *reader, json_t **object, GError **error) {
    json_error_t fault;
    if (reader->too_long) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "a line of more than 8 MiB, expected less");
        return JSONL_BAD;
    }
    json_t *value = json_loadb(reader->text->str, reader->text->len, JSON_REJECT_DUPLICATES, &fault);
    if (json_is_object(value)) {
        *object = value;
        return JSONL_OBJECT;
    }
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s, expected one JSON object on the line",
                value ? "JSON of another kind" : fault.text);
    json_decref(value);
    return JSONL_BAD;
}

JsonlResult jsonl_read(JsonlReader *reader, json_t **object, GError **error) {
    bool more;
    do
        more = read_line(reader);
    while (more && is_blank(reader->text));
    if (ferror(reader->file)) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "the file cannot be read any further");
        return JSONL_BAD;
    }
    return more ? parse(reader, object, error) : JSONL_END;
}
