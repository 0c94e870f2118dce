/* The CSV reader: RFC 4180 section 2, and what it says of everything else. */
#include "base/error.h"
#include "program/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* All records of a text as one line each: fields in brackets, a fault as "!line what". */
static char *read_bytes(const char *bytes, size_t size) {
    FILE *file = fmemopen((void *)bytes, size, "r");
    g_autoptr(CsvReader) reader = csv_reader_new(file);
    GString *seen = g_string_new(NULL);
    for (;;) {
        const GPtrArray *fields = NULL;
        g_autoptr(GError) error = NULL;
        CsvResult result = csv_read(reader, &fields, &error);
        if (result == CSV_END)
            break;
        if (result == CSV_BAD) {
            assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
            g_string_append_printf(seen, "!%d %s\n", (int)csv_line(reader), error->message);
            continue;
        }
        assert_null(error);
        for (guint i = 0; i < fields->len; i++)
            g_string_append_printf(seen, "[%s]", (const char *)fields->pdata[i]);
        g_string_append_c(seen, '\n');
    }
    fclose(file);
    return g_string_free(seen, FALSE);
}

typedef struct {
    const char *text, *records;
} Example;

static void expect(const Example *example) {
    g_autofree char *seen = read_bytes(example->text, strlen(example->text));
    assert_string_equal(seen, example->records);
}

static void reads_records(void **state) {
    static const Example examples[] = {
        {"a,b,c\r\nd,e,f\r\n", "[a][b][c]\n[d][e][f]\n"},
        {"a,b\nc,d", "[a][b]\n[c][d]\n"},
        {",\n", "[][]\n"},
        {"a,,\n", "[a][][]\n"},
        {"\"a,b\",\"c\"\"d\"\n", "[a,b][c\"d]\n"},
        {"\"a\r\nb\",c\n", "[a\r\nb][c]\n"},
        {"\"\",\"\"\n", "[][]\n"},
        {"\"a\"", "[a]\n"},
        {"\n\r\na\n\n\n", "[a]\n"},
        {"\xEF\xBB\xBFid,name\n", "[id][name]\n"},
        {" a , b \n", "[ a ][ b ]\n"},
        {"Łukasz,Олена\n", "[Łukasz][Олена]\n"},
        {"\n", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        expect(&examples[i]);
    (void)state;
}

static void names_faults_and_reads_on(void **state) {
    static const Example examples[] = {
        {"a\"b,c\nd\n",
         "!1 field 1: a quote inside an unquoted field, expected \"…\" around it and the quote doubled\n[d]\n"},
        {"x,\"a\"b,c\nd\n", "!1 field 2: text after a closing quote, expected a comma or the end of the line\n[d]\n"},
        {"a\nb,\"c\nd\n", "[a]\n!2 field 2: the file ends inside quotes, expected a closing quote\n"},
        {"a\rb\nd\n", "!1 field 1: a carriage return alone, expected CR LF or LF\n[d]\n"},
        {"\"a\nb\"x\nd\n", "!1 field 1: text after a closing quote, expected a comma or the end of the line\n[d]\n"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        expect(&examples[i]);
    (void)state;
}

static void refuses_nul(void **state) {
    static const char text[] = "a\0b\nc\n";
    g_autofree char *seen = read_bytes(text, sizeof text - 1);
    assert_string_equal(seen, "!1 field 1: a NUL byte, expected text\n[c]\n");
    (void)state;
}

static void bounds_a_record(void **state) {
    g_autofree char *most = g_strnfill(CSV_RECORD_MAX, 'x');
    g_autofree char *fits = g_strconcat(most, "\nb\n", NULL);
    g_autofree char *over = g_strconcat("\"", most, "\ny\",z\nb\n", NULL);
    g_autofree char *seen_fits = read_bytes(fits, strlen(fits));
    g_autofree char *seen_over = read_bytes(over, strlen(over));
    assert_int_equal(strlen(seen_fits), CSV_RECORD_MAX + 3 + 4);
    assert_true(g_str_has_prefix(seen_over, "!1 field 1: a record of more than 8 MiB"));
    (void)state;
}

static void bounds_the_fields(void **state) {
    g_autofree char *commas = g_strnfill(CSV_FIELDS_MAX, ',');
    g_autofree char *over = g_strconcat(commas, "\nb\n", NULL);
    g_autofree char *seen_over = read_bytes(over, strlen(over));
    g_autofree char *seen_fits = read_bytes(over + 1, strlen(over) - 1);
    assert_string_equal(seen_over, "!1 field 20001: more than 20,000 fields, expected fewer\n[b]\n");
    assert_true(g_str_has_prefix(seen_fits, "[][]"));
    (void)state;
}

static void counts_lines(void **state) {
    static const char text[] = "a\n\n\"b\nc\"\nd\n";
    static const guint64 begins[] = {1, 3, 5};
    FILE *file = fmemopen((void *)text, sizeof text - 1, "r");
    g_autoptr(CsvReader) reader = csv_reader_new(file);
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        const GPtrArray *fields;
        assert_int_equal(csv_read(reader, &fields, NULL), CSV_RECORD);
        assert_int_equal(csv_line(reader), begins[i]);
    }
    fclose(file);
    (void)state;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records),   cmocka_unit_test(names_faults_and_reads_on), cmocka_unit_test(refuses_nul),
        cmocka_unit_test(bounds_a_record), cmocka_unit_test(bounds_the_fields),         cmocka_unit_test(counts_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
