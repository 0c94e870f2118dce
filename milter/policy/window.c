/* Windows by name. How long a civil period lasts is only known to an almanac; its reach is the longest that a clock set
 * back by an hour can make it. */
#include "policy/window.h"

#include <string.h>

#define HOUR ((Duration)3600)
#define DAY (24 * HOUR)

static const struct {
    const char *name;
    Duration reach;
} civil[] = {
    [WINDOW_DAY] = {"day", DAY + HOUR},
    [WINDOW_WEEK] = {"week", 7 * DAY + HOUR},
    [WINDOW_MONTH] = {"month", 31 * DAY + HOUR},
};

bool window_parse(const char *text, Window *out) {
    for (WindowKind kind = WINDOW_DAY; kind <= WINDOW_MONTH; kind++)
        if (strcmp(text, civil[kind].name) == 0) {
            *out = (Window){.kind = kind};
            return true;
        }
    Duration length;
    if (!duration_parse(text, &length))
        return false;
    *out = (Window){WINDOW_ROLLING, length};
    return true;
}

Duration window_reach(const Window *window) {
    g_assert((gsize)window->kind < G_N_ELEMENTS(civil));
    return window->kind == WINDOW_ROLLING ? window->length : civil[window->kind].reach;
}
