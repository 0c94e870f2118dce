/* A file of holidays is read or refused with its place; what was read answers for every day, and time goes forward. */
#include "fuzz.h"

#include "calendar/calendar.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MORNING 1764054000 /* 2025-11-25T07:00:00Z */

static void ask(const Holidays *holidays, char *path) {
    char *calendars[] = {path, NULL};
    const Hours hours = {.days = 0x7f, .from = 480, .until = 1200, .holidays = calendars};
    Almanac *almanac = calendar_almanac_new(holidays, "Pacific/Apia", NULL, NULL);
    Instant at = MORNING, change;
    for (int i = 0; i < 10 && at != INSTANT_NEVER; i++, at = change) {
        almanac->is_open(almanac, &hours, at, &change);
        g_assert(change > at);
    }
    calendar_almanac_free(almanac);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autoptr(GError) error = NULL;
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        abort();
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_ptr_array_add(paths, path);
    g_autoptr(Holidays) holidays = holidays_load(paths, &error);
    g_assert(holidays ? !error : strstr(error->message, path) != NULL);
    if (holidays)
        ask(holidays, path);
    close(file);
    return 0;
}
