/* The windows in which contacts are counted: rolling ones, and the civil day, week and month that hold an instant in
 * the customer's time zone (weeks start on Monday). */
#pragma once

#include "base/instant.h"

typedef enum { WINDOW_ROLLING, WINDOW_DAY, WINDOW_WEEK, WINDOW_MONTH } WindowKind;

typedef struct {
    WindowKind kind;
    Duration length; /* WINDOW_ROLLING alone */
} Window;

/* "7d", "48h" …: rolling; "day", "week", "month". False leaves *out alone. */
bool window_parse(const char *text, Window *out);
/* The longest time back from any x that the window can reach: a day has up to 25 hours, a month up to 31 days and one
 * hour. */
Duration window_reach(const Window *window);
