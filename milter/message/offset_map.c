/* A text of mail is long runs of equal units: ASCII, a line of Cyrillic, a word of escapes. So the map is a list of
 * runs, ascending in both offsets, and a look-up is a binary search and one division. An identical text costs one run.
 */
#include "offset_map.h"

typedef struct {
    gsize decoded, source;           /* where the run begins on either side */
    guint unit_decoded, unit_source; /* bytes of one unit */
} Run;

struct OffsetMap {
    GArray *runs; /* of Run */
    gsize decoded, source;
};

OffsetMap *offset_map_new(void) {
    OffsetMap *map = g_new0(OffsetMap, 1);
    map->runs = g_array_new(FALSE, FALSE, sizeof(Run));
    return map;
}

void offset_map_free(OffsetMap *map) {
    if (map == NULL)
        return;
    g_array_unref(map->runs);
    g_free(map);
}

void offset_map_add(OffsetMap *map, guint decoded, guint source, gsize count) {
    if (count == 0)
        return;
    const Run *last = map->runs->len > 0 ? &g_array_index(map->runs, Run, map->runs->len - 1) : NULL;
    if (last == NULL || last->unit_decoded != decoded || last->unit_source != source) {
        Run run = {map->decoded, map->source, decoded, source};
        g_array_append_val(map->runs, run);
    }
    map->decoded += decoded * count;
    map->source += source * count;
}

gsize offset_map_decoded(const OffsetMap *map) {
    return map->decoded;
}

/* The last run that begins at or before the decoded byte. A run without text begins where the next one does, and is
 * never found. */
static const Run *run_of(const OffsetMap *map, gsize decoded) {
    g_assert(decoded < map->decoded);
    guint low = 0, high = map->runs->len;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(map->runs, Run, middle).decoded <= decoded)
            low = middle;
        else
            high = middle;
    }
    return &g_array_index(map->runs, Run, low);
}

static gsize start_of_unit(const OffsetMap *map, gsize decoded) {
    const Run *run = run_of(map, decoded);
    return run->source + (decoded - run->decoded) / run->unit_decoded * run->unit_source;
}

gsize offset_map_end(const OffsetMap *map, gsize decoded) {
    if (decoded == 0)
        return 0;
    const Run *run = run_of(map, decoded - 1);
    return run->source + ((decoded - 1 - run->decoded) / run->unit_decoded + 1) * run->unit_source;
}

void offset_map_range(const OffsetMap *map, gsize start, gsize end, gsize *source_start, gsize *source_end) {
    *source_end = offset_map_end(map, end);
    *source_start = start < end ? start_of_unit(map, start) : *source_end;
}
