/* One pass over the text; at each character that can open a placeholder the forms are tried in order, the longer
 * opening before the shorter. A form is an opening, a closing and a test of what stands between them, and that test is
 * narrow: a warning that is often wrong is read by nobody, and with strict_placeholders it would hold good mail. So
 * "${HOME}" is a shell's and "${first_name}" a mail tool's, "[EXTERNAL]" is a tag of people and "[FIRST_NAME]" is not,
 * "50% OFF 20%" has blanks and "%FIRSTNAME%" has none. */
#include "template/leftover.h"

#include <string.h>

#define INNER_MAX 120 /* bytes between opening and closing */

/* ---- what may stand between ---- */

static bool is_name(const char *inner, gsize length) {
    if (length == 0 || (!g_ascii_isalpha(*inner) && *inner != '_'))
        return false;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(inner[i]) && !strchr("_.-", inner[i]))
            return false;
    return inner[length - 1] != '.' && inner[length - 1] != '-';
}

static bool is_merge_tag(const char *inner, gsize length) {
    if (length == 0 || !g_ascii_isalpha(*inner))
        return false;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(inner[i]) && !strchr("_.:=/ -", inner[i]))
            return false;
    return true;
}

static bool is_upper(const char *inner, gsize length) {
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isupper(inner[i]) && !g_ascii_isdigit(inner[i]) && inner[i] != '_')
            return false;
    return length >= 3 && g_ascii_isupper(*inner);
}

static bool is_one_of(const char *inner, gsize length, const char *const *words) {
    for (; *words; words++)
        if (strlen(*words) == length && memcmp(inner, *words, length) == 0)
            return true;
    return false;
}

/* "%FIRSTNAME%", and not a variable of Windows. */
static bool is_percent_name(const char *inner, gsize length) {
    static const char *const windows[] = {"ALLUSERSPROFILE",
                                          "APPDATA",
                                          "COMPUTERNAME",
                                          "COMSPEC",
                                          "HOMEDRIVE",
                                          "HOMEPATH",
                                          "LOCALAPPDATA",
                                          "OS",
                                          "PATH",
                                          "PATHEXT",
                                          "PROGRAMDATA",
                                          "PROGRAMFILES",
                                          "PUBLIC",
                                          "SYSTEMDRIVE",
                                          "SYSTEMROOT",
                                          "TEMP",
                                          "TMP",
                                          "USERDOMAIN",
                                          "USERPROFILE",
                                          "WINDIR",
                                          NULL};
    return is_upper(inner, length) && !is_one_of(inner, length, windows);
}

/* "[FIRST_NAME]", "[NAME]": people write "[EXTERNAL]" and "[URGENT]". */
static bool is_bracketed_name(const char *inner, gsize length) {
    static const char *const names[] = {"EMAIL", "FIRSTNAME", "FNAME", "LASTNAME", "LNAME", "NAME", "SURNAME", NULL};
    if (!is_upper(inner, length) || inner[length - 1] == '_')
        return false;
    return memchr(inner, '_', length) || is_one_of(inner, length, names);
}

/* "${first_name}", "${user.name}": in capitals it is a shell's. */
static bool is_dollar_name(const char *inner, gsize length) {
    return is_name(inner, length) && !is_upper(inner, length) && length > 1;
}

/* "«First_Name»" of a word processor; words alone are people's quotations. */
static bool is_merge_field(const char *inner, gsize length) {
    return is_name(inner, length) && memchr(inner, '_', length);
}

static bool is_field(const char *inner, gsize length) {
    return length > 0 && g_ascii_isalpha(*inner) && !memchr(inner, '{', length);
}

/* "{{name}}", "{{#if name}}", "{{ name | filter }}": a name comes first, and what follows it does so after a blank. */
static bool is_tag(const char *inner, gsize length) {
    const char *end = inner + length;
    while (inner < end && strchr("#/^&>~@ ", *inner))
        inner++;
    gsize name = 0;
    while (inner + name < end && (g_ascii_isalnum(inner[name]) || strchr("_.-", inner[name])))
        name++;
    return is_name(inner, name) && (inner + name == end || strchr(" |~", inner[name]));
}

/* "{% if name %}", "<%= name %>", "%%=v(@name)=%%": something that begins like an expression. */
static bool is_code(const char *inner, gsize length) {
    gsize skipped = 0;
    while (skipped < length && strchr("=-# ", inner[skipped]))
        skipped++;
    return skipped < length && (g_ascii_isalpha(inner[skipped]) || strchr("@_", inner[skipped]));
}

/* ---- forms ---- */

typedef struct {
    const char *open, *close;
    bool (*is_inner)(const char *inner, gsize length);
    bool alone;    /* no letter, digit or further bracket may touch it */
    bool mustache; /* looked for only where the text is no template of ours */
} Form;

static const Form forms[] = {
    {"*|", "|*", is_merge_tag, false, false},
    {"%%[", "]%%", is_code, false, false},
    {"%%=", "=%%", is_code, false, false},
    {"%%", "%%", is_name, true, false},
    {"%", "%", is_percent_name, true, false},
    {"{contactfield=", "}", is_field, false, false},
    {"{leadfield=", "}", is_field, false, false},
    {"{%", "%}", is_code, false, false},
    {"{{{", "}}}", is_tag, false, true},
    {"{{", "}}", is_tag, true, true},
    {"${", "}", is_dollar_name, false, false},
    {"[[", "]]", is_name, true, false},
    {"[", "]", is_bracketed_name, true, false},
    {"<<", ">>", is_name, true, false},
    {"&lt;&lt;", "&gt;&gt;", is_name, true, false},
    {"<%", "%>", is_code, false, false},
    {"\xC2\xAB", "\xC2\xBB", is_merge_field, true, false},
};

typedef struct {
    const char *text, *end, *at;
    const char *word; /* where the run without blanks, quotes and angle brackets begins that holds `at` */
    const LeftoverText *kind;
    GPtrArray *found;
} Search;

/* Most do not even begin with the same byte. */
static bool starts_with(const char *at, const char *end, const char *what) {
    if (at == end || *at != *what)
        return false;
    gsize length = strlen(what);
    return (gsize)(end - at) >= length && memcmp(at, what, length) == 0;
}

static const char *find_close(const char *at, const char *end, const char *close) {
    const char *limit = (gsize)(end - at) > INNER_MAX ? at + INNER_MAX : end;
    for (; at < limit && *at != '\n' && *at != '\0'; at++)
        if (starts_with(at, end, close))
            return at;
    return NULL;
}

static bool touches(char neighbour) {
    return g_ascii_isalnum(neighbour) || (neighbour && strchr("%[]{}\\`$", neighbour));
}

static bool stands_alone(const Search *search, const char *after) {
    return (search->at == search->text || !touches(search->at[-1])) && (after == search->end || !touches(*after));
}

static bool is_in_code(const Search *search) {
    return search->at > search->text && search->at[-1] == '`';
}

static bool is_in_url(const Search *search) {
    return memmem(search->word, (gsize)(search->at - search->word), "://", 3) != NULL;
}

static void add(Search *search, const char *end) {
    g_autofree char *raw = g_strndup(search->at, (gsize)(end - search->at));
    g_autofree char *written = g_utf8_make_valid(raw, -1);
    if (search->found->len < LEFTOVERS_MAX && !is_in_url(search) &&
        !g_ptr_array_find_with_equal_func(search->found, written, g_str_equal, NULL))
        g_ptr_array_add(search->found, g_steal_pointer(&written));
}

/* The end of the placeholder of this form that begins here; NULL where none does. */
static const char *match(const Search *search, const Form *form) {
    if ((form->mustache && !search->kind->mustache) || !starts_with(search->at, search->end, form->open))
        return NULL;
    const char *inner = search->at + strlen(form->open);
    const char *close = find_close(inner, search->end, form->close);
    if (!close || !form->is_inner(inner, (gsize)(close - inner)))
        return NULL;
    const char *end = close + strlen(form->close);
    return (form->alone && !stands_alone(search, end)) || is_in_code(search) ? NULL : end;
}

/* ---- HTML that nobody reads as text ---- */

static const struct {
    const char *open, *close;
} unread[] = {
    {"<!--", "-->"}, {"<style", "</style"}, {"<script", "</script"}, {"<pre", "</pre"}, {"<code", "</code"},
};

static bool starts_with_word(const char *at, const char *end, const char *what) {
    if (end - at < 2 || g_ascii_tolower(at[1]) != what[1])
        return false;
    gsize length = strlen(what);
    return (gsize)(end - at) > length && g_ascii_strncasecmp(at, what, length) == 0 &&
           (!g_ascii_isalpha(what[1]) || !g_ascii_isalnum(at[length]));
}

/* Behind what is not to be read and begins here; NULL where nothing does. What has no end goes on to the text's. */
static const char *skip_unread(const Search *search) {
    if (!search->kind->html || *search->at != '<')
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(unread); i++) {
        if (!starts_with_word(search->at, search->end, unread[i].open))
            continue;
        for (const char *at = search->at; (at = memchr(at + 1, *unread[i].close, (gsize)(search->end - at - 1)));)
            if ((gsize)(search->end - at) >= strlen(unread[i].close) &&
                g_ascii_strncasecmp(at, unread[i].close, strlen(unread[i].close)) == 0)
                return at + strlen(unread[i].close);
        return search->end;
    }
    return NULL;
}

/* ---- the walk ---- */

static const char *match_any(const Search *search) {
    const char *end = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(forms) && !end; i++)
        end = match(search, &forms[i]);
    return end;
}

/* What a byte may be the beginning of; most are of nothing. */
enum { OPENS = 1, PARTS = 2 };

static const guint8 meanings[256] = {
    ['*'] = OPENS,  ['%'] = OPENS, ['{'] = OPENS,  ['$'] = OPENS,         ['['] = OPENS,  ['&'] = OPENS,
    [0xC2] = OPENS, [' '] = PARTS, ['\t'] = PARTS, ['\n'] = PARTS,        ['\f'] = PARTS, ['\r'] = PARTS,
    ['"'] = PARTS,  ['('] = PARTS, [')'] = PARTS,  ['<'] = OPENS | PARTS, ['>'] = PARTS,  ['\''] = PARTS,
};

static void skip_meaningless(Search *search) {
    const char *at = search->at;
    while (at < search->end && !meanings[(guint8)*at])
        at++;
    search->at = at;
}

static void step(Search *search) {
    guint8 meaning = meanings[(guint8)*search->at];
    const char *end = NULL;
    if (meaning & OPENS)
        end = skip_unread(search);
    if (meaning & OPENS && !end && (end = match_any(search)))
        add(search, end);
    if (meaning & PARTS)
        search->word = search->at;
    search->at = end ? end : search->at + 1;
}

void leftovers_find(const char *text, gsize length, const LeftoverText *kind, GPtrArray *found) {
    Search search = {.text = text, .end = text + length, .at = text, .word = text, .kind = kind, .found = found};
    for (skip_meaningless(&search); search.at < search.end && found->len < LEFTOVERS_MAX; skip_meaningless(&search))
        step(&search);
}
