/* Globs, addresses, identifiers. Case is folded character by character and never by the process's locale: under a
 * Turkish one, "INFO@" would otherwise become another customer. */
#include "base/text.h"

#include <string.h>
#include <sys/random.h>

#define LONGEST_ADDRESS 320 /* RFC 3696: 64 before the at sign, 255 after it */
#define LONGEST_WORD 64

static bool is_continuation(char byte) {
    return ((guchar)byte & 0xC0) == 0x80;
}

static const char *skip_character(const char *text) {
    do
        text++;
    while (is_continuation(*text));
    return text;
}

/* Only the last '*' has ever to be tried again: what stands before it has matched as early as it can. */
bool glob_matches(const char *pattern, const char *text) {
    const char *star = NULL, *resume = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            resume = text;
        } else if (*pattern == '?') {
            pattern++;
            text = skip_character(text);
        } else if (*pattern != '\0' && g_ascii_tolower(*pattern) == g_ascii_tolower(*text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

bool glob_matches_any(char *const *patterns, const char *text) {
    for (; patterns != NULL && *patterns != NULL; patterns++)
        if (glob_matches(*patterns, text))
            return true;
    return false;
}

static char *lower(const char *text, gsize length) {
    if (!g_utf8_validate(text, (gssize)length, NULL))
        return g_ascii_strdown(text, (gssize)length);
    GString *lowered = g_string_sized_new(length);
    for (const char *c = text; c < text + length; c = g_utf8_next_char(c))
        g_string_append_unichar(lowered, g_unichar_tolower(g_utf8_get_char(c)));
    return g_string_free(lowered, FALSE);
}

char *address_canonical(const char *address) {
    gsize length = strlen(address);
    if (length >= 2 && address[0] == '<' && address[length - 1] == '>')
        return lower(address + 1, length - 2);
    return lower(address, length);
}

bool address_is_plausible(const char *address) {
    const char *at = strrchr(address, '@');
    if (at == NULL || at == address || at[1] == '\0' || strlen(address) > LONGEST_ADDRESS)
        return false;
    if (!g_utf8_validate(address, -1, NULL))
        return false;
    for (const char *c = address; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        if (g_unichar_isspace(character) || g_unichar_iscntrl(character))
            return false;
    }
    return true;
}

char *identifier_new(gint64 second) {
    guint64 random;
    ssize_t length = getrandom(&random, sizeof random, 0);
    g_assert(length == (ssize_t)sizeof random); /* getrandom(2): up to 256 bytes come whole */
    return g_strdup_printf("%08x%016" G_GINT64_MODIFIER "x", (guint32)second, random);
}

bool text_is_word(const char *text) {
    gsize length = 0;
    for (; text[length] != '\0'; length++)
        if (length == LONGEST_WORD || (!g_ascii_isalnum(text[length]) && strchr("._-", text[length]) == NULL))
            return false;
    return length > 0;
}
