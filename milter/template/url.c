/* A value may fill a piece of a URL, never choose where it leads: so the template itself has to say scheme and host.
 * Where a value is all of a URL, as applications write it, a page or an address may be named but no program. */
#include "url.h"

#include <string.h>

#define UNRESERVED "-._~"
#define RESERVED ":/?#[]@!$&'()*+;=%"

static bool is_slash(char character) {
    return character == '/' || character == '\\';
}

static bool is_separator(char character) {
    return is_slash(character) || character == '?' || character == '#';
}

static UrlState after_scheme(const char *scheme) {
    static const char *const scripts[] = {"javascript", "vbscript", "data", NULL};
    static const char *const opaque[] = {"mailto", "tel", "sms", "cid", NULL};
    if (g_strv_contains(scripts, scheme))
        return URL_SCRIPT;
    return g_strv_contains(opaque, scheme) ? URL_OPAQUE : URL_AFTER_SCHEME;
}

static UrlState walk_scheme(char scheme[URL_SCHEME_BYTES], char character) {
    gsize length = strlen(scheme);
    if (character == ':')
        return after_scheme(scheme);
    if (is_separator(character))
        return URL_PART;
    if (length + 1 < URL_SCHEME_BYTES)
        scheme[length] = g_ascii_tolower(character);
    return URL_SCHEME;
}

UrlState url_walk(UrlState url, char scheme[URL_SCHEME_BYTES], char character) {
    switch (url) {
    case URL_START:
        if (g_ascii_isspace(character))
            return URL_START;
        return is_slash(character) ? URL_SLASH : walk_scheme(scheme, character);
    case URL_SCHEME:
        return walk_scheme(scheme, character);
    case URL_AFTER_SCHEME:
        return is_slash(character) ? URL_SLASHES : URL_OPAQUE;
    case URL_SLASH:
        return is_slash(character) ? URL_SLASHES : URL_PART;
    case URL_SLASHES:
        return is_slash(character) ? URL_SLASHES : URL_HOST;
    case URL_HOST:
        return is_separator(character) ? URL_PART : URL_HOST;
    default:
        return url;
    }
}

UrlState url_pass_value(UrlState url) {
    if (url == URL_START)
        return URL_HOST;
    return url == URL_SCHEME || url == URL_SLASH ? URL_PART : url;
}

static bool decides_host(UrlState url) {
    return url == URL_AFTER_SCHEME || url == URL_SLASHES || url == URL_HOST;
}

UrlState url_join(UrlState a, UrlState b) {
    if (a == b)
        return a;
    if (a == URL_SCRIPT || b == URL_SCRIPT)
        return URL_SCRIPT;
    return decides_host(a) || decides_host(b) ? URL_HOST : URL_PART;
}

Place url_place(UrlState url, Place place) {
    switch (url) {
    case URL_START:
        place.kind = PLACE_URL;
        place.fault = "found a value as a whole URL, expected scheme and host in the template, as in "
                      "https://www.example/{{…}}";
        break;
    case URL_AFTER_SCHEME:
    case URL_SLASHES:
    case URL_HOST:
        place.kind = PLACE_NOWHERE;
        place.fault = "found a value in the host of a URL, expected scheme and host in the template";
        break;
    case URL_SCRIPT:
        place.kind = PLACE_NOWHERE;
        place.fault = "found a value in a URL that is a program or a document, expected none there";
        break;
    case URL_OPAQUE:
        place.kind = PLACE_URL_OPAQUE;
        break;
    default:
        place.kind = PLACE_URL_PART;
        break;
    }
    return place;
}

/* ---- values ---- */

static void append_byte(GString *out, guchar byte) {
    static const char digits[] = "0123456789ABCDEF";
    const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
    g_string_append_len(out, encoded, sizeof encoded);
}

static void append_encoded(GString *out, const char *value, const char *kept) {
    for (; *value; value++) {
        if (g_ascii_isalnum(*value) || strchr(UNRESERVED, *value) || strchr(kept, *value))
            g_string_append_c(out, *value);
        else
            append_byte(out, (guchar)*value);
    }
}

void url_append_part(GString *out, const char *value, const char *kept) {
    append_encoded(out, value, kept);
}

/* A host is a letter, digit or bracket to begin with: https:///evil.example leads to evil.example in browsers. */
static bool names_host(const char *value, const char *scheme) {
    gsize length = strlen(scheme);
    if (g_ascii_strncasecmp(value, scheme, length) != 0)
        return false;
    guchar first = (guchar)value[length];
    return g_ascii_isalnum(first) || first == '[' || first >= 0x80;
}

static bool is_let_through(const char *value) {
    return names_host(value, "https://") || names_host(value, "http://") || names_host(value, "tel:") ||
           g_str_has_prefix(value, "tel:+") || g_ascii_strncasecmp(value, "mailto:", strlen("mailto:")) == 0;
}

bool url_append_whole(GString *out, const char *value, bool in_list) {
    g_autofree char *bare = g_strstrip(g_strdup(value));
    if (!is_let_through(bare))
        return false;
    append_encoded(out, bare, in_list ? RESERVED : RESERVED ",");
    return true;
}
