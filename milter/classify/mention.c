/* Reports of programs name things that people named: shops, boards, books, each other's words. Such names are full of
 * selling words, and read as if the report had said them they make an offer of it. Form alone finds them, in any
 * language that has quotation marks or capitals. */
#include "mention.h"

#include "fold.h"

#include <string.h>

#define PLACEHOLDER_BYTES_MAX 64
#define NAME_WORDS_MIN 2
#define SMALL_WORDS_MIN 2 /* a title has fewer */

static const char *placeholder_end(const char *at, const char *end) {
    const char *limit = MIN(end, at + PLACEHOLDER_BYTES_MAX);
    const char *last =
        *at == '{' || (*at == '%' && limit - at > 1 && at[1] == '{') ? memchr(at, '}', (gsize)(limit - at)) : NULL;
    return last ? last + 1 : NULL;
}

/* ---- quotations ---- */

/* The first byte of any quotation mark, and of much else. */
static bool may_be_mark(char byte) {
    return byte == '"' || byte == '\xc2' || byte == '\xe2' || byte == '\xe3';
}

static bool stands_at(const char *at, const char *end, const char *mark) {
    return (gsize)(end - at) >= strlen(mark) && memcmp(at, mark, strlen(mark)) == 0;
}

static const char *find_mark(const char *at, const char *end, const char *mark) {
    return memmem(at, (gsize)(end - at), mark, strlen(mark));
}

const char *mention_quote_end(const char *text, const char *at, const char *end) {
    static const struct {
        const char *open, *close;
    } marks[] = {{"\"", "\""}, {"“", "”"}, {"„", "“"}, {"„", "”"}, {"«", "»"}, {"「", "」"}, {"»", "«"}};
    if (!may_be_mark(*at) || (at > text && g_ascii_isalnum(at[-1])))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (!stands_at(at, end, marks[i].open))
            continue;
        const char *inner = at + strlen(marks[i].open), *limit = MIN(end, at + MENTION_QUOTE_BYTES_MAX);
        const char *close = find_mark(inner, limit, marks[i].close);
        if (close && close > inner)
            return close + strlen(marks[i].close);
    }
    return NULL;
}

/* ---- addresses ---- */

static bool starts_token(const char *text, const char *at) {
    return at == text || strchr(" \t\n(<[|:\"", at[-1]);
}

static bool is_address_byte(char byte) {
    return g_ascii_isgraph(byte) && !strchr("()<>[]{}|,;\"", byte);
}

/* "a@b.example", "https://a.example/b", "www.a.example". */
static const char *address_end(const char *text, const char *at, const char *end) {
    const char *last = at;
    if (!starts_token(text, at))
        return NULL;
    while (last < end && is_address_byte(*last))
        last++;
    bool is_mail = last - at > 2 && memchr(at + 1, '@', (gsize)(last - at - 2));
    bool is_link = memmem(at, (gsize)(last - at), "://", 3) || stands_at(at, last, "www.");
    return is_mail || is_link ? last : NULL;
}

/* ---- names ---- */

static bool starts_word(const char *text, const char *at) {
    return at > text && at[-1] == ' ';
}

static bool is_capital(const char *at, const char *end) {
    if ((guchar)*at < 0x80)
        return g_ascii_isupper(*at);
    gunichar character = g_utf8_get_char_validated(at, end - at);
    return character < 0x110000 && g_unichar_isupper(character);
}

static bool is_small(const char *at, const char *end) {
    if ((guchar)*at < 0x80)
        return g_ascii_islower(*at);
    gunichar character = g_utf8_get_char_validated(at, end - at);
    return character < 0x110000 && g_unichar_islower(character);
}

static bool is_sentence(const char *text, gsize length) {
    guint small = 0;
    for (const char *at = text; at < text + length && small < SMALL_WORDS_MIN; at++)
        small += starts_word(text, at) && is_small(at, text + length);
    return small >= SMALL_WORDS_MIN;
}

static const char *word_end(const char *at, const char *end) {
    while (at < end && ((guchar)*at >= 0x80 || g_ascii_isalnum(*at) || strchr("&'-", *at)))
        at++;
    return at;
}

static const char *name_end(const char *text, const char *at, const char *end) {
    guint words = 0;
    const char *last = NULL;
    if (!starts_word(text, at))
        return NULL;
    for (; at < end && is_capital(at, end); at = last + 1) {
        last = word_end(at, end);
        words++;
        if (last == end || *last != ' ')
            break;
    }
    return words >= NAME_WORDS_MIN ? last : NULL;
}

/* ---- the sender ---- */

static gsize find_words(const GString *folded, gsize from, const GString *words) {
    for (const char *at = folded->str + from; (at = strstr(at, words->str)); at++) {
        gsize found = (gsize)(at - folded->str);
        bool starts = found == from || at[-1] == ' ';
        if (starts && fold_is_boundary(folded->str, folded->len, found + words->len))
            return found;
    }
    return folded->len;
}

static void note_sender(Document *document, gsize from) {
    const GString *sender = document->sender;
    while (sender->len > 0 && (from = find_words(document->folded, from, sender)) < document->folded->len) {
        Mention mention = {from, from + sender->len, MENTION_SENDER};
        g_array_append_val(document->mentions, mention);
        from = mention.end;
    }
}

/* ---- */

/* What begins at a place in a sentence and is not said by it. */
typedef struct {
    const char *end; /* NULL: nothing does */
    bool is_placeholder;
    MentionKind kind;
} Piece;

/* What a sentence may hold at all: most hold nothing, and every byte is looked at. */
typedef struct {
    bool addresses, names;
} Prospect;

static bool has_address(const char *text, gsize length) {
    return memchr(text, '@', length) || memmem(text, length, "://", 3) || memmem(text, length, "www.", 4);
}

static bool is_letter_byte(char byte) {
    return (guchar)byte >= 0x80 || g_ascii_isalnum(byte);
}

static bool is_within_word(const char *text, const char *at) {
    return at > text && is_letter_byte(at[-1]) && is_letter_byte(*at) && !may_be_mark(*at);
}

static Piece piece_at(const char *text, const char *at, const char *end, Prospect prospect) {
    const char *behind = placeholder_end(at, end);
    if (behind)
        return (Piece){.end = behind, .is_placeholder = true};
    behind = prospect.addresses ? address_end(text, at, end) : NULL;
    if (behind)
        return (Piece){.end = behind, .kind = MENTION_ADDRESS};
    behind = mention_quote_end(text, at, end);
    if (behind)
        return (Piece){.end = behind, .kind = MENTION_QUOTED};
    return (Piece){.end = prospect.names ? name_end(text, at, end) : NULL, .kind = MENTION_NAME};
}

static void fold_piece(Document *document, const char *at, const Piece *piece) {
    Mention mention = {.start = document->folded->len, .kind = piece->kind};
    if (piece->is_placeholder)
        return;
    fold_append(document->folded, at, (gsize)(piece->end - at));
    mention.end = document->folded->len;
    if (mention.end > mention.start)
        g_array_append_val(document->mentions, mention);
}

void mention_fold(Document *document, const char *text, gsize length) {
    const char *end = text + length, *said = text;
    gsize from = document->folded->len;
    Prospect prospect = {has_address(text, length), is_sentence(text, length)};
    for (const char *at = text; at < end;) {
        Piece piece = is_within_word(text, at) ? (Piece){0} : piece_at(text, at, end, prospect);
        if (!piece.end) {
            at++;
            continue;
        }
        fold_append(document->folded, said, (gsize)(at - said));
        fold_piece(document, at, &piece);
        said = at = piece.end;
    }
    fold_append(document->folded, said, (gsize)(end - said));
    note_sender(document, from);
}
