/* What a value goes through between the data and the page. Case is ICU's business and not toupper's, because a letter's
 * other case depends on the language (Turkish i, Dutch ij) and may be longer than the letter. To add a filter, add a
 * row to the table. */
#include "filter.h"

#include "value.h"

#include <string.h>
#include <unicode/ucasemap.h>

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
    UCaseMap *map = ucasemap_open(locale ? locale : "", options, &status);
    if (U_FAILURE(status))
        return g_strdup(value);
    char *result = mapped(map, mapping, value);
    ucasemap_close(map);
    return result;
}

static char *apply_default(const Filter *filter, const char *value, const char *locale G_GNUC_UNUSED) {
    return g_strdup(value_is_blank(value) ? filter->text : value);
}

static char *apply_upper(const Filter *filter G_GNUC_UNUSED, const char *value, const char *locale) {
    return map_case(value, locale, 0, to_upper);
}

static char *apply_lower(const Filter *filter G_GNUC_UNUSED, const char *value, const char *locale) {
    return map_case(value, locale, 0, to_lower);
}

static char *apply_capitalize(const Filter *filter G_GNUC_UNUSED, const char *value, const char *locale) {
    return map_case(value, locale, U_TITLECASE_WHOLE_STRING, ucasemap_utf8ToTitle);
}

static const FilterKind kinds[] = {
    {.name = "default", .takes_text = true, .gives_default = true, .apply = apply_default},
    {.name = "upper", .apply = apply_upper},
    {.name = "lower", .apply = apply_lower},
    {.name = "capitalize", .apply = apply_capitalize},
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

void filter_clear(gpointer filter) {
    g_free(((Filter *)filter)->text);
}

char *filters_apply(const Filter *filters, guint count, const char *value, const char *locale) {
    char *result = g_strdup(value);
    for (guint i = 0; i < count; i++) {
        char *next = filters[i].kind->apply(&filters[i], result, locale);
        g_free(result);
        result = next;
    }
    return result;
}
