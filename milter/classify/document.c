/* Where something stands tells as much as what is said: an offer in the subject is what a message is about, the same
 * words below the signature are not. So the text is cut into sentences and each is given the area it stands in. HTML is
 * preferred over the plain text beside it, because that is what readers see, unless it holds next to nothing. The
 * sender's own name tells nothing wherever it stands: a message of "Mutual Insurance" need not offer any. */
#include "document.h"

#include "fold.h"
#include "mention.h"

#include <string.h>

#define BEGINNING_WORDS_MIN 30
#define BEGINNING_WORDS_MAX 70
#define BEGINNING_SHARE 4 /* or a quarter of the body */
#define PAGE_WORDS_MIN 8  /* a page with fewer is read together with the plain text */
#define SENDER_BYTES_MAX 100
#define UNIT_BYTES_MAX 600 /* a longer sentence is cut */

static bool ends_sentence(const char *at, const char *end) {
    static const char *const wide[] = {"。", "！", "？", "…"};
    if (*at == '\n')
        return true;
    if (strchr(".!?", *at))
        return at + 1 == end || g_ascii_isspace(at[1]);
    for (gsize i = 0; (guchar)*at >= 0xe2 && i < G_N_ELEMENTS(wide); i++) {
        if ((gsize)(end - at) >= strlen(wide[i]) && memcmp(at, wide[i], strlen(wide[i])) == 0)
            return true;
    }
    return false;
}

static gsize character_length(const char *at, const char *end) {
    gsize length = (gsize)(g_utf8_next_char(at) - at);
    return MIN(length, (gsize)(end - at));
}

/* Words of scripts without blanks are counted as two characters each. */
static guint count_words(const char *folded, gsize length) {
    guint words = 0, spaceless = 0;
    for (gsize i = 0; i < length; i++) {
        if (fold_is_spaceless(folded + i, length - i))
            spaceless++;
        else if (folded[i] != ' ' && (i == 0 || folded[i - 1] == ' '))
            words++;
    }
    return words + spaceless / 2;
}

static void add_unit(Document *document, Block block, const char *text, gsize length) {
    Unit unit = {.area = block.area, .struck = block.struck, .start = document->text->len};
    unit.fold_start = document->folded->len + (document->folded->len > 0);
    gsize before = document->folded->len;
    unit.first_mention = document->mentions->len;
    mention_fold(document, text, length);
    if (document->folded->len <= unit.fold_start) {
        g_string_truncate(document->folded, before);
        return;
    }
    unit.mentions = document->mentions->len - unit.first_mention;
    unit.fold_length = document->folded->len - unit.fold_start;
    unit.words = count_words(document->folded->str + unit.fold_start, unit.fold_length);
    unit.length = length;
    g_string_append_len(document->text, text, (gssize)length);
    g_string_append_c(document->text, '\n');
    document->words += unit.words;
    if (block.area != AREA_SUBJECT)
        document->body_words += unit.words;
    g_array_append_val(document->units, unit);
}

void document_add(Document *document, Block block, const char *text, gsize length) {
    const char *end = text + length, *start = text;
    while (text < end) {
        const char *behind = g_ascii_isalnum(*text) ? NULL : mention_quote_end(start, text, end);
        bool ends = !behind && (ends_sentence(text, end) || text - start > UNIT_BYTES_MAX);
        text = behind ? behind : text + character_length(text, end);
        if (ends && block.area != AREA_BUTTON) {
            add_unit(document, block, start, (gsize)(text - start));
            start = text;
        }
    }
    if (start < end)
        add_unit(document, block, start, (gsize)(end - start));
}

/* ---- sampling ---- */

typedef void (*Reader)(Document *document, const char *text, gsize length);

/* A sample begins where a character, and in HTML an element, begins. */
static const char *sample_start(const char *at, const char *end, char mark) {
    const char *found = memchr(at, mark, (gsize)(end - at));
    return found ? found : end;
}

static void read_sampled(Document *document, Reader read, const char *text, gsize length, char mark) {
    if (length <= DOCUMENT_SAMPLE_BYTES) {
        read(document, text, length);
        return;
    }
    const char *end = text + length, *middle = text + length / 2, *last = end - DOCUMENT_SAMPLE_BYTES / 4;
    read(document, text, DOCUMENT_SAMPLE_BYTES / 2);
    const char *from = sample_start(middle, last, mark);
    read(document, from, MIN((gsize)(last - from), DOCUMENT_SAMPLE_BYTES / 4));
    from = sample_start(last, end, mark);
    read(document, from, (gsize)(end - from));
}

/* ---- areas ---- */

static guint words_from(const Document *document, guint first) {
    guint words = 0;
    for (guint i = first; i < document->units->len; i++)
        words += g_array_index(document->units, Unit, i).words;
    return words;
}

static bool is_body(const Unit *unit) {
    return unit->area == AREA_BODY || unit->area == AREA_HEADING;
}

/* Headings at the beginning stay headings: they weigh as much. */
static void mark_beginning(Document *document, guint first) {
    guint limit = CLAMP(document->body_words / BEGINNING_SHARE, BEGINNING_WORDS_MIN, BEGINNING_WORDS_MAX), words = 0;
    for (guint i = first; i < document->units->len && words < limit; i++) {
        Unit *unit = &g_array_index(document->units, Unit, i);
        if (unit->area == AREA_BODY)
            unit->area = AREA_BEGINNING;
        if (is_body(unit) || unit->area == AREA_BEGINNING)
            words += unit->words;
    }
}

static void read_body(Document *document, const ClassifyMessage *message) {
    if (message->html && message->html_length > 0) {
        document->is_html = true;
        read_sampled(document, page_read, message->html, message->html_length, '<');
    }
    if (message->text && words_from(document, 0) <
                             PAGE_WORDS_MIN + (document->units->len > 0 ? document->words - document->body_words : 0))
        read_sampled(document, plain_read, message->text, message->text_length, '\n');
}

/* "Mutual Insurance <info@…>"; a single word ("Offers") may be all that a sender says of itself. */
static void read_sender(Document *document, const ClassifyMessage *message) {
    const char *from = message->header ? message->header(message->user, "From") : NULL;
    if (!from)
        return;
    fold_append(document->sender, from, MIN(strcspn(from, "<"), SENDER_BYTES_MAX));
    if (!strchr(document->sender->str, ' ') || strchr(from, '<') == NULL)
        g_string_truncate(document->sender, 0);
}

Document *document_read(const ClassifyMessage *message) {
    Document *document = g_new0(Document, 1);
    document->text = g_string_new(NULL);
    document->folded = g_string_new(NULL);
    document->units = g_array_new(FALSE, FALSE, sizeof(Unit));
    document->mentions = g_array_new(FALSE, FALSE, sizeof(Mention));
    document->sender = g_string_new(NULL);
    read_sender(document, message);
    const char *subject = message->header ? message->header(message->user, "Subject") : NULL;
    if (subject)
        add_unit(document, (Block){AREA_SUBJECT, false}, subject, MIN(strlen(subject), UNIT_BYTES_MAX));
    guint first = document->units->len;
    read_body(document, message);
    mark_beginning(document, first);
    return document;
}

void document_free(Document *document) {
    if (!document)
        return;
    g_string_free(document->text, TRUE);
    g_string_free(document->folded, TRUE);
    g_string_free(document->sender, TRUE);
    g_array_unref(document->units);
    g_array_unref(document->mentions);
    g_free(document);
}

char *document_quote(const Document *document, const Unit *unit, glong limit) {
    g_autofree char *valid = g_utf8_make_valid(document->text->str + unit->start, (gssize)unit->length);
    g_auto(GStrv) words = g_strsplit_set(valid, " \t\r\n", -1);
    g_autoptr(GString) quote = g_string_new(NULL);
    for (char **word = words; *word; word++) {
        if (**word)
            g_string_append_printf(quote, "%s%s", quote->len ? " " : "", *word);
    }
    if (g_utf8_strlen(quote->str, -1) <= limit)
        return g_strdup(quote->str);
    g_autofree char *cut = g_utf8_substring(quote->str, 0, limit - 1);
    return g_strconcat(cut, "…", NULL);
}
