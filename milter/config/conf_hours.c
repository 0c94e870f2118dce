/* Contact hours. They lie within one day by the clock on the wall: hours over midnight would leave open whose holiday
 * the small hours belong to. What the calendar files say is for calendar/ to find out; here they must only be there, so
 * that a path with a typo does not turn holidays into workdays. */
#include "conf_file.h"
#include "conf_sections.h"
#include "conf_value.h"

#include <string.h>

static const char *const day_names[DAYS_A_WEEK] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static bool find_day(const char *name, guint *out) {
    for (guint day = 0; day < DAYS_A_WEEK; day++) {
        if (g_ascii_strcasecmp(name, day_names[day]) == 0) {
            *out = day;
            return true;
        }
    }
    return false;
}

/* "Tue" or "Tue-Thu"; "Fri-Mon" goes on over the end of the week. */
static bool add_days(char *span, guint8 *days) {
    char *dash = strchr(span, '-');
    if (dash)
        *dash = '\0';
    guint day, last;
    if (!find_day(span, &day) || !find_day(dash ? dash + 1 : span, &last))
        return false;
    for (; day != last; day = (day + 1) % DAYS_A_WEEK)
        *days |= 1u << day;
    *days |= 1u << last;
    return true;
}

static bool parse_days(const char *text, guint8 *out) {
    g_auto(GStrv) spans = g_strsplit(text, ",", 0);
    guint8 days = 0;
    for (char **span = spans; *span; span++)
        if (!add_days(g_strstrip(*span), &days))
            return false;
    *out = days;
    return days;
}

static bool read_days(cfg_t *section, Hours *hours, GError **error) {
    const ConfValue *days = conf_value(section, "days");
    return !days || parse_days(days->text, &hours->days) ||
           conf_value_refuse(days, "days such as \"Mon-Sat\" or \"Mon,Wed,Fri\"", error);
}

static bool parse_minute(const char *text, int *out) {
    if (!g_regex_match_simple("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", text, G_REGEX_DOLLAR_ENDONLY, 0))
        return false;
    *out = (int)(g_ascii_strtoull(text, NULL, 10) * 60 + g_ascii_strtoull(text + 3, NULL, 10));
    return true;
}

bool conf_minute_read(cfg_t *section, const char *name, int *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    return !value || parse_minute(value->text, out) ||
           conf_value_refuse(value, "a time of the day from \"00:00\" to \"24:00\"", error);
}

/* Two blocks make no night either: every block must be open, so they would never be. */
static bool check_order(cfg_t *section, const Hours *hours, GError **error) {
    if (hours->from < hours->until)
        return true;
    const ConfValue *until = conf_value(section, "until");
    return conf_value_refuse(until ? until : conf_value(section, "from"),
                             "hours of one day, from before until (the day ends at \"24:00\"; nights are for the "
                             "customer's own quiet times),",
                             error);
}

static bool check_readable(const ConfValue *value, const char *path, GError **error) {
    g_autoptr(GError) reason = NULL;
    gsize length;
    g_autofree char *bytes = conf_file_load(path, &length, &reason);
    if (bytes)
        return true;
    g_autofree char *expected = g_strdup_printf("a readable .ics file (%s)", reason->message);
    return conf_value_refuse(value, expected, error);
}

static bool read_holidays(cfg_t *section, Hours *hours, GError **error) {
    cfg_opt_t *option = cfg_getopt(section, "holidays");
    g_auto(GStrv) paths = g_new0(char *, cfg_opt_size(option) + 1);
    for (guint i = 0; i < cfg_opt_size(option); i++) {
        const ConfValue *value = cfg_opt_getnptr(option, i);
        paths[i] = conf_value_path(value, value->text);
        if (!check_readable(value, paths[i], error))
            return false;
    }
    if (paths[0])
        hours->holidays = g_steal_pointer(&paths);
    return true;
}

bool conf_hours_read(cfg_t *section, Hours *hours, GError **error) {
    *hours = (Hours){.days = (1u << DAYS_A_WEEK) - 1, .from = 0, .until = MINUTES_A_DAY};
    return read_days(section, hours, error) && conf_minute_read(section, "from", &hours->from, error) &&
           conf_minute_read(section, "until", &hours->until, error) && check_order(section, hours, error) &&
           read_holidays(section, hours, error);
}
