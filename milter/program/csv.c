/* None of our libraries reads CSV. Strict on purpose: a stray quote means that the columns of this row are not what its
 * author thinks they are, and importing a guess would write one customer's data into another's fields. After a bad
 * record reading goes on at the next line, so that one fault costs one row. */
#include "program/csv.h"

#include "base/error.h"

#include <stdbool.h>

struct CsvReader {
    FILE *file;
    int last;          /* byte taken */
    guint64 line;      /* of the next byte */
    guint64 begin;     /* of the record */
    GPtrArray *fields; /* of the record */
    GString *field;    /* being read */
    gsize size;        /* of the record so far */
};

CsvReader *csv_reader_new(FILE *file) {
    CsvReader *reader = g_new0(CsvReader, 1);
    reader->file = file;
    reader->line = 1;
    reader->fields = g_ptr_array_new_with_free_func(g_free);
    reader->field = g_string_new(NULL);
    return reader;
}

void csv_reader_free(CsvReader *reader) {
    g_ptr_array_unref(reader->fields);
    g_string_free(reader->field, TRUE);
    g_free(reader);
}

guint64 csv_line(const CsvReader *reader) {
    return reader->begin;
}

static int take(CsvReader *reader) {
    reader->last = getc(reader->file);
    reader->line += reader->last == '\n';
    return reader->last;
}

static int peek(CsvReader *reader) {
    int byte = getc(reader->file);
    if (byte != EOF)
        ungetc(byte, reader->file);
    return byte;
}

/* The same with CR LF read as one '\n'. A CR alone is returned as it is. */
static int take_joined(CsvReader *reader) {
    int byte = take(reader);
    return byte == '\r' && peek(reader) == '\n' ? take(reader) : byte;
}

static bool is_field_end(int byte) {
    return byte == ',' || byte == '\n' || byte == EOF;
}

static bool fault(CsvReader *reader, GError **error, const char *what) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "field %u: %s", reader->fields->len + 1, what);
    return false;
}

static bool keep(CsvReader *reader, int byte, GError **error) {
    if (byte == '\0')
        return fault(reader, error, "a NUL byte, expected text");
    if (++reader->size > CSV_RECORD_MAX)
        return fault(reader, error, "a record of more than 8 MiB, expected less (is a closing quote missing?)");
    g_string_append_c(reader->field, (char)byte);
    return true;
}

/* After the opening quote. *end becomes the byte after the closing one. */
static bool read_quoted(CsvReader *reader, int *end, GError **error) {
    for (;;) {
        int byte = take(reader);
        if (byte == EOF)
            return fault(reader, error, "the file ends inside quotes, expected a closing quote");
        if (byte == '"' && peek(reader) != '"')
            break;
        if (byte == '"')
            take(reader);
        if (!keep(reader, byte, error))
            return false;
    }
    *end = take_joined(reader);
    return is_field_end(*end) ||
           fault(reader, error, "text after a closing quote, expected a comma or the end of the line");
}

static bool read_plain(CsvReader *reader, int byte, int *end, GError **error) {
    for (; !is_field_end(byte); byte = take_joined(reader)) {
        if (byte == '"')
            return fault(reader, error,
                         "a quote inside an unquoted field, expected \"…\" around it and the quote doubled");
        if (byte == '\r')
            return fault(reader, error, "a carriage return alone, expected CR LF or LF");
        if (!keep(reader, byte, error))
            return false;
    }
    *end = byte;
    return true;
}

static void skip_line(CsvReader *reader) {
    while (reader->last != '\n' && reader->last != EOF)
        take(reader);
}

static bool read_record(CsvReader *reader, int byte, GError **error) {
    int end;
    for (;;) {
        if (reader->fields->len == CSV_FIELDS_MAX)
            return fault(reader, error, "more than 20,000 fields, expected fewer");
        g_string_truncate(reader->field, 0);
        if (!(byte == '"' ? read_quoted(reader, &end, error) : read_plain(reader, byte, &end, error)))
            return false;
        g_ptr_array_add(reader->fields, g_strndup(reader->field->str, reader->field->len));
        if (end != ',')
            return true;
        byte = take_joined(reader);
    }
}

static void skip_byte_order_mark(CsvReader *reader) {
    static const int mark[] = {0xEF, 0xBB, 0xBF};
    for (gsize i = 0; i < G_N_ELEMENTS(mark) && peek(reader) == mark[i]; i++)
        getc(reader->file);
}

/* The first byte of the next line that is not empty, or EOF. */
static int next_line(CsvReader *reader) {
    int byte;
    do {
        reader->begin = reader->line;
        byte = take_joined(reader);
    } while (byte == '\n');
    return byte;
}

CsvResult csv_read(CsvReader *reader, const GPtrArray **fields, GError **error) {
    if (reader->begin == 0)
        skip_byte_order_mark(reader);
    g_ptr_array_set_size(reader->fields, 0);
    reader->size = 0;
    int byte = next_line(reader);
    bool read = byte == EOF || read_record(reader, byte, error);
    if (ferror(reader->file)) {
        g_clear_error(error);
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "the file cannot be read any further");
        return CSV_BAD;
    }
    if (!read) {
        skip_line(reader);
        return CSV_BAD;
    }
    *fields = reader->fields;
    return byte == EOF ? CSV_END : CSV_RECORD;
}
