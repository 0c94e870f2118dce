/* template.conf of every folder of templates: what a template is and to whom it may go. That is part of the
 * configuration, as topics and conditions are; the texts beside it are for template/shelf.h to read. */
#include "conf_check.h"
#include "conf_error.h"
#include "conf_grammar.h"
#include "conf_sections.h"
#include "conf_value.h"

#include "base/text.h"

#define SETTINGS "template.conf"

static const char *const class_names[] = {"relational", "sales", "mixed", NULL};

static TemplateFolder *folder_new(const Config *config, const char *name) {
    TemplateFolder *folder = g_new0(TemplateFolder, 1);
    folder->name = g_strdup(name);
    folder->path = g_build_filename(config->templates_path, name, NULL);
    folder->settings = g_build_filename(folder->path, SETTINGS, NULL);
    return folder;
}

static bool read_class(cfg_t *settings, TemplateFolder *folder, GError **error) {
    guint which;
    if (!conf_value(settings, "class"))
        return true;
    if (!conf_choice(settings, "class", class_names, &which, error))
        return false;
    folder->class = TEMPLATE_CLASS_RELATIONAL + which;
    return true;
}

/* What is left of mixed mail when its sales part is cut is of its topic still, so that topic is a relational one. */
static bool read_topic(cfg_t *settings, const Config *config, TemplateFolder *folder, GError **error) {
    const ConfValue *name = conf_value(settings, "topic");
    if (!name)
        return true;
    const Topic *topic = config_topic(config, name->text);
    if (!topic)
        return conf_value_refuse(name, "a topic of the configuration", error);
    TemplateClass class = topic->class == CLASS_SALES ? TEMPLATE_CLASS_SALES : TEMPLATE_CLASS_RELATIONAL;
    if (folder->class == TEMPLATE_CLASS_OPEN)
        folder->class = class;
    if ((folder->class == TEMPLATE_CLASS_SALES) != (class == TEMPLATE_CLASS_SALES)) {
        g_autofree char *expected = g_strdup_printf("a topic that is %s, as the template is %s,",
                                                    folder->class == TEMPLATE_CLASS_SALES ? "sales" : "relational",
                                                    template_class_name(folder->class));
        return conf_value_refuse(name, expected, error);
    }
    folder->topic = g_strdup(name->text);
    return true;
}

static bool read_requires(cfg_t *settings, TemplateFolder *folder, GError **error) {
    const ConfValue *requires = conf_value(settings, "requires");
    folder->requires = requires ? g_strdup(requires->text) : NULL;
    return conf_condition(settings, "requires", &folder->condition, error);
}

static bool read_fallback(cfg_t *settings, TemplateFolder *folder, GError **error) {
    const ConfValue *fallback = conf_value(settings, "fallback");
    if (!fallback)
        return true;
    if (folder->class != TEMPLATE_CLASS_SALES && folder->class != TEMPLATE_CLASS_MIXED)
        return conf_value_refuse(fallback, "none, as only sales mail has one,", error);
    folder->fallback = g_strdup(fallback->text);
    folder->fallback_line = fallback->line;
    return true;
}

static bool read_settings(const Config *config, TemplateFolder *folder, GError **error) {
    if (!g_file_test(folder->settings, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(cfg_t) settings = conf_grammar_read_template(folder->settings, error);
    return settings && read_class(settings, folder, error) && read_topic(settings, config, folder, error) &&
           read_requires(settings, folder, error) && read_fallback(settings, folder, error) &&
           conf_text(settings, "locale", conf_check_locale, "a locale such as \"pl\" or \"pl-PL\"", &folder->locale,
                     error);
}

/* A stand-in goes where sales mail may not: it must be relational itself. */
static bool check_fallback(const Config *config, const TemplateFolder *folder, GError **error) {
    const TemplateFolder *fallback = folder->fallback ? config_template(config, folder->fallback) : NULL;
    if (!folder->fallback || (fallback && fallback->class == TEMPLATE_CLASS_RELATIONAL))
        return true;
    return conf_refuse(error, folder->settings, folder->fallback_line,
                       "fallback = \"%s\" was found, the name of a template with class = \"relational\" was expected",
                       folder->fallback);
}

static bool check_fallbacks(const Config *config, GError **error) {
    GHashTableIter iterator;
    gpointer folder;
    g_hash_table_iter_init(&iterator, config->templates);
    while (g_hash_table_iter_next(&iterator, NULL, &folder))
        if (!check_fallback(config, folder, error))
            return false;
    return true;
}

/* What is hidden, or has a name that no header could ask for, is somebody's copy and no template. */
static bool is_template(const Config *config, const char *name) {
    g_autofree char *path = g_build_filename(config->templates_path, name, NULL);
    return *name != '.' && text_is_word(name) && !g_str_equal(name, TEMPLATES_PARTIALS) &&
           g_file_test(path, G_FILE_TEST_IS_DIR);
}

bool conf_template_read(Config *config, GError **error) {
    g_autoptr(GDir) entries = g_dir_open(config->templates_path, 0, NULL);
    for (const char *name; entries && (name = g_dir_read_name(entries));) {
        if (!is_template(config, name))
            continue;
        TemplateFolder *folder = folder_new(config, name);
        g_hash_table_insert(config->templates, folder->name, folder);
        if (!read_settings(config, folder, error))
            return false;
    }
    return check_fallbacks(config, error);
}

const char *template_class_name(TemplateClass class) {
    return class == TEMPLATE_CLASS_OPEN ? NULL : class_names[class - TEMPLATE_CLASS_RELATIONAL];
}
