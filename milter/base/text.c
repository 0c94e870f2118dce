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
    bool ascii = true;
    for (const char *c = text; c < text + length; c = g_utf8_next_char(c)) {
        ascii = ascii && (guchar)*c < 0x80;
        g_string_append_unichar(lowered, g_unichar_tolower(g_utf8_get_char(c)));
    }
    g_autofree char *composed = ascii ? NULL : g_utf8_normalize(lowered->str, -1, G_NORMALIZE_NFC);
    if (!composed)
        return g_string_free(lowered, FALSE);
    g_string_free(lowered, TRUE);
    return g_steal_pointer(&composed);
}

/* What is around the mailbox: angles, and the source route that RFC 5321 (appendix C) has everybody ignore. */
static void strip_path(const char **address, gsize *length) {
    if (*length >= 2 && (*address)[0] == '<' && (*address)[*length - 1] == '>') {
        (*address)++;
        *length -= 2;
    }
    const char *colon = **address == '@' ? memchr(*address, ':', *length) : NULL;
    if (colon) {
        *length -= (gsize)(colon + 1 - *address);
        *address = colon + 1;
    }
}

static bool is_quoted(const char *local, gsize length) {
    return length >= 2 && local[0] == '"' && local[length - 1] == '"';
}

/* A local part in quotes that needs none is the same mailbox without them (RFC 5321, 4.1.2). */
static bool needs_quotes(const char *local, gsize length) {
    if (length == 0 || local[0] == '.' || local[length - 1] == '.')
        return true;
    for (gsize i = 0; i < length; i++)
        if ((guchar)local[i] <= ' ' || strchr("\"(),:;<>@[\\]\x7f", local[i]) ||
            (local[i] == '.' && local[i + 1] == '.'))
            return true;
    return false;
}

/* The domain's dot at the end says what all know; xn-- is the other way to write letters that are not ASCII. */
static void append_domain(GString *out, const char *domain) {
    g_string_append_c(out, '@');
    g_autofree char *written = strstr(domain, "xn--") ? g_hostname_to_unicode(domain) : NULL;
    g_string_append(out, written ? written : domain);
    if (out->str[out->len - 1] == '.')
        g_string_truncate(out, out->len - 1);
}

char *address_canonical(const char *address) {
    gsize length = strlen(address);
    strip_path(&address, &length);
    g_autofree char *lowered = lower(address, length);
    char *at = strrchr(lowered, '@');
    if (!at)
        return g_steal_pointer(&lowered);
    const char *local = lowered;
    gsize local_length = (gsize)(at - local);
    if (is_quoted(local, local_length) && !needs_quotes(local + 1, local_length - 2)) {
        local++;
        local_length -= 2;
    }
    GString *canonical = g_string_sized_new(strlen(lowered) + 1);
    g_string_append_len(canonical, local, (gssize)local_length);
    append_domain(canonical, at + 1);
    return g_string_free(canonical, FALSE);
}

bool address_is_plausible(const char *address) {
    const char *at = strrchr(address, '@');
    if (at == NULL || at == address || at[1] == '\0' || strlen(address) > LONGEST_ADDRESS)
        return false;
    if (!g_utf8_validate(address, -1, NULL))
        return false;
    bool quoted = is_quoted(address, (gsize)(at - address));
    for (const char *c = address; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        if (quoted && c < at && character == ' ')
            continue;
        if (g_unichar_isspace(character) || g_unichar_iscntrl(character))
            return false;
    }
    return true;
}

char *identifier_new(gint64 second) {
    guint64 random;
    ssize_t length = getrandom(&random, sizeof random, 0);
    g_assert(length == (ssize_t)sizeof random); /* getrandom(2): up to 256 bytes come whole */
    guint32 microsecond = (guint32)(g_get_real_time() % G_USEC_PER_SEC);
    return g_strdup_printf("%08x%05x%011" G_GINT64_MODIFIER "x", (guint32)second, microsecond, random >> 20);
}

bool text_is_word(const char *text) {
    gsize length = 0;
    for (; text[length] != '\0'; length++)
        if (length == LONGEST_WORD || (!g_ascii_isalnum(text[length]) && strchr("._-", text[length]) == NULL))
            return false;
    return length > 0;
}
