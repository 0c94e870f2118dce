/* A partial is looked up by its name alone when a text is rendered; which file that is was settled by the text's locale
 * when it was read. A partial with no translation near that locale is absent from the table, and so an error of the
 * texts that name it: mail in two languages is nobody's wish. */
#include "partials.h"

#include "shelf_file.h"

#include "base/error.h"

#include <string.h>

#define TEXT_SUFFIX ".txt"
#define HTML_SUFFIX ".html"

typedef struct {
    char *path, *name, *locale; /* locale NULL: for every one */
    bool html;
    Template *template;
} Partial;

static void partial_free(gpointer data) {
    Partial *partial = data;
    g_free(partial->path);
    g_free(partial->name);
    g_free(partial->locale);
    g_clear_pointer(&partial->template, template_free);
    g_free(partial);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Partial, partial_free)

/* ---- reading ---- */

/* Takes "footer.pl.txt" apart. */
static bool name_partial(Partial *partial, const char *file) {
    partial->html = g_str_has_suffix(file, HTML_SUFFIX);
    if (!partial->html && !g_str_has_suffix(file, TEXT_SUFFIX))
        return false;
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(partial->html ? HTML_SUFFIX : TEXT_SUFFIX));
    g_auto(GStrv) words = g_strsplit(stem, ".", 3);
    if (!words[0] || !*words[0] || (words[1] && (words[2] || !shelf_is_locale(words[1]))))
        return false;
    partial->name = g_strdup(words[0]);
    partial->locale = g_strdup(words[1]);
    return true;
}

static Partial *read_partial(const char *folder, const char *file, GError **error) {
    g_autoptr(Partial) partial = g_new0(Partial, 1);
    const char *path = partial->path = g_build_filename(folder, file, NULL);
    if (!name_partial(partial, file)) {
        shelf_refuse(path, 1, "a file of this name", "NAME.txt, NAME.html, NAME.LOCALE.txt or NAME.LOCALE.html", error);
        return NULL;
    }
    g_autofree char *text = shelf_file_read(path, error);
    TemplateForm form = partial->html ? TEMPLATE_HTML : TEMPLATE_TEXT;
    const ShelfPlace place = {path, 1, 1};
    if (!text || !(partial->template = shelf_file_compile(&place, text, form, error)))
        return NULL;
    return g_steal_pointer(&partial);
}

GPtrArray *partials_read(const char *folder, GError **error) {
    g_autoptr(GPtrArray) partials = g_ptr_array_new_with_free_func(partial_free);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    for (const char *name; entries && (name = g_dir_read_name(entries));) {
        Partial *partial;
        if (*name == '.')
            continue;
        if (!(partial = read_partial(folder, name, error)))
            return NULL;
        g_ptr_array_add(partials, partial);
    }
    return g_steal_pointer(&partials);
}

ShelfPlace partials_place(const GPtrArray *partials, guint i, const Template **template) {
    const Partial *partial = partials->pdata[i];
    *template = partial->template;
    return (ShelfPlace){partial->path, 1, 1};
}

/* ---- choosing ---- */

/* 0 where it is of another form or language; what is for every locale comes last. */
static gsize rank_of(const Partial *partial, const char *locale, bool html) {
    gsize rank = partial->locale ? shelf_locale_rank(partial->locale, locale) : 0;
    if (partial->html != html || (partial->locale && rank == 0))
        return 0;
    return rank + 1;
}

GHashTable *partials_for(const GPtrArray *partials, const char *locale, bool html) {
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) ranks = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < partials->len; i++) {
        const Partial *partial = partials->pdata[i];
        gsize rank = rank_of(partial, locale, html);
        if (rank <= GPOINTER_TO_SIZE(g_hash_table_lookup(ranks, partial->name)))
            continue;
        g_hash_table_insert(ranks, partial->name, GSIZE_TO_POINTER(rank));
        g_hash_table_insert(table, partial->name, partial->template);
    }
    return table;
}

/* ---- reaching ---- */

static const char *path_of(const GPtrArray *partials, const Template *template) {
    for (guint i = 0; i < partials->len; i++) {
        const Partial *partial = partials->pdata[i];
        if (partial->template == template)
            return partial->path;
    }
    return NULL;
}

/* line: of the file, where the template begins. */
static bool refuse_absent(const char *path, guint line, const Template *template, GHashTable *table, GError **error) {
    g_autoptr(GPtrArray) absent = template_absent_partials(template, table);
    if (absent->len == 0)
        return true;
    const TemplateFinding *finding = absent->pdata[0];
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG, "%s:%u:%u: %s", path, line + finding->line - 1,
                finding->column, finding->what);
    return false;
}

static void reach(GPtrArray *reached, GHashTable *table, const char *name) {
    gpointer template = g_hash_table_lookup(table, name);
    if (template && !g_ptr_array_find(reached, template, NULL))
        g_ptr_array_add(reached, template);
}

/* A dynamic name may mean any. */
static void reach_from(GPtrArray *reached, const Template *template, GHashTable *table) {
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool any = template_collect_partials(template, names);
    GHashTableIter iterator;
    gpointer name;
    if (!table)
        return;
    g_hash_table_iter_init(&iterator, any ? table : names);
    while (g_hash_table_iter_next(&iterator, &name, NULL))
        reach(reached, table, name);
}

GPtrArray *partials_reached(const GPtrArray *partials, const ShelfPlace *place, const Template *template,
                            GHashTable *table, GError **error) {
    g_autoptr(GPtrArray) reached = g_ptr_array_new();
    g_ptr_array_add(reached, (gpointer) template);
    for (guint i = 0; i < reached->len; i++) {
        const char *path = path_of(partials, reached->pdata[i]);
        if (!refuse_absent(path ? path : place->path, path ? 1 : place->line, reached->pdata[i], table, error))
            return NULL;
        reach_from(reached, reached->pdata[i], table);
    }
    return g_steal_pointer(&reached);
}
