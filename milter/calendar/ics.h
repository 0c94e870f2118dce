/* iCalendar text (RFC 5545, RFC 7953) as a tree of the components and properties that this room understands, each with
 * its line. What it does not understand is skipped; what it understands must be right. Errors are PERMANENT and begin
 * "LINE: ". */
#pragma once

#include <glib.h>
#include <libical/ical.h>

#define ICS_MAX (4 * 1024 * 1024) /* bytes of text */

typedef struct {
    icalproperty *property;
    guint line;
} IcsProperty;

typedef struct {
    icalcomponent_kind kind;
    char *name;
    guint line;
    GArray *properties;  /* of IcsProperty */
    GPtrArray *children; /* of IcsComponent * */
} IcsComponent;

/* libical's one lock: to be held around every call into it, and around the calls below. */
GMutex *ics_lock(void);

/* The components of all VCALENDARs of the text stand in the children of what is returned. */
IcsComponent *ics_read(const char *text, GError **error);
void ics_free(IcsComponent *component);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IcsComponent, ics_free)

/* The first property of this kind, or NULL. */
const IcsProperty *ics_property(const IcsComponent *component, icalproperty_kind kind);

void ics_error(GError **error, guint line, const char *found, const char *expected);
