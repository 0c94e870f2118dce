/* libical escapes and folds, but writes control characters as they are, and no reader has to take those. Each event is
 * written by itself into one buffer: libical's own text of a whole calendar copies everything once for each level. */
#include "calendar/ics_writer.h"

#include "civil.h"
#include "ics.h"
#include "moment.h"

#define PRODUCT "-//cadence-milter//plan//EN"
#define REPLACEMENT '?'

/* UTF-8 without control characters. */
static char *clean(const char *text) {
    char *valid = g_utf8_make_valid(text, -1);
    for (char *at = valid; *at; at++)
        if (g_ascii_iscntrl(*at) && *at != '\n')
            *at = REPLACEMENT;
    return valid;
}

static icaltimetype utc_of(Instant at) {
    icaltimetype time = moment_to_ical(zone_wall(zone_utc(), at, NULL), false);
    time.zone = icaltimezone_get_utc_timezone();
    return time;
}

/* Readers, libical among them, call a property without a value an error. */
static void add_text(icalcomponent *component, icalproperty *(*make)(const char *text), const char *text) {
    g_autofree char *cleaned = clean(text);
    if (*cleaned)
        icalcomponent_add_property(component, make(cleaned));
}

static void append_event(GString *out, const IcsEvent *event, Instant stamp) {
    icalcomponent *component = icalcomponent_new_vevent();
    add_text(component, icalproperty_new_uid, event->uid);
    icalcomponent_add_property(component, icalproperty_new_dtstamp(utc_of(stamp)));
    icalcomponent_add_property(component, icalproperty_new_dtstart(utc_of(event->at)));
    add_text(component, icalproperty_new_summary, event->summary);
    add_text(component, icalproperty_new_description, event->description);
    add_text(component, icalproperty_new_categories, event->category);
    icalcomponent_add_property(component, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    char *text = icalcomponent_as_ical_string_r(component);
    g_string_append(out, text);
    icalmemory_free_buffer(text);
    icalcomponent_free(component);
}

char *ics_write(const GArray *events, Instant stamp) {
    GString *out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" PRODUCT "\r\n");
    g_mutex_lock(ics_lock());
    for (guint i = 0; i < events->len; i++)
        append_event(out, &g_array_index(events, IcsEvent, i), stamp);
    g_mutex_unlock(ics_lock());
    g_string_append(out, "END:VCALENDAR\r\n");
    return g_string_free(out, FALSE);
}
