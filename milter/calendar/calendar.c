/* The almanac: one customer's zone, holidays and quiet times behind the three questions of policy/almanac.h. */
#include "calendar/calendar.h"

#include "civil.h"
#include "hours.h"
#include "quiet.h"

typedef struct {
    Almanac questions; /* first: the rules see nothing else of it */
    const Zone *zone;
    const Holidays *holidays; /* borrowed */
    Quiet *quiet;             /* NULL: none */
} CustomerAlmanac;

static void period(const Almanac *self, WindowKind kind, Instant x, Instant *start, Instant *end) {
    const CustomerAlmanac *almanac = (const CustomerAlmanac *)self;
    civil_period(almanac->zone, kind, x, start, end);
}

static bool is_open(const Almanac *self, const Hours *hours, Instant x, Instant *change) {
    const CustomerAlmanac *almanac = (const CustomerAlmanac *)self;
    return hours_open(almanac->zone, almanac->holidays, hours, x, change);
}

static bool is_quiet(const Almanac *self, Instant x, Instant *change) {
    const CustomerAlmanac *almanac = (const CustomerAlmanac *)self;
    if (almanac->quiet != NULL)
        return quiet_holds(almanac->quiet, x, change);
    *change = INSTANT_NEVER;
    return false;
}

static void note(GString *faults, const char *sentence, const char *detail) {
    g_string_append_printf(faults, "%s%s%s", faults->len > 0 ? "; " : "", sentence, detail);
}

static Quiet *read_quiet(const char *text, const Zone *zone, GString *faults) {
    g_autoptr(GError) error = NULL;
    Quiet *quiet = quiet_new(text, zone, &error);
    if (quiet != NULL)
        return quiet;
    note(faults, "quiet times cannot be read, so all time is quiet: line ", error->message);
    return quiet_always();
}

Almanac *calendar_almanac_new(const Holidays *holidays, const char *zone, const char *quiet, char **fault) {
    g_autoptr(GString) faults = g_string_new(NULL);
    CustomerAlmanac *almanac = g_new0(CustomerAlmanac, 1);
    almanac->questions = (Almanac){period, is_open, is_quiet};
    almanac->holidays = holidays;
    almanac->zone = zone_find(zone);
    if (almanac->zone == NULL) {
        note(faults, "UTC stands in for the unknown time zone ", zone);
        almanac->zone = zone_utc();
    }
    if (quiet != NULL)
        almanac->quiet = read_quiet(quiet, almanac->zone, faults);
    if (fault != NULL)
        *fault = faults->len == 0 ? NULL : g_strdup(faults->str);
    return &almanac->questions;
}

void calendar_almanac_free(Almanac *almanac) {
    CustomerAlmanac *own = (CustomerAlmanac *)almanac;
    g_clear_pointer(&own->quiet, quiet_free);
    g_free(own);
}

bool calendar_check_quiet(const char *quiet, GError **error) {
    g_autoptr(Quiet) read = quiet_new(quiet, zone_utc(), error);
    if (read == NULL)
        g_prefix_error(error, "line ");
    return read != NULL;
}
