/* Files and folders that commands write: mail of customers, so for their owner alone. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* "directory/name.suffix", where '/' in the name and a leading dot become '_'. Free with g_free. */
char *file_name_in(const char *directory, const char *name, const char *suffix);

/* Whole or not at all; mode 0600. PERMANENT, naming the file. */
bool file_write(const char *path, GBytes *bytes, GError **error);
bool file_write_json(const char *path, const json_t *document, GError **error);

/* With its parents, mode 0750; one that exists is left as it is. */
bool directory_make(const char *path, GError **error);

/* All of a file, "-" being stdin, at most limit bytes; USAGE_ERROR where it cannot be read or holds more. */
GBytes *file_read(const char *path, gsize limit, GError **error);
