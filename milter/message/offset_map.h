/* Where the bytes of a decoded text stand in the bytes that it was decoded from. Decoding goes by units (a byte, a
 * character, an escape "=C5"): so many source bytes give so many decoded ones. */
#pragma once

#include <glib.h>

typedef struct OffsetMap OffsetMap;

OffsetMap *offset_map_new(void);
void offset_map_free(OffsetMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffsetMap, offset_map_free)

/* Says that the next `count` units turn `source` bytes each into `decoded` bytes each; decoded 0: bytes that give no
 * text. */
void offset_map_add(OffsetMap *map, guint decoded, guint source, gsize count);

/* How many decoded bytes there are. */
gsize offset_map_decoded(const OffsetMap *map);

/* The source offset at which the unit of the byte before this decoded offset ends; 0 for 0. */
gsize offset_map_end(const OffsetMap *map, gsize decoded);
/* The source offsets of a range of decoded bytes, from where its first unit begins to where its last one ends; what is
 * inserted into an empty one goes right after the byte before it. */
void offset_map_range(const OffsetMap *map, gsize start, gsize end, gsize *source_start, gsize *source_end);
