/* Control characters become blanks here, once for every place that a value may come to stand in. */
#include "values.h"

#include <glib.h>
#include <stdbool.h>

static char *without_controls(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        bool breaks_line = character == 0x2028 || character == 0x2029;
        g_string_append_unichar(clean, g_unichar_iscntrl(character) || breaks_line ? ' ' : character);
    }
    return g_string_free(clean, FALSE);
}

static bool is_plain(const char *text) {
    while (g_ascii_isprint(*text))
        text++;
    return !*text;
}

json_t *value_of_text(const char *text) {
    if (is_plain(text))
        return json_string(text);
    g_autofree char *clean = without_controls(text);
    return json_string(clean);
}

json_t *value_of_attribute(const char *text) {
    if (g_str_equal(text, "true") || g_str_equal(text, "false"))
        return json_boolean(*text == 't');
    if (*text == '[' || *text == '{') {
        json_auto_t *json = json_loads(text, 0, NULL);
        if (json)
            return value_clean(json);
    }
    return value_of_text(text);
}

json_t *value_clean(const json_t *value) {
    size_t i;
    const char *key;
    json_t *element, *copy;
    switch (json_typeof(value)) {
    case JSON_STRING:
        return value_of_text(json_string_value(value));
    case JSON_ARRAY:
        copy = json_array();
        json_array_foreach ((json_t *)value, i, element)
            json_array_append_new(copy, value_clean(element));
        return copy;
    case JSON_OBJECT:
        copy = json_object();
        json_object_foreach ((json_t *)value, key, element)
            json_object_set_new(copy, key, value_clean(element));
        return copy;
    default:
        return json_deep_copy(value);
    }
}
