/* A replacement of text[start, end) by other text. Lists of splices are ascending and do not overlap; what lies between
 * them stays as it is, byte for byte. */
#pragma once

#include <glib.h>

typedef struct {
    gsize start, end; /* byte offsets; start == end inserts */
    char *text;       /* owned; "" deletes */
} Splice;

GArray *splices_new(void); /* of Splice, frees the texts */
void splices_add(GArray *splices, gsize start, gsize end, const char *text, gsize length);
/* The bytes with all splices carried out. */
GBytes *splices_apply(const GArray *splices, const char *bytes, gsize length);
