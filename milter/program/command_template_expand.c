/* `template expand`: plain Mustache for authors, and for whoever holds the language against its specification. There is
 * no customer, no configuration and no store: a template, its data, a folder of partials, and the text on stdout. */
#include "program/command.h"

#include "base/error.h"
#include "files.h"
#include "program/output.h"
#include "template/template.h"

#include <string.h>

#define FILE_MAX (16 * 1024 * 1024)
#define FOLDERS_MAX 8 /* one in the other */

/* What a partial's file may be called beside its bare name; where several are there, the first of these is taken. */
static const char *const suffixes[] = {"", ".mustache", ".html", ".txt"};

static bool read_form(const Arguments *arguments, TemplateForm *form, GError **error) {
    if (arguments->as && !g_str_equal(arguments->as, "html") && !g_str_equal(arguments->as, "text")) {
        usage_error(error, "--as '%s', expected html or text", arguments->as);
        return false;
    }
    *form = g_strcmp0(arguments->as, "text") == 0 ? TEMPLATE_TEXT : TEMPLATE_HTML;
    return true;
}

static bool read_data(const char *path, json_t **data, GError **error) {
    json_error_t fault;
    g_autoptr(GBytes) bytes = path ? file_read(path, FILE_MAX, error) : g_bytes_new_static("{}", 2);
    if (!bytes)
        return false;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    *data = json_loadb(text ? text : "", length, JSON_DECODE_ANY, &fault);
    if (!*data)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s:%d: %s, expected JSON", path, fault.line,
                    fault.text);
    return *data != NULL;
}

static Template *compile_bytes(const char *path, GBytes *bytes, TemplateForm form, GError **error) {
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    Template *template = template_compile(text ? text : "", length, form, error);
    if (!template)
        g_prefix_error(error, "%s: ", path);
    return template;
}

/* ---- partials ---- */

typedef struct {
    GHashTable *partials;
    TemplateForm form;
    const char *suffix; /* of the files that are taken in this pass */
} Collection;

static bool collect_file(Collection *collection, const char *path, const char *name, GError **error) {
    g_autofree char *bare = g_strndup(name, strlen(name) - strlen(collection->suffix));
    if (g_hash_table_contains(collection->partials, bare))
        return true;
    g_autoptr(GBytes) bytes = file_read(path, FILE_MAX, error);
    Template *template = bytes ? compile_bytes(path, bytes, collection->form, error) : NULL;
    if (template)
        g_hash_table_insert(collection->partials, g_steal_pointer(&bare), template);
    return template != NULL;
}

static bool collect_folder(Collection *collection, const char *folder, const char *prefix, int deep, GError **error) {
    g_autoptr(GDir) entries = g_dir_open(folder, 0, error);
    for (const char *entry; entries && (entry = g_dir_read_name(entries));) {
        g_autofree char *path = g_build_filename(folder, entry, NULL);
        g_autofree char *name = g_strconcat(prefix, entry, NULL);
        g_autofree char *below = g_strconcat(name, "/", NULL);
        bool fine = true;
        if (*entry == '.')
            continue;
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            fine = deep == FOLDERS_MAX || collect_folder(collection, path, below, deep + 1, error);
        else if (g_str_has_suffix(entry, collection->suffix))
            fine = collect_file(collection, path, name, error);
        if (!fine)
            return false;
    }
    return entries != NULL;
}

/* All of a folder's files, as dynamic names can ask for any of them. */
static bool read_partials(const char *folder, TemplateForm form, GHashTable *partials, GError **error) {
    g_autoptr(GError) fault = NULL;
    Collection collection = {.partials = partials, .form = form};
    for (gsize i = 0; folder && i < G_N_ELEMENTS(suffixes); i++) {
        collection.suffix = suffixes[i];
        if (collect_folder(&collection, folder, "", 1, &fault))
            continue;
        if (fault->domain == G_FILE_ERROR)
            usage_error(error, "--partials: %s", fault->message);
        else
            g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    return true;
}

/* ---- the command ---- */

static json_t *document_of(const char *text, const GPtrArray *missing) {
    json_t *names = json_array();
    for (guint i = 0; i < missing->len; i++)
        json_array_append_new(names, json_string(missing->pdata[i]));
    return json_pack("{s:o, s:o}", "text", output_text(text), "missing", names);
}

static void put(const void *bytes, gsize length) {
    fwrite(bytes, 1, length, stdout);
}

static void expand(const Template *template, GBytes *text, const TemplateContext *context, json_t **document) {
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *expanded = template_render(template, context, missing);
    if (document)
        *document = document_of(expanded, missing);
    else if (template_has_tags(template))
        put(expanded, strlen(expanded));
    else
        put(g_bytes_get_data(text, NULL), g_bytes_get_size(text)); /* whose bytes may be anything, NUL too */
}

/* The customer's, if the data say it where a template would. */
static const char *customer_word(const json_t *data, const char *key, const char *otherwise) {
    const char *word = json_string_value(json_object_get(json_object_get(data, "customer"), key));
    return word ? word : otherwise;
}

Answer command_template_expand_run(Session *session, json_t **document, GError **error) {
    const Arguments *arguments = session->arguments;
    const char *path = session->operands[0];
    TemplateForm form;
    json_auto_t *data = NULL;
    g_autoptr(GHashTable) partials =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)template_free);
    if (!read_form(arguments, &form, error) || !read_data(arguments->data, &data, error) ||
        !read_partials(arguments->partials, form, partials, error))
        return ANSWER_FAILED;
    g_autoptr(GBytes) text = file_read(path, FILE_MAX, error);
    g_autoptr(Template) template = text ? compile_bytes(path, text, form, error) : NULL;
    if (!template)
        return ANSWER_FAILED;
    TemplateContext context = {.printed = data,
                               .locale = customer_word(data, "locale", "en"),
                               .timezone = customer_word(data, "timezone", "UTC"),
                               .partials = partials,
                               .plain = true};
    expand(template, text, &context, arguments->json ? document : NULL);
    return ANSWER_YES;
}

/* Without --json the text is on stdout already, byte for byte, and there is no document. */
void command_template_expand_print(const json_t *document G_GNUC_UNUSED) {
}
