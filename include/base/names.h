/* Names in the order in which people and tests expect them: that of their bytes. */
#pragma once

#include <glib.h>

/* For g_ptr_array_sort over char *. */
int names_compare(gconstpointer a, gconstpointer b);
/* The keys (char *) of a table, sorted. Borrowed from it. */
GPtrArray *names_of(GHashTable *table);
