/* The tokenizer never looks ahead: a value may stand between any two characters of the template, so all that it knows
 * is in its state. Where it has to choose, it takes what forbids more. */
#include "markup.h"

#include "url.h"

#include <string.h>

static bool is_space(char character) {
    return strchr(" \t\n\r\f", character) && character;
}

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names; names++)
        if (g_str_equal(*names, name))
            return true;
    return false;
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
    if (is_one_of(element, raw))
        return MARKUP_RAW_TEXT;
    return is_one_of(element, escapable) ? MARKUP_ESCAPABLE_TEXT : MARKUP_TEXT;
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

static bool is_url_list(const Markup *markup) {
    return g_str_equal(markup->attribute, "srcset") || g_str_equal(markup->attribute, "imagesrcset");
}

static bool is_url(const Markup *markup) {
    static const char *const names[] = {"href",     "src",     "action",   "formaction", "background",
                                        "cite",     "poster",  "data",     "xlink:href", "longdesc",
                                        "codebase", "classid", "manifest", "ping",       "profile",
                                        "dynsrc",   "lowsrc",  "icon",     "usemap",     NULL};
    return is_one_of(markup->attribute, names) || is_url_list(markup);
}

static void begin_value(Markup *markup, char quote) {
    markup->state = MARKUP_VALUE;
    markup->quote = quote;
    markup->begun = false;
    markup->url = URL_START;
    memset(markup->scheme, 0, sizeof markup->scheme);
}

static void walk_url(Markup *markup, char character) {
    if (is_url_list(markup) && (is_space(character) || character == ','))
        begin_value(markup, markup->quote);
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
    begin_value(markup, quoted ? character : '\0');
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
        begin_value(markup, '\0');
    markup->begun = true;
    if (markup->state == MARKUP_VALUE && is_url(markup))
        markup->url = url_pass_value(markup->url);
    if (markup->state == MARKUP_TEXT || markup->state == MARKUP_COMMENT)
        markup->matched = 0;
    if (markup->state == MARKUP_COMMENT)
        markup->condition = CONDITION_NONE;
}

/* ---- places ---- */

/* Attributes whose value is a program or a document. */
static const char *program_fault(const Markup *markup) {
    if (g_str_has_prefix(markup->attribute, "on"))
        return "found a value in an event handler, which is a program, expected none there";
    if (g_str_equal(markup->attribute, "style"))
        return "found a value in a style attribute, expected none there";
    if (g_str_equal(markup->attribute, "srcdoc"))
        return "found a value in srcdoc, which is a document, expected none there";
    if (markup->unsure)
        return "found a value in an attribute whose name depends on sections, expected the name outside of them";
    return NULL;
}

static Place nowhere(const char *fault) {
    return (Place){.kind = PLACE_NOWHERE, .fault = fault};
}

static bool loads(const Markup *markup) {
    static const char *const elements[] = {"base", "embed", "iframe", "frame", "link", "object", "script", NULL};
    return is_one_of(markup->element, elements);
}

static Place value_place(const Markup *markup) {
    const char *fault = program_fault(markup);
    bool begins = markup->state == MARKUP_BEFORE_VALUE;
    if (fault)
        return nowhere(fault);
    Place place = {.in_tag = true, .in_list = is_url_list(markup)};
    if (is_url(markup))
        place = url_place(begins ? URL_START : markup->url, place);
    if (place.kind == PLACE_URL && loads(markup))
        return nowhere("found a value that says which program or page is loaded, expected the URL in the template");
    place.unquoted = begins || !markup->quote;
    place.starts = begins || !markup->begun;
    if (place.unquoted && !place.fault)
        place.fault = "found a value in an attribute without quotes, expected quotes around it";
    return place;
}

static Place raw_place(const Markup *markup) {
    if (g_str_equal(markup->element, "script"))
        return nowhere("found a value inside <script>, expected none there");
    if (g_str_equal(markup->element, "style"))
        return nowhere("found a value inside <style>, expected none there");
    return nowhere("found a value inside an element whose content is not read as HTML, expected none there");
}

static Place place_of(const Markup *markup) {
    switch (markup->state) {
    case MARKUP_TEXT:
    case MARKUP_COMMENT:
        return (Place){.kind = PLACE_TEXT};
    case MARKUP_ESCAPABLE_TEXT:
        return markup->matched ? nowhere("found a value in what may be an end tag, expected none there")
                               : (Place){.kind = PLACE_TEXT};
    case MARKUP_TAG_OPEN:
    case MARKUP_END_TAG_OPEN:
    case MARKUP_TAG_NAME:
        return nowhere("found a value as the name of a tag, or directly behind <, expected none there");
    case MARKUP_IN_TAG:
    case MARKUP_ATTRIBUTE_NAME:
    case MARKUP_AFTER_ATTRIBUTE_NAME:
        return nowhere("found a value as the name of an attribute, expected the name in the template");
    case MARKUP_BEFORE_VALUE:
    case MARKUP_VALUE:
        return value_place(markup);
    case MARKUP_RAW_TEXT:
        return raw_place(markup);
    case MARKUP_DECLARATION:
    case MARKUP_BOGUS:
        return nowhere("found a value in a declaration, expected none there");
    case MARKUP_LOST:
        break;
    }
    return nowhere("found a value where it depends on sections whether it is in a tag, expected each section to end "
                   "where it began");
}

Place markup_place(const Markup *markup) {
    Place place = place_of(markup);
    place.in_comment = markup->conditional || markup->state == MARKUP_COMMENT;
    return place;
}

/* ---- branches ---- */

static bool is_before_attribute(const Markup *markup) {
    return markup->state == MARKUP_TAG_NAME || markup->state == MARKUP_IN_TAG;
}

static bool is_between_attributes(const Markup *markup) {
    return is_before_attribute(markup) || markup->state == MARKUP_ATTRIBUTE_NAME ||
           markup->state == MARKUP_AFTER_ATTRIBUTE_NAME;
}

static bool in_value(const Markup *markup) {
    return markup->state == MARKUP_VALUE || markup->state == MARKUP_BEFORE_VALUE;
}

static bool is_same_tag(const Markup *a, const Markup *b) {
    return a->closing == b->closing && g_str_equal(a->element, b->element);
}

static bool join_tags(Markup *markup, const Markup *other) {
    if (!is_same_tag(markup, other))
        return false;
    if (is_before_attribute(markup) && is_before_attribute(other)) {
        markup->state = MARKUP_IN_TAG;
        return true;
    }
    bool same = markup->state == other->state && g_str_equal(markup->attribute, other->attribute);
    markup->state = same ? markup->state : MARKUP_ATTRIBUTE_NAME;
    markup->unsure |= other->unsure || !same;
    return true;
}

static bool join_values(Markup *markup, const Markup *other) {
    if (markup->state == MARKUP_BEFORE_VALUE && other->state == MARKUP_BEFORE_VALUE)
        return true;
    if (markup->state == MARKUP_BEFORE_VALUE)
        begin_value(markup, '\0');
    Markup twin = *other;
    if (twin.state == MARKUP_BEFORE_VALUE)
        begin_value(&twin, '\0');
    if (markup->quote != twin.quote || !is_same_tag(markup, &twin) || !g_str_equal(markup->attribute, twin.attribute))
        return false;
    markup->unsure |= twin.unsure;
    markup->begun &= twin.begun;
    markup->url = url_join(markup->url, twin.url);
    return true;
}

static bool join_states(Markup *markup, const Markup *other) {
    if (markup->conditional != other->conditional)
        return false;
    if (is_between_attributes(markup) && is_between_attributes(other))
        return join_tags(markup, other);
    if (in_value(markup) && in_value(other))
        return join_values(markup, other);
    if (markup->state != other->state)
        return false;
    bool in_content = markup->state == MARKUP_RAW_TEXT || markup->state == MARKUP_ESCAPABLE_TEXT;
    if (in_content && (markup->matched != other->matched || !g_str_equal(markup->element, other->element)))
        return false;
    markup->matched = MAX(markup->matched, other->matched);
    return true;
}

bool markup_join(Markup *markup, const Markup *other) {
    if (join_states(markup, other))
        return true;
    markup->state = MARKUP_LOST;
    return false;
}
