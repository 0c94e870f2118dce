/* RFC 7953 says what a VAVAILABILITY means by a recipe, followed here with whole sets of time: from the lowest priority
 * to the highest, its range replaces whatever was there by busy time, and its AVAILABLEs are cut out again. Where two
 * of one priority disagree the busy one wins; every BUSYTYPE is quiet. VEVENTs come on top.
 *
 * The sets are worked out for a window that begins at the question and grows until the answer changes in it; a window
 * that is there already answers without libical. A rule with more occurrences in reach than LIMIT is taken as quiet
 * from there on. */
#include "quiet.h"

#include "event.h"
#include "policy/almanac.h"

#include <string.h>

#define LIMIT 10000
#define WINDOW ((Duration)35 * SECONDS_A_DAY)

typedef struct {
    int rank; /* 0 is the lowest: no priority, or PRIORITY:0; then 9 to 1 */
    bool has_start, has_end;
    Moment start, end;
    GPtrArray *available; /* of Event */
} Availability;

struct Quiet {
    bool always;
    const Zone *zone;
    GPtrArray *events;         /* of Event */
    GPtrArray *availabilities; /* ascending by rank */
    Instant from, until;       /* what spans is worked out for */
    GArray *spans;             /* settled */
};

static void availability_free(gpointer data) {
    Availability *availability = data;
    g_clear_pointer(&availability->available, g_ptr_array_unref);
    g_free(availability);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Availability, availability_free)

static bool read_range(const IcsComponent *component, Availability *availability, GError **error) {
    const IcsProperty *start = ics_property(component, ICAL_DTSTART_PROPERTY);
    const IcsProperty *end = ics_property(component, ICAL_DTEND_PROPERTY);
    const IcsProperty *lasting = ics_property(component, ICAL_DURATION_PROPERTY);
    availability->has_start = start != NULL;
    availability->has_end = end != NULL || lasting != NULL;
    if (start != NULL && !moment_read(start, &availability->start, error))
        return false;
    if (end != NULL)
        return moment_read(end, &availability->end, error);
    if (lasting == NULL)
        return true;
    if (start == NULL) {
        ics_error(error, lasting->line, "DURATION without DTSTART", "both");
        return false;
    }
    gint64 length;
    if (!event_length(component, &availability->start, &length, error))
        return false;
    availability->end = availability->start;
    availability->end.wall += length;
    return true;
}

static bool read_rank(const IcsComponent *component, Availability *availability, GError **error) {
    const IcsProperty *property = ics_property(component, ICAL_PRIORITY_PROPERTY);
    int priority = property == NULL ? 0 : icalproperty_get_priority(property->property);
    if (priority < 0 || priority > 9) {
        ics_error(error, property->line, "another PRIORITY", "0 to 9");
        return false;
    }
    availability->rank = priority == 0 ? 0 : 10 - priority;
    return true;
}

static Availability *availability_new(const IcsComponent *component, GError **error) {
    g_autoptr(Availability) availability = g_new0(Availability, 1);
    if (!read_range(component, availability, error) || !read_rank(component, availability, error))
        return NULL;
    availability->available = events_read(component->children, ICAL_XAVAILABLE_COMPONENT, error);
    return availability->available == NULL ? NULL : g_steal_pointer(&availability);
}

static int by_rank(gconstpointer left, gconstpointer right) {
    const Availability *const *a = left, *const *b = right;
    return (*a)->rank - (*b)->rank;
}

static bool read_availabilities(const IcsComponent *root, Quiet *quiet, GError **error) {
    for (guint i = 0; i < root->children->len; i++) {
        const IcsComponent *component = g_ptr_array_index(root->children, i);
        if (component->kind != ICAL_VAVAILABILITY_COMPONENT)
            continue;
        Availability *availability = availability_new(component, error);
        if (availability == NULL)
            return false;
        g_ptr_array_add(quiet->availabilities, availability);
    }
    g_ptr_array_sort(quiet->availabilities, by_rank);
    return true;
}

static bool read_events(const IcsComponent *root, Quiet *quiet, GError **error) {
    g_autoptr(GPtrArray) events = events_read(root->children, ICAL_VEVENT_COMPONENT, error);
    if (events == NULL)
        return false;
    for (guint i = events->len; i > 0; i--)
        if (event_is_transparent(g_ptr_array_index(events, i - 1)))
            g_ptr_array_remove_index(events, i - 1);
    quiet->events = g_steal_pointer(&events);
    return true;
}

Quiet *quiet_always(void) {
    Quiet *quiet = g_new0(Quiet, 1);
    quiet->always = true;
    return quiet;
}

Quiet *quiet_new(const char *text, const Zone *zone, GError **error) {
    if (strlen(text) > QUIET_MAX) {
        ics_error(error, 1, "more than 64 KiB of text", "less");
        return NULL;
    }
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(ics_lock());
    g_autoptr(IcsComponent) root = ics_read(text, error);
    if (root == NULL)
        return NULL;
    g_autoptr(Quiet) quiet = g_new0(Quiet, 1);
    quiet->zone = zone;
    quiet->availabilities = g_ptr_array_new_with_free_func(availability_free);
    quiet->spans = spans_new();
    bool good = read_events(root, quiet, error) && read_availabilities(root, quiet, error);
    return good ? g_steal_pointer(&quiet) : NULL;
}

void quiet_free(Quiet *quiet) {
    g_clear_pointer(&quiet->events, g_ptr_array_unref);
    g_clear_pointer(&quiet->availabilities, g_ptr_array_unref);
    g_clear_pointer(&quiet->spans, g_array_unref);
    g_free(quiet);
}

static void add_range(const Quiet *quiet, const Availability *availability, GArray *spans) {
    Instant start = availability->has_start ? moment_first(&availability->start, quiet->zone) : INSTANT_ALWAYS;
    Instant end = availability->has_end ? moment_last(&availability->end, quiet->zone) : INSTANT_NEVER;
    spans_add(spans, MAX(start, quiet->from), MIN(end, quiet->until));
}

static void add_busy(const Quiet *quiet, const Availability *availability, GArray *spans) {
    g_autoptr(GArray) busy = spans_new();
    g_autoptr(GArray) available = spans_new();
    add_range(quiet, availability, busy);
    for (guint i = 0; i < availability->available->len; i++)
        event_expand(g_ptr_array_index(availability->available, i), quiet->zone, EVENT_NARROW, quiet->from,
                     quiet->until, LIMIT, available);
    spans_settle(available);
    spans_subtract(busy, available);
    spans_append(spans, busy);
}

/* Lays those of one rank, from index on, over what is there; returns the index after them. */
static guint lay_rank(Quiet *quiet, guint index) {
    const Availability *const *all = (const Availability *const *)quiet->availabilities->pdata;
    int rank = all[index]->rank;
    g_autoptr(GArray) range = spans_new();
    g_autoptr(GArray) busy = spans_new();
    for (; index < quiet->availabilities->len && all[index]->rank == rank; index++) {
        add_range(quiet, all[index], range);
        add_busy(quiet, all[index], busy);
    }
    spans_settle(range);
    spans_subtract(quiet->spans, range);
    spans_append(quiet->spans, busy);
    spans_settle(quiet->spans);
    return index;
}

/* False where a rule has more occurrences than are followed: a wider window would learn nothing. */
static bool work_out(Quiet *quiet, Instant from, Instant until) {
    quiet->from = from;
    quiet->until = until;
    g_array_set_size(quiet->spans, 0);
    for (guint i = 0; i < quiet->availabilities->len;)
        i = lay_rank(quiet, i);
    bool is_complete = true;
    for (guint i = 0; i < quiet->events->len; i++)
        is_complete &= event_expand(g_ptr_array_index(quiet->events, i), quiet->zone, EVENT_WIDE, from, until, LIMIT,
                                    quiet->spans);
    spans_settle(quiet->spans);
    return is_complete;
}

/* What is not known of the time after the window is no change. */
static bool ask(const Quiet *quiet, Instant x, Instant *change) {
    bool held = spans_hold(quiet->spans, x, change);
    if (*change >= quiet->until)
        *change = INSTANT_NEVER;
    return held;
}

bool quiet_holds(Quiet *quiet, Instant x, Instant *change) {
    *change = INSTANT_NEVER;
    if (quiet->always || x < ZONE_FIRST_INSTANT || x >= ZONE_LAST_INSTANT - ALMANAC_REACH)
        return quiet->always || quiet->events->len + quiet->availabilities->len > 0;
    if (x >= quiet->from && x < quiet->until) {
        bool held = ask(quiet, x, change);
        if (*change != INSTANT_NEVER)
            return held;
    }
    bool held = false, grows = true;
    for (Duration length = WINDOW; grows && *change == INSTANT_NEVER && length < 2 * ALMANAC_REACH; length *= 2) {
        grows = work_out(quiet, x, x + MIN(length, ALMANAC_REACH));
        held = ask(quiet, x, change);
    }
    return held;
}
