/* A hash table has an order of its own, another one in every run. */
#include "base/names.h"

#include <string.h>

int names_compare(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *names_of(GHashTable *table) {
    GPtrArray *names = g_ptr_array_sized_new(g_hash_table_size(table));
    GHashTableIter iterator;
    gpointer name;
    g_hash_table_iter_init(&iterator, table);
    while (g_hash_table_iter_next(&iterator, &name, NULL))
        g_ptr_array_add(names, name);
    g_ptr_array_sort(names, names_compare);
    return names;
}
