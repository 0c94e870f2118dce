/* What a value may be in the state that the walk is in, and why it may be nothing there. */
#include "markup.h"

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
    return g_strv_contains(elements, markup->element);
}

static Place value_place(const Markup *markup) {
    const char *fault = program_fault(markup);
    bool begins = markup->state == MARKUP_BEFORE_VALUE;
    if (fault)
        return nowhere(fault);
    Place place = {.in_tag = true, .in_list = markup_is_url_list(markup)};
    if (markup_is_url(markup))
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
