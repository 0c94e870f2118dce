/* JSON lines of strangers: every line is an object or refused, and reading comes to its end. */
#include "fuzz.h"

#include "program/jsonl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    FILE *file = length ? fmemopen((void *)bytes, length, "r") : NULL;
    if (!file)
        return 0;
    g_autoptr(JsonlReader) reader = jsonl_reader_new(file);
    JsonlResult result;
    do {
        g_autoptr(GError) error = NULL;
        json_auto_t *object = NULL;
        result = jsonl_read(reader, &object, &error);
        g_assert((result == JSONL_BAD) == (error != NULL));
        g_assert((result == JSONL_OBJECT) == json_is_object(object));
        g_free(jsonl_id(json_object_get(object, "id")));
    } while (result != JSONL_END);
    fclose(file);
    return 0;
}
