/* libical reads every value here, but one property at a time and not the text as a whole: its parser never fails, it
 * leaves marks of what it dropped (X-LIC-ERROR) without their line, closes what was never closed and forgives an END
 * too many. A calendar that is half read would send mail on half of the holidays; so lines and nesting are ours, and
 * the first fault ends the reading. Properties that say nothing about time are not looked at: libical would reject an
 * empty DESCRIPTION. */
#include "ics.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

#define DEEPEST 8
#define QUOTED 60 /* bytes of a line that an error shows */

/* VTIMEZONE is not among them: TZIDs are names of this machine's database. */
static const icalcomponent_kind known_components[] = {ICAL_VEVENT_COMPONENT, ICAL_VAVAILABILITY_COMPONENT,
                                                      ICAL_XAVAILABLE_COMPONENT};

static const struct {
    const char *name, *expected;
} known_properties[] = {
    {"DTSTART", "a date (20261225) or a date and time (20261225T120000)"},
    {"DTEND", "a date (20261225) or a date and time (20261225T120000)"},
    {"DURATION", "a duration (PT8H, P2D)"},
    {"RRULE", "a recurrence rule (FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25)"},
    {"RDATE", "dates, times or periods"},
    {"EXDATE", "dates or times"},
    {"RECURRENCE-ID", "a date or a date and time"},
    {"UID", "an identifier"},
    {"STATUS", "a status (CONFIRMED)"},
    {"TRANSP", "OPAQUE or TRANSPARENT"},
    {"PRIORITY", "a number from 0 to 9"},
};

typedef struct {
    const char *rest;
    guint line, next_line;
    GString *text;   /* the line, unfolded */
    GPtrArray *open; /* borrowed; the root first */
} Reader;

GMutex *ics_lock(void) {
    static GMutex lock;
    return &lock;
}

void ics_error(GError **error, guint line, const char *found, const char *expected) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%u: found %s, expected %s", line, found, expected);
}

static void fail(const Reader *reader, const char *expected, GError **error) {
    g_autofree char *shown = g_utf8_make_valid(reader->text->str, (gssize)MIN(reader->text->len, QUOTED));
    g_autofree char *found = g_strdup_printf("\"%s\"", shown);
    ics_error(error, reader->line, found, expected);
}

static void property_clear(gpointer data) {
    icalproperty_free(((IcsProperty *)data)->property);
}

static IcsComponent *component_new(const char *name, guint line) {
    IcsComponent *component = g_new0(IcsComponent, 1);
    component->kind = icalcomponent_string_to_kind(name);
    component->name = g_strdup(name);
    component->line = line;
    component->properties = g_array_new(FALSE, FALSE, sizeof(IcsProperty));
    g_array_set_clear_func(component->properties, property_clear);
    component->children = g_ptr_array_new_with_free_func((GDestroyNotify)ics_free);
    return component;
}

void ics_free(IcsComponent *component) {
    g_array_unref(component->properties);
    g_ptr_array_unref(component->children);
    g_free(component->name);
    g_free(component);
}

/* One content line: a line of the text and those after it that begin with a blank (RFC 5545, 3.1). */
static bool next_line(Reader *reader) {
    if (*reader->rest == '\0')
        return false;
    g_string_truncate(reader->text, 0);
    reader->line = reader->next_line;
    do {
        const char *start = reader->rest + (reader->line != reader->next_line);
        const char *end = start + strcspn(start, "\n");
        gsize length = (gsize)(end - start);
        g_string_append_len(reader->text, start, (gssize)(length > 0 && end[-1] == '\r' ? length - 1 : length));
        reader->rest = *end == '\n' ? end + 1 : end;
        reader->next_line++;
    } while (*reader->rest == ' ' || *reader->rest == '\t');
    return true;
}

static IcsComponent *innermost(const Reader *reader) {
    return g_ptr_array_index(reader->open, reader->open->len - 1);
}

static bool begin_component(Reader *reader, const char *name, GError **error) {
    bool at_root = reader->open->len == 1;
    if (reader->open->len > DEEPEST || at_root != (g_ascii_strcasecmp(name, "VCALENDAR") == 0)) {
        fail(reader, at_root ? "BEGIN:VCALENDAR" : "components inside one VCALENDAR", error);
        return false;
    }
    IcsComponent *component = component_new(name, reader->line);
    /* Events stand side by side, whichever VCALENDAR holds them. */
    IcsComponent *parent = at_root || reader->open->len == 2 ? g_ptr_array_index(reader->open, 0) : innermost(reader);
    g_ptr_array_add(parent->children, component);
    g_ptr_array_add(reader->open, component);
    return true;
}

static bool end_component(Reader *reader, const char *name, GError **error) {
    const IcsComponent *open = innermost(reader);
    if (reader->open->len == 1 || g_ascii_strcasecmp(name, open->name) != 0) {
        g_autofree char *end = g_strconcat("END:", open->name, NULL);
        fail(reader, reader->open->len == 1 ? "BEGIN:VCALENDAR" : end, error);
        return false;
    }
    g_ptr_array_set_size(reader->open, (int)reader->open->len - 1);
    return true;
}

/* A property is moved out of the component that libical made for it; a list of dates comes as several. */
static bool take_properties(Reader *reader, icalcomponent *read) {
    icalproperty *property = icalcomponent_get_first_property(read, ICAL_ANY_PROPERTY);
    bool any = property != NULL;
    while (property != NULL) {
        icalcomponent_remove_property(read, property);
        IcsProperty taken = {property, reader->line};
        g_array_append_val(innermost(reader)->properties, taken);
        property = icalcomponent_get_first_property(read, ICAL_ANY_PROPERTY);
    }
    return any;
}

static bool read_property(Reader *reader, const char *expected, GError **error) {
    g_autofree char *alone = g_strdup_printf("BEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\n", reader->text->str);
    icalcomponent *read = icalparser_parse_string(alone);
    bool good = read != NULL && icalcomponent_count_errors(read) == 0 && take_properties(reader, read);
    if (read != NULL)
        icalcomponent_free(read);
    if (!good)
        fail(reader, expected, error);
    return good;
}

static bool is_known_component(const IcsComponent *component) {
    for (gsize i = 0; i < G_N_ELEMENTS(known_components); i++)
        if (component->kind == known_components[i])
            return true;
    return false;
}

static bool read_content(Reader *reader, gsize name_length, GError **error) {
    if (!is_known_component(innermost(reader)))
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(known_properties); i++)
        if (strlen(known_properties[i].name) == name_length &&
            g_ascii_strncasecmp(reader->text->str, known_properties[i].name, name_length) == 0)
            return read_property(reader, known_properties[i].expected, error);
    return true;
}

static bool read_line(Reader *reader, GError **error) {
    g_autofree char *line = g_strchomp(g_strdup(reader->text->str));
    if (*line == '\0')
        return true;
    if (g_ascii_strncasecmp(line, "BEGIN:", 6) == 0)
        return begin_component(reader, line + 6, error);
    if (g_ascii_strncasecmp(line, "END:", 4) == 0)
        return end_component(reader, line + 4, error);
    gsize name_length = strspn(line, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-");
    if (reader->open->len == 1 || name_length == 0 || (line[name_length] != ':' && line[name_length] != ';')) {
        fail(reader, reader->open->len == 1 ? "BEGIN:VCALENDAR" : "NAME:VALUE", error);
        return false;
    }
    return read_content(reader, name_length, error);
}

static bool read_all(Reader *reader, GError **error) {
    bool good = true;
    while (good && next_line(reader))
        good = read_line(reader, error);
    if (!good)
        return false;
    const IcsComponent *open = innermost(reader);
    if (reader->open->len > 1 || open->children->len == 0) {
        g_autofree char *end = g_strconcat("END:", open->name, NULL);
        ics_error(error, reader->line, "the end of the text", reader->open->len > 1 ? end : "BEGIN:VCALENDAR");
        return false;
    }
    return true;
}

IcsComponent *ics_read(const char *text, GError **error) {
    if (strlen(text) > ICS_MAX) {
        ics_error(error, 1, "more than 4 MiB of text", "less");
        return NULL;
    }
    icalerror_set_errors_are_fatal(false);
    icalerror_clear_errno();
    g_autoptr(IcsComponent) root = component_new("", 1);
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    g_ptr_array_add(open, root);
    const char *byte_order_mark = "\xef\xbb\xbf";
    gsize skipped = g_str_has_prefix(text, byte_order_mark) ? strlen(byte_order_mark) : 0;
    Reader reader = {.rest = text + skipped, .line = 1, .next_line = 1, .text = line, .open = open};
    return read_all(&reader, error) ? g_steal_pointer(&root) : NULL;
}

const IcsProperty *ics_property(const IcsComponent *component, icalproperty_kind kind) {
    for (guint i = 0; i < component->properties->len; i++) {
        const IcsProperty *property = &g_array_index(component->properties, IcsProperty, i);
        if (icalproperty_isa(property->property) == kind)
            return property;
    }
    return NULL;
}
