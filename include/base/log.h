/* Log lines of the daemons, to stderr or to syslog(3). As text a line has no time (systemd and syslog add it); as JSON
 * it is one object with "time", "level", "program", the fields of what it is about, and "message". Only mta/ and
 * program/ log; the rooms below return errors. Control characters in a text line come out as '?'. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { LOG_TO_STDERR, LOG_TO_SYSLOG } LogTarget;
typedef enum { LOG_AS_TEXT, LOG_AS_JSON } LogFormat;

/* To be called once, before threads start. The name is kept, not copied. */
void log_open(const char *program, LogTarget target, LogFormat format);

typedef struct {
    const char *name, *value; /* name NULL ends a list; value NULL: there is none, the field is left out */
} LogField;

/* Is told of each warning and error that is of the program as a whole, not of one message; from any thread. It must not
 * log. To be called once, before threads start. */
typedef void (*LogWatcher)(bool is_error, const char *text, gpointer user);
void log_watch(LogWatcher watcher, gpointer user);
/* Tells the watcher alone: for what the log says of each message that it concerns. */
void log_remember(bool is_error, const char *text);

/* Fields are for programs that read the log: in text they are not shown, and the sentence must say all. */
void log_info_about(const LogField *fields, const char *format, ...) G_GNUC_PRINTF(2, 3);
void log_warning_about(const LogField *fields, const char *format, ...) G_GNUC_PRINTF(2, 3);

void log_info(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_error(const char *format, ...) G_GNUC_PRINTF(1, 2);
