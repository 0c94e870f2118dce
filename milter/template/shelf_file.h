/* One file of the shelf: its name, its bytes, its templates. All errors are CADENCE_ERROR_CONFIG and name the file. */
#pragma once

#include "template/template.h"

bool shelf_refuse(const char *path, int line, const char *found, const char *expected, GError **error); /* false */

/* A language of two or three letters, then perhaps a script, a region and so on: "pl", "pl-PL", "zh_Hant_TW". */
bool shelf_is_locale(const char *name);

/* How near the locale that a file is named for is to the one wanted: so many bytes of that it has in common with it,
 * whole parts only; 0 where it is another. */
gsize shelf_locale_rank(const char *name, const char *locale);

/* UTF-8 of at most 1 MiB; newlines become "\n", a byte order mark goes. Free with g_free. */
char *shelf_file_read(const char *path, GError **error);
/* Where in a file a text begins. */
typedef struct {
    const char *path;
    guint line, column;
} ShelfPlace;

/* What is at fault is named by its line and column in the file. */
Template *shelf_file_compile(const ShelfPlace *place, const char *text, TemplateForm form, GError **error);
