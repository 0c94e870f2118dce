/* Plain text has no elements, only habits: an empty line ends a paragraph, a line of its own in brackets or with an
 * arrow is a button, a short line over a longer paragraph is a heading. Lines that are wrapped in mid-sentence belong
 * together. What an answer quotes ("Karl wrote:", lines with ">") somebody else has said. */
#include "document.h"

#include <string.h>

#define BUTTON_BYTES_MAX 80
#define WRAPPED_BYTES_MIN 50 /* a line at least so long that ends without a stop goes on in the next one */

typedef struct {
    const char *text;
    gsize length;
} Line;

static Line line_trim(const char *start, const char *end) {
    while (start < end && g_ascii_isspace(*start))
        start++;
    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    return (Line){start, (gsize)(end - start)};
}

static bool has_prefix(Line line, const char *prefix) {
    return line.length > strlen(prefix) && memcmp(line.text, prefix, strlen(prefix)) == 0;
}

static bool has_suffix(Line line, const char *suffix) {
    gsize length = strlen(suffix);
    return line.length > length && memcmp(line.text + line.length - length, suffix, length) == 0;
}

static bool is_link(Line line) {
    return has_prefix(line, "http://") || has_prefix(line, "https://") || has_prefix(line, "<http");
}

/* "[Order now]", "→ Order now", "Order now >>", "Order now: https://…" */
static bool is_button(Line line) {
    static const char *const leads[] = {"→", "➡", "👉", "▶", ">>", "»", "=>"};
    static const char *const tails[] = {"→", "➡", ">>", "»", "›"};
    if (line.length > BUTTON_BYTES_MAX)
        return false;
    if (line.text[0] == '[' && has_suffix(line, "]"))
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(leads); i++) {
        if (has_prefix(line, leads[i]))
            return true;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        if (has_suffix(line, tails[i]))
            return true;
    }
    return false;
}

static bool is_wrapped(Line line) {
    return line.length >= WRAPPED_BYTES_MIN && !strchr(".!?:;", line.text[line.length - 1]);
}

static void flush(Document *document, GString *paragraph) {
    document_add(document, (Block){AREA_BODY, false}, paragraph->str, paragraph->len);
    g_string_truncate(paragraph, 0);
}

static void read_line(Document *document, GString *paragraph, Line line) {
    if (is_link(line))
        document->links++;
    if (line.length == 0) {
        flush(document, paragraph);
    } else if (is_button(line)) {
        flush(document, paragraph);
        document_add(document, (Block){AREA_BUTTON, false}, line.text, line.length);
    } else {
        g_string_append_len(paragraph, line.text, (gssize)line.length);
        g_string_append_c(paragraph, is_wrapped(line) ? ' ' : '\n');
    }
}

void plain_read(Document *document, const char *text, gsize length) {
    g_autoptr(GString) paragraph = g_string_new(NULL);
    const char *end = text + length;
    bool introduced = false; /* by the line before: a quotation, or more of it */
    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        Line line = line_trim(text, newline ? newline : end);
        bool quoted = introduced && line.length > 0 && line.text[0] == '>';
        if (line.length > 0)
            introduced = quoted || line.text[line.length - 1] == ':';
        if (!quoted)
            read_line(document, paragraph, line);
        text = newline ? newline + 1 : end;
    }
    flush(document, paragraph);
}
