/* The small languages of requests, wishes and options: instants, durations, limits, conditions. What is read can be
 * written and read again. */
#include "fuzz.h"

#include "base/instant.h"
#include "message/message.h"
#include "policy/condition.h"
#include "policy/wishes.h"

static const char *self_lookup(const char *name, gpointer user) {
    return g_str_has_suffix(name, "x") ? NULL : user;
}

static void times(const char *text) {
    Instant at, again;
    Duration duration, same;
    if (instant_parse(text, &at)) {
        g_autofree char *written = instant_format(at, "Asia/Kathmandu");
        g_assert(written == NULL || (instant_parse(written, &again) && again == at));
    }
    if (duration_parse(text, &duration)) {
        g_autofree char *written = duration_format(duration);
        g_assert(duration_parse(written, &same) && same == duration);
    }
    message_parse_date(text, &at);
}

static void limits(const char *text) {
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_autoptr(GError) error = NULL;
    g_array_set_clear_func(rules, (GDestroyNotify)rule_clear);
    bool read = wishes_to_rules(INSTANT_ALWAYS, text, false, rules, &error);
    g_assert(read ? error == NULL : rules->len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autoptr(Condition) condition = condition_parse(text, NULL);
    times(text);
    limits(text);
    if (condition)
        condition_holds(condition, self_lookup, text);
    return 0;
}
