/* The context stack of Mustache over two views. Both are walked in step, so that a name means the same value in either:
 * were each walked alone, a customer's hidden first_name would be printed as the company's. */
#include "value.h"

#include <math.h>
#include <string.h>

#define INTEGERS_END 9007199254740992.0 /* 2^53: beyond it a double skips integers */

static Value member(Value value, const char *name, gsize length) {
    Value found = {.asked = json_object_getn(value.asked, name, length)};
    bool same = value.printed == value.asked;
    found.printed = same ? found.asked : json_object_getn(value.printed, name, length);
    return found;
}

static bool is_known(Value value) {
    return value.asked || value.printed;
}

static gsize part_length(const char *name, const char *end) {
    const char *dot = memchr(name, '.', (gsize)(end - name));
    return (gsize)((dot ? dot : end) - name);
}

Value value_find(const Value *frames, guint count, const char *name, gsize length) {
    if (length == 1 && *name == '.')
        return frames[count - 1];

    const char *end = name + length;
    gsize part = part_length(name, end);
    Value value = {NULL, NULL};
    for (guint i = count; i > 0 && !is_known(value); i--)
        value = member(frames[i - 1], name, part);
    while (name + part < end && is_known(value)) {
        name += part + 1;
        part = part_length(name, end);
        value = member(value, name, part);
    }
    return value;
}

bool value_is_true(Value value) {
    if (!value.asked)
        return false;
    switch (json_typeof(value.asked)) {
    case JSON_NULL:
    case JSON_FALSE:
        return false;
    case JSON_ARRAY:
        return json_array_size(value.asked) > 0;
    case JSON_STRING:
        return !value_is_blank(json_string_value(value.asked));
    default:
        return true;
    }
}

gsize value_count(Value value) {
    return json_is_array(value.asked) ? json_array_size(value.asked) : 1;
}

Value value_item(Value value, gsize index) {
    if (!json_is_array(value.asked))
        return value;
    bool twins = json_array_size(value.printed) == json_array_size(value.asked);
    return (Value){json_array_get(value.asked, index), twins ? json_array_get(value.printed, index) : NULL};
}

/* The fewest digits that read back as the same number. */
static const char *real_text(double real, char number[VALUE_NUMBER_BYTES]) {
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    if (fabs(real) < INTEGERS_END && trunc(real) == real) {
        g_snprintf(number, VALUE_NUMBER_BYTES, "%" G_GINT64_FORMAT, (gint64)real);
        return number;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(number, VALUE_NUMBER_BYTES, formats[i], real);
        if (g_ascii_strtod(number, NULL) == real)
            break;
    }
    return number;
}

const char *value_text(const json_t *value, char number[VALUE_NUMBER_BYTES]) {
    if (!value)
        return NULL;
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_string_value(value);
    case JSON_INTEGER:
        g_snprintf(number, VALUE_NUMBER_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return number;
    case JSON_REAL:
        return real_text(json_real_value(value), number);
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    default:
        return NULL;
    }
}

bool value_is_blank(const char *text) {
    for (const char *at = text; at && *at; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (!g_unichar_isspace(character) && !g_unichar_iscntrl(character) && !g_unichar_iszerowidth(character))
            return false;
    }
    return true;
}
