/* Recurrence rules of cadences: whatever is taken for a rule gives dates that only go forward. */
#include "fuzz.h"

#include "calendar/recurrence.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autoptr(Recurrence) rule = recurrence_parse(text, NULL);
    if (!rule)
        return 0;
    Series series = {.rule = rule, .zone = "America/St_Johns", .minute = 90, .first = 20000};
    Occurrence last = {.day = G_MININT64, .at = INSTANT_ALWAYS}, next;
    for (int i = 0; i < 5 && recurrence_next(&series, last.day, last.at, &next); i++) {
        g_assert(next.day > last.day && next.at > last.at);
        last = next;
    }
    return 0;
}
