/* What a value goes through between the data and the page. A value that a filter has no use for (a date that is none)
 * is no value: printed as it is, it would look to the customer like our mistake. Case is ICU's business and not
 * toupper's, because a letter's other case depends on the language (Turkish i, Dutch ij) and may be longer than the
 * letter. To add a filter, add a row to the table. */
#include "filter.h"

#include "base/instant.h"
#include "value.h"

#include <string.h>
#include <unicode/ucasemap.h>

#define NUMBER_BYTES_MAX 64
#define NUMBER_END 1e21

typedef int32_t (*CaseMapping)(UCaseMap *map, char *out, int32_t capacity, const char *value, int32_t length,
                               UErrorCode *status);

static int32_t to_upper(UCaseMap *map, char *out, int32_t capacity, const char *value, int32_t length,
                        UErrorCode *status) {
    return ucasemap_utf8ToUpper(map, out, capacity, value, length, status);
}

static int32_t to_lower(UCaseMap *map, char *out, int32_t capacity, const char *value, int32_t length,
                        UErrorCode *status) {
    return ucasemap_utf8ToLower(map, out, capacity, value, length, status);
}

/* ICU tells the length that it needs, so the second try always fits. */
static char *mapped(UCaseMap *map, CaseMapping mapping, const char *value) {
    int32_t length = (int32_t)strlen(value);
    int32_t capacity = length + 16;
    for (int tries = 0; tries < 2; tries++) {
        UErrorCode status = U_ZERO_ERROR;
        g_autofree char *out = g_malloc((gsize)capacity + 1);
        int32_t needed = mapping(map, out, capacity, value, length, &status);
        if (U_SUCCESS(status)) {
            out[needed] = '\0';
            return g_steal_pointer(&out);
        }
        capacity = needed;
    }
    return g_strdup(value);
}

static char *map_case(const char *value, const char *locale, uint32_t options, CaseMapping mapping) {
    if (!value || strlen(value) > G_MAXINT32 / 4)
        return g_strdup(value);
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *map = ucasemap_open(locale, options, &status);
    if (U_FAILURE(status))
        return g_strdup(value);
    char *result = mapped(map, mapping, value);
    ucasemap_close(map);
    return result;
}

static char *apply_default(const Filter *filter, const char *value, const Audience *audience G_GNUC_UNUSED) {
    return g_strdup(value_is_blank(value) ? filter->text : value);
}

static char *apply_upper(const Filter *filter G_GNUC_UNUSED, const char *value, const Audience *audience) {
    return map_case(value, audience->locale, 0, to_upper);
}

static char *apply_lower(const Filter *filter G_GNUC_UNUSED, const char *value, const Audience *audience) {
    return map_case(value, audience->locale, 0, to_lower);
}

static char *apply_capitalize(const Filter *filter G_GNUC_UNUSED, const char *value, const Audience *audience) {
    return map_case(value, audience->locale, U_TITLECASE_WHOLE_STRING, ucasemap_utf8ToTitle);
}

static char *apply_url(const Filter *filter G_GNUC_UNUSED, const char *value, const Audience *audience G_GNUC_UNUSED) {
    return value ? g_uri_escape_string(value, NULL, FALSE) : NULL;
}

/* ---- dates and numbers ---- */

/* A day alone, "2026-11-25", is the same day in every zone: its noon in UTC stands for it. */
static bool read_day(const char *value, Instant *noon) {
    g_autofree char *time = g_strconcat(value, "T12:00:00Z", NULL);
    return strlen(value) == strlen("2026-11-25") && instant_parse(time, noon);
}

static char *apply_date(const Filter *filter, const char *value, const Audience *audience) {
    Instant at;
    Format format = {filter->kind->format, filter->text, audience->locale, audience->timezone};
    g_autofree char *bare = g_strstrip(g_strdup(value ? value : ""));
    bool is_day = format.kind == FORMAT_DATE && read_day(bare, &at);
    if (!is_day && !instant_parse(bare, &at))
        return NULL;
    if (is_day)
        format.timezone = NULL;
    return formatters_instant(audience->formatters, &format, at);
}

/* Digits as JSON has them; what is larger than any amount is none. */
static bool is_number(const char *text) {
    char *end;
    double number = g_ascii_strtod(text, &end);
    return *text && !*end && text[strspn(text, "+-.0123456789eE")] == '\0' && strlen(text) < NUMBER_BYTES_MAX &&
           number > -NUMBER_END && number < NUMBER_END;
}

static char *apply_number(const Filter *filter, const char *value, const Audience *audience) {
    Format format = {filter->kind->format, filter->text, audience->locale, NULL};
    g_autofree char *bare = g_strstrip(g_strdup(value ? value : ""));
    return is_number(bare) ? formatters_number(audience->formatters, &format, bare) : NULL;
}

#define DATE_STYLES "short, medium, long, full or a pattern such as d MMMM y"

static const FilterKind kinds[] = {
    {.name = "default", .takes = FILTER_TAKES, .gives_default = true, .apply = apply_default},
    {.name = "upper", .apply = apply_upper},
    {.name = "lower", .apply = apply_lower},
    {.name = "capitalize", .apply = apply_capitalize},
    {.name = "date", FILTER_MAY_TAKE, "medium", DATE_STYLES, .apply = apply_date, .format = FORMAT_DATE},
    {.name = "time", FILTER_MAY_TAKE, "short", DATE_STYLES, .apply = apply_date, .format = FORMAT_TIME},
    {.name = "datetime", FILTER_MAY_TAKE, "medium", DATE_STYLES, .apply = apply_date, .format = FORMAT_DATETIME},
    {.name = "number",
     FILTER_MAY_TAKE,
     "",
     "how many digits after the point, 0 to 15",
     .apply = apply_number,
     .format = FORMAT_NUMBER},
    {.name = "money", FILTER_TAKES, NULL, "a currency such as PLN", .apply = apply_number, .format = FORMAT_MONEY},
    {.name = "url", .encodes = true, .apply = apply_url},
};

const FilterKind *filter_kind(const char *name, gsize length) {
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, name, length) == 0)
            return &kinds[i];
    return NULL;
}

char *filter_names(void) {
    const char *names[G_N_ELEMENTS(kinds) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        names[i] = kinds[i].name;
    return g_strjoinv(", ", (char **)names);
}

bool filter_takes(const FilterKind *kind, const char *text) {
    return !kind->expected || format_style_is_known(kind->format, text);
}

bool filter_writes_date(const FilterKind *kind) {
    return kind->apply == apply_date;
}

void filter_clear(gpointer filter) {
    g_free(((Filter *)filter)->text);
}

char *filters_apply(const Filter *filters, guint count, const char *value, const Audience *audience) {
    char *result = g_strdup(value);
    for (guint i = 0; i < count; i++) {
        char *next = filters[i].kind->apply(&filters[i], result, audience);
        g_free(result);
        result = next;
    }
    return result;
}
