/* A JSON array that may be too long for memory: its elements lie in a file without a name until they are printed. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct JsonSpool JsonSpool;

/* NULL (TEMPORARY) where there is no room for temporary files. */
JsonSpool *json_spool_new(GError **error);
void json_spool_free(JsonSpool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonSpool, json_spool_free)

/* A fault waits until the end. */
void json_spool_add(JsonSpool *spool, const json_t *element);

/* After the last element: false (TEMPORARY) where one could not be kept. */
bool json_spool_end(JsonSpool *spool, GError **error);
/* Prints the array to stdout, an element a line. */
void json_spool_print(JsonSpool *spool);
