/* The Mustache language (mustache(5); the official specification's required modules, inheritance and dynamic names, not
 * lambdas) with filters. A template is compiled once and rendered any number of times, from any thread.
 *
 *   {{name}} {{a.b}} {{.}}  {{{raw}}} {{&raw}}  {{#section}} {{^inverted}} {{/name}}  {{! comment}}  {{=<% %>=}}
 *   {{> partial}} {{> *name_of_partial}}  {{<parent}}{{$block}}replacement{{/block}}{{/parent}}
 *   {{$block}}default{{/block}}
 *   {{name | default: "there" | upper}}
 *
 * Filters, by ICU in the context's locale and time zone: default: "text", upper, lower, capitalize, url
 * (percent-encoded), date, time and datetime of RFC 3339 (date also of a day, "2026-11-25"), each with "short",
 * "medium", "long", "full" or a pattern of ICU, number (with that many digits: number: 2), money: "PLN". A value that
 * is no date or no number is no value. In HTML a quote or blank of a tag may be a character reference.
 *
 * In HTML a value is escaped for its place: in text and in attributes; in a URL's path, query or fragment
 * percent-encoded as one piece; as a whole URL only with the scheme http, https, mailto or tel. Where no value is safe
 * (in a script, a style, a host, as a name of a tag or attribute) it prints nothing and is among the missing with the
 * reason. The places are those of the literal text; partials with values may stand in text only.
 *
 * A text that shows nothing (empty, blanks) counts as no value: for default, for sections and among the missing.
 *
 * Values come from two views of the same data: what may be printed and what may be asked about by a section. A section
 * entered over an asked value whose printed twin is absent prints nothing of it; a name that the innermost frame may
 * not print is not taken from a frame farther out either. */
#pragma once

#include "base/splice.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct Template Template;

typedef enum {
    TEMPLATE_TEXT,   /* values stand as they are */
    TEMPLATE_HTML,   /* values are escaped by the place where they stand */
    TEMPLATE_HEADER, /* control characters become blanks */
} TemplateForm;

/* UTF-8 text of at most 16 MiB with at most 100,000 tags, sections, parents and blocks nested at most 100 deep, names
 * of at most 255 bytes; a text without any "{{" may be anything. Errors are PERMANENT: "line L, column C: found …,
 * expected …". */
Template *template_compile(const char *text, gsize length, TemplateForm form, GError **error);
/* Templates are counted by reference, from any thread; the last template_free frees it. */
Template *template_ref(Template *template);
void template_free(Template *template);
/* The bytes of memory that it takes, about. */
gsize template_size(const Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

/* False where the text holds no tag at all: it is its own rendering. */
bool template_has_tags(const Template *template);
bool template_has_section(const Template *template, const char *name);
/* Of the template itself, without its partials. Adds every name that is looked up ("customer.first_name") to a set of
 * owned strings, as written; a name without a dot inside a section also as one of that section's own:
 * {{#customer}}{{city}} gives customer, city and customer.city. */
void template_collect_names(const Template *template, GHashTable *names);

/* Adds the name of every partial and parent that the template names to a set of owned strings. True where it also names
 * some dynamically: any there is may be meant. */
bool template_collect_partials(const Template *template, GHashTable *names);

typedef struct {
    guint line, column; /* from 1; columns in characters */
    char *what;         /* owned; a sentence */
} TemplateFinding;

void template_finding_free(TemplateFinding *finding);
/* The partials and parents that the template names (dynamic names apart) and that the table, as in TemplateContext,
 * does not have: of TemplateFinding, in the order of the text. */
GPtrArray *template_absent_partials(const Template *template, GHashTable *partials);
/* What is unsafe or not what was meant, though it compiles: a value in an attribute without quotes, in a script or
 * style, as a tag's or attribute's name, as the scheme or host of a URL (company.* apart), {{{raw}}}, a section or
 * partial that leaves it open where the text behind it stands, dates by the year of the week. */
GPtrArray *template_lint(const Template *template);

typedef struct {
    json_t *printed;      /* borrowed objects */
    json_t *asked;        /* NULL: the same as printed */
    const char *locale;   /* NULL: the root locale */
    const char *timezone; /* IANA; NULL or unknown: UTC */
    GHashTable *partials; /* borrowed: name (char *) to Template *, of the same form as the template; NULL: none */
    bool plain;           /* {{{x}}} stands as it is, and a value where none is safe is escaped as in text */
} TemplateContext;

/* The rendering as splices of the template's own text: literal text stays, tags and cut sections are replaced. A
 * section over a list is one splice. Names that were to be printed and had neither value nor default are added to
 * missing (of char *, each once, at most 100; may be NULL) and print nothing. So are partials and parents that are not
 * among the context's, or that are nested more than 100 deep: "> header". So does what comes after some 64 MiB of
 * output, a million tags or sixteen thousand partials, which only lists in lists and partials that name themselves
 * reach; the name at which it stopped is then among the missing. */
GArray *template_splices(const Template *template, const TemplateContext *context, GPtrArray *missing);
/* The same as one text. Free with g_free. */
char *template_render(const Template *template, const TemplateContext *context, GPtrArray *missing);
