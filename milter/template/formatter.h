/* Dates and numbers as a locale writes them (ICU). To make such a formatter costs more than to render a page, and none
 * may serve two threads at once: so a template keeps those that are idle. */
#pragma once

#include "base/instant.h"

#include <glib.h>
#include <stdbool.h>

typedef enum { FORMAT_DATE, FORMAT_TIME, FORMAT_DATETIME, FORMAT_NUMBER, FORMAT_MONEY } FormatKind;

/* How something is written; equal ones share formatters. */
typedef struct {
    FormatKind kind;
    const char *style;  /* "short", "medium", "long", "full" or a pattern of ICU; digits after the point; a currency */
    const char *locale; /* never NULL; "" is the root locale */
    const char *timezone; /* IANA; NULL where it makes no difference */
} Format;

#define FORMAT_DIGITS_MAX 15

typedef struct Formatters Formatters;

Formatters *formatters_new(void);
void formatters_free(Formatters *formatters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Formatters, formatters_free)

/* Free with g_free; NULL where ICU cannot. Any thread. */
char *formatters_instant(Formatters *formatters, const Format *format, Instant at);
/* Of a number in digits: "-1234.50". */
char *formatters_number(Formatters *formatters, const Format *format, const char *number);

/* Whether ICU knows the style of that kind of format. */
bool format_style_is_known(FormatKind kind, const char *style);
