/* The tokenizer never looks ahead: a value may stand between any two characters of the template, so all that it knows
 * is in its state. Where it has to choose, it takes what forbids more. */
#include "markup.h"

#include "url.h"

#include <string.h>

static bool is_space(char character) {
    return strchr(" \t\n\r\f", character) && character;
}

static void append_name(char name[MARKUP_NAME_BYTES], char character) {
    gsize length = strlen(name);
    if (length + 1 < MARKUP_NAME_BYTES)
        name[length] = g_ascii_tolower(character);
}

static void begin_name(char name[MARKUP_NAME_BYTES], char character) {
    memset(name, 0, MARKUP_NAME_BYTES);
    append_name(name, character);
}

/* ---- tags ---- */

static MarkupState content_of(const char *element) {
    static const char *const raw[] = {"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext", NULL};
    static const char *const escapable[] = {"title", "textarea", NULL};
    if (g_strv_contains(raw, element))
        return MARKUP_RAW_TEXT;
    return g_strv_contains(escapable, element) ? MARKUP_ESCAPABLE_TEXT : MARKUP_TEXT;
}

static void end_tag(Markup *markup) {
    markup->state = markup->closing ? MARKUP_TEXT : content_of(markup->element);
    markup->matched = 0;
}

static void walk_tag_open(Markup *markup, char character) {
    markup->closing = markup->state == MARKUP_END_TAG_OPEN;
    if (g_ascii_isalpha(character)) {
        markup->state = MARKUP_TAG_NAME;
        begin_name(markup->element, character);
    } else if (!markup->closing && character == '/') {
        markup->state = MARKUP_END_TAG_OPEN;
    } else if (!markup->closing && character == '!') {
        markup->state = MARKUP_DECLARATION;
        markup->matched = 0;
    } else if (!markup->closing && character != '?') {
        markup->state = character == '<' ? MARKUP_TAG_OPEN : MARKUP_TEXT;
    } else {
        markup->state = character == '>' ? MARKUP_TEXT : MARKUP_BOGUS;
    }
}

static void begin_attribute(Markup *markup, char character) {
    markup->state = MARKUP_ATTRIBUTE_NAME;
    markup->unsure = false;
    begin_name(markup->attribute, character);
}

static void walk_tag(Markup *markup, char character) {
    bool in_name = markup->state == MARKUP_ATTRIBUTE_NAME;
    bool has_name = in_name || markup->state == MARKUP_AFTER_ATTRIBUTE_NAME;
    if (character == '>')
        end_tag(markup);
    else if (character == '/')
        markup->state = MARKUP_IN_TAG;
    else if (is_space(character))
        markup->state = has_name ? MARKUP_AFTER_ATTRIBUTE_NAME : MARKUP_IN_TAG;
    else if (markup->state == MARKUP_TAG_NAME)
        append_name(markup->element, character);
    else if (has_name && character == '=')
        markup->state = MARKUP_BEFORE_VALUE;
    else if (in_name)
        append_name(markup->attribute, character);
    else
        begin_attribute(markup, character);
}

/* ---- attributes ---- */

bool markup_is_url_list(const Markup *markup) {
    return g_str_equal(markup->attribute, "srcset") || g_str_equal(markup->attribute, "imagesrcset");
}

bool markup_is_url(const Markup *markup) {
    static const char *const names[] = {"href",     "src",     "action",   "formaction", "background",
                                        "cite",     "poster",  "data",     "xlink:href", "longdesc",
                                        "codebase", "classid", "manifest", "ping",       "profile",
                                        "dynsrc",   "lowsrc",  "icon",     "usemap",     NULL};
    return g_strv_contains(names, markup->attribute) || markup_is_url_list(markup);
}

void markup_begin_value(Markup *markup, char quote) {
    markup->state = MARKUP_VALUE;
    markup->quote = quote;
    markup->begun = false;
    markup->url = URL_START;
    memset(markup->scheme, 0, sizeof markup->scheme);
}

static void walk_url(Markup *markup, char character) {
    if (markup_is_url_list(markup) && (is_space(character) || character == ','))
        markup_begin_value(markup, markup->quote);
    else
        markup->url = url_walk(markup->url, markup->scheme, character);
}

static void walk_value(Markup *markup, char character) {
    bool ends = markup->quote ? character == markup->quote : is_space(character) || character == '>';
    if (!ends) {
        walk_url(markup, character);
        markup->begun = true;
    } else if (character == '>' && !markup->quote) {
        end_tag(markup);
    } else {
        markup->state = MARKUP_IN_TAG;
    }
}

static void walk_before_value(Markup *markup, char character) {
    if (is_space(character))
        return;
    if (character == '>') {
        end_tag(markup);
        return;
    }
    bool quoted = character == '"' || character == '\'';
    markup_begin_value(markup, quoted ? character : '\0');
    if (!quoted)
        walk_value(markup, character);
}

/* ---- what is no markup ---- */

/* Up to "</script" and a character that cannot belong to the name. */
static void walk_raw_text(Markup *markup, char character) {
    gsize length = strlen(markup->element);
    guint matched = markup->matched;
    bool fits = (matched == 0 && character == '<') || (matched == 1 && character == '/') ||
                (matched >= 2 && matched < length + 2 && g_ascii_tolower(character) == markup->element[matched - 2]);
    if (fits) {
        markup->matched++;
    } else if (matched == length + 2 && (is_space(character) || character == '/' || character == '>')) {
        markup->closing = true;
        markup->state = MARKUP_IN_TAG;
        walk_tag(markup, character);
    } else {
        markup->matched = character == '<';
    }
}

/* In a condition, which is a comment to all but Outlook, --> ends both. */
static void walk_text(Markup *markup, char character) {
    if (character == '<')
        markup->state = MARKUP_TAG_OPEN;
    if (character == '>' && markup->matched >= 2)
        markup->conditional = false;
    markup->matched = character == '-' ? markup->matched + 1 : 0;
}

static void walk_bogus(Markup *markup, char character) {
    if (character == '>') {
        markup->state = MARKUP_TEXT;
        markup->conditional &= markup->matched < 2;
    }
    markup->matched = character == '-' ? markup->matched + 1 : 0;
}

static void walk_declaration(Markup *markup, char character) {
    if (character != '-') {
        markup->state = MARKUP_BOGUS;
        markup->matched = 0;
        walk_bogus(markup, character);
    } else if (++markup->matched == 2) { /* which would end it at once: <!--> */
        markup->state = MARKUP_COMMENT;
        markup->condition = CONDITION_MAY_BEGIN;
    }
}

/* "[if" directly behind the beginning of a comment, up to "]>". */
static ConditionState walk_condition(ConditionState condition, char character) {
    switch (condition) {
    case CONDITION_MAY_BEGIN:
        return character == '[' ? CONDITION_BRACKET : CONDITION_NONE;
    case CONDITION_BRACKET:
        return character == 'i' ? CONDITION_I : CONDITION_NONE;
    case CONDITION_I:
        return character == 'f' ? CONDITION_BEGUN : CONDITION_NONE;
    case CONDITION_BEGUN:
    case CONDITION_ENDS:
        return character == ']' ? CONDITION_ENDS : CONDITION_BEGUN;
    default:
        return CONDITION_NONE;
    }
}

static void walk_comment(Markup *markup, char character) {
    bool met = markup->condition == CONDITION_ENDS && character == '>';
    if (met || (character == '>' && markup->matched >= 2)) {
        markup->state = MARKUP_TEXT;
        markup->conditional = met;
        markup->matched = 0;
        return;
    }
    markup->condition = walk_condition(markup->condition, character);
    if (character == '-')
        markup->matched++;
    else if (character != '!')
        markup->matched = 0;
}

/* ---- the walk ---- */

static void walk_character(Markup *markup, char character) {
    switch (markup->state) {
    case MARKUP_TEXT:
        walk_text(markup, character);
        break;
    case MARKUP_TAG_OPEN:
    case MARKUP_END_TAG_OPEN:
        walk_tag_open(markup, character);
        break;
    case MARKUP_TAG_NAME:
    case MARKUP_IN_TAG:
    case MARKUP_ATTRIBUTE_NAME:
    case MARKUP_AFTER_ATTRIBUTE_NAME:
        walk_tag(markup, character);
        break;
    case MARKUP_BEFORE_VALUE:
        walk_before_value(markup, character);
        break;
    case MARKUP_VALUE:
        walk_value(markup, character);
        break;
    case MARKUP_RAW_TEXT:
    case MARKUP_ESCAPABLE_TEXT:
        walk_raw_text(markup, character);
        break;
    case MARKUP_DECLARATION:
        walk_declaration(markup, character);
        break;
    case MARKUP_BOGUS:
        walk_bogus(markup, character);
        break;
    case MARKUP_COMMENT:
        walk_comment(markup, character);
        break;
    case MARKUP_LOST:
        break;
    }
}

void markup_walk(Markup *markup, const char *text, gsize length) {
    for (gsize i = 0; i < length; i++)
        walk_character(markup, text[i]);
}

void markup_pass_value(Markup *markup) {
    if (markup->state == MARKUP_BEFORE_VALUE)
        markup_begin_value(markup, '\0');
    markup->begun = true;
    if (markup->state == MARKUP_VALUE && markup_is_url(markup))
        markup->url = url_pass_value(markup->url);
    if (markup->state == MARKUP_TEXT || markup->state == MARKUP_COMMENT)
        markup->matched = 0;
    if (markup->state == MARKUP_COMMENT)
        markup->condition = CONDITION_NONE;
}
