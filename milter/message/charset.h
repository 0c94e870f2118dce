/* Charsets of mail, read leniently and written strictly. */
#pragma once

#include "offset_map.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Charset Charset;

/* NULL is US-ASCII. A name that iconv(3) does not know is a charset too, of which only the ASCII half is understood. */
Charset *charset_open(const char *name);
void charset_free(Charset *charset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Charset, charset_free)

/* True where each character stands for bytes of its own and ASCII for itself, so that a text may be changed in the
 * middle. */
bool charset_is_mappable(const Charset *charset);
/* US-ASCII, declared or by default: more than ASCII in it is nobody's promise. */
bool charset_is_ascii(const Charset *charset);
bool charset_is_known(const Charset *charset);

/* The bytes as UTF-8, each that is not of the charset as U+FFFD; in ASCII, UTF-8 is understood. Notes the offsets where
 * the charset is mappable. NUL-ended, free with g_free. */
char *charset_decode(Charset *charset, const char *bytes, gsize length, OffsetMap *map, gsize *decoded);

/* The UTF-8 text in the charset, NULL where it cannot hold it. Free with g_free. */
char *charset_encode(Charset *charset, const char *text);
