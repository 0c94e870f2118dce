/* What is printed first is known last: the counts stand before the array in the document, and are counted while its
 * elements come. So these wait on disk. */
#include "json_spool.h"

#include "base/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#define COPY_AT_ONCE 65536

struct JsonSpool {
    FILE *file;
    bool empty;
};

static bool fail(GError **error) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "a temporary file in %s: %s", g_get_tmp_dir(),
                g_strerror(errno));
    return false;
}

JsonSpool *json_spool_new(GError **error) {
    g_autofree char *path = NULL;
    int descriptor = g_file_open_tmp("cadencectl-XXXXXX", &path, NULL);
    if (descriptor < 0) {
        fail(error);
        return NULL;
    }
    g_unlink(path);
    JsonSpool *spool = g_new0(JsonSpool, 1);
    spool->file = fdopen(descriptor, "w+");
    spool->empty = true;
    return spool;
}

void json_spool_free(JsonSpool *spool) {
    if (!spool)
        return;
    fclose(spool->file);
    g_free(spool);
}

void json_spool_add(JsonSpool *spool, const json_t *element) {
    fputs(spool->empty ? "\n    " : ",\n    ", spool->file);
    json_dumpf(element, spool->file, 0);
    spool->empty = false;
}

bool json_spool_end(JsonSpool *spool, GError **error) {
    return (fflush(spool->file) == 0 && !ferror(spool->file)) || fail(error);
}

void json_spool_print(JsonSpool *spool) {
    g_autofree char *bytes = g_malloc(COPY_AT_ONCE);
    size_t length;
    rewind(spool->file);
    fputc('[', stdout);
    while ((length = fread(bytes, 1, COPY_AT_ONCE, spool->file)) > 0)
        fwrite(bytes, 1, length, stdout);
    fputs(spool->empty ? "]" : "\n  ]", stdout);
}
