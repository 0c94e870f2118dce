/* CSV of strangers: every record is read or refused, and reading comes to its end. */
#include "fuzz.h"

#include "program/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    FILE *file = length ? fmemopen((void *)bytes, length, "r") : NULL;
    if (!file)
        return 0;
    g_autoptr(CsvReader) reader = csv_reader_new(file);
    const GPtrArray *fields;
    CsvResult result;
    do {
        g_autoptr(GError) error = NULL;
        result = csv_read(reader, &fields, &error);
        g_assert((result == CSV_BAD) == (error != NULL));
        g_assert(result != CSV_RECORD || fields->len > 0);
    } while (result != CSV_END);
    fclose(file);
    return 0;
}
