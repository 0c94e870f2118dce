/* Commands make one JSON document, and what a person sees is drawn from it. Column widths are counted in terminal
 * cells, not in bytes: names are Polish, Ukrainian and Chinese. */
#include "program/output.h"

#include "engine/reason.h"

#include <stdio.h>

#define COLUMNS_MAX 12
#define REAL_DIGITS 6

json_t *output_text(const char *text) {
    if (!text)
        return json_null();
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

json_t *output_time(Instant at, const char *zone) {
    g_autofree char *text = instant_format(at, zone);
    return output_text(text);
}

const char *output_string(const json_t *object, const char *key, const char *fallback) {
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : fallback;
}

void output_json(const json_t *document) {
    json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_DIGITS));
    fputc('\n', stdout);
}

/* Control characters, C1 and the separators that some terminals obey. */
static bool is_printable(gunichar character) {
    return g_unichar_isprint(character) && g_unichar_type(character) != G_UNICODE_FORMAT;
}

static char *printable(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        g_string_append_unichar(clean, is_printable(character) ? character : '?');
    }
    return g_string_free(clean, FALSE);
}

void output_line(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *line = printable(text);
    puts(line);
}

static int cells(const char *text) {
    int width = 0;
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar character = g_utf8_get_char(text);
        if (!g_unichar_iszerowidth(character))
            width += g_unichar_iswide(character) ? 2 : 1;
    }
    return width;
}

static char *cell_text(const json_t *value) {
    if (json_is_string(value))
        return printable(json_string_value(value));
    if (json_is_boolean(value))
        return g_strdup(json_is_true(value) ? "yes" : "no");
    if (json_is_integer(value))
        return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return g_strdup("-");
}

static void measure(const json_t *rows, const OutputColumn *columns, gsize count, int *widths) {
    for (gsize i = 0; i < count; i++) {
        size_t index;
        json_t *row;
        widths[i] = cells(columns[i].title);
        json_array_foreach ((json_t *)rows, index, row) {
            g_autofree char *text = cell_text(json_object_get(row, columns[i].key));
            widths[i] = MAX(widths[i], cells(text));
        }
    }
}

/* The last column is not padded, so that no line ends in blanks. */
static void append_cell(GString *line, const char *text, int width, bool last) {
    g_string_append(line, text);
    for (int used = cells(text); used < width + 2 && !last; used++)
        g_string_append_c(line, ' ');
}

void output_table(const json_t *rows, const OutputColumn *columns, gsize count, const char *nothing) {
    g_assert(count <= COLUMNS_MAX);
    if (json_array_size(rows) == 0) {
        puts(nothing);
        return;
    }
    int widths[COLUMNS_MAX];
    measure(rows, columns, count, widths);
    g_autoptr(GString) line = g_string_new(NULL);
    for (gsize i = 0; i < count; i++)
        append_cell(line, columns[i].title, widths[i], i + 1 == count);
    puts(line->str);

    size_t index;
    json_t *row;
    json_array_foreach ((json_t *)rows, index, row) {
        g_string_truncate(line, 0);
        for (gsize i = 0; i < count; i++) {
            g_autofree char *text = cell_text(json_object_get(row, columns[i].key));
            append_cell(line, text, widths[i], i + 1 == count);
        }
        puts(line->str);
    }
}

void output_reasons(const json_t *reasons) {
    size_t index;
    json_t *reason;
    json_array_foreach ((json_t *)reasons, index, reason) {
        g_autofree char *sentence = reason_sentence(reason);
        output_line("    %s", sentence);
    }
}

void output_leftovers(const json_t *message) {
    size_t index;
    json_t *leftover;
    json_array_foreach (json_object_get(message, "leftovers"), index, leftover) {
        output_line("    the sender left %s unfilled", json_string_value(leftover));
    }
}

void output_withheld(const json_t *withheld) {
    size_t index;
    json_t *one;
    json_array_foreach (withheld, index, one) {
        output_line("    %s is not printed%s: %s", output_string(one, "name", ""),
                    json_is_true(json_object_get(one, "asked")) ? ", only asked about" : "",
                    output_string(one, "detail", ""));
    }
}

void output_fallback(const json_t *recipient) {
    const char *fallback = output_string(recipient, "fallback", NULL);
    if (fallback)
        output_line("    the template \"%s\" goes instead", fallback);
}
