/* The idle formatters of a template, newest last. A template is rendered for customers of a few locales and zones, so a
 * short list finds nearly all of them; what does not fit on it is closed. */
#include "formatter.h"

#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#define IDLE_MAX 16
#define OUTPUT_CHARACTERS_MAX 1024
#define PATTERN_LETTERS "GyYuUrQqMLwWdDFgEecabBhHKkmsSAzZOvVXx" /* UTS 35, Date Field Symbol Table */

typedef struct {
    Format format; /* with strings of its own */
    UDateFormat *date;
    UNumberFormat *number;
} Formatter;

struct Formatters {
    GMutex lock;
    GPtrArray *idle; /* of Formatter */
};

static void formatter_free(gpointer data) {
    Formatter *formatter = data;
    if (formatter->date)
        udat_close(formatter->date);
    if (formatter->number)
        unum_close(formatter->number);
    g_free((char *)formatter->format.style);
    g_free((char *)formatter->format.locale);
    g_free((char *)formatter->format.timezone);
    g_free(formatter);
}

Formatters *formatters_new(void) {
    Formatters *formatters = g_new0(Formatters, 1);
    g_mutex_init(&formatters->lock);
    formatters->idle = g_ptr_array_new_with_free_func(formatter_free);
    return formatters;
}

void formatters_free(Formatters *formatters) {
    if (!formatters)
        return;
    g_ptr_array_unref(formatters->idle);
    g_mutex_clear(&formatters->lock);
    g_free(formatters);
}

/* ---- opening ---- */

static UDateFormatStyle style_of(const char *name) {
    static const struct {
        const char *name;
        UDateFormatStyle style;
    } styles[] = {{"short", UDAT_SHORT}, {"medium", UDAT_MEDIUM}, {"long", UDAT_LONG}, {"full", UDAT_FULL}};
    for (gsize i = 0; i < G_N_ELEMENTS(styles); i++)
        if (g_str_equal(styles[i].name, name))
            return styles[i].style;
    return UDAT_PATTERN;
}

static UChar *utf16(const char *text, int32_t *length) {
    glong units = 0;
    UChar *wide = (UChar *)g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    *length = (int32_t)units;
    return wide;
}

static UDateFormat *open_date(const Format *format) {
    UErrorCode status = U_ZERO_ERROR;
    UDateFormatStyle style = style_of(format->style);
    int32_t zone_length, pattern_length;
    g_autofree UChar *zone = utf16(format->timezone ? format->timezone : "UTC", &zone_length);
    g_autofree UChar *pattern = utf16(format->style, &pattern_length);
    bool is_pattern = style == UDAT_PATTERN;
    UDateFormatStyle time = is_pattern || format->kind != FORMAT_DATE ? style : UDAT_NONE;
    UDateFormatStyle date = is_pattern || format->kind != FORMAT_TIME ? style : UDAT_NONE;
    return udat_open(time, date, format->locale, zone, zone_length, is_pattern ? pattern : NULL,
                     is_pattern ? pattern_length : 0, &status);
}

static UNumberFormat *open_number(const Format *format) {
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormatStyle style = format->kind == FORMAT_MONEY ? UNUM_CURRENCY : UNUM_DECIMAL;
    UNumberFormat *number = unum_open(style, NULL, 0, format->locale, NULL, &status);
    if (U_FAILURE(status))
        return NULL;
    if (format->kind == FORMAT_MONEY) {
        int32_t length;
        g_autofree UChar *currency = utf16(format->style, &length);
        unum_setTextAttribute(number, UNUM_CURRENCY_CODE, currency, length, &status);
    } else if (*format->style) {
        unum_setAttribute(number, UNUM_FRACTION_DIGITS, (int32_t)g_ascii_strtoll(format->style, NULL, 10));
    } else {
        unum_setAttribute(number, UNUM_MAX_FRACTION_DIGITS, FORMAT_DIGITS_MAX);
    }
    return number;
}

static Formatter *formatter_open(const Format *format) {
    Formatter *formatter = g_new0(Formatter, 1);
    formatter->format =
        (Format){format->kind, g_strdup(format->style), g_strdup(format->locale), g_strdup(format->timezone)};
    if (format->kind == FORMAT_NUMBER || format->kind == FORMAT_MONEY)
        formatter->number = open_number(format);
    else
        formatter->date = open_date(format);
    return formatter;
}

/* ---- the idle ones ---- */

static bool is_of(const Formatter *formatter, const Format *format) {
    return formatter->format.kind == format->kind && g_str_equal(formatter->format.style, format->style) &&
           g_str_equal(formatter->format.locale, format->locale) &&
           g_strcmp0(formatter->format.timezone, format->timezone) == 0;
}

static Formatter *take_idle(Formatters *formatters, const Format *format) {
    g_mutex_lock(&formatters->lock);
    Formatter *found = NULL;
    for (guint i = formatters->idle->len; i > 0 && !found; i--)
        if (is_of(formatters->idle->pdata[i - 1], format))
            found = g_ptr_array_steal_index(formatters->idle, i - 1);
    g_mutex_unlock(&formatters->lock);
    return found;
}

static Formatter *formatters_take(Formatters *formatters, const Format *format) {
    Formatter *idle = take_idle(formatters, format);
    return idle ? idle : formatter_open(format);
}

static void formatters_give_back(Formatters *formatters, Formatter *formatter) {
    Formatter *oldest = NULL;
    g_mutex_lock(&formatters->lock);
    g_ptr_array_add(formatters->idle, formatter);
    if (formatters->idle->len > IDLE_MAX)
        oldest = g_ptr_array_steal_index(formatters->idle, 0);
    g_mutex_unlock(&formatters->lock);
    g_clear_pointer(&oldest, formatter_free);
}

/* ---- formatting ---- */

static char *utf8(const UChar *text, int32_t length, UErrorCode status) {
    if (U_FAILURE(status) || length > OUTPUT_CHARACTERS_MAX)
        return NULL;
    return g_utf16_to_utf8((const gunichar2 *)text, length, NULL, NULL, NULL);
}

char *formatters_instant(Formatters *formatters, const Format *format, Instant at) {
    UChar text[OUTPUT_CHARACTERS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    Formatter *formatter = formatters_take(formatters, format);
    if (formatter->date)
        length =
            udat_format(formatter->date, (UDate)at * U_MILLIS_PER_SECOND, text, OUTPUT_CHARACTERS_MAX, NULL, &status);
    char *written = formatter->date ? utf8(text, length, status) : NULL;
    formatters_give_back(formatters, formatter);
    return written;
}

char *formatters_number(Formatters *formatters, const Format *format, const char *number) {
    UChar text[OUTPUT_CHARACTERS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    Formatter *formatter = formatters_take(formatters, format);
    if (formatter->number)
        length = unum_formatDecimal(formatter->number, number, (int32_t)strlen(number), text, OUTPUT_CHARACTERS_MAX,
                                    NULL, &status);
    char *written = formatter->number ? utf8(text, length, status) : NULL;
    formatters_give_back(formatters, formatter);
    return written;
}

/* ---- styles ---- */

static bool is_digits(const char *style) {
    char *end;
    return g_ascii_isdigit(*style) && g_ascii_strtoull(style, &end, 10) <= FORMAT_DIGITS_MAX && !*end;
}

static bool is_currency(const char *style) {
    int32_t length;
    UErrorCode status = U_ZERO_ERROR;
    if (strlen(style) != 3 || strspn(style, G_CSET_A_2_Z) != 3)
        return false;
    g_autofree UChar *code = utf16(style, &length);
    return ucurr_isAvailable(code, -G_MAXDOUBLE, G_MAXDOUBLE, &status) && U_SUCCESS(status);
}

/* Whether all letters that are not in quotes mean something; ICU passes over some that do not. */
static bool is_pattern(const char *pattern) {
    bool quoted = false;
    bool means_something = false;
    for (; *pattern; pattern++) {
        quoted ^= *pattern == '\'';
        if (quoted || !g_ascii_isalpha(*pattern))
            continue;
        if (!strchr(PATTERN_LETTERS, *pattern))
            return false;
        means_something = true;
    }
    return means_something && !quoted;
}

/* ICU says what is wrong with a pattern only when it is used. */
static bool is_date_style(FormatKind kind, const char *style) {
    if (style_of(style) == UDAT_PATTERN && !is_pattern(style))
        return false;
    g_autoptr(Formatters) formatters = formatters_new();
    g_autofree char *written = formatters_instant(formatters, &(Format){.kind = kind, .style = style, .locale = ""}, 0);
    return written && *written;
}

bool format_style_is_known(FormatKind kind, const char *style) {
    switch (kind) {
    case FORMAT_NUMBER:
        return !*style || is_digits(style);
    case FORMAT_MONEY:
        return is_currency(style);
    default:
        return is_date_style(kind, style);
    }
}
