/* Everything below templates is read and compiled when the configuration is, so that what is wrong in a text is said to
 * the admin who loads it, and not by a mail that never goes. Which partials a text sees is settled then too, by its
 * locale, so that rendering only looks names up. */
#include "template/shelf.h"

#include "base/names.h"
#include "partials.h"
#include "shelf_file.h"

#include <string.h>

#define SUBJECT "Subject:"
#define TEXT_SUFFIX ".txt"
#define HTML_SUFFIX ".html"
#define SALES "sales"
#define TEXT_LINE 3 /* of the file, below the subject and the empty line */

struct Shelf {
    GPtrArray *partials;   /* see partials.h */
    GHashTable *templates; /* name -> ShelfTemplate */
};

static void text_free(gpointer data) {
    ShelfText *text = data;
    g_free(text->locale);
    g_free(text->text_path);
    g_free(text->html_path);
    g_free(text->subject_source);
    g_clear_pointer(&text->subject, template_free);
    g_clear_pointer(&text->text, template_free);
    g_clear_pointer(&text->html, template_free);
    g_clear_pointer(&text->text_partials, g_hash_table_unref);
    g_clear_pointer(&text->html_partials, g_hash_table_unref);
    g_hash_table_unref(text->text_names);
    g_hash_table_unref(text->html_names);
    g_hash_table_unref(text->names);
    g_free(text);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShelfText, text_free)

static void template_folder_free(gpointer data) {
    ShelfTemplate *template = data;
    g_free(template->name);
    g_ptr_array_unref(template->texts);
    g_free(template);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShelfTemplate, template_folder_free)

void shelf_free(Shelf *shelf) {
    if (!shelf)
        return;
    g_clear_pointer(&shelf->partials, g_ptr_array_unref);
    g_hash_table_unref(shelf->templates);
    g_free(shelf);
}

/* ---- locales ---- */

static const ShelfText *find_text(const ShelfTemplate *template, const char *locale) {
    const ShelfText *best = NULL;
    gsize best_rank = 0;
    for (guint i = 0; i < template->texts->len; i++) {
        const ShelfText *text = template->texts->pdata[i];
        gsize rank = shelf_locale_rank(text->locale, locale);
        if (rank > best_rank) {
            best = text;
            best_rank = rank;
        }
    }
    return best;
}

const ShelfText *shelf_text(const ShelfTemplate *template, const char *const *locales) {
    for (; *locales; locales++) {
        const ShelfText *text = find_text(template, *locales);
        if (text)
            return text;
    }
    return template->texts->pdata[0];
}

const char *shelf_text_locale(const ShelfText *text, const char *reader) {
    return shelf_locale_rank(text->locale, reader) > 0 ? reader : text->locale;
}

/* ---- one text ---- */

static bool split_subject(const char *file, ShelfText *text, const char **body, GError **error) {
    const char *end = strchr(file, '\n');
    if (!g_str_has_prefix(file, SUBJECT) || !end)
        return shelf_refuse(text->text_path, 1, "another first line", "\"Subject: \" and the subject", error);
    if (end[1] != '\n')
        return shelf_refuse(text->text_path, 2, "text", "an empty line", error);
    text->subject_source = g_strstrip(g_strndup(file + strlen(SUBJECT), (gsize)(end - file) - strlen(SUBJECT)));
    *body = end + 2;
    return *text->subject_source || shelf_refuse(text->text_path, 1, "an empty subject", "a subject", error);
}

static bool read_plain(ShelfText *text, GError **error) {
    g_autofree char *file = shelf_file_read(text->text_path, error);
    const char *body = NULL;
    if (!file || !split_subject(file, text, &body, error))
        return false;
    text->subject_column = (guint)g_utf8_strlen(file, strstr(file, text->subject_source) - file) + 1;
    const ShelfPlace subject = {text->text_path, 1, text->subject_column}, plain = {text->text_path, TEXT_LINE, 1};
    return (text->subject = shelf_file_compile(&subject, text->subject_source, TEMPLATE_HEADER, error)) &&
           (text->text = shelf_file_compile(&plain, body, TEMPLATE_TEXT, error));
}

static bool read_html(ShelfText *text, GError **error) {
    if (!g_file_test(text->html_path, G_FILE_TEST_EXISTS)) {
        g_clear_pointer(&text->html_path, g_free);
        return true;
    }
    g_autofree char *file = shelf_file_read(text->html_path, error);
    const ShelfPlace place = {text->html_path, 1, 1};
    return file && (text->html = shelf_file_compile(&place, file, TEMPLATE_HTML, error));
}

static GHashTable *set_new(void) {
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* A template of the text with all that it brings in: whether it has sales, and what it looks up. */
static bool settle(const Shelf *shelf, ShelfText *text, const ShelfPlace *place, const Template *template, bool html,
                   GError **error) {
    const bool subject = template == text->subject;
    GHashTable *partials = subject ? NULL : html ? text->html_partials : text->text_partials;
    g_autoptr(GPtrArray) reached = partials_reached(shelf->partials, place, template, partials, error);
    if (!reached)
        return false;
    for (guint i = 0; i < reached->len; i++) {
        template_collect_names(reached->pdata[i], text->names);
        template_collect_names(reached->pdata[i], html ? text->html_names : text->text_names);
        text->has_sales |= template_has_section(reached->pdata[i], SALES);
    }
    return true;
}

static bool settle_all(const Shelf *shelf, ShelfText *text, GError **error) {
    const ShelfPlace subject = {text->text_path, 1, 1}, plain = {text->text_path, TEXT_LINE, 1};
    const ShelfPlace html = {text->html_path, 1, 1};
    text->text_partials = partials_for(shelf->partials, text->locale, false);
    text->html_partials = partials_for(shelf->partials, text->locale, true);
    return settle(shelf, text, &subject, text->subject, false, error) &&
           settle(shelf, text, &plain, text->text, false, error) &&
           (!text->html || settle(shelf, text, &html, text->html, true, error));
}

static ShelfText *read_text(const Shelf *shelf, const char *folder, const char *locale, GError **error) {
    g_autofree char *stem = g_build_filename(folder, locale, NULL);
    g_autoptr(ShelfText) text = g_new0(ShelfText, 1);
    text->locale = g_strdup(locale);
    text->text_path = g_strconcat(stem, TEXT_SUFFIX, NULL);
    text->html_path = g_strconcat(stem, HTML_SUFFIX, NULL);
    text->text_names = set_new();
    text->html_names = set_new();
    text->names = set_new();
    if (!read_plain(text, error) || !read_html(text, error) || !settle_all(shelf, text, error))
        return NULL;
    return g_steal_pointer(&text);
}

/* ---- one template ---- */

static bool refuse_sales(const ShelfText *text, GError **error) {
    return shelf_refuse(text->text_path, 1, "a {{#sales}} section (here, in the HTML or in a partial)",
                        "relational text, or class = \"mixed\" or \"sales\" in template.conf,", error);
}

static bool check_file(const char *folder, const char *file, char **locale, GError **error) {
    bool html = g_str_has_suffix(file, HTML_SUFFIX);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(html ? HTML_SUFFIX : TEXT_SUFFIX));
    if (!shelf_is_locale(stem))
        return shelf_refuse(path, 1, "a file of this name", "LOCALE.txt or LOCALE.html, such as en.txt,", error);
    g_autofree char *twin = g_strconcat(folder, "/", stem, TEXT_SUFFIX, NULL);
    if (!g_file_test(twin, G_FILE_TEST_EXISTS))
        return shelf_refuse(path, 1, "HTML without a text", twin, error);
    *locale = html ? NULL : g_steal_pointer(&stem);
    return true;
}

static bool add_text(const Shelf *shelf, ShelfTemplate *template, const char *folder, const char *file, bool sales,
                     GError **error) {
    g_autofree char *locale = NULL;
    if (!check_file(folder, file, &locale, error))
        return false;
    if (!locale)
        return true;
    ShelfText *text = read_text(shelf, folder, locale, error);
    if (!text)
        return false;
    g_ptr_array_add(template->texts, text);
    template->has_sales |= text->has_sales;
    return !text->has_sales || sales || refuse_sales(text, error);
}

static int compare_texts(gconstpointer a, gconstpointer b) {
    return strcmp((*(ShelfText *const *)a)->locale, (*(ShelfText *const *)b)->locale);
}

static bool is_text_file(const char *name) {
    return *name != '.' && (g_str_has_suffix(name, TEXT_SUFFIX) || g_str_has_suffix(name, HTML_SUFFIX));
}

bool shelf_add(Shelf *shelf, const char *name, const char *folder, bool sales, GError **error) {
    g_autoptr(ShelfTemplate) template = g_new0(ShelfTemplate, 1);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    template->name = g_strdup(name);
    template->texts = g_ptr_array_new_with_free_func(text_free);
    for (const char *file; entries && (file = g_dir_read_name(entries));)
        if (is_text_file(file) && !add_text(shelf, template, folder, file, sales, error))
            return false;
    if (template->texts->len == 0)
        return shelf_refuse(folder, 1, "no text", "a folder with a file LOCALE.txt, such as en.txt,", error);
    g_ptr_array_sort(template->texts, compare_texts);
    g_hash_table_replace(shelf->templates, template->name, template);
    template = NULL;
    return true;
}

/* ---- lint ---- */

void shelf_finding_free(ShelfFinding *finding) {
    g_free(finding->path);
    g_free(finding->what);
    g_free(finding);
}

static void lint(GPtrArray *findings, const ShelfPlace *place, const Template *template) {
    g_autoptr(GPtrArray) found = template_lint(template);
    for (guint i = 0; i < found->len; i++) {
        const TemplateFinding *one = found->pdata[i];
        ShelfFinding *finding = g_new(ShelfFinding, 1);
        *finding = (ShelfFinding){.path = g_strdup(place->path),
                                  .line = place->line + one->line - 1,
                                  .column = one->line == 1 ? place->column + one->column - 1 : one->column,
                                  .what = g_strdup(one->what)};
        g_ptr_array_add(findings, finding);
    }
}

GPtrArray *shelf_lint(const ShelfTemplate *template) {
    GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)shelf_finding_free);
    for (guint i = 0; i < template->texts->len; i++) {
        const ShelfText *text = template->texts->pdata[i];
        const ShelfPlace subject = {text->text_path, 1, text->subject_column};
        const ShelfPlace plain = {text->text_path, TEXT_LINE, 1}, html = {text->html_path, 1, 1};
        lint(findings, &subject, text->subject);
        lint(findings, &plain, text->text);
        if (text->html)
            lint(findings, &html, text->html);
    }
    return findings;
}

GPtrArray *shelf_lint_partials(const Shelf *shelf) {
    GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)shelf_finding_free);
    for (guint i = 0; i < shelf->partials->len; i++) {
        const Template *template;
        const ShelfPlace place = partials_place(shelf->partials, i, &template);
        lint(findings, &place, template);
    }
    return findings;
}

/* ---- the shelf ---- */

Shelf *shelf_new(const char *partials, GError **error) {
    g_autoptr(Shelf) shelf = g_new0(Shelf, 1);
    shelf->templates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, template_folder_free);
    return (shelf->partials = partials_read(partials, error)) ? g_steal_pointer(&shelf) : NULL;
}

const ShelfTemplate *shelf_template(const Shelf *shelf, const char *name) {
    return g_hash_table_lookup(shelf->templates, name);
}

GPtrArray *shelf_names(const Shelf *shelf) {
    return names_of(shelf->templates);
}
