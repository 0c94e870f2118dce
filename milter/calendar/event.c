/* libical expands the rules, one rule at a time and on the wall of the event, without zones: it would look each
 * occurrence up in its own tables of zones. Its iterator is told where to begin and, by UNTIL, where to end, so that a
 * rule which never fits runs no further than the window; rules that recur by the hour or faster are not taken at all,
 * since even one step of them can take minutes. */
#include "event.h"

#include "civil.h"

/* One that is given by itself: DTSTART, RDATE. */
typedef struct {
    Moment start;
    gint64 length;
} Single;

struct Event {
    guint line;
    char *uid;
    bool is_cancelled, is_transparent;
    bool has_original;
    Moment original;  /* RECURRENCE-ID */
    GArray *singles;  /* of Single; the first is DTSTART, where the rules begin */
    GArray *rules;    /* of struct icalrecurrencetype, UNTIL on the wall of DTSTART */
    GArray *excluded; /* of Moment */
};

static void event_free(gpointer data) {
    Event *event = data;
    g_array_unref(event->singles);
    g_array_unref(event->rules);
    g_array_unref(event->excluded);
    g_free(event->uid);
    g_free(event);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)

bool event_is_transparent(const Event *event) {
    return event->is_transparent;
}

bool event_is_floating(const Event *event) {
    return g_array_index(event->singles, Single, 0).start.zone == NULL;
}

guint event_line(const Event *event) {
    return event->line;
}

bool event_is_endless(const Event *event) {
    for (guint i = 0; i < event->rules->len; i++) {
        const struct icalrecurrencetype *rule = &g_array_index(event->rules, struct icalrecurrencetype, i);
        if (rule->count == 0 && icaltime_is_null_time(rule->until))
            return true;
    }
    return false;
}

static gint64 seconds_of(struct icaldurationtype duration) {
    return (gint64)duration.weeks * 7 * SECONDS_A_DAY + (gint64)duration.days * SECONDS_A_DAY +
           (gint64)duration.hours * 3600 + (gint64)duration.minutes * 60 + duration.seconds;
}

static bool check_length(gint64 length, bool is_negative, guint line, GError **error) {
    if (!is_negative && length >= 0)
        return true;
    ics_error(error, line, "an end before the start", "one after it");
    return false;
}

static bool length_to(const IcsProperty *property, const Moment *start, gint64 *length, GError **error) {
    Moment end;
    if (!moment_read(property, &end, error))
        return false;
    gint64 between = end.wall - start->wall;
    if (end.zone != start->zone)
        between = moment_first(&end, zone_utc()) - moment_first(start, zone_utc());
    if (!check_length(between, false, property->line, error))
        return false;
    *length = between;
    return true;
}

bool event_length(const IcsComponent *component, const Moment *start, gint64 *length, GError **error) {
    const IcsProperty *end = ics_property(component, ICAL_DTEND_PROPERTY);
    if (end != NULL)
        return length_to(end, start, length, error);
    const IcsProperty *lasting = ics_property(component, ICAL_DURATION_PROPERTY);
    if (lasting == NULL)
        return false;
    struct icaldurationtype duration = icalproperty_get_duration(lasting->property);
    if (!check_length(seconds_of(duration), duration.is_neg, lasting->line, error))
        return false;
    *length = seconds_of(duration);
    return true;
}

/* A date lasts whole days and at least one, whatever end is given beside it (calendar programs write a time, or the
 * same date). */
static gint64 whole_days(gint64 length) {
    return MAX((length + SECONDS_A_DAY - 1) / SECONDS_A_DAY, 1) * SECONDS_A_DAY;
}

static bool read_start(const IcsComponent *component, Event *event, GError **error) {
    const IcsProperty *property = ics_property(component, ICAL_DTSTART_PROPERTY);
    if (property == NULL) {
        g_autofree char *found = g_strconcat(component->name, " without a start", NULL);
        ics_error(error, component->line, found, "DTSTART");
        return false;
    }
    Single single = {.length = 0};
    if (!moment_read(property, &single.start, error))
        return false;
    g_autoptr(GError) fault = NULL;
    if (!event_length(component, &single.start, &single.length, &fault) && fault != NULL) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    if (single.start.is_date)
        single.length = whole_days(single.length);
    g_array_append_val(event->singles, single);
    return true;
}

/* UNTIL as the last moment on the wall of DTSTART: a date holds the whole of its day (RFC 5545 wants it of DTSTART's
 * kind; many are not). */
static bool read_until(const IcsProperty *property, const Moment *start, struct icalrecurrencetype *rule,
                       GError **error) {
    if (icaltime_is_null_time(rule->until))
        return true;
    Moment until;
    if (!moment_from_ical(rule->until, property, &until, error))
        return false;
    Wall wall = until.is_date ? until.wall + SECONDS_A_DAY - 1 : until.wall;
    if (until.zone != NULL && start->zone != NULL)
        wall = zone_wall(start->zone, moment_first(&until, zone_utc()), NULL);
    rule->until = moment_to_ical(wall, start->is_date);
    return true;
}

/* libical looks for February 30th for seconds on end. */
static bool has_such_days(const struct icalrecurrencetype *rule) {
    if (rule->by_month[0] == ICAL_RECURRENCE_ARRAY_MAX || rule->by_month_day[0] == ICAL_RECURRENCE_ARRAY_MAX)
        return true;
    for (int i = 0; i < ICAL_BY_MONTH_SIZE && rule->by_month[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        for (int j = 0; j < ICAL_BY_MONTHDAY_SIZE && rule->by_month_day[j] != ICAL_RECURRENCE_ARRAY_MAX; j++)
            if (rule->by_month[i] >= 1 && rule->by_month[i] <= 12 &&
                ABS(rule->by_month_day[j]) <= icaltime_days_in_month(rule->by_month[i], 2000))
                return true;
    return false;
}

static bool read_rule(const IcsProperty *property, Event *event, GError **error) {
    const Moment *start = &g_array_index(event->singles, Single, 0).start;
    struct icalrecurrencetype rule = icalproperty_get_rrule(property->property);
    bool is_too_fast = rule.freq != ICAL_DAILY_RECURRENCE && rule.freq != ICAL_WEEKLY_RECURRENCE &&
                       rule.freq != ICAL_MONTHLY_RECURRENCE && rule.freq != ICAL_YEARLY_RECURRENCE;
    if (is_too_fast || rule.rscale != NULL) {
        ics_error(error, property->line, is_too_fast ? "a rule that recurs by the hour or faster" : "RSCALE",
                  "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY in the Gregorian calendar");
        return false;
    }
    icalerror_clear_errno();
    icalrecur_iterator *trial =
        has_such_days(&rule) ? icalrecur_iterator_new(rule, moment_to_ical(start->wall, start->is_date)) : NULL;
    if (trial == NULL) {
        ics_error(error, property->line, "a rule that contradicts itself or never comes true", "one that recurs");
        return false;
    }
    icalrecur_iterator_free(trial);
    if (!read_until(property, start, &rule, error))
        return false;
    g_array_append_val(event->rules, rule);
    return true;
}

static bool period_length(const IcsProperty *property, const Moment *start, struct icalperiodtype period,
                          gint64 *length, GError **error) {
    Moment end = *start;
    end.wall += seconds_of(period.duration);
    if (!icaltime_is_null_time(period.end) && !moment_from_ical(period.end, property, &end, error))
        return false;
    *length = end.wall - start->wall;
    return check_length(*length, period.duration.is_neg != 0, property->line, error);
}

static bool read_date(const IcsProperty *property, Event *event, GError **error) {
    Single single = {.length = g_array_index(event->singles, Single, 0).length};
    if (!moment_read(property, &single.start, error))
        return false;
    struct icalperiodtype period = icalproperty_get_rdate(property->property).period;
    if (!icalperiodtype_is_null_period(period) &&
        !period_length(property, &single.start, period, &single.length, error))
        return false;
    g_array_append_val(event->singles, single);
    return true;
}

static bool read_excluded(const IcsProperty *property, Event *event, GError **error) {
    Moment moment;
    if (!moment_read(property, &moment, error))
        return false;
    g_array_append_val(event->excluded, moment);
    return true;
}

static bool read_property(const IcsProperty *property, Event *event, GError **error) {
    switch (icalproperty_isa(property->property)) {
    case ICAL_RRULE_PROPERTY:
        return read_rule(property, event, error);
    case ICAL_RDATE_PROPERTY:
        return read_date(property, event, error);
    case ICAL_EXDATE_PROPERTY:
        return read_excluded(property, event, error);
    case ICAL_RECURRENCEID_PROPERTY:
        event->has_original = true;
        return moment_read(property, &event->original, error);
    case ICAL_STATUS_PROPERTY:
        event->is_cancelled = icalproperty_get_status(property->property) == ICAL_STATUS_CANCELLED;
        return true;
    case ICAL_TRANSP_PROPERTY:
        event->is_transparent = icalproperty_get_transp(property->property) == ICAL_TRANSP_TRANSPARENT;
        return true;
    case ICAL_UID_PROPERTY:
        g_free(event->uid);
        event->uid = g_strdup(icalproperty_get_uid(property->property));
        return true;
    default:
        return true;
    }
}

static Event *event_new(const IcsComponent *component, GError **error) {
    g_autoptr(Event) event = g_new0(Event, 1);
    event->line = component->line;
    event->singles = g_array_new(FALSE, FALSE, sizeof(Single));
    event->rules = g_array_new(FALSE, FALSE, sizeof(struct icalrecurrencetype));
    event->excluded = g_array_new(FALSE, FALSE, sizeof(Moment));
    if (!read_start(component, event, error))
        return NULL;
    for (guint i = 0; i < component->properties->len; i++)
        if (!read_property(&g_array_index(component->properties, IcsProperty, i), event, error))
            return NULL;
    return g_steal_pointer(&event);
}

/* What one event says of an occurrence of another, that occurrence is no more. */
static void exclude_originals(GPtrArray *events) {
    g_autoptr(GHashTable) series = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < events->len; i++) {
        Event *event = g_ptr_array_index(events, i);
        if (!event->has_original && event->uid != NULL)
            g_hash_table_insert(series, event->uid, event);
    }
    for (guint i = 0; i < events->len; i++) {
        const Event *event = g_ptr_array_index(events, i);
        Event *whole = event->has_original && event->uid != NULL ? g_hash_table_lookup(series, event->uid) : NULL;
        if (whole != NULL)
            g_array_append_val(whole->excluded, event->original);
    }
}

GPtrArray *events_read(const GPtrArray *components, icalcomponent_kind kind, GError **error) {
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(event_free);
    for (guint i = 0; i < components->len; i++) {
        const IcsComponent *component = g_ptr_array_index(components, i);
        Event *event = component->kind == kind ? event_new(component, error) : NULL;
        if (event == NULL && component->kind == kind)
            return NULL;
        if (event != NULL)
            g_ptr_array_add(events, event);
    }
    exclude_originals(events);
    for (guint i = events->len; i > 0; i--)
        if (((Event *)g_ptr_array_index(events, i - 1))->is_cancelled)
            g_ptr_array_remove_index(events, i - 1);
    return g_steal_pointer(&events);
}

typedef struct {
    const Event *event;
    const Zone *zone;
    EventReading reading;
    Instant from, until;
    guint limit;
    GArray *spans;
} Expansion;

/* A date excludes whatever begins on it. */
static bool is_excluded(const Expansion *expansion, const Moment *start) {
    const GArray *excluded = expansion->event->excluded;
    for (guint i = 0; i < excluded->len; i++) {
        const Moment *moment = &g_array_index(excluded, Moment, i);
        bool by_day = moment->is_date || start->is_date;
        if (by_day ? civil_date(moment->wall) == civil_date(start->wall)
                   : moment_first(moment, expansion->zone) == moment_first(start, expansion->zone))
            return true;
    }
    return false;
}

static void add_single(const Expansion *expansion, const Single *single) {
    Moment end = single->start;
    end.wall += single->length;
    bool is_wide = expansion->reading == EVENT_WIDE;
    Instant start =
        is_wide ? moment_first(&single->start, expansion->zone) : moment_last(&single->start, expansion->zone);
    Instant stop = is_wide ? moment_last(&end, expansion->zone) : moment_first(&end, expansion->zone);
    start = MAX(start, expansion->from);
    stop = MIN(stop, expansion->until);
    if (start < stop && !is_excluded(expansion, &single->start))
        spans_add(expansion->spans, start, stop);
}

/* Offsets differ by no more than a day or so, and two of them may be at work. */
static icalrecur_iterator *open_rule(const Expansion *expansion, struct icalrecurrencetype rule, const Single *first) {
    const Wall slack = 3 * SECONDS_A_DAY;
    bool is_date = first->start.is_date;
    icaltimetype last = moment_to_ical(expansion->until + slack, is_date);
    if (icaltime_is_null_time(rule.until) || icaltime_compare(last, rule.until) < 0)
        rule.until = last;
    icalerror_clear_errno();
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, moment_to_ical(first->start.wall, is_date));
    Wall begin = expansion->from - first->length - slack;
    if (iterator != NULL && rule.count == 0 && begin > first->start.wall)
        icalrecur_iterator_set_start(iterator, moment_to_ical(begin, is_date));
    return iterator;
}

static Wall wall_of(icaltimetype time) {
    gint64 second = time.is_date ? 0 : time.hour * 3600 + time.minute * 60 + time.second;
    return civil_day(time.year, time.month, time.day) * SECONDS_A_DAY + second;
}

static bool follow_rule(const Expansion *expansion, const struct icalrecurrencetype *rule) {
    Single single = g_array_index(expansion->event->singles, Single, 0);
    if (single.start.wall > expansion->until + 3 * SECONDS_A_DAY)
        return true;
    icalrecur_iterator *iterator = open_rule(expansion, *rule, &single);
    if (iterator == NULL)
        return true;
    guint steps = 0;
    icaltimetype time = icalrecur_iterator_next(iterator);
    for (; !icaltime_is_null_time(time) && steps < expansion->limit; steps++) {
        single.start.wall = wall_of(time);
        add_single(expansion, &single);
        time = icalrecur_iterator_next(iterator);
    }
    icalrecur_iterator_free(iterator);
    if (icaltime_is_null_time(time))
        return true;
    if (expansion->reading == EVENT_WIDE)
        spans_add(expansion->spans,
                  CLAMP(moment_first(&single.start, expansion->zone), expansion->from, expansion->until),
                  expansion->until);
    return false;
}

bool event_expand(const Event *event, const Zone *zone, EventReading reading, Instant from, Instant until, guint limit,
                  GArray *spans) {
    const Expansion expansion = {event, zone, reading, from, until, limit, spans};
    for (guint i = 0; i < event->singles->len; i++)
        add_single(&expansion, &g_array_index(event->singles, Single, i));
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(ics_lock());
    bool is_complete = true;
    for (guint i = 0; i < event->rules->len; i++)
        is_complete &= follow_rule(&expansion, &g_array_index(event->rules, struct icalrecurrencetype, i));
    return is_complete;
}
