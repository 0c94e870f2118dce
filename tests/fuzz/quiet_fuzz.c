/* A customer's quiet times: text that cannot be read makes all time quiet, whatever it is. */
#include "fuzz.h"

#include "calendar/calendar.h"

#define NOON 1764068400 /* 2025-11-25T11:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autofree char *text = g_strndup((const char *)bytes, length), *fault = NULL;
    bool readable = calendar_check_quiet(text, NULL);
    Almanac *almanac = calendar_almanac_new(NULL, "Europe/Warsaw", text, &fault);
    Instant change = INSTANT_ALWAYS;
    bool quiet = almanac->is_quiet(almanac, NOON, &change);
    g_assert(readable == (fault == NULL));
    g_assert(readable || (quiet && change == INSTANT_NEVER));
    g_assert(change > NOON);
    calendar_almanac_free(almanac);
    return 0;
}
