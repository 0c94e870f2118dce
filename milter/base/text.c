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

/* ---- addresses ---- */

static bool strip_angles(const char **path, gsize *length) {
    gsize whole = *length;
    while (*length >= 2 && (*path)[0] == '<' && (*path)[*length - 1] == '>') {
        (*path)++;
        *length -= 2;
    }
    return *length < whole;
}

/* The source route that RFC 5321 (appendix C) has everybody ignore. */
static void strip_route(const char **path, gsize *length) {
    const char *colon = **path == '@' ? memchr(*path, ':', *length) : NULL;
    if (colon) {
        *length -= (gsize)(colon + 1 - *path);
        *path = colon + 1;
    }
}

/* Behind the quoted string or comment that begins here, or the end where it has none. */
static const char *skip_enclosed(const char *text, const char *end, char close) {
    for (text++; text < end && *text != close; text++)
        if (*text == '\\' && text + 1 < end)
            text++;
    return text < end ? text + 1 : end;
}

/* Of what MTAs take besides RFC 5321 (comments, blanks, a backslash before a letter) only the mailbox is left. */
static char *mailbox_of(const char *text, gsize length) {
    const char *end = text + length;
    GString *mailbox = g_string_sized_new(length);
    while (text < end) {
        const char *next = text + 1;
        if (*text == '"')
            g_string_append_len(mailbox, text, (next = skip_enclosed(text, end, '"')) - text);
        else if (*text == '(')
            next = skip_enclosed(text, end, ')');
        else if (*text == '\\' && next < end)
            g_string_append_c(mailbox, *next++);
        else if (!g_ascii_isspace(*text))
            g_string_append_c(mailbox, *text);
        text = next;
    }
    return g_string_free(mailbox, FALSE);
}

char *address_of_path(const char *path) {
    gsize length = strlen(path);
    bool written = strip_angles(&path, &length);
    strip_route(&path, &length);
    return written ? mailbox_of(path, length) : g_strndup(path, length);
}

static bool is_quoted(const char *local, gsize length) {
    return length >= 2 && local[0] == '"' && local[length - 1] == '"';
}

static bool needs_quotes(const char *local) {
    if (!*local || *local == '.' || g_str_has_suffix(local, ".") || strstr(local, ".."))
        return true;
    for (; *local; local++)
        if ((guchar)*local <= ' ' || strchr("\"(),:;<>@[\\]\x7f", *local))
            return true;
    return false;
}

static char *unquoted(const char *local, gsize length) {
    GString *plain = g_string_sized_new(length);
    bool quoted = is_quoted(local, length);
    for (const char *c = local + quoted; c < local + length - quoted; c++) {
        if (quoted && *c == '\\' && c + 1 < local + length - 1)
            c++;
        g_string_append_c(plain, *c);
    }
    return g_string_free(plain, FALSE);
}

/* In quotes where it needs them, and only there, it is the same mailbox (RFC 5321, 4.1.2). */
static void append_local_part(GString *out, const char *local, gsize length) {
    g_autofree char *plain = unquoted(local, length);
    if (length == 0 || !needs_quotes(plain)) {
        g_string_append(out, plain);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *c = plain; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
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
    g_autofree char *mailbox = address_of_path(address);
    g_autofree char *lowered = lower(mailbox, strlen(mailbox));
    char *at = strrchr(lowered, '@');
    if (!at)
        return g_steal_pointer(&lowered);
    GString *canonical = g_string_sized_new(strlen(lowered) + 1);
    append_local_part(canonical, lowered, (gsize)(at - lowered));
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
