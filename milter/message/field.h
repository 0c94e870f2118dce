/* The header section by bytes: where each field stands, what a milter would call its value, and where a parameter is in
 * it. */
#pragma once

#include "message/message.h"

/* Cuts the header section. *header_end is where the empty line begins, *body what follows it; both are the length where
 * there is none. Returns the well-formed fields (of HeaderField, owned). */
GPtrArray *field_split(const char *bytes, gsize length, gsize *header_end, gsize *body);

/* The field that begins at start, its index 0; NULL where none begins there. */
HeaderField *field_read(const char *bytes, gsize length, gsize start);
void field_free(gpointer field); /* HeaderField */

/* For tables by a field's name, in which case makes no difference. */
guint field_name_hash(gconstpointer name);
gboolean field_name_equal(gconstpointer a, gconstpointer b);

/* The value unfolded, its encoded words decoded to UTF-8, without surrounding blanks. Free with g_free. */
char *field_decode(const char *raw);

/* Finds a parameter of a value like Content-Type's: [*start, *end) is what follows its name, "=value" or "*=value" (RFC
 * 2231). */
bool field_parameter(const char *value, const char *name, gsize *start, gsize *end);
