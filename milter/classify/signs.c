/* One pass over the bytes of a sentence. A number is looked at with what stands around it: "%" makes it a percentage, a
 * currency a price, "#" or length the number of an order, stars before it a masked card. */
#include "signs.h"

#include <string.h>

#define BIT(concept) (1u << ((concept) - CONCEPT_PERCENT))
#define NUMBER_DIGITS_MIN 6
#define MASKED_DIGITS 4 /* "*4410", "ending 4410" */
#define SHOUT_LETTERS_MIN 6

typedef struct {
    const char *start, *end; /* of the unit */
} Span;

/* What stands at `at`, blanks skipped; at most two, one of which may be a no-break space. */
static const char *skip_blanks(const char *at, const char *end) {
    for (int i = 0; i < 2 && at < end; i++) {
        if (*at == ' ')
            at++;
        else if (end - at >= 2 && memcmp(at, "\xc2\xa0", 2) == 0)
            at += 2;
    }
    return at;
}

static bool stands_at(const char *at, const char *end, const char *text) {
    gsize length = strlen(text);
    return (gsize)(end - at) >= length && g_ascii_strncasecmp(at, text, length) == 0;
}

static bool stands_before(const char *at, const char *start, const char *text) {
    gsize length = strlen(text);
    return (gsize)(at - start) >= length && memcmp(at - length, text, length) == 0;
}

static bool is_currency_after(const char *at, const char *end) {
    static const char *const words[] = {"€",   "$",   "£",   "¥",   "₴",   "₽", "₺",   "zł",  "eur",
                                        "usd", "pln", "грн", "руб", "kč",  "kc ", "czk", "chf", "gbp",
                                        "uah", "rub", "lei", "ron", "kr ", "kr.", "sek", "nok", "dkk",
                                        "ft ", "huf", "円",  "元",  "원",  "лв",  "р.",  "tl",  "euro"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (stands_at(at, end, words[i]))
            return true;
    }
    return false;
}

static bool is_currency_before(const char *at, const char *start) {
    static const char *const words[] = {"€",  "$",    "£",    "¥",    "₴",    "₽",  "₺", "€ ",  "$ ",
                                        "£ ", "CHF ", "EUR ", "USD ", "PLN ", "Rs. ", "₹", "R$ ", "kr "};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (stands_before(at, start, words[i]))
            return true;
    }
    return false;
}

static bool is_masked(const char *at, const char *start) {
    static const char *const masks[] = {"**",    "••", "•• ",        "xxxx", "XXXX", "xxxx ",
                                        "XXXX ", "…",  "ending in ", "**-",  "XXXX-"};
    for (gsize i = 0; i < G_N_ELEMENTS(masks); i++) {
        if (stands_before(at, start, masks[i]))
            return true;
    }
    return false;
}

static bool is_last_four(const char *at, const char *start) {
    return stands_before(at, start, "*") || stands_before(at, start, "ending ");
}

static const char *number_end(const char *at, const char *end, guint *digits) {
    const char *last = at;
    for (*digits = 0; at < end && (g_ascii_isdigit(*at) || strchr(".,", *at)); at++) {
        if (g_ascii_isdigit(*at)) {
            ++*digits;
            last = at + 1;
        }
    }
    return last;
}

static guint signs_of_number(Span span, const char *at, const char *after, guint digits) {
    const char *next = skip_blanks(after, span.end);
    guint found = 0;
    if (next < span.end && (*next == '%' || stands_at(next, span.end, "٪") || stands_at(next, span.end, "percent")))
        found |= BIT(CONCEPT_PERCENT);
    if (stands_before(at, span.start, "%"))
        found |= BIT(CONCEPT_PERCENT);
    if (is_currency_after(next, span.end) || is_currency_before(at, span.start))
        found |= BIT(CONCEPT_PRICE);
    if (is_masked(at, span.start) || (digits == MASKED_DIGITS && is_last_four(at, span.start)))
        found |= BIT(CONCEPT_MASKED);
    if (!found &&
        (stands_before(at, span.start, "#") || stands_before(at, span.start, "№") ||
         stands_before(at, span.start, "№ ") || (digits >= NUMBER_DIGITS_MIN && after - at == (gssize)digits)))
        found |= BIT(CONCEPT_NUMBER);
    return found;
}

/* A number may be part of a word or a link ("A-10293", "/2026/11/"); that tells nothing but a percentage. */
static guint signs_of_numbers(Span span) {
    guint found = 0, digits;
    for (const char *at = span.start; at < span.end;) {
        if (!g_ascii_isdigit(*at)) {
            at++;
            continue;
        }
        const char *after = number_end(at, span.end, &digits);
        bool in_link = at > span.start && strchr("/=&_-", at[-1]) && stands_at(span.start, span.end, "http");
        if (!in_link)
            found |= signs_of_number(span, at, after, digits);
        at = after;
    }
    return found;
}

/* Capitals alone, where there are enough of them; scripts without case have none. */
static bool is_shouted(Span span) {
    guint upper = 0, lower = 0;
    for (const char *at = span.start; at < span.end; at++) {
        upper += g_ascii_isupper(*at);
        lower += g_ascii_islower(*at);
    }
    return upper >= SHOUT_LETTERS_MIN && lower * 5 < upper;
}

static bool has_pictograph(Span span) {
    for (const char *at = span.start; at + 3 < span.end; at++) {
        if ((guchar)*at == 0xf0 && (guchar)at[1] == 0x9f)
            return true;
    }
    return false;
}

guint signs_in(const Document *document, const Unit *unit) {
    const char *start = document->text->str + unit->start;
    Span span = {start, start + unit->length};
    guint found = signs_of_numbers(span);
    if (unit->struck && found & BIT(CONCEPT_PRICE))
        found |= BIT(CONCEPT_STRUCK);
    if (memchr(start, '!', unit->length))
        found |= BIT(CONCEPT_EXCLAIM);
    if (is_shouted(span))
        found |= BIT(CONCEPT_SHOUT);
    if (has_pictograph(span))
        found |= BIT(CONCEPT_PICTOGRAPH);
    return found;
}
