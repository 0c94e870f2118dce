/* One decoder for everything: it goes character by character and notes for each how many bytes it came from, so that a
 * place in the text is a place in the mail. That works where a character's bytes mean the same wherever they stand.
 * Charsets that switch by escapes (ISO-2022, UTF-7, HZ) or whose ASCII is not ASCII (UTF-16) are read in one go, and a
 * part in them is written anew if changed. */
#include "charset.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <iconv.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define LONGEST_CHARACTER 8        /* bytes, in any charset that iconv knows */
#define NO_ICONV ((iconv_t)-1)

typedef enum { KIND_ASCII, KIND_UTF8, KIND_UNKNOWN, KIND_MAPPABLE, KIND_WHOLE } Kind;

struct Charset {
    Kind kind;
    const char *name; /* what GMime calls it for iconv; static or interned by GMime */
    iconv_t decoder;  /* of KIND_MAPPABLE and KIND_WHOLE */
};

/* glibc's own Shift_JIS reads '~' and '\' as other characters, which no mail program does. */
static const char *iconv_name(const char *name) {
    if (g_ascii_strcasecmp(name, "shift_jis") == 0 || g_ascii_strcasecmp(name, "x-sjis") == 0)
        return "CP932";
    return g_mime_charset_iconv_name(name);
}

static void reset(iconv_t conversion) {
    iconv(conversion, NULL, NULL, NULL, NULL);
}

/* Whether all of ASCII, escapes and shifts included, stands for itself. */
static bool keeps_ascii(iconv_t decoder) {
    char ascii[128], decoded[4 * sizeof ascii];
    for (gsize i = 0; i < sizeof ascii; i++)
        ascii[i] = (char)i;
    char *in = ascii, *out = decoded;
    gsize in_left = sizeof ascii, out_left = sizeof decoded;
    gsize result = iconv(decoder, &in, &in_left, &out, &out_left);
    reset(decoder);
    return result == 0 && out_left == sizeof decoded - sizeof ascii && memcmp(ascii, decoded, sizeof ascii) == 0;
}

static Kind kind_of(const char *name, iconv_t decoder) {
    if (decoder == NO_ICONV)
        return KIND_UNKNOWN;
    /* ISO-2022's escapes are longer than one byte, and so pass the probe. */
    return strstr(name, "2022") == NULL && keeps_ascii(decoder) ? KIND_MAPPABLE : KIND_WHOLE;
}

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names != NULL; names++) {
        if (g_ascii_strcasecmp(name, *names) == 0)
            return true;
    }
    return false;
}

Charset *charset_open(const char *name) {
    static const char *const ascii[] = {"us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us", NULL};
    static const char *const utf8[] = {"utf-8", "utf8", NULL};
    Charset *charset = g_new0(Charset, 1);
    charset->decoder = NO_ICONV;
    if (name == NULL || *name == '\0' || is_one_of(name, ascii)) {
        charset->kind = KIND_ASCII;
    } else if (is_one_of(name, utf8)) {
        charset->kind = KIND_UTF8;
    } else {
        charset->name = iconv_name(name);
        charset->decoder = iconv_open("UTF-8", charset->name);
        charset->kind = kind_of(charset->name, charset->decoder);
    }
    return charset;
}

void charset_free(Charset *charset) {
    if (charset == NULL)
        return;
    if (charset->decoder != NO_ICONV)
        iconv_close(charset->decoder);
    g_free(charset);
}

bool charset_is_mappable(const Charset *charset) {
    return charset->kind != KIND_WHOLE;
}

bool charset_is_ascii(const Charset *charset) {
    return charset->kind == KIND_ASCII;
}

bool charset_is_known(const Charset *charset) {
    return charset->kind != KIND_UNKNOWN;
}

static void append_unknown_byte(GString *text, OffsetMap *map) {
    g_string_append(text, REPLACEMENT);
    offset_map_add(map, strlen(REPLACEMENT), 1, 1);
}

static void append_literally(GString *text, OffsetMap *map, const char *bytes, gsize length) {
    g_string_append_len(text, bytes, (gssize)length);
    offset_map_add(map, 1, 1, length);
}

static void decode_utf8(const char *bytes, gsize length, GString *text, OffsetMap *map) {
    for (const char *at = bytes, *end = bytes + length; at < end;) {
        const char *valid;
        g_utf8_validate_len(at, (gsize)(end - at), &valid);
        append_literally(text, map, at, (gsize)(valid - at));
        if (valid < end && *valid == '\0')
            append_literally(text, map, valid, 1);
        else if (valid < end)
            append_unknown_byte(text, map);
        at = valid + 1;
    }
}

/* Decodes the one character that begins here and returns how many bytes it took, 0 where none begins. Some decoders
 * keep a character back that the next one may combine with; the second call makes them give it. */
static gsize decode_character(iconv_t decoder, const char *bytes, gsize length, GString *text, OffsetMap *map) {
    for (gsize taken = 1; taken <= MIN(length, LONGEST_CHARACTER); taken++) {
        char decoded[4 * LONGEST_CHARACTER], *in = (char *)bytes, *out = decoded;
        gsize in_left = taken, out_left = sizeof decoded;
        if (iconv(decoder, &in, &in_left, &out, &out_left) == (gsize)-1) {
            bool incomplete = errno == EINVAL;
            reset(decoder);
            if (incomplete)
                continue;
            return 0;
        }
        iconv(decoder, NULL, NULL, &out, &out_left);
        gsize given = sizeof decoded - out_left;
        g_string_append_len(text, decoded, (gssize)given);
        offset_map_add(map, (guint)given, (guint)taken, 1);
        return taken;
    }
    return 0;
}

static void decode_mappable(iconv_t decoder, const char *bytes, gsize length, GString *text, OffsetMap *map) {
    for (gsize at = 0; at < length;) {
        gsize ascii = at;
        while (ascii < length && (guint8)bytes[ascii] < 0x80)
            ascii++;
        append_literally(text, map, bytes + at, ascii - at);
        at = ascii;
        if (at == length)
            break;
        gsize taken = decode_character(decoder, bytes + at, length - at, text, map);
        if (taken == 0)
            append_unknown_byte(text, map);
        at += MAX(taken, 1);
    }
}

static void decode_whole(iconv_t decoder, const char *bytes, gsize length, GString *text) {
    char decoded[4096], *in = (char *)bytes;
    bool done = false;
    while (!done) {
        char *out = decoded;
        gsize out_left = sizeof decoded;
        done = length == 0;
        gsize result = iconv(decoder, done ? NULL : &in, &length, &out, &out_left);
        bool full = result == (gsize)-1 && errno == E2BIG;
        g_string_append_len(text, decoded, out - decoded);
        if (result == (gsize)-1 && !full && length > 0) {
            g_string_append(text, REPLACEMENT);
            in++;
            length--;
        }
    }
    reset(decoder);
}

char *charset_decode(Charset *charset, const char *bytes, gsize length, OffsetMap *map, gsize *decoded) {
    GString *text = g_string_sized_new(length);
    if (charset->kind == KIND_MAPPABLE)
        decode_mappable(charset->decoder, bytes, length, text, map);
    else if (charset->kind == KIND_WHOLE)
        decode_whole(charset->decoder, bytes, length, text);
    else
        decode_utf8(bytes, length, text, map);
    *decoded = text->len;
    return g_string_free(text, FALSE);
}

static char *encode_by_iconv(const char *name, const char *text) {
    iconv_t encoder = iconv_open(name, "UTF-8");
    if (encoder == NO_ICONV)
        return NULL;
    gsize in_left = strlen(text), size = 2 * in_left + LONGEST_CHARACTER, out_left = size;
    g_autofree char *encoded = g_malloc(size + 1);
    char *in = (char *)text, *out = encoded;
    bool exact =
        iconv(encoder, &in, &in_left, &out, &out_left) == 0 && iconv(encoder, NULL, NULL, &out, &out_left) == 0;
    iconv_close(encoder);
    if (!exact)
        return NULL;
    *out = '\0';
    return g_steal_pointer(&encoded);
}

char *charset_encode(Charset *charset, const char *text) {
    if (charset->kind == KIND_UTF8 || g_str_is_ascii(text))
        return g_strdup(text);
    return charset->kind == KIND_MAPPABLE ? encode_by_iconv(charset->name, text) : NULL;
}
