/* Log lines. A line is put together first and then written by one write(2), so that the lines of many threads, and of
 * several processes on one pipe, never mix. Where lines go, and who watches them, is set before threads start and only
 * read after. */
#include "base/log.h"

#include "base/instant.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static struct {
    const char *program;
    LogTarget target;
    LogFormat format;
    LogWatcher watcher; /* or NULL */
    gpointer watcher_user;
} opened = {"cadence", LOG_TO_STDERR, LOG_AS_TEXT, NULL, NULL};

typedef struct {
    int priority;
    const char *name, *prefix;
} Level;

static const Level info = {LOG_INFO, "info", ""}, warning = {LOG_WARNING, "warning", "warning: "},
                   error = {LOG_ERR, "error", "error: "};

void log_open(const char *program, LogTarget target, LogFormat format) {
    opened.program = program;
    opened.target = target;
    opened.format = format;
    if (target == LOG_TO_SYSLOG)
        openlog(program, LOG_PID, LOG_MAIL);
}

/* Addresses and subjects end up in log lines: none of them may start a line of its own or speak to a terminal. */
static char *without_controls(const char *text) {
    GString *clean = g_string_new(NULL);
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        g_string_append_unichar(clean, g_unichar_iscntrl(character) ? '?' : character);
    }
    return g_string_free(clean, FALSE);
}

static char *text_line(const Level *level, const char *text) {
    g_autofree char *clean = without_controls(text);
    return g_strconcat(level->prefix, clean, NULL);
}

static void set_text(json_t *object, const char *name, const char *value) {
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    json_object_set_new(object, name, json_string(valid));
}

static char *json_line(const Level *level, const LogField *fields, const char *text) {
    json_auto_t *object = json_object();
    g_autofree char *time = instant_format(instant_now(), "UTC");
    set_text(object, "time", time);
    set_text(object, "level", level->name);
    set_text(object, "program", opened.program);
    for (; fields && fields->name; fields++) {
        if (fields->value)
            set_text(object, fields->name, fields->value);
    }
    set_text(object, "message", text);
    return json_dumps(object, JSON_COMPACT);
}

static void write_line(const char *text) {
    bool named = opened.format == LOG_AS_JSON;
    g_autofree char *line = g_strconcat(named ? "" : opened.program, named ? "" : ": ", text, "\n", NULL);
    ssize_t written = TEMP_FAILURE_RETRY(write(STDERR_FILENO, line, strlen(line)));
    (void)written; /* nobody is left to be told */
}

G_GNUC_PRINTF(3, 0)
static void log_line(const Level *level, const LogField *fields, const char *format, va_list arguments) {
    g_autofree char *formatted = g_strdup_vprintf(format, arguments);
    g_autofree char *text = g_utf8_make_valid(formatted, -1);
    g_autofree char *line = opened.format == LOG_AS_JSON ? json_line(level, fields, text) : text_line(level, text);
    if (opened.target == LOG_TO_SYSLOG)
        syslog(level->priority, "%s", line);
    else
        write_line(line);
}

void log_watch(LogWatcher watcher, gpointer user) {
    opened.watcher = watcher;
    opened.watcher_user = user;
}

void log_remember(bool is_error, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    if (opened.watcher)
        opened.watcher(is_error, valid, opened.watcher_user);
}

G_GNUC_PRINTF(2, 0)
static void remember_line(bool is_error, const char *format, va_list arguments) {
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    log_remember(is_error, text);
}

void log_info(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(&info, NULL, format, arguments);
    va_end(arguments);
}

void log_info_about(const LogField *fields, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(&info, fields, format, arguments);
    va_end(arguments);
}

void log_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(&warning, NULL, format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    remember_line(false, format, arguments);
    va_end(arguments);
}

void log_warning_about(const LogField *fields, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(&warning, fields, format, arguments);
    va_end(arguments);
}

void log_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log_line(&error, NULL, format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    remember_line(true, format, arguments);
    va_end(arguments);
}
