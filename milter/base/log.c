/* Log lines. A line is put together first and then written by one write(2), so that the lines of many threads, and of
 * several processes on one pipe, never mix. The target is the one static value of the house: it is set once, before
 * threads start, and only read after. */
#include "base/log.h"

#include <stdarg.h>
#include <syslog.h>
#include <unistd.h>

static struct {
    const char *program;
    LogTarget target;
} opened = {"cadence", LOG_TO_STDERR};

void log_open(const char *program, LogTarget target) {
    opened.program = program;
    opened.target = target;
    if (target == LOG_TO_SYSLOG)
        openlog(program, LOG_PID, LOG_MAIL);
}

/* Addresses and subjects end up in log lines: none of them may start a line of its own or speak to a terminal. */
static char *without_controls(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);
    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        g_string_append_unichar(clean, g_unichar_iscntrl(character) ? '?' : character);
    }
    return g_string_free(clean, FALSE);
}

static void write_line(const char *prefix, const char *text) {
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_printf(line, "%s: %s%s\n", opened.program, prefix, text);
    ssize_t written = TEMP_FAILURE_RETRY(write(STDERR_FILENO, line->str, line->len));
    (void)written; /* nobody is left to be told */
}

G_GNUC_PRINTF(3, 0)
static void log_line(int priority, const char *prefix, const char *format, va_list arguments) {
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    g_autofree char *clean = without_controls(text);
    if (opened.target == LOG_TO_SYSLOG)
        syslog(priority, "%s%s", prefix, clean);
    else
        write_line(prefix, clean);
}

void log_info(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_INFO, "", format, arguments);
    va_end(arguments);
}

void log_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_WARNING, "warning: ", format, arguments);
    va_end(arguments);
}

void log_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(LOG_ERR, "error: ", format, arguments);
    va_end(arguments);
}
