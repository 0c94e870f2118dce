/* Two ways through a section end in two states. Behind it, only that is known which holds in both; where that is not
 * even the state, no value is safe any more. */
#include "markup.h"

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
        markup_begin_value(markup, '\0');
    Markup twin = *other;
    if (twin.state == MARKUP_BEFORE_VALUE)
        markup_begin_value(&twin, '\0');
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
