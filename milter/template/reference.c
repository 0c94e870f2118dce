/* A browser reads two thousand names; these are those that a serializer of HTML writes by itself. */
#include "reference.h"

#include <stdbool.h>
#include <string.h>

#define NUMBER_BYTES_MAX 10

static const struct {
    const char *name;
    gunichar character;
} names[] = {{"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&nbsp;", 0xa0}};

static gunichar read_number(const char *text, gsize available, gsize *length) {
    bool hexadecimal = available > 2 && (text[2] == 'x' || text[2] == 'X');
    gsize start = hexadecimal ? 3 : 2;
    gunichar character = 0;
    gsize at = start;
    for (; at < available && at < NUMBER_BYTES_MAX && g_ascii_isxdigit(text[at]); at++) {
        if (!hexadecimal && !g_ascii_isdigit(text[at]))
            return 0;
        character = character * (hexadecimal ? 16 : 10) + (gunichar)g_ascii_xdigit_value(text[at]);
    }
    if (at == start || at == available || text[at] != ';' || !g_unichar_validate(character))
        return 0;
    *length = at + 1;
    return character;
}

gunichar reference_read(const char *text, gsize available, gsize *length) {
    if (available < 2 || *text != '&')
        return 0;
    if (text[1] == '#')
        return read_number(text, available, length);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        *length = strlen(names[i].name);
        if (*length <= available && memcmp(text, names[i].name, *length) == 0)
            return names[i].character;
    }
    return 0;
}
