/* Time zones come from GLib and not from libical, which turns the system's zone files into recurrence rules first and
 * gets dozens of them wrong (3.0.16: America/Sao_Paulo in 2014, Asia/Jerusalem from 2013 to 2016, Asia/Tehran up to
 * 2019). GLib agrees with the C library in every zone up to 2037, where the files end and rules begin, and
 * instant_format() uses it too: so the hours that are judged are the hours that are shown.
 *
 * Rules ask for clock changes many times a message, hence the table: no lock, no allocation, one binary search. A table
 * is made the first time its zone is met and kept for good: the database bounds their number. */
#include "zone.h"

/* The shortest summer time since 1970 was a week (Brazil, 2000); the tests look for shorter ones. */
#define PROBE (3 * SECONDS_A_DAY)
#define LARGEST_OFFSET (2 * SECONDS_A_DAY)

/* From `at` on, until the next change, the wall is `offset` seconds ahead of UTC. */
typedef struct {
    Instant at;
    int offset;
} Change;

struct Zone {
    guint count; /* at least 1; the first change is at INSTANT_ALWAYS */
    Change changes[];
};

static const Zone utc = {.count = 1, .changes = {{.at = INSTANT_ALWAYS, .offset = 0}}};

static int offset_at(GTimeZone *source, Instant at) {
    int interval = g_time_zone_find_interval(source, G_TIME_TYPE_UNIVERSAL, at);
    return g_time_zone_get_offset(source, interval);
}

/* The change lies in (before, after]. */
static Instant find_change(GTimeZone *source, Instant before, Instant after) {
    int old = offset_at(source, before);
    while (after - before > 1) {
        Instant middle = before + (after - before) / 2;
        if (offset_at(source, middle) == old)
            before = middle;
        else
            after = middle;
    }
    return after;
}

/* More than one change may lie between two probes: after each that is found the search goes on from there. */
static GArray *find_changes(GTimeZone *source) {
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(Change));
    Change change = {INSTANT_ALWAYS, offset_at(source, ZONE_FIRST_INSTANT)};
    g_array_append_val(changes, change);
    for (Instant at = ZONE_FIRST_INSTANT; at < ZONE_LAST_INSTANT;) {
        Instant next = MIN(at + PROBE, ZONE_LAST_INSTANT);
        if (offset_at(source, next) != change.offset) {
            next = find_change(source, at, next);
            change = (Change){next, offset_at(source, next)};
            g_array_append_val(changes, change);
        }
        at = next;
    }
    return changes;
}

static Zone *zone_new(GTimeZone *source) {
    g_autoptr(GArray) changes = find_changes(source);
    Zone *zone = g_malloc(sizeof *zone + changes->len * sizeof(Change));
    zone->count = changes->len;
    for (guint i = 0; i < changes->len; i++)
        zone->changes[i] = g_array_index(changes, Change, i);
    return zone;
}

const Zone *zone_utc(void) {
    return &utc;
}

const Zone *zone_find(const char *name) {
    static GMutex lock;
    static GHashTable *zones;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    if (zones == NULL)
        zones = g_hash_table_new(g_str_hash, g_str_equal);
    Zone *zone = g_hash_table_lookup(zones, name);
    if (zone != NULL || !zone_is_known(name))
        return zone;
    g_autoptr(GTimeZone) source = g_time_zone_new_identifier(name);
    if (source == NULL)
        return NULL;
    zone = zone_new(source);
    g_hash_table_insert(zones, g_strdup(name), zone);
    return zone;
}

static guint change_at(const Zone *zone, Instant x) {
    guint low = 0, high = zone->count;
    while (high - low > 1) {
        guint middle = (low + high) / 2;
        if (zone->changes[middle].at <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static Instant change_end(const Zone *zone, guint index) {
    return index + 1 < zone->count ? zone->changes[index + 1].at : INSTANT_NEVER;
}

Wall zone_wall(const Zone *zone, Instant x, Instant *end) {
    guint index = change_at(zone, x);
    if (end != NULL)
        *end = change_end(zone, index);
    return x + zone->changes[index].offset;
}

Instant zone_first(const Zone *zone, Wall wall) {
    guint index = change_at(zone, wall - LARGEST_OFFSET);
    while (wall - zone->changes[index].offset >= change_end(zone, index))
        index++;
    return MAX(zone->changes[index].at, wall - zone->changes[index].offset);
}

Instant zone_last(const Zone *zone, Wall wall) {
    guint index = change_at(zone, wall + LARGEST_OFFSET);
    while (wall - zone->changes[index].offset <= zone->changes[index].at)
        index--;
    return MIN(change_end(zone, index), wall - zone->changes[index].offset);
}
