/* libConfuse 3.3 reads what is well written, but its lexer has traps that an admin would fall into, so the text passes
 * here first. It drops characters that it does not know, so that an unquoted *@example.com becomes @example.com. It
 * counts each comment as two lines too many, and errors would name wrong lines. It lets a string run on over lines up
 * to the next quote, wherever that is, and at the end of the file it stays inside the string. This is no parser: it
 * tells comments, strings and words apart, as the lexer does, and leaves their meaning to it. */
#include "conf_file.h"

#include "conf_error.h"

#include "base/error.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
/* Where a word ends for libConfuse's lexer. */
#define WORD_END " #\"'\t\n\r={}()+,*"

typedef struct {
    char *at; /* ends with NUL */
    int line;
    guint depth;   /* open braces */
    int open_line; /* of the outermost of them */
    const char *path;
    GError **error;
} Scan;

char *conf_file_load(const char *path, gsize *length, GError **error) {
    g_autofree char *text = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &text, &size, error))
        return NULL;
    if (size > CONF_FILE_MAX) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "'%s' is larger than %d bytes", path, CONF_FILE_MAX);
        return NULL;
    }
    *length = size;
    return g_steal_pointer(&text);
}

static bool refuse(const Scan *scan, const char *found, const char *expected) {
    return conf_refuse(scan->error, scan->path, scan->line, "%s was found, %s was expected", found, expected);
}

static bool check_encoding(const char *text, gsize length, const char *path, GError **error) {
    const char *bad;
    if (g_utf8_validate(text, (gssize)length, &bad))
        return true;
    int line = 1;
    for (const char *at = text; at < bad; at++)
        line += *at == '\n';
    return conf_refuse(error, path, line, "a byte 0x%02x that is no text was found, text in UTF-8 was expected",
                       (guint)(guchar)*bad);
}

static bool opens_comment(const char *at) {
    return *at == '#' || (at[0] == '/' && (at[1] == '/' || at[1] == '*'));
}

static void blank_line_comment(Scan *scan) {
    for (; *scan->at && *scan->at != '\n'; scan->at++)
        *scan->at = ' ';
}

static bool blank_block_comment(Scan *scan) {
    char *end = strstr(scan->at + 2, "*/");
    if (!end)
        return refuse(scan, "a comment without an end", "*/");
    for (; scan->at < end + 2; scan->at++) {
        if (*scan->at == '\n')
            scan->line++;
        else
            *scan->at = ' ';
    }
    return true;
}

static bool blank_comment(Scan *scan) {
    if (scan->at[1] == '*' && scan->at[0] == '/')
        return blank_block_comment(scan);
    blank_line_comment(scan);
    return true;
}

static bool check_plain_string(Scan *scan) {
    for (scan->at++; *scan->at != '\''; scan->at++) {
        if (*scan->at == '\0' || *scan->at == '\n')
            return refuse(scan, "a string without an end on its line", "a closing '");
        if (scan->at[0] == '\\' && (scan->at[1] == '\\' || scan->at[1] == '\''))
            scan->at++;
    }
    scan->at++;
    return true;
}

static bool opens_variable(const char *at) {
    return at[0] == '$' && at[1] == '{';
}

static bool check_escape(Scan *scan) {
    scan->at++;
    if (*scan->at && strchr("\"\\nt", *scan->at))
        return true;
    return refuse(scan, "a \\ in a string", "\\\" or \\\\ or \\n or \\t");
}

static bool check_string(Scan *scan) {
    for (scan->at++; *scan->at != '"'; scan->at++) {
        if (*scan->at == '\0' || *scan->at == '\n')
            return refuse(scan, "a string without an end on its line", "a closing \"");
        if (opens_variable(scan->at))
            return refuse(scan, "${ in double quotes", "text without variables, or single quotes around it,");
        if (*scan->at == '\\' && !check_escape(scan))
            return false;
    }
    scan->at++;
    return true;
}

static bool skip_word(Scan *scan) {
    for (; *scan->at && !strchr(WORD_END, *scan->at); scan->at++)
        if (opens_variable(scan->at))
            return refuse(scan, "${", "a value without variables");
    return true;
}

static void count_brace(Scan *scan) {
    if (*scan->at == '{' && scan->depth++ == 0)
        scan->open_line = scan->line;
    if (*scan->at == '}' && scan->depth > 0)
        scan->depth--;
}

static bool check_mark(Scan *scan) {
    if (*scan->at == '*')
        return refuse(scan, "a * outside quotes", "a value in quotes");
    if (*scan->at == '+' && scan->at[1] != '=')
        return refuse(scan, "a + outside quotes", "a value in quotes");
    count_brace(scan);
    scan->line += *scan->at == '\n';
    scan->at++;
    return true;
}

static bool check_token(Scan *scan) {
    if (opens_comment(scan->at))
        return blank_comment(scan);
    if (*scan->at == '"')
        return check_string(scan);
    if (*scan->at == '\'')
        return check_plain_string(scan);
    if (strchr(WORD_END, *scan->at))
        return check_mark(scan);
    return skip_word(scan);
}

/* Some editors put a byte order mark before UTF-8. */
static void blank_byte_order_mark(char *text) {
    if (g_str_has_prefix(text, BYTE_ORDER_MARK))
        memset(text, ' ', strlen(BYTE_ORDER_MARK));
}

bool conf_file_prepare(char *text, gsize length, const char *path, GError **error) {
    if (!check_encoding(text, length, path, error))
        return false;
    blank_byte_order_mark(text);
    Scan scan = {.at = text, .line = 1, .path = path, .error = error};
    while (*scan.at)
        if (!check_token(&scan))
            return false;
    if (scan.depth == 0)
        return true;
    scan.line = scan.open_line;
    return refuse(&scan, "a { that nothing closes", "a }");
}
