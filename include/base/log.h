/* Log lines of the daemons, to stderr (one line each, no time: systemd and the shell add it) or to syslog(3).
 * Only mta/ and program/ log; the rooms below return errors. Control characters in a line come out as '?'. */
#pragma once

#include <glib.h>

typedef enum { LOG_TO_STDERR, LOG_TO_SYSLOG } LogTarget;

/* To be called once, before threads start. The name is kept, not copied. */
void log_open(const char *program, LogTarget target);

void log_info(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
void log_error(const char *format, ...) G_GNUC_PRINTF(1, 2);
