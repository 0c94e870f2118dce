/* One file of the configuration as text that libConfuse's lexer can be trusted with. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define CONF_FILE_MAX (1024 * 1024) /* bytes */

/* The bytes of the file with a NUL after them. Fails with a plain reason, without file and line. Free with g_free. */
char *conf_file_load(const char *path, gsize *length, GError **error);

/* Blanks the comments in place, so that every line keeps its number, and refuses with CADENCE_ERROR_CONFIG what the
 * lexer would swallow or read in a way that nobody means: text that is no UTF-8, strings without an end on their line,
 * unknown escapes,
 * '*' and '+' outside quotes, and "${", libConfuse's way to the environment. The path is for the error alone. */
bool conf_file_prepare(char *text, gsize length, const char *path, GError **error);
