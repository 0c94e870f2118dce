/* What the rules ask of calendars, for one customer. Here is only the question; calendar/ answers it, and tests do with
 * tables. All answers are in the customer's own time zone, whatever clock changes it has. */
#pragma once

#include "policy/window.h"

/* So far an almanac looks ahead. */
#define ALMANAC_REACH ((Duration)5 * 366 * 24 * 3600)

#define DAYS_A_WEEK 7
#define MINUTES_A_DAY (24 * 60)

/* Contact hours: the days of the week and the part of the day in which mail may go, and the calendars of the days on
 * which it may not. */
typedef struct {
    guint8 days;     /* bit 0 is Monday, bit 6 Sunday */
    int from, until; /* minutes after midnight by the clock on the wall; 0 <= from < until <= MINUTES_A_DAY */
    char **holidays; /* paths of .ics files; NULL-terminated, or NULL */
} Hours;

typedef struct Almanac Almanac;
struct Almanac {
    /* The civil period of this kind (never WINDOW_ROLLING) that holds x: *start <= x < *end. */
    void (*period)(const Almanac *self, WindowKind kind, Instant x, Instant *start, Instant *end);
    /* Whether x is in the contact hours. *change becomes the first instant after x at which the answer may be another;
     * INSTANT_NEVER where there is none within ALMANAC_REACH, five years. */
    bool (*is_open)(const Almanac *self, const Hours *hours, Instant x, Instant *change);
    /* The same for the customer's own quiet times: whether x is in one. */
    bool (*is_quiet)(const Almanac *self, Instant x, Instant *change);
};
