/* Placeholders of other tools that were left unfilled: "*|FNAME|*", "%%first_name%%", "%FIRSTNAME%",
 * "{contactfield=firstname}", "[[name]]", "${first_name}", "[FIRST_NAME]", "<<name>>", "«First_Name»", and tags of
 * Handlebars, Liquid, ERB and AMPscript. They are recognised by their shape alone, so what people write must not have
 * it: prices, percentages, style sheets, code, shell variables, file names and everything inside a URL are passed over.
 * For HTML so are comments, and what stands in style, script, pre and code. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define LEFTOVERS_MAX 20 /* of one message; the rest is not looked for */

typedef struct {
    bool html;
    bool mustache; /* "{{name}}" is somebody else's too: the text is no template of ours */
} LeftoverText;

/* Adds each (of char *, as written, UTF-8) once to found. Linear in the text. */
void leftovers_find(const char *text, gsize length, const LeftoverText *kind, GPtrArray *found);
