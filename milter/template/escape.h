/* Values made safe for where they stand. Characters that turn the direction of the text behind them (U+202A to U+202E,
 * U+2066 to U+2069) are left out of all, control characters become blanks in HTML and headers. */
#pragma once

#include "place.h"

#include <glib.h>

/* Appends the value as text or a header needs it. */
void escape_append_plain(GString *out, const char *value);
void escape_append_header(GString *out, const char *value);
/* As the place in HTML needs it. encoded: the value is percent-encoded already. False, appending nothing, where nothing
 * may stand, or where the place wants a URL and the value is none that is let through. */
bool escape_append_html(GString *out, const char *value, const Place *place, bool encoded);
