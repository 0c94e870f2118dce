/* The Subject as a text that may be filled (RFC 5322, 2.2.3; RFC 2047). Values are in milter form: folds are LF and a
 * blank. */
#pragma once

#include <glib.h>

/* What the value says, in UTF-8, without surrounding blanks and with blanks for control characters. Free with g_free.
 */
char *subject_text(const char *raw);

/* The value that says this text, with blanks for control characters: a line that is never empty but for a text that is.
 * Free with g_free. */
char *subject_value(const char *text);

/* The value with splices carried out whose offsets are into subject_text: in place where everything is ASCII, else in
 * encoded words. It never holds a control character but folds, and its lines are short. Free with g_free. */
char *subject_fill(const char *raw, const GArray *splices);
