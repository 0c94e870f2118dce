/* The scanner reads a tag forwards and never goes back: a closing delimiter inside quotes is text, and "{{" in a style
 * sheet is an error at the first word that cannot belong to a tag. Every byte is looked at a bounded number of times,
 * whatever the text; names and delimiters have a maximum so that comparing with them stays cheap. */
#include "scan.h"

#include "base/error.h"
#include "reference.h"

#include <stdarg.h>
#include <string.h>

#define FOUND_CHARACTERS_MAX 20
#define NO_BREAK_SPACE 0xa0

void scan_start(Scanner *scanner, const char *text, gsize length, bool html) {
    *scanner = (Scanner){.text = text, .end = text + length, .at = text, .tag = text, .html = html};
    scanner->open = (Span){"{{", 2};
    scanner->close = (Span){"}}", 2};
}

/* ---- errors ---- */

guint scan_line(const char *text, const char *at) {
    guint line = 1;
    for (const char *found = text; (found = memchr(found, '\n', (gsize)(at - found))); found++)
        line++;
    return line;
}

guint scan_column(const char *text, const char *at) {
    const char *before = memrchr(text, '\n', (gsize)(at - text));
    const char *start = before ? before + 1 : text;
    return (guint)g_utf8_strlen(start, at - start) + 1;
}

bool scan_fail(const Scanner *scanner, const char *at, GError **error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "line %u, column %u: %s", scan_line(scanner->text, at),
                scan_column(scanner->text, at), what);
    return false;
}

/* The word that comes next, or its beginning. */
static char *found(const Scanner *scanner) {
    const char *end = scanner->at;
    for (int i = 0; i < FOUND_CHARACTERS_MAX && end < scanner->end; i++) {
        gunichar character = g_utf8_get_char(end);
        if (g_unichar_isspace(character) || g_unichar_iscntrl(character))
            break;
        end = g_utf8_next_char(end);
    }
    if (end == scanner->at)
        return g_strdup("a blank or a control character");
    return g_strndup(scanner->at, (gsize)(end - scanner->at));
}

bool scan_expected(const Scanner *scanner, GError **error, const char *expected) {
    if (scanner->at >= scanner->end)
        return scan_fail(scanner, scanner->tag, error, "found %.*s and no end of this tag, expected %s",
                         (int)scanner->open.length, scanner->open.bytes, expected);
    g_autofree char *word = found(scanner);
    return scan_fail(scanner, scanner->at, error, "found %s, expected %s", word, expected);
}

/* ---- the cursor ---- */

static bool starts_with(const Scanner *scanner, Span span) {
    return (gsize)(scanner->end - scanner->at) >= span.length && memcmp(scanner->at, span.bytes, span.length) == 0;
}

/* The character that comes next, which in HTML may be a reference, and how long it is written; 0 at the end. */
static gunichar next_character(const Scanner *scanner, gsize *length) {
    if (scanner->at == scanner->end)
        return 0;
    gunichar reference = scanner->html ? reference_read(scanner->at, (gsize)(scanner->end - scanner->at), length) : 0;
    if (reference)
        return reference;
    *length = (gsize)(g_utf8_next_char(scanner->at) - scanner->at);
    return g_utf8_get_char(scanner->at);
}

/* Editors put no-break spaces where somebody typed two blanks. */
static bool at_blank(const Scanner *scanner, gsize *length) {
    if (scanner->at < scanner->end && g_ascii_isspace(*scanner->at)) {
        *length = 1;
        return true;
    }
    return scanner->at < scanner->end && strchr("&\xc2", *scanner->at) &&
           next_character(scanner, length) == NO_BREAK_SPACE;
}

static void skip_blanks(Scanner *scanner) {
    gsize length;
    while (at_blank(scanner, &length))
        scanner->at += length;
}

static bool skip_past(Scanner *scanner, Span span) {
    const char *next;
    while ((next = memchr(scanner->at, *span.bytes, (gsize)(scanner->end - scanner->at)))) {
        scanner->at = next;
        if (starts_with(scanner, span)) {
            scanner->at += span.length;
            return true;
        }
        scanner->at++;
    }
    scanner->at = scanner->end;
    return false;
}

bool scan_next_tag(Scanner *scanner) {
    if (!skip_past(scanner, scanner->open))
        return false;
    scanner->tag = scanner->at - scanner->open.length;
    return true;
}

bool scan_take(Scanner *scanner, char character) {
    skip_blanks(scanner);
    if (scanner->at == scanner->end || *scanner->at != character)
        return false;
    scanner->at++;
    return true;
}

/* ---- the parts of a tag ---- */

bool scan_at_close(Scanner *scanner, bool triple) {
    skip_blanks(scanner);
    if (!triple)
        return starts_with(scanner, scanner->close);
    Scanner after = *scanner;
    return scan_take(&after, '}') && starts_with(&after, scanner->close);
}

bool scan_close(Scanner *scanner, bool triple, bool filters_fit, GError **error) {
    if (scan_at_close(scanner, triple)) {
        scanner->at += triple + scanner->close.length;
        return true;
    }
    g_autofree char *expected = g_strdup_printf("%s%.*s%s", triple ? "}" : "", (int)scanner->close.length,
                                                scanner->close.bytes, filters_fit ? " or |" : "");
    return scan_expected(scanner, error, expected);
}

bool scan_comment(Scanner *scanner, GError **error) {
    return skip_past(scanner, scanner->close) || scan_close(scanner, false, false, error);
}

static bool name_goes_on(const Scanner *scanner) {
    gsize length;
    return scanner->at < scanner->end && !at_blank(scanner, &length) && !strchr("|\"'{}", *scanner->at) &&
           !starts_with(scanner, scanner->close);
}

static bool has_empty_part(Span name) {
    if (name.length == 1 && *name.bytes == '.')
        return false;
    return *name.bytes == '.' || name.bytes[name.length - 1] == '.' || memmem(name.bytes, name.length, "..", 2);
}

bool scan_name(Scanner *scanner, Span *name, GError **error) {
    skip_blanks(scanner);
    Span read = {scanner->at, 0};
    while (name_goes_on(scanner) && read.length <= SCAN_NAME_MAX) {
        scanner->at++;
        read.length++;
    }
    if (read.length == 0)
        return scan_expected(scanner, error, "a name");
    if (read.length > SCAN_NAME_MAX)
        return scan_fail(scanner, read.bytes, error, "found a name without end, expected at most %d bytes",
                         SCAN_NAME_MAX);
    if (has_empty_part(read))
        return scan_fail(scanner, read.bytes, error, "found %.*s, expected a name between the dots", (int)read.length,
                         read.bytes);
    *name = read;
    return true;
}

Span scan_letters(Scanner *scanner) {
    skip_blanks(scanner);
    Span read = {scanner->at, 0};
    while (scanner->at < scanner->end && g_ascii_isalpha(*scanner->at) && read.length < SCAN_NAME_MAX) {
        scanner->at++;
        read.length++;
    }
    return read;
}

bool scan_at_digit(Scanner *scanner) {
    skip_blanks(scanner);
    return scanner->at < scanner->end && g_ascii_isdigit(*scanner->at);
}

Span scan_digits(Scanner *scanner) {
    skip_blanks(scanner);
    Span read = {scanner->at, 0};
    while (scanner->at < scanner->end && g_ascii_isdigit(*scanner->at) && read.length < SCAN_NAME_MAX) {
        scanner->at++;
        read.length++;
    }
    return read;
}

static bool is_quote(gunichar character) {
    return character == '"' || character == '\'';
}

static bool take_escaped(Scanner *scanner, GString *text, GError **error) {
    gsize length;
    gunichar character = next_character(scanner, &length);
    if (!is_quote(character) && character != '\\')
        return scan_expected(scanner, error, "a quote or a backslash after a backslash");
    g_string_append_unichar(text, character);
    scanner->at += length;
    return true;
}

/* A quote of the same kind ends the text, if it is written in the same way: default: "say &quot;hi&quot;". */
static bool ends_quoted(const Scanner *scanner, const char *opening, gunichar quote, gunichar character) {
    return character == quote && (*scanner->at == '&') == (*opening == '&');
}

static bool read_quoted(Scanner *scanner, const char *opening, gunichar quote, GString *read, GError **error) {
    gsize length;
    gunichar character;
    while ((character = next_character(scanner, &length))) {
        bool ends = ends_quoted(scanner, opening, quote, character);
        scanner->at += length;
        if (ends)
            return true;
        if (character != '\\')
            g_string_append_unichar(read, character);
        else if (!take_escaped(scanner, read, error))
            return false;
    }
    return scan_fail(scanner, opening, error, "found %c and no end of the text in quotes, expected another %c",
                     (char)quote, (char)quote);
}

bool scan_quoted(Scanner *scanner, char **text, GError **error) {
    gsize length;
    skip_blanks(scanner);
    gunichar quote = next_character(scanner, &length);
    if (!is_quote(quote))
        return scan_expected(scanner, error, "a text in quotes");
    const char *opening = scanner->at;
    g_autoptr(GString) read = g_string_new(NULL);
    scanner->at += length;
    if (!read_quoted(scanner, opening, quote, read, error))
        return false;
    *text = g_strndup(read->str, read->len);
    return true;
}

static bool take_delimiter(Scanner *scanner, Span *delimiter, GError **error) {
    skip_blanks(scanner);
    Span read = {scanner->at, 0};
    while (scanner->at < scanner->end && !g_ascii_isspace(*scanner->at) && *scanner->at != '=' &&
           read.length <= SCAN_DELIMITER_MAX) {
        scanner->at++;
        read.length++;
    }
    if (read.length == 0)
        return scan_expected(scanner, error, "two delimiters with a blank between, as in {{=<% %>=}}");
    if (read.length > SCAN_DELIMITER_MAX)
        return scan_fail(scanner, read.bytes, error, "found a delimiter without end, expected at most %d bytes",
                         SCAN_DELIMITER_MAX);
    *delimiter = read;
    return true;
}

bool scan_delimiters(Scanner *scanner, GError **error) {
    Span open, close;
    if (!take_delimiter(scanner, &open, error) || !take_delimiter(scanner, &close, error))
        return false;
    if (!scan_take(scanner, '='))
        return scan_expected(scanner, error, "= after two delimiters");
    if (!scan_close(scanner, false, false, error))
        return false;
    scanner->open = open;
    scanner->close = close;
    return true;
}
