/* GLib writes a file under another name and renames it, so that nobody ever reads half a message. */
#include "files.h"

#include "base/error.h"
#include "program/arguments.h"
#include "program/import.h"

#include <errno.h>

#define READ_CHUNK 65536

char *file_name_in(const char *directory, const char *name, const char *suffix) {
    g_autofree char *safe = g_strdelimit(g_strdup(name), "/", '_');
    if (safe[0] == '.')
        safe[0] = '_';
    return g_strconcat(directory, "/", safe, suffix, NULL);
}

static bool write_contents(const char *path, const char *bytes, gsize size, GError **error) {
    g_autoptr(GError) fault = NULL;
    if (g_file_set_contents_full(path, bytes, size, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &fault))
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s: it cannot be written: %s", path, fault->message);
    return false;
}

bool file_write(const char *path, GBytes *bytes, GError **error) {
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    return write_contents(path, data ? data : "", size, error);
}

bool file_write_json(const char *path, const json_t *document, GError **error) {
    char *text = json_dumps(document, JSON_INDENT(2));
    bool written = write_contents(path, text, strlen(text), error);
    free(text);
    return written;
}

bool directory_make(const char *path, GError **error) {
    if (g_mkdir_with_parents(path, 0750) == 0)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "%s: %s, expected a folder that can be made or written to", path, g_strerror(errno));
    return false;
}

GBytes *file_read(const char *path, gsize limit, GError **error) {
    FILE *file = import_open(path, error);
    if (!file)
        return NULL;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 chunk[READ_CHUNK];
    gsize got = 0;
    while (bytes->len <= limit && (got = fread(chunk, 1, sizeof chunk, file)) > 0)
        g_byte_array_append(bytes, chunk, got);
    bool broken = ferror(file);
    import_close(file);
    if (broken || bytes->len > limit) {
        usage_error(error, "%s: %s, expected a file of at most %" G_GSIZE_FORMAT " MiB that can be read", path,
                    broken ? "it cannot be read" : "it is larger", limit >> 20);
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}
