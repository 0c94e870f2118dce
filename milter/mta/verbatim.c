/* libESMTP is made for mail clients: while it sends a message it reads the header, adds the Date, From and Message-Id
 * that it misses, drops what a client has no business to send, and keeps only the first of the fields that may stand
 * once. It offers no switch for this, so we reckon beforehand what it would do (headers.c and htable.c of 1.1.0) and
 * give it only what it leaves alone, but for what Postfix itself does to mail of its own host: it adds a missing Date
 * or From and drops Return-Path. libESMTP's lookup by the part up to the first dash makes every Original- field a case
 * of Original-Recipient. */
#include "verbatim.h"

#include <string.h>

static const char *const once_fields[] = {
    "Message-Id", "Date", "From", "Sender", "To", "Cc", "Bcc", "Reply-To", "Disposition-Notification-To"};
#define MESSAGE_ID 0

static const char *const dropped_fields[] = {"Resent-Reply-To"};
#define DROPPED_PREFIX "Original-"

static bool newlines_are_crlf(const char *bytes, gsize length) {
    const char *end = bytes + length;
    for (const char *at = bytes; (at = memchr(at, '\n', end - at)) != NULL; at++)
        if (at == bytes || at[-1] != '\r')
            return false;
    return true;
}

/* Where the field that begins at start ends, with the lines folded into it; the length where there is no newline. */
static gsize field_end(const char *bytes, gsize start, gsize length) {
    do {
        const char *newline = memmem(bytes + start, length - start, "\r\n", 2);
        if (newline == NULL)
            return length;
        start = newline + 2 - bytes;
    } while (start < length && (bytes[start] == ' ' || bytes[start] == '\t'));
    return start;
}

static bool name_is(const char *name, gsize length, const char *other) {
    return length == strlen(other) && g_ascii_strncasecmp(name, other, length) == 0;
}

static bool name_is_dropped(const char *name, gsize length) {
    for (gsize i = 0; i < G_N_ELEMENTS(dropped_fields); i++)
        if (name_is(name, length, dropped_fields[i]))
            return true;
    return length >= strlen(DROPPED_PREFIX) && g_ascii_strncasecmp(name, DROPPED_PREFIX, strlen(DROPPED_PREFIX)) == 0;
}

/* Adds the field to the set of those seen; false where libESMTP would drop it. */
static bool field_stays(const char *field, gsize length, guint *seen) {
    const char *colon = memchr(field, ':', length);
    if (colon == NULL)
        return true;
    gsize name_length = colon - field;
    if (memchr(field, '\0', name_length) != NULL || name_is_dropped(field, name_length))
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(once_fields); i++) {
        if (!name_is(field, name_length, once_fields[i]))
            continue;
        if (*seen & 1u << i)
            return false;
        *seen |= 1u << i;
    }
    return true;
}

/* Walks over the header; false where it has no end or a field would be dropped. */
static bool fields_stay(const char *bytes, gsize length, guint *seen) {
    gsize at = 0;
    while (length - at >= 2 && memcmp(bytes + at, "\r\n", 2) != 0) {
        gsize end = field_end(bytes, at, length);
        if (!field_stays(bytes + at, end - at, seen))
            return false;
        at = end;
    }
    return length - at >= 2;
}

bool verbatim_by_esmtp(GBytes *raw, bool *lacks_message_id) {
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    guint seen = 0;
    if (length == 0 || length > G_MAXINT || *bytes == ' ' || *bytes == '\t')
        return false;
    if (!newlines_are_crlf(bytes, length) || !fields_stay(bytes, length, &seen))
        return false;
    *lacks_message_id = !(seen & 1u << MESSAGE_ID);
    return true;
}
