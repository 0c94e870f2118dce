/* The customer's own limits. Who reads them wrong must not send more than was wished for, so nothing is guessed: a part
 * that is not understood fails the whole, and what to do then is for the caller to say. */
#include "policy/wishes.h"

#include "base/error.h"

#include <string.h>

#define LARGEST_LIMIT 1000000
#define BLANKS " \t\r\n"

static bool parse_class(const char *name, MailClass *out) {
    if (strcmp(name, class_name(CLASS_ANY)) != 0)
        return class_parse(name, out);
    *out = CLASS_ANY;
    return true;
}

static bool parse_cap(const char *text, Rule *out) {
    g_autofree char *class = g_strndup(text, strcspn(text, BLANKS));
    const char *number = text + strlen(class);
    number += strspn(number, BLANKS);
    const char *slash = strchr(number, '/');
    if (slash == NULL)
        return false;
    g_autofree char *digits = g_strndup(number, (gsize)(slash - number));
    Rule rule = {.kind = RULE_CAP, .own = true};
    guint64 limit;
    if (!parse_class(class, &rule.filter.class) ||
        !g_ascii_string_to_unsigned(digits, 10, 0, LARGEST_LIMIT, &limit, NULL) ||
        !window_parse(slash + 1, &rule.cap.window))
        return false;
    rule.cap.limit = (gint64)limit;
    *out = rule;
    return true;
}

static bool parse_caps(const char *limits, GArray *caps, GError **error) {
    g_auto(GStrv) parts = g_strsplit(limits, ",", -1);
    for (char **part = parts; *part != NULL; part++) {
        Rule cap;
        if (!parse_cap(g_strstrip(*part), &cap)) {
            g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                        "found \"%s\", expected relational, sales or any, a number up to %d and a window, as in "
                        "\"sales 1/7d\" or \"any 3/day\"",
                        *part, LARGEST_LIMIT);
            return false;
        }
        cap.name = g_strdup(*part);
        g_array_append_val(caps, cap);
    }
    return true;
}

static void add(GArray *rules, Rule rule, const char *name) {
    rule.name = g_strdup(name);
    g_array_append_val(rules, rule);
}

bool wishes_to_rules(Instant paused_until, const char *limits, bool has_quiet, GArray *rules, GError **error) {
    g_autoptr(GArray) caps = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_set_clear_func(caps, (GDestroyNotify)rule_clear);
    if (limits != NULL && !parse_caps(limits, caps, error))
        return false;
    if (paused_until != INSTANT_ALWAYS)
        add(rules, (Rule){.kind = RULE_PAUSE, .own = true, .filter.class = CLASS_ANY, .pause.until = paused_until},
            "paused");
    for (guint i = 0; i < caps->len; i++)
        add(rules, g_array_index(caps, Rule, i), g_array_index(caps, Rule, i).name);
    if (has_quiet)
        add(rules, (Rule){.kind = RULE_QUIET, .own = true, .filter.class = CLASS_ANY}, "quiet times");
    return true;
}
