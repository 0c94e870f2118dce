/* The shelf of templates: folders of texts in several locales, and the partials that they share. Compiled when the
 * configuration is read, never changed after, shared by all threads.
 *
 *   NAME/LOCALE.txt            first line "Subject: …", an empty line, the text; at least one
 *   NAME/LOCALE.html           the same as HTML, beside its LOCALE.txt
 *   partials/NAME.txt          what {{> NAME}} stands for in texts (not in subjects), in every locale
 *   partials/NAME.html         the same in HTML
 *   partials/NAME.LOCALE.txt, partials/NAME.LOCALE.html      the same in that locale, before those for every locale */
#pragma once

#include "template/template.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *locale;                              /* as the file is named */
    char *text_path, *html_path;               /* html_path NULL: no HTML */
    char *subject_source;                      /* of the subject, one line */
    guint subject_column;                      /* at which it stands */
    Template *subject, *text, *html;           /* html NULL: none */
    GHashTable *text_partials, *html_partials; /* name -> Template, of the text's locale */
    bool has_sales;                            /* a {{#sales}} section stands in it, or in a partial of it */
    /* Sets of char *: every name that is looked up, in partials too; of subject and text, of the HTML, and of both. */
    GHashTable *text_names, *html_names, *names;
} ShelfText;

typedef struct {
    char *name;
    GPtrArray *texts; /* of ShelfText, by locale; never empty */
    bool has_sales;   /* a {{#sales}} section stands in one of them */
} ShelfTemplate;

typedef struct Shelf Shelf;

/* An empty shelf with the partials of a folder, which need not be there. Errors are CADENCE_ERROR_CONFIG,
 * "file:line: what was found, what was expected", of a fault in a template "file:line:column: ": a file that is no
 * UTF-8 text of at most 1 MiB, that has none of the names above, or that cannot be compiled. */
Shelf *shelf_new(const char *partials, GError **error);
void shelf_free(Shelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shelf, shelf_free)

/* Reads a folder as the template of this name. Fails as shelf_new does, and where there is no text at all, one has no
 * subject, HTML has no text beside it, a partial is missing, or, unless sales is true, there is a {{#sales}} section.
 */
bool shelf_add(Shelf *shelf, const char *name, const char *folder, bool sales, GError **error);

const ShelfTemplate *shelf_template(const Shelf *shelf, const char *name); /* NULL: there is none */
/* The names of all templates, sorted; free the array, not what is in it. */
GPtrArray *shelf_names(const Shelf *shelf);

/* The text for the first of these locales (NULL-terminated) that there is one for, else the first text. "pl-PL" finds
 * pl-PL, else pl. Case and '_' for '-' make no difference. */
const ShelfText *shelf_text(const ShelfTemplate *template, const char *const *locales);
/* The locale in which this text writes dates and numbers for a reader of that locale: the reader's own where the text
 * is in their language, else the text's. */
const char *shelf_text_locale(const ShelfText *text, const char *reader);

typedef struct {
    char *path;
    guint line, column;
    char *what; /* a sentence */
} ShelfFinding;
void shelf_finding_free(ShelfFinding *finding);

/* What template_lint finds in the texts of a template, and in the partials: of ShelfFinding. */
GPtrArray *shelf_lint(const ShelfTemplate *template);
GPtrArray *shelf_lint_partials(const Shelf *shelf);
