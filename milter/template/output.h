/* Where a rendering goes: splices of the template's own text, or, where that text stands there more than once or is
 * another template's, one text of its own. Partials indent here, line by line. */
#pragma once

#include "base/splice.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    GArray *splices;
    GString *text; /* where not NULL, output goes here instead */
    gsize spent;   /* bytes so far */
    /* Only in a text, and only for literal lines: a value's own lines stay as they are. */
    const char *indent; /* put before each line, "" for nothing */
    gsize dedent;       /* blanks taken away before that, at most */
    bool at_line_start; /* nothing of the text has been written to this line */
    bool indented;      /* nor need its indentation be written */
} Output;

/* Splices where they are not NULL, else the text. */
void output_start(Output *output, GArray *splices, GString *text);

/* What comes next begins a line of its own; or else it goes on in the line before, which gets its indentation first. */
void output_begin(Output *output, bool begins_line);
/* It is over, and with it the line; or else the line goes on. */
void output_end(Output *output, bool ends_line);

/* Where there is no text, makes one and returns it, owned: output_own_text_done() makes it the replacement of
 * [start, end) and frees it. NULL where there is one, which is then gone on with. */
GString *output_own_text(Output *output);
void output_own_text_done(Output *output, GString *own, gsize start, gsize end);

/* Text of the template that stays; where splices are wanted it is only counted, so that both ways end alike. */
void output_literal(Output *output, const char *text, gsize length);
/* What stands instead of the template's [start, end). */
void output_replacement(Output *output, gsize start, gsize end, const char *text, gsize length);
void output_cut(Output *output, gsize start, gsize end);
