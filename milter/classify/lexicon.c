/* All phrases of all languages are one trie over bytes, walked from the beginning of every word: mostly the walk ends
 * within the first syllable. Nodes are laid out level by level, so that the children of one lie side by side and are
 * found by one memchr; the trie is built straight from the sorted phrases and never changes. */
#include "lexicon.h"

#include "base/error.h"
#include "fold.h"

#include <string.h>

#define PHRASE_BYTES_MAX 200
#define GAP_WORDS_MAX 3
#define GAPS_MAX 2 /* in one phrase: each multiplies the ways to walk */
/* What stands for "*", "..." and "^" in the trie; folded text has no control characters. */
#define ANY_END '\x01'
#define ANY_WORDS '\x02'
#define FIRST "\x03"

typedef struct {
    char *key;
    guint8 length; /* of what it spells out */
    guint8 concept, language;
} Phrase;

typedef struct {
    guint32 child, phrase; /* the first of each */
    guint16 children, phrases;
} Node;

struct Lexicon {
    GPtrArray *languages; /* of char * */
    GArray *phrases;      /* of Phrase, sorted by key */
    GArray *nodes;        /* of Node */
    GByteArray *labels;   /* the byte that leads to each node */
};

/* ---- reading ---- */

typedef struct {
    Lexicon *lexicon;
    const char *name;
    guint line;
    bool in_section;
    Concept concept;
} Source;

static bool complain(const Source *source, GError **error, const char *what, const char *where) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%u: %s, at '%s'", source->name, source->line, what,
                where);
    return false;
}

static void append_word(GString *key, const char *word) {
    gsize length = strlen(word);
    bool any_end = length > 0 && word[length - 1] == '*';
    bool after_gap = key->len > 0 && key->str[key->len - 1] == ANY_WORDS;
    if (strcmp(word, "...") == 0) {
        g_string_append_c(key, ANY_WORDS);
        return;
    }
    g_autoptr(GString) folded = g_string_new(NULL);
    fold_append(folded, word, length - any_end);
    if (folded->len == 0 && !any_end)
        return;
    if (key->len > 0 && !after_gap)
        g_string_append_c(key, ' ');
    g_string_append(key, folded->str);
    if (any_end)
        g_string_append_c(key, ANY_END);
}

static guint count_byte(const char *text, char byte) {
    guint count = 0;
    for (; *text; text++)
        count += *text == byte;
    return count;
}

static bool key_is_sound(const GString *key) {
    return key->len > 0 && key->len <= PHRASE_BYTES_MAX && key->str[0] != ANY_WORDS && key->str[0] != ANY_END &&
           key->str[key->len - 1] != ANY_WORDS && count_byte(key->str, ANY_WORDS) <= GAPS_MAX;
}

static bool add_phrase(Source *source, char *text, GError **error) {
    bool is_first = *g_strstrip(text) == '^';
    g_auto(GStrv) words = g_strsplit_set(text + is_first, " \t", -1);
    g_autoptr(GString) key = g_string_new(NULL);
    for (char **word = words; *word; word++) {
        if (**word)
            append_word(key, *word);
    }
    if (key->len == 0 && !*text)
        return true;
    if (!key_is_sound(key))
        return complain(source, error, "expected a phrase that begins and ends with a word", text);
    guint wild = count_byte(key->str, ANY_END) + count_byte(key->str, ANY_WORDS);
    Phrase phrase = {g_strconcat(is_first ? FIRST : "", key->str, NULL), (guint8)(key->len - wild),
                     (guint8)source->concept, (guint8)(source->lexicon->languages->len - 1)};
    g_array_append_val(source->lexicon->phrases, phrase);
    return true;
}

static bool read_language(Source *source, char *line, GError **error) {
    if (source->lexicon->languages->len >= LEXICON_LANGUAGES_MAX)
        return complain(source, error, "too many languages", line);
    line[strcspn(line, " \t")] = '\0';
    if (!line[1])
        return complain(source, error, "expected a language: @pl Polish", line);
    source->in_section = false;
    if (strcmp(line + 1, "any") != 0)
        g_ptr_array_add(source->lexicon->languages, g_strdup(line + 1));
    else if (source->lexicon->languages->len > 1)
        return complain(source, error, "expected 'any' before all other languages", line);
    return true;
}

static bool read_section(Source *source, char *line, GError **error) {
    gsize length = strlen(line);
    if (line[length - 1] != ']')
        return complain(source, error, "expected [concept]", line);
    line[length - 1] = '\0';
    source->in_section = concept_parse(line + 1, &source->concept);
    return source->in_section || complain(source, error, "no such concept", line + 1);
}

static bool read_phrases(Source *source, const char *line, GError **error) {
    if (!source->in_section)
        return complain(source, error, "expected [concept] before the phrases of a language", line);
    g_auto(GStrv) phrases = g_strsplit(line, ",", -1);
    for (char **phrase = phrases; *phrase; phrase++) {
        if (!add_phrase(source, *phrase, error))
            return false;
    }
    return true;
}

static bool read_line(Source *source, char *line, GError **error) {
    line[strcspn(line, "#")] = '\0';
    g_strstrip(line);
    if (*line == '@')
        return read_language(source, line, error);
    if (*line == '[')
        return read_section(source, line, error);
    return *line == '\0' || read_phrases(source, line, error);
}

static bool read_all(Source *source, const char *text, gsize length, GError **error) {
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (char **line = lines; *line; line++) {
        source->line++;
        if (!read_line(source, *line, error))
            return false;
    }
    return true;
}

/* ---- building ---- */

static int compare_phrases(const void *left, const void *right) {
    return strcmp(((const Phrase *)left)->key, ((const Phrase *)right)->key);
}

/* A node stands for the phrases [first, last) that agree in their first `depth` bytes. */
typedef struct {
    guint first, last;
    guint depth;
} Range;

static const Phrase *phrase_at(const Lexicon *lexicon, guint i) {
    return &g_array_index(lexicon->phrases, Phrase, i);
}

static guint range_skip(const Lexicon *lexicon, const Range *range, guint from) {
    char label = phrase_at(lexicon, from)->key[range->depth];
    while (from < range->last && phrase_at(lexicon, from)->key[range->depth] == label)
        from++;
    return from;
}

static void add_child(Lexicon *lexicon, GArray *ranges, const Range *range, guint first, guint last) {
    guint8 label = (guint8)phrase_at(lexicon, first)->key[range->depth];
    Range child = {first, last, range->depth + 1};
    Node none = {0};
    g_array_append_val(ranges, child);
    g_array_append_val(lexicon->nodes, none);
    g_byte_array_append(lexicon->labels, &label, 1);
}

static void build_node(Lexicon *lexicon, GArray *ranges, guint index) {
    Range range = g_array_index(ranges, Range, index);
    Node node = {.child = lexicon->nodes->len, .phrase = range.first};
    guint at = range.first;
    while (at < range.last && phrase_at(lexicon, at)->key[range.depth] == '\0')
        at++;
    node.phrases = (guint16)(at - range.first);
    for (guint next; at < range.last; at = next) {
        next = range_skip(lexicon, &range, at);
        add_child(lexicon, ranges, &range, at, next);
        node.children++;
    }
    g_array_index(lexicon->nodes, Node, index) = node;
}

static void build(Lexicon *lexicon) {
    g_array_sort(lexicon->phrases, compare_phrases);
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    Range all = {0, lexicon->phrases->len, 0};
    Node root = {0};
    g_array_append_val(ranges, all);
    g_array_append_val(lexicon->nodes, root);
    g_byte_array_append(lexicon->labels, (const guint8 *)"", 1);
    for (guint i = 0; i < lexicon->nodes->len; i++)
        build_node(lexicon, ranges, i);
}

static void clear_phrase(gpointer phrase) {
    g_free(((Phrase *)phrase)->key);
}

Lexicon *lexicon_parse(const char *text, gsize length, const char *name, GError **error) {
    g_autoptr(Lexicon) lexicon = g_new0(Lexicon, 1);
    lexicon->languages = g_ptr_array_new_with_free_func(g_free);
    lexicon->phrases = g_array_new(FALSE, FALSE, sizeof(Phrase));
    g_array_set_clear_func(lexicon->phrases, clear_phrase);
    lexicon->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    lexicon->labels = g_byte_array_new();
    g_ptr_array_add(lexicon->languages, g_strdup("any"));
    Source source = {.lexicon = lexicon, .name = name};
    if (!read_all(&source, text, length, error))
        return NULL;
    build(lexicon);
    return g_steal_pointer(&lexicon);
}

void lexicon_free(Lexicon *lexicon) {
    if (!lexicon)
        return;
    g_ptr_array_unref(lexicon->languages);
    g_array_unref(lexicon->phrases);
    g_array_unref(lexicon->nodes);
    g_byte_array_unref(lexicon->labels);
    g_free(lexicon);
}

guint lexicon_languages(const Lexicon *lexicon) {
    return lexicon->languages->len;
}

const char *lexicon_language(const Lexicon *lexicon, guint language) {
    return lexicon->languages->pdata[language];
}

/* ---- matching ---- */

typedef struct {
    const Lexicon *lexicon;
    const char *text;
    gsize length, start;
    GArray *matches;
} Walk;

/* "*" and "..." sort before all text, so they are the first children. */
static guint32 wild_child(const Lexicon *lexicon, const Node *node, char label) {
    const guint8 *labels = lexicon->labels->data + node->child;
    for (guint16 i = 0; i < node->children && labels[i] <= ANY_WORDS; i++) {
        if (labels[i] == (guint8)label)
            return node->child + i;
    }
    return 0;
}

static guint32 child_of(const Lexicon *lexicon, const Node *node, char label) {
    const guint8 *labels = lexicon->labels->data + node->child;
    const guint8 *found = memchr(labels, (guchar)label, node->children);
    return found ? node->child + (guint32)(found - labels) : 0;
}

static void report(const Walk *walk, const Node *node, gsize end) {
    for (guint i = 0; i < node->phrases; i++) {
        const Phrase *phrase = phrase_at(walk->lexicon, node->phrase + i);
        Match match = {walk->start, end, phrase->length, phrase->concept, phrase->language};
        g_array_append_val(walk->matches, match);
    }
}

static gsize word_end(const Walk *walk, gsize at) {
    while (!fold_is_boundary(walk->text, walk->length, at))
        at++;
    return at;
}

static void walk_on(const Walk *walk, guint32 index, gsize at);

/* at: where a word has ended. */
static void walk_gap(const Walk *walk, guint32 index, gsize at) {
    for (guint words = 0; words <= GAP_WORDS_MAX && at < walk->length; words++) {
        at += walk->text[at] == ' ';
        walk_on(walk, index, at);
        at = word_end(walk, at + 1 > walk->length ? walk->length : at + 1);
    }
}

static void walk_on(const Walk *walk, guint32 index, gsize at) {
    for (;;) {
        const Node *node = &g_array_index(walk->lexicon->nodes, Node, index);
        bool at_boundary = fold_is_boundary(walk->text, walk->length, at);
        if (node->phrases > 0 && at_boundary)
            report(walk, node, at);
        guint32 any_end = wild_child(walk->lexicon, node, ANY_END);
        if (any_end)
            walk_on(walk, any_end, word_end(walk, at));
        guint32 any_words = at_boundary ? wild_child(walk->lexicon, node, ANY_WORDS) : 0;
        if (any_words)
            walk_gap(walk, any_words, at);
        index = at < walk->length ? child_of(walk->lexicon, node, walk->text[at]) : 0;
        if (!index)
            return;
        at++;
    }
}

void lexicon_match(const Lexicon *lexicon, const char *folded, gsize length, GArray *matches) {
    Walk walk = {lexicon, folded, length, 0, matches};
    guint32 first = child_of(lexicon, &g_array_index(lexicon->nodes, Node, 0), *FIRST);
    if (first && length > 0)
        walk_on(&walk, first, 0);
    for (gsize at = 0; at < length; at++) {
        bool starts = at == 0 || folded[at - 1] == ' ' || fold_is_boundary(folded, length, at);
        if (!starts || folded[at] == ' ')
            continue;
        walk.start = at;
        walk_on(&walk, 0, at);
    }
}
