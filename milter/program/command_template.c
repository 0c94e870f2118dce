/* `template list` and `template lint`: what there is on the shelf and what is wrong with it. Both ask for no store, so
 * that an author can run them on a copy of the configuration. */
#include "program/command.h"

#include "base/error.h"
#include "base/names.h"
#include "engine/proof.h"
#include "program/output.h"
#include "proof_json.h"

#include <string.h>

/* ---- list ---- */

/* The locales of the files; whether they are in order is for lint to say. */
static json_t *locales_of(const TemplateFolder *folder) {
    g_autoptr(GPtrArray) locales = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) entries = g_dir_open(folder->path, 0, NULL);
    json_t *list = json_array();
    for (const char *name; entries && (name = g_dir_read_name(entries));)
        if (*name != '.' && g_str_has_suffix(name, ".txt"))
            g_ptr_array_add(locales, g_strndup(name, strlen(name) - strlen(".txt")));
    g_ptr_array_sort(locales, names_compare);
    for (guint i = 0; i < locales->len; i++)
        json_array_append_new(list, output_text(locales->pdata[i]));
    return list;
}

static json_t *folder_json(const TemplateFolder *folder) {
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", folder->name, "class",
                     output_text(template_class_name(folder->class)), "topic", output_text(folder->topic), "requires",
                     output_text(folder->requires), "fallback", output_text(folder->fallback), "locale",
                     output_text(folder->locale), "locales", locales_of(folder));
}

Answer command_template_list_run(Session *session, json_t **document, G_GNUC_UNUSED GError **error) {
    g_autoptr(GPtrArray) names = names_of(session->config->templates);
    json_t *list = json_array();
    for (guint i = 0; i < names->len; i++)
        json_array_append_new(list, folder_json(config_template(session->config, names->pdata[i])));
    *document = json_pack("{s:s, s:o}", "folder", session->config->templates_path, "templates", list);
    return ANSWER_YES;
}

static char *joined(const json_t *strings) {
    GString *text = g_string_new(NULL);
    size_t i;
    json_t *string;
    json_array_foreach ((json_t *)strings, i, string)
        g_string_append_printf(text, "%s%s", i ? " " : "", json_string_value(string));
    return g_string_free(text, FALSE);
}

void command_template_list_print(const json_t *document) {
    static const OutputColumn columns[] = {
        {"name", "TEMPLATE"}, {"class", "CLASS"}, {"topic", "TOPIC"}, {"fallback", "FALLBACK"}, {"texts", "LOCALES"}};
    json_auto_t *rows = json_array();
    size_t i;
    json_t *template;
    json_array_foreach (json_object_get(document, "templates"), i, template) {
        g_autofree char *locales = joined(json_object_get(template, "locales"));
        json_t *row = json_copy(template);
        json_object_set_new(row, "texts", json_string(locales));
        json_array_append_new(rows, row);
    }
    g_autofree char *nothing = g_strdup_printf("there is no template in %s", output_string(document, "folder", ""));
    output_table(rows, columns, G_N_ELEMENTS(columns), nothing);
}

/* ---- lint ---- */

static bool check_operands(const Session *session, GError **error) {
    for (char *const *name = session->operands; *name; name++) {
        if (config_template(session->config, *name))
            continue;
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "there is no template '%s' in %s", *name,
                    session->config->templates_path);
        return false;
    }
    return true;
}

Answer command_template_lint_run(Session *session, json_t **document, GError **error) {
    guint faults = 0;
    if (!check_operands(session, error))
        return ANSWER_FAILED;
    g_autoptr(GPtrArray) findings = proof_read(session->config, session->operands);
    json_t *list = json_array();
    for (guint i = 0; i < findings->len; i++) {
        const ProofFinding *finding = findings->pdata[i];
        faults += finding->fault;
        json_array_append_new(list, proof_json(finding));
    }
    *document = json_pack("{s:b, s:o}", "ok", faults == 0, "findings", list);
    return faults ? ANSWER_NO : ANSWER_YES;
}

void command_template_lint_print(const json_t *document) {
    size_t i;
    json_t *finding;
    const json_t *findings = json_object_get(document, "findings");
    json_array_foreach ((json_t *)findings, i, finding)
        output_line("%s: %s: %s", output_string(finding, "place", ""), output_string(finding, "kind", ""),
                    output_string(finding, "what", ""));
    if (json_array_size(findings) == 0)
        output_line("nothing to complain of");
}
