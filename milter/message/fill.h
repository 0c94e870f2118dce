/* One text part, filled: its new body and what its fields must say about it. */
#pragma once

#include "part.h"

typedef struct {
    GBytes *body;
    const char *encoding; /* the new Content-Transfer-Encoding, NULL where it stays */
    bool utf8;            /* the charset becomes UTF-8 */
} Filled;

/* Carries out splices whose offsets are into part->text. body: the part's bytes in the message; newline: the message's,
 * for lines that are newly made. */
bool fill_part(const Part *part, const char *body, const GArray *splices, const char *newline, Filled *out,
               GError **error);
void filled_clear(Filled *filled);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filled, filled_clear)

/* The values that the part's fields then have, in milter form. Free with g_free. */
char *fill_type_value(const HeaderField *type);
char *fill_encoding_value(const Filled *filled);
