/* Errors of the configuration. The form "file:line: what was found, what was expected" is what editors jump to and what
 * an admin can mend without opening the manual. It is one line because it goes to syslog, and what was found comes from
 * the file: it may hold anything. */
#include "conf_error.h"

#include "base/error.h"

static void make_one_line(char *text) {
    for (; *text; text++)
        if (g_ascii_iscntrl(*text))
            *text = '?';
}

bool conf_refuse(GError **error, const char *file, int line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *message = g_strdup_printf("%s:%d: %s", file, line, sentence);
    make_one_line(message);
    g_set_error_literal(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, message);
    return false;
}
