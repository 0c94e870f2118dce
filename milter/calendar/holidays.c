/* Every file is expanded once, when it is loaded, up to 2100: one bit a day for what is bound to no zone, which is
 * nearly all there is, and stretches of instants for the rest. So the question on the path of every message is a look
 * at one bit. */
#include "holidays.h"

#include "base/error.h"
#include "civil.h"
#include "event.h"

#include <string.h>

#define LIMIT 50000 /* occurrences of one rule: every day from 1970 to 2100, and a few */
#define DAYS ((gint64)(ZONE_LAST_INSTANT / SECONDS_A_DAY))
#define NOON (SECONDS_A_DAY / 2)

typedef struct {
    guint8 days[DAYS / 8 + 1]; /* bit by bit, from 1970-01-01 on */
    GArray *zoned;             /* of Span, settled */
    Instant end;
} Calendar;

struct Holidays {
    gatomicrefcount references;
    GHashTable *calendars; /* path -> Calendar */
};

static void calendar_free(gpointer data) {
    Calendar *calendar = data;
    g_array_unref(calendar->zoned);
    g_free(calendar);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

static Instant day_end(Instant x) {
    return (civil_date(x - 1) + 1) * SECONDS_A_DAY;
}

static void mark_days(Calendar *calendar, const GArray *spans) {
    for (guint i = 0; i < spans->len; i++) {
        const Span *span = &g_array_index(spans, Span, i);
        gint64 day = civil_date(span->start);
        for (; day < DAYS && day * SECONDS_A_DAY + NOON < span->end; day++)
            if (day * SECONDS_A_DAY + NOON >= span->start)
                calendar->days[day / 8] |= (guint8)(1 << day % 8);
    }
}

/* Floating times, laid on UTC, are the walls of all zones at once. */
static bool add_event(Calendar *calendar, const Event *event, GError **error) {
    g_autoptr(GArray) spans = spans_new();
    if (!event_expand(event, zone_utc(), EVENT_WIDE, ZONE_FIRST_INSTANT, ZONE_LAST_INSTANT, LIMIT, spans)) {
        ics_error(error, event_line(event), "more than " G_STRINGIFY(LIMIT) " occurrences", "holidays");
        return false;
    }
    spans_settle(spans);
    if (spans->len > 0)
        calendar->end = MAX(calendar->end, day_end(g_array_index(spans, Span, spans->len - 1).end));
    if (event_is_endless(event))
        calendar->end = INSTANT_NEVER;
    if (event_is_floating(event))
        mark_days(calendar, spans);
    else
        spans_append(calendar->zoned, spans);
    return true;
}

static GPtrArray *read_events(const char *text, GError **error) {
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(ics_lock());
    g_autoptr(IcsComponent) root = ics_read(text, error);
    return root == NULL ? NULL : events_read(root->children, ICAL_VEVENT_COMPONENT, error);
}

static Calendar *calendar_read(const char *text, GError **error) {
    g_autoptr(GPtrArray) events = read_events(text, error);
    if (events == NULL)
        return NULL;
    g_autoptr(Calendar) calendar = g_new0(Calendar, 1);
    calendar->zoned = spans_new();
    calendar->end = INSTANT_ALWAYS;
    for (guint i = 0; i < events->len; i++)
        if (!add_event(calendar, g_ptr_array_index(events, i), error))
            return NULL;
    spans_settle(calendar->zoned);
    return g_steal_pointer(&calendar);
}

static Calendar *calendar_load(const char *path, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) fault = NULL;
    if (!g_file_get_contents(path, &text, &length, &fault)) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:1: cannot be read: %s; expected an .ics file", path,
                    fault->message);
        return NULL;
    }
    Calendar *calendar = NULL;
    if (strlen(text) == length)
        calendar = calendar_read(text, &fault);
    else
        ics_error(&fault, 1, "a NUL byte", "text");
    if (calendar == NULL)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%s", path, fault->message);
    return calendar;
}

Holidays *holidays_load(const GPtrArray *paths, GError **error) {
    g_autoptr(Holidays) holidays = g_new0(Holidays, 1);
    g_atomic_ref_count_init(&holidays->references);
    holidays->calendars = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, calendar_free);
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        Calendar *calendar = calendar_load(path, error);
        if (calendar == NULL)
            return NULL;
        g_hash_table_insert(holidays->calendars, g_strdup(path), calendar);
    }
    return g_steal_pointer(&holidays);
}

Holidays *holidays_ref(Holidays *holidays) {
    g_atomic_ref_count_inc(&holidays->references);
    return holidays;
}

void holidays_unref(Holidays *holidays) {
    if (!g_atomic_ref_count_dec(&holidays->references))
        return;
    g_hash_table_unref(holidays->calendars);
    g_free(holidays);
}

Instant holidays_end(const Holidays *holidays, const char *path) {
    const Calendar *calendar = g_hash_table_lookup(holidays->calendars, path);
    return calendar == NULL ? INSTANT_ALWAYS : calendar->end;
}

bool holidays_has(const Holidays *holidays, const char *path, const Zone *zone, gint64 day) {
    const Calendar *calendar = holidays == NULL ? NULL : g_hash_table_lookup(holidays->calendars, path);
    if (calendar == NULL)
        return true;
    if (day < 0 || day >= DAYS)
        return false;
    bool is_marked = (calendar->days[day / 8] >> day % 8 & 1) != 0;
    return is_marked || (calendar->zoned->len > 0 &&
                         spans_hold(calendar->zoned, zone_first(zone, day * SECONDS_A_DAY + NOON), NULL));
}
