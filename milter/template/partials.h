/* The texts that templates share: the files of one folder, as shelf.h names them. */
#pragma once

#include "shelf_file.h"

/* All files of the folder, which need not be there: opaque entries of an array that frees them. */
GPtrArray *partials_read(const char *folder, GError **error);

/* Where a partial stands, and what it is. */
ShelfPlace partials_place(const GPtrArray *partials, guint i, const Template **template);

/* name -> Template, borrowed: for every name the partial that is nearest to the locale. */
GHashTable *partials_for(const GPtrArray *partials, const char *locale, bool html);

/* The template that stands there and every partial of the table (NULL: none) that it comes to (of const Template *,
 * borrowed). Fails where one that is named is not in the table. */
GPtrArray *partials_reached(const GPtrArray *partials, const ShelfPlace *place, const Template *template,
                            GHashTable *table, GError **error);
