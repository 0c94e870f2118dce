/* Both libESMTP and sendmail(1) take ENVID and ORCPT as plain text and encode it themselves, while the envelope keeps
 * them as the client wrote them. What is not decoded here would leave encoded twice. */
#include "xtext.h"

#include <stdbool.h>

static bool is_plain(char c) {
    return c > ' ' && c < 127 && c != '+' && c != '=';
}

char *xtext_decode(const char *xtext) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *at = xtext; *at != '\0'; at++) {
        if (is_plain(*at)) {
            g_string_append_c(text, *at);
            continue;
        }
        if (*at != '+' || !g_ascii_isxdigit(at[1]) || !g_ascii_isxdigit(at[2]))
            return NULL;
        char decoded = (char)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]));
        if (decoded == '\0')
            return NULL;
        g_string_append_c(text, decoded);
        at += 2;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gsize xtext_length(const char *text) {
    gsize length = 0;
    for (; *text != '\0'; text++)
        length += is_plain(*text) ? 1 : 3;
    return length;
}
