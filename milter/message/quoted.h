/* Quoted-printable (RFC 2045, 6.7), decoded with offsets and changed in place. */
#pragma once

#include "offset_map.h"

#include <glib.h>

/* The decoded bytes; map notes where each came from. */
GBytes *quoted_decode(const char *bytes, gsize length, OffsetMap *map);

/* All of the bytes encoded; no line begins with "--". Newlines stay as they are; soft breaks are made with the newline
 * that is given. */
GBytes *quoted_encode(const char *bytes, gsize length, const char *newline);

/* Carries out splices whose offsets are into the decoded bytes and whose texts are decoded ones. No line that it makes
 * is longer than 76 columns; all bytes outside of the splices stay. */
GBytes *quoted_splice(const char *bytes, gsize length, const OffsetMap *map, const GArray *splices,
                      const char *newline);
