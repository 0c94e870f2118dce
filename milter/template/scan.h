/* Reading tags: a cursor over the template's text, the delimiters in force, and errors that say where and what. Every
 * function that returns bool with an error fails with CADENCE_ERROR_PERMANENT: "line L, column C: found …, expected …".
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SCAN_NAME_MAX 255
#define SCAN_DELIMITER_MAX 16

typedef struct {
    const char *bytes;
    gsize length;
} Span;

typedef struct {
    const char *text, *end;
    const char *at;  /* what is read next */
    const char *tag; /* where the tag that is being read begins */
    Span open, close;
    bool html; /* quotes and blanks inside tags may be written as character references */
} Scanner;

/* The text is valid UTF-8 from its first tag on. */
void scan_start(Scanner *scanner, const char *text, gsize length, bool html);

/* Moves past the next opening delimiter. False where there is none. */
bool scan_next_tag(Scanner *scanner);
/* Reads the character if it comes next, after blanks. */
bool scan_take(Scanner *scanner, char character);
/* Whether the tag ends here; of {{{x}}} with one brace more. */
bool scan_at_close(Scanner *scanner, bool triple);

bool scan_close(Scanner *scanner, bool triple, bool filters_fit, GError **error);
bool scan_comment(Scanner *scanner, GError **error);
/* A dotted name, or "." alone. */
bool scan_name(Scanner *scanner, Span *name, GError **error);
/* Letters; none at all gives an empty span. */
Span scan_letters(Scanner *scanner);
bool scan_at_digit(Scanner *scanner);
Span scan_digits(Scanner *scanner);
/* A text in quotes; a backslash stands before a quote or a backslash. In HTML the quotes may be character references,
 * as editors write them ({{name | default: &quot;there&quot;}}), and those inside are read. Free with g_free. */
bool scan_quoted(Scanner *scanner, char **text, GError **error);
/* New delimiters up to the end of their tag; they hold from then on. */
bool scan_delimiters(Scanner *scanner, GError **error);

/* From 1, columns in characters. */
guint scan_line(const char *text, const char *at);
guint scan_column(const char *text, const char *at);
/* Both return false. The second says by itself what was found: what comes next. */
bool scan_fail(const Scanner *scanner, const char *at, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
bool scan_expected(const Scanner *scanner, GError **error, const char *expected);
