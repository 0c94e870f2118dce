/* What the compiler lets pass and an author would rather know: names that nobody has, texts that differ where they
 * should not, and what would make a customer or a court angry. Each check looks at one thing and says one sentence. */
#include "engine/proof.h"

#include "base/names.h"
#include "repertoire.h"

#include <jansson.h>
#include <string.h>

#define SUBJECT_LONGEST 60 /* characters; beyond, most programs show the beginning only */
#define UNSUBSCRIBE "unsubscribe"

typedef struct {
    const Config *config;
    Shelf *shelf;
    GHashTable *locales; /* set of every locale that a template has: borrowed */
    GPtrArray *findings;
    const TemplateFolder *folder;
} Proof;

/* What they share is found like a template of this name. */
static const TemplateFolder partials_folder = {.name = (char *)TEMPLATES_PARTIALS};

void proof_finding_free(ProofFinding *finding) {
    g_free(finding->template_name);
    g_free(finding->path);
    g_free(finding->what);
    g_free(finding);
}

static void find(Proof *proof, bool fault, const char *path, const char *format, ...) G_GNUC_PRINTF(4, 5);
static void find(Proof *proof, bool fault, const char *path, const char *format, ...) {
    ProofFinding *finding = g_new0(ProofFinding, 1);
    va_list arguments;
    finding->template_name = g_strdup(proof->folder->name);
    finding->path = g_strdup(path);
    finding->fault = fault;
    va_start(arguments, format);
    finding->what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(proof->findings, finding);
}

/* ---- names ---- */

static void check_attribute(Proof *proof, const ShelfText *text, const char *name) {
    gsize length;
    if (!attribute_is_built_in(name) && !config_attribute_of(proof->config, name, &length))
        find(proof, true, text->text_path,
             "customer.%s: found an attribute that the configuration does not declare, expected attribute \"%s\" { … }",
             name, name);
}

static void check_company(Proof *proof, const ShelfText *text, const char *name) {
    if (!g_hash_table_contains(proof->config->company, name))
        find(proof, true, text->text_path, "company.%s: found nothing of this name in company { … }", name);
}

static void check_names(Proof *proof, const ShelfText *text) {
    g_autoptr(GPtrArray) names = names_of(text->names);
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        if (g_str_has_prefix(name, "customer."))
            check_attribute(proof, text, name + strlen("customer."));
        else if (g_str_has_prefix(name, "company."))
            check_company(proof, text, name + strlen("company."));
    }
}

/* A section may be about something that has the name; a sales section is about nothing. */
static bool stands_in_a_section(GHashTable *names, const char *name) {
    GHashTableIter iterator;
    gpointer section;
    g_hash_table_iter_init(&iterator, names);
    while (g_hash_table_iter_next(&iterator, &section, NULL)) {
        g_autofree char *inside = g_strconcat(section, ".", name, NULL);
        if (!g_str_equal(section, "sales") && g_hash_table_contains(names, inside))
            return true;
    }
    return false;
}

/* A partial may stand in a section of who uses it, so only the text's own names are certain. */
static void check_roots(Proof *proof, const char *path, const Template *template) {
    static const char *const roots[] = {"customer", "message", "company", "now", "sales", NULL};
    g_autoptr(GHashTable) set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    template_collect_names(template, set);
    g_autoptr(GPtrArray) names = names_of(set);
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        if (!strchr(name, '.') && !g_strv_contains(roots, name) && !stands_in_a_section(set, name))
            find(proof, false, path,
                 "%s: found a name that nothing has here, expected customer.%s, message.%s or company.%s", name, name,
                 name, name);
    }
}

/* ---- one text ---- */

static void check_subject(Proof *proof, const ShelfText *text) {
    glong length = 0;
    for (const char *at = text->subject_source; *at;) {
        const char *tag = g_str_has_prefix(at, "{{") ? strstr(at, "}}") : NULL;
        length += tag ? 0 : 1;
        at = tag ? tag + 2 : g_utf8_next_char(at);
    }
    if (length > SUBJECT_LONGEST)
        find(proof, false, text->text_path,
             "the subject has %ld characters without its values; most programs show %d at most", length,
             SUBJECT_LONGEST);
}

static void name_difference(Proof *proof, const ShelfText *text, GHashTable *has, GHashTable *lacks, const char *path) {
    g_autoptr(GPtrArray) names = names_of(has);
    for (guint i = 0; i < names->len; i++)
        if (!g_hash_table_contains(lacks, names->pdata[i]) && !g_str_equal(names->pdata[i], "sales"))
            find(proof, false, path, "%s stands here, but not in %s", (const char *)names->pdata[i],
                 path == text->text_path ? text->html_path : text->text_path);
}

static void check_html(Proof *proof, const ShelfText *text) {
    if (!text->html)
        return;
    name_difference(proof, text, text->text_names, text->html_names, text->text_path);
    name_difference(proof, text, text->html_names, text->text_names, text->html_path);
}

/* ---- unsubscribing ---- */

/* An object in which every name has itself for a value, so that a rendering shows what it is made of. */
static json_t *names_as_values(GHashTable *names) {
    g_autoptr(GPtrArray) sorted = names_of(names);
    json_t *root = json_object();
    for (guint i = 0; i < sorted->len; i++) {
        g_auto(GStrv) words = g_strsplit(sorted->pdata[i], ".", 2);
        json_t *parent = json_object_get(root, words[0]);
        if (words[1] && !json_is_object(parent))
            json_object_set_new(root, words[0], parent = json_object());
        if (words[1])
            json_object_set_new(parent, words[1], json_string(sorted->pdata[i]));
        else if (!parent)
            json_object_set_new(root, words[0], json_string(sorted->pdata[i]));
    }
    return root;
}

static bool any_mentions(GHashTable *names, const char *word) {
    GHashTableIter iterator;
    gpointer name;
    g_hash_table_iter_init(&iterator, names);
    while (g_hash_table_iter_next(&iterator, &name, NULL)) {
        g_autofree char *lower = g_utf8_strdown(name, -1);
        if (strstr(lower, word))
            return true;
    }
    return false;
}

/* The word stands in the address, or in the name of the value that holds it. */
static void seek_unsubscribe(Proof *proof, const char *path, const Template *template, GHashTable *partials,
                             GHashTable *names) {
    json_auto_t *values = names_as_values(names);
    const TemplateContext context = {.printed = values, .partials = partials};
    g_autofree char *shown = template_render(template, &context, NULL);
    g_autofree char *lower = g_utf8_strdown(shown, -1);
    if (!strstr(lower, UNSUBSCRIBE) && !any_mentions(names, UNSUBSCRIBE))
        find(proof, true, path, "found no way to unsubscribe, expected an address with that word in it");
}

static void check_unsubscribe(Proof *proof, const ShelfText *text) {
    TemplateClass class = proof->folder->class;
    if (class != TEMPLATE_CLASS_SALES && class != TEMPLATE_CLASS_MIXED)
        return;
    seek_unsubscribe(proof, text->text_path, text->text, text->text_partials, text->text_names);
    if (text->html)
        seek_unsubscribe(proof, text->html_path, text->html, text->html_partials, text->html_names);
}

static void check_text(Proof *proof, const ShelfText *text) {
    check_names(proof, text);
    check_roots(proof, text->text_path, text->subject);
    check_roots(proof, text->text_path, text->text);
    if (text->html)
        check_roots(proof, text->html_path, text->html);
    check_subject(proof, text);
    check_html(proof, text);
    check_unsubscribe(proof, text);
}

/* ---- one template ---- */

static const ShelfText *text_in(const ShelfTemplate *template, const char *locale) {
    const char *const locales[] = {locale, NULL};
    const ShelfText *text = shelf_text(template, locales);
    return shelf_text_locale(text, locale) == locale ? text : NULL;
}

/* Without one of its own the template means what it has: the first text serves those it has none for. */
static void check_default_locale(Proof *proof, const ShelfTemplate *template) {
    const char *own = proof->folder->locale, *usual = proof->config->defaults.locale;
    if (!text_in(template, own ? own : usual))
        find(proof, own != NULL, proof->folder->path, "found no text for %s, its default locale, expected %s.txt",
             own ? own : usual, own ? own : usual);
}

static void check_locales(Proof *proof, const ShelfTemplate *template) {
    g_autoptr(GPtrArray) locales = names_of(proof->locales);
    for (guint i = 0; i < locales->len; i++)
        if (!text_in(template, locales->pdata[i]))
            find(proof, false, proof->folder->path, "there is no %s.txt, which other templates have",
                 (const char *)locales->pdata[i]);
}

static void check_html_everywhere(Proof *proof, const ShelfTemplate *template) {
    guint count = 0;
    for (guint i = 0; i < template->texts->len; i++)
        count += ((const ShelfText *)template->texts->pdata[i])->html != NULL;
    for (guint i = 0; count > 0 && i < template->texts->len; i++) {
        const ShelfText *text = template->texts->pdata[i];
        if (!text->html)
            find(proof, false, text->text_path, "there is no HTML beside it, as other locales have");
    }
}

static void check_sales(Proof *proof, const ShelfTemplate *template) {
    if (proof->folder->class == TEMPLATE_CLASS_MIXED && !template->has_sales)
        find(proof, false, proof->folder->settings, "class = \"mixed\", but no text has a {{#sales}} section");
}

/* ---- fallback ---- */

static bool comes_to_rewrite(const Policy *policy) {
    return policy->over->len > 0 && g_array_index(policy->over, Over, 0) == OVER_REWRITE;
}

static bool any_policy_rewrites(const Config *config) {
    GHashTableIter iterator;
    gpointer policy;
    g_hash_table_iter_init(&iterator, config->policies);
    while (g_hash_table_iter_next(&iterator, NULL, &policy))
        if (comes_to_rewrite(policy))
            return true;
    return false;
}

static void check_fallback(Proof *proof, const ShelfTemplate *template) {
    const TemplateFolder *folder = proof->folder;
    const ShelfTemplate *fallback = folder->fallback ? shelf_template(proof->shelf, folder->fallback) : NULL;
    if (folder->fallback && !any_policy_rewrites(proof->config))
        find(proof, false, folder->settings, "the fallback never goes: no policy has \"rewrite\" first in over");
    for (guint i = 0; fallback && i < template->texts->len; i++) {
        const ShelfText *text = template->texts->pdata[i];
        if (!text_in(fallback, text->locale))
            find(proof, false, text->text_path, "the fallback \"%s\" has no text in this locale", folder->fallback);
    }
}

/* ---- all ---- */

static void check_template(Proof *proof, const ShelfTemplate *template) {
    check_default_locale(proof, template);
    check_locales(proof, template);
    check_html_everywhere(proof, template);
    check_sales(proof, template);
    check_fallback(proof, template);
    for (guint i = 0; i < template->texts->len; i++)
        check_text(proof, template->texts->pdata[i]);
}

/* "file:line:column: what" or "file:line: what", as the loader says it. */
static void find_loader_error(Proof *proof, const char *message) {
    const char *space = strstr(message, ": ");
    g_autofree char *place = g_strndup(message, space ? (gsize)(space - message) : 0);
    g_auto(GStrv) words = g_strsplit(place, ":", -1);
    guint count = g_strv_length(words);
    find(proof, true, count > 0 ? words[0] : proof->folder->path, "%s", space ? space + 2 : message);
    ProofFinding *finding = proof->findings->pdata[proof->findings->len - 1];
    finding->line = count > 1 ? (guint)g_ascii_strtoull(words[1], NULL, 10) : 0;
    finding->column = count > 2 ? (guint)g_ascii_strtoull(words[2], NULL, 10) : 0;
}

static void note_locales(Proof *proof, const ShelfTemplate *template) {
    for (guint i = 0; i < template->texts->len; i++)
        g_hash_table_add(proof->locales, ((const ShelfText *)template->texts->pdata[i])->locale);
}

static void load(Proof *proof, const GPtrArray *names) {
    for (guint i = 0; i < names->len; i++) {
        g_autoptr(GError) error = NULL;
        proof->folder = config_template(proof->config, names->pdata[i]);
        if (repertoire_add(proof->shelf, proof->folder, &error))
            note_locales(proof, shelf_template(proof->shelf, proof->folder->name));
        else
            find_loader_error(proof, error->message);
    }
}

static void add_lint(Proof *proof, const ShelfFinding *found) {
    find(proof, true, found->path, "%s", found->what);
    ProofFinding *finding = proof->findings->pdata[proof->findings->len - 1];
    finding->line = found->line;
    finding->column = found->column;
}

static void read_all(Proof *proof, const GPtrArray *names) {
    for (guint i = 0; i < names->len; i++) {
        const ShelfTemplate *template = shelf_template(proof->shelf, names->pdata[i]);
        proof->folder = config_template(proof->config, names->pdata[i]);
        g_autoptr(GPtrArray) lint = template ? shelf_lint(template) : NULL;
        for (guint k = 0; lint && k < lint->len; k++)
            add_lint(proof, lint->pdata[k]);
        if (template)
            check_template(proof, template);
    }
}

static void read_partials(Proof *proof) {
    g_autoptr(GPtrArray) lint = shelf_lint_partials(proof->shelf);
    proof->folder = &partials_folder;
    for (guint i = 0; i < lint->len; i++)
        add_lint(proof, lint->pdata[i]);
}

static int compare_findings(gconstpointer a, gconstpointer b) {
    const ProofFinding *one = *(ProofFinding *const *)a, *other = *(ProofFinding *const *)b;
    int order = strcmp(one->template_name, other->template_name);
    if (order == 0)
        order = strcmp(one->path, other->path);
    if (order == 0)
        order = (one->line > other->line) - (one->line < other->line);
    return order ? order : (one->column > other->column) - (one->column < other->column);
}

static void keep_only(GPtrArray *findings, char *const *names) {
    for (guint i = findings->len; i > 0; i--) {
        const ProofFinding *finding = findings->pdata[i - 1];
        if (!g_strv_contains((const char *const *)names, finding->template_name) &&
            !g_str_equal(finding->template_name, TEMPLATES_PARTIALS))
            g_ptr_array_remove_index(findings, i - 1);
    }
}

GPtrArray *proof_read(const Config *config, char *const *names) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Shelf) shelf = repertoire_partials(config, &error);
    g_autoptr(GHashTable) locales = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) all = names_of(config->templates);
    GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)proof_finding_free);
    Proof proof = {
        .config = config, .shelf = shelf, .locales = locales, .findings = findings, .folder = &partials_folder};
    if (!shelf) {
        find_loader_error(&proof, error->message);
        return findings;
    }
    load(&proof, all);
    read_all(&proof, all);
    read_partials(&proof);
    g_ptr_array_sort(findings, compare_findings);
    if (names && *names)
        keep_only(findings, names);
    return findings;
}
