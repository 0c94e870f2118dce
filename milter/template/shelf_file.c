/* The compiler counts from the text it is given; an author looks for the place in a file, of which that text is a part.
 */
#include "shelf_file.h"

#include "base/error.h"

#include <string.h>

#define FILE_MAX (1024 * 1024)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

bool shelf_refuse(const char *path, int line, const char *found, const char *expected, GError **error) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%d: %s was found, %s was expected", path, line, found,
                expected);
    return false;
}

static gsize letters(const char *text) {
    gsize length = 0;
    while (g_ascii_isalpha(text[length]))
        length++;
    return length;
}

bool shelf_is_locale(const char *name) {
    gsize language = letters(name);
    if (language < 2 || language > 3)
        return false;
    for (name += language; *name != '\0';) {
        gsize length = 1;
        if (*name != '-' && *name != '_')
            return false;
        while (g_ascii_isalnum(name[length]))
            length++;
        if (length < 2 || length > 9)
            return false;
        name += length;
    }
    return true;
}

/* Whether a name is the first so many bytes of a locale. */
static bool is_locale(const char *name, const char *locale, gsize length) {
    for (gsize i = 0; i < length; i++) {
        char a = name[i] == '_' ? '-' : g_ascii_tolower(name[i]);
        char b = locale[i] == '_' ? '-' : g_ascii_tolower(locale[i]);
        if (a != b)
            return false;
    }
    return name[length] == '\0';
}

gsize shelf_locale_rank(const char *name, const char *locale) {
    for (gsize length = strlen(locale); length > 0; length--)
        if ((locale[length] == '\0' || strchr("-_", locale[length])) && is_locale(name, locale, length))
            return length;
    return 0;
}

char *shelf_file_read(const char *path, GError **error) {
    g_autofree char *bytes = NULL;
    gsize length;
    g_autoptr(GError) reason = NULL;
    if (!g_file_get_contents(path, &bytes, &length, &reason)) {
        shelf_refuse(path, 1, reason->message, "a readable file", error);
        return NULL;
    }
    if (length > FILE_MAX || !g_utf8_validate(bytes, (gssize)length, NULL)) {
        shelf_refuse(path, 1, "another kind of file", "UTF-8 text of at most 1 MiB", error);
        return NULL;
    }
    const char *start = g_str_has_prefix(bytes, BYTE_ORDER_MARK) ? bytes + strlen(BYTE_ORDER_MARK) : bytes;
    g_auto(GStrv) lines = g_strsplit(start, "\r\n", -1);
    return g_strjoinv("\n", lines);
}

static void refuse_template(const ShelfPlace *place, const char *reason, GError **error) {
    guint line, column;
    int used = 0;
    if (sscanf(reason, "line %u, column %u: %n", &line, &column, &used) == 2 && used > 0)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%u:%u: %s", place->path, place->line + line - 1,
                    line == 1 ? place->column + column - 1 : column, reason + used);
    else
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%u: %s", place->path, place->line, reason);
}

Template *shelf_file_compile(const ShelfPlace *place, const char *text, TemplateForm form, GError **error) {
    g_autoptr(GError) reason = NULL;
    Template *template = template_compile(text, strlen(text), form, &reason);
    if (!template)
        refuse_template(place, reason->message, error);
    return template;
}
