/* The one form of every error of this room. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Sets CADENCE_ERROR_CONFIG to "file:line: " and the sentence, as one line: control characters come out as '?'.
 * Always returns false, so that a check can end in it. */
bool conf_refuse(GError **error, const char *file, int line, const char *format, ...) G_GNUC_PRINTF(4, 5);
