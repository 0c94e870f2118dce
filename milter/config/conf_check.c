/* The forms of single values. Whether a host resolves or a user exists is for those who need it to find out: a
 * configuration can be checked on another machine. */
#include "conf_check.h"

#include "base/text.h"

#include <glib.h>
#include <string.h>

#define GLOB_MAX 1000

bool conf_check_any(const char *text) {
    (void)text;
    return true;
}

bool conf_check_name(const char *text) {
    return *text;
}

static bool is_visible(const char *text, gsize length) {
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isspace(text[i]) || g_ascii_iscntrl(text[i]))
            return false;
    return length > 0;
}

bool conf_check_glob(const char *text) {
    gsize length = strlen(text);
    return length <= GLOB_MAX && is_visible(text, length);
}

bool conf_check_ip_glob(const char *text) {
    return conf_check_glob(text) && text[strspn(text, "0123456789abcdefABCDEF.:*?")] == '\0';
}

bool conf_check_header(const char *text) {
    const char *colon = strchr(text, ':');
    if (!colon || colon == text)
        return false;
    for (const char *at = text; at < colon; at++)
        if (!g_ascii_isgraph(*at))
            return false;
    const char *glob = colon + 1 + strspn(colon + 1, " ");
    return *glob && strlen(glob) <= GLOB_MAX;
}

bool conf_check_address(const char *text) {
    return g_hostname_is_ip_address(text);
}

static bool is_port(const char *text) {
    return g_ascii_string_to_unsigned(text, 10, 1, 65535, NULL, NULL);
}

static bool is_host(const char *text, gsize length) {
    if (!is_visible(text, length))
        return false;
    bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';
    return bracketed || !memchr(text, ':', length);
}

bool conf_check_server(const char *text) {
    const char *colon = strrchr(text, ':');
    return colon && is_host(text, (gsize)(colon - text)) && is_port(colon + 1);
}

static bool is_inet_socket(const char *text) {
    const char *at = strchr(text, '@');
    if (!at || !is_visible(at + 1, strlen(at + 1)))
        return false;
    g_autofree char *port = g_strndup(text, (gsize)(at - text));
    return is_port(port);
}

static const char *after(const char *text, const char *prefix) {
    return g_str_has_prefix(text, prefix) ? text + strlen(prefix) : NULL;
}

bool conf_check_socket(const char *text) {
    const char *path = after(text, "unix:");
    if (path)
        return *path;
    const char *inet = after(text, "inet:");
    if (!inet)
        inet = after(text, "inet6:");
    return inet && is_inet_socket(inet);
}

bool conf_check_store(const char *text) {
    const char *path = after(text, "sqlite:");
    return path && *path;
}

bool conf_check_absolute(const char *text) {
    return g_path_is_absolute(text);
}

bool conf_check_user(const char *text) {
    return text_is_word(text) && !g_str_equal(text, "root");
}

bool conf_check_attribute(const char *text) {
    return text_is_word(text) || g_str_equal(text, "*");
}

bool conf_check_locale(const char *text) {
    return g_regex_match_simple("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$", text, G_REGEX_DOLLAR_ENDONLY, 0);
}
