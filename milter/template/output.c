/* A line's indentation is written when the first of its text is: a line that only held tags then gets none. */
#include "output.h"

#include <string.h>

void output_start(Output *output, GArray *splices, GString *text) {
    *output = (Output){.splices = splices, .text = text, .indent = ""};
}

static void append(Output *output, const char *text, gsize length) {
    g_string_append_len(output->text, text, (gssize)length);
    output->spent += length;
}

static bool indents(const Output *output) {
    return *output->indent || output->dedent > 0;
}

static void begin_line(Output *output) {
    if (output->at_line_start && !output->indented)
        append(output, output->indent, strlen(output->indent));
    output->at_line_start = false;
}

void output_begin(Output *output, bool begins_line) {
    if (!begins_line)
        begin_line(output);
    output->at_line_start = true;
    output->indented = !begins_line;
}

void output_end(Output *output, bool ends_line) {
    output->at_line_start = ends_line;
    output->indented = false;
}

GString *output_own_text(Output *output) {
    if (output->text)
        return NULL;
    output->at_line_start = false;
    return output->text = g_string_new(NULL);
}

void output_own_text_done(Output *output, GString *own, gsize start, gsize end) {
    if (!own)
        return;
    splices_add(output->splices, start, end, own->str, own->len);
    g_string_free(own, TRUE);
    output->text = NULL;
}

static gsize blanks_to_drop(const Output *output, const char *text, gsize length) {
    gsize most = output->at_line_start ? MIN(output->dedent, length) : 0;
    gsize count = 0;
    while (count < most && (text[count] == ' ' || text[count] == '\t'))
        count++;
    return count;
}

static void append_lines(Output *output, const char *text, gsize length) {
    while (length > 0) {
        gsize dropped = blanks_to_drop(output, text, length);
        const char *newline = memchr(text, '\n', length);
        gsize line = newline ? (gsize)(newline - text) + 1 : length;
        if (line > dropped) {
            begin_line(output);
            append(output, text + dropped, line - dropped);
        }
        if (newline)
            output_end(output, true);
        text += line;
        length -= line;
    }
}

void output_literal(Output *output, const char *text, gsize length) {
    if (!output->text)
        output->spent += length;
    else if (indents(output))
        append_lines(output, text, length);
    else
        append(output, text, length);
}

void output_replacement(Output *output, gsize start, gsize end, const char *text, gsize length) {
    if (output->text) {
        begin_line(output);
        append(output, text, length);
        return;
    }
    splices_add(output->splices, start, end, text, length);
    output->spent += length;
}

void output_cut(Output *output, gsize start, gsize end) {
    if (!output->text)
        splices_add(output->splices, start, end, "", 0);
}
