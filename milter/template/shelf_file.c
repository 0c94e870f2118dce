/* The compiler counts from the text it is given; an author looks for the place in a file, of which that text is a part.
 */
#include "shelf_file.h"

#include "base/error.h"

#include <stdio.h>
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

static void refuse_template(const char *path, int line, int column, const char *reason, GError **error) {
    int at_line, at_column, used = 0;
    if (sscanf(reason, "line %d, column %d: %n", &at_line, &at_column, &used) == 2 && used > 0)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%d:%d: %s", path, line + at_line - 1,
                    at_line == 1 ? column + at_column - 1 : at_column, reason + used);
    else
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%d: %s", path, line, reason);
}

Template *shelf_file_compile(const char *path, int line, int column, const char *text, TemplateForm form,
                             GError **error) {
    g_autoptr(GError) reason = NULL;
    Template *template = template_compile(text, strlen(text), form, &reason);
    if (!template)
        refuse_template(path, line, column, reason->message, error);
    return template;
}
