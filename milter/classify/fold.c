/* Case and accents differ between senders, and between a careful and a hasty one, far more than they tell words apart:
 * so both sides of every comparison go without. Decomposition is Unicode's (NFKD); the few letters that have a stroke
 * instead of an accent have none there, and stand in a table. */
#include "fold.h"

#define DECOMPOSED_MAX 18 /* G_UNICHAR_MAX_DECOMPOSITION_LENGTH */
#define SPACELESS_BYTES 3 /* of UTF-8, all those characters */

/* What to write for a letter that decomposes into nothing useful. */
static const struct {
    gunichar letter;
    const char *text;
} strokes[] = {
    {0xdf, "ss"}, {0xe6, "ae"}, {0xf0, "d"},  {0xf8, "o"},   {0xfe, "th"}, {0x111, "d"},
    {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}, {0x167, "t"}, {0x3c2, "\xcf\x83"},
};

static bool append_stroke(GString *out, gunichar letter) {
    for (gsize i = 0; i < G_N_ELEMENTS(strokes); i++) {
        if (strokes[i].letter == letter) {
            g_string_append(out, strokes[i].text);
            return true;
        }
    }
    return false;
}

static bool is_mark(GUnicodeType type) {
    return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK || type == G_UNICODE_FORMAT ||
           type == G_UNICODE_MODIFIER_LETTER;
}

static bool is_symbol(gunichar character, GUnicodeType type) {
    return character == '%' || type == G_UNICODE_CURRENCY_SYMBOL || type == G_UNICODE_OTHER_SYMBOL;
}

static void append_blank(GString *out) {
    if (out->len > 0 && out->str[out->len - 1] != ' ')
        g_string_append_c(out, ' ');
}

static void append_piece(GString *out, gunichar piece) {
    GUnicodeType type = g_unichar_type(piece);
    if (is_mark(type))
        return;
    if (g_unichar_isdigit(piece)) {
        g_string_append_c(out, (char)('0' + g_unichar_digit_value(piece)));
    } else if (g_unichar_isalnum(piece) || type == G_UNICODE_SPACING_MARK) {
        gunichar lower = g_unichar_tolower(piece);
        if (!append_stroke(out, lower))
            g_string_append_unichar(out, lower);
    } else if (is_symbol(piece, type)) {
        append_blank(out);
        g_string_append_unichar(out, piece);
        append_blank(out);
    } else {
        append_blank(out);
    }
}

/* Syllables of Hangul would fall into letters, which helps nobody. */
static bool is_hangul(gunichar character) {
    return character >= 0xac00 && character <= 0xd7a3;
}

static void append_character(GString *out, gunichar character) {
    gunichar pieces[DECOMPOSED_MAX];
    if (is_hangul(character)) {
        g_string_append_unichar(out, character);
        return;
    }
    gsize count = g_unichar_fully_decompose(character, TRUE, pieces, DECOMPOSED_MAX);
    for (gsize i = 0; i < MIN(count, DECOMPOSED_MAX); i++)
        append_piece(out, pieces[i]);
}

static void append_ascii(GString *out, char byte) {
    if (g_ascii_isalnum(byte)) {
        g_string_append_c_inline(out, g_ascii_tolower(byte));
    } else if (byte == '%' || byte == '$') {
        append_blank(out);
        g_string_append_c_inline(out, byte);
        append_blank(out);
    } else {
        append_blank(out);
    }
}

void fold_append(GString *out, const char *text, gsize length) {
    const char *end = text + length;
    append_blank(out);
    while (text < end) {
        if ((guchar)*text < 0x80) {
            append_ascii(out, *text++);
            continue;
        }
        gunichar character = g_utf8_get_char_validated(text, end - text);
        if (character == (gunichar)-1 || character == (gunichar)-2) {
            append_blank(out);
            text++;
        } else {
            append_character(out, character);
            text = g_utf8_next_char(text);
        }
    }
    if (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

/* U+0E00 to U+0EFF and U+1780 to U+17FF; U+3040 to U+9FFF. */
bool fold_is_spaceless(const char *text, gsize length) {
    if (length < SPACELESS_BYTES)
        return false;
    guchar lead = (guchar)text[0], second = (guchar)text[1];
    return (lead == 0xe0 && second >= 0xb8 && second <= 0xbb) || (lead == 0xe1 && second >= 0x9e && second <= 0x9f) ||
           (lead >= 0xe3 && lead <= 0xe9);
}

bool fold_is_boundary(const char *text, gsize length, gsize at) {
    return at == length || text[at] == ' ' || fold_is_spaceless(text + at, length - at) ||
           (at >= SPACELESS_BYTES && fold_is_spaceless(text + at - SPACELESS_BYTES, SPACELESS_BYTES));
}
