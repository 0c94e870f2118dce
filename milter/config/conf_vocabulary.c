/* The words that mail and templates may use: topics, attributes of customers, the company's own data. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

#include "base/text.h"

#define SENSITIVITY_MAX 100

static bool read_topic(cfg_t *section, Topic *topic, GError **error) {
    return conf_title(section, text_is_word, CONF_A_WORD, error) && conf_section_needs(section, "class", error) &&
           conf_class(section, "class", &topic->class, error) && conf_bool(section, "exempt", &topic->exempt, error) &&
           conf_bool(section, "counts", &topic->counts, error) &&
           conf_text(section, "consent", text_is_word, CONF_A_WORD, &topic->consent, error);
}

static bool read_topics(cfg_t *root, Config *config, GError **error) {
    for (guint i = 0; i < cfg_size(root, "topic"); i++) {
        cfg_t *section = cfg_getnsec(root, "topic", i);
        Topic *topic = g_new(Topic, 1);
        *topic = (Topic){.name = g_strdup(cfg_title(section)), .counts = true};
        g_hash_table_insert(config->topics, topic->name, topic);
        if (!read_topic(section, topic, error))
            return false;
    }
    return true;
}

static bool read_level(cfg_t *section, const char *name, int *out, GError **error) {
    gint64 level = *out;
    if (!conf_number(section, name, 0, SENSITIVITY_MAX, &level, error))
        return false;
    *out = (int)level;
    return true;
}

/* How sensitive an attribute is, no default can know. */
static bool read_attribute(cfg_t *section, Attribute *attribute, GError **error) {
    return conf_title(section, conf_check_attribute, CONF_A_WORD ", or \"*\" for the rest,", error) &&
           conf_section_needs(section, "sensitivity", error) &&
           read_level(section, "sensitivity", &attribute->sensitivity, error) &&
           conf_text(section, "consent", text_is_word, CONF_A_WORD, &attribute->consent, error) &&
           conf_duration(section, "max_age", G_MAXINT64, &attribute->max_age, error);
}

static bool read_attributes(cfg_t *root, Config *config, GError **error) {
    for (guint i = 0; i < cfg_size(root, "attribute"); i++) {
        cfg_t *section = cfg_getnsec(root, "attribute", i);
        Attribute *attribute = g_new(Attribute, 1);
        *attribute = (Attribute){.name = g_strdup(cfg_title(section))};
        g_hash_table_insert(config->attributes, attribute->name, attribute);
        if (!read_attribute(section, attribute, error))
            return false;
    }
    return true;
}

static bool read_comfort(cfg_t *root, Config *config, GError **error) {
    cfg_t *comfort;
    return conf_section(root, "comfort", &comfort, error) && read_level(comfort, "default", &config->comfort, error);
}

/* Names here are the admin's own, so libConfuse keeps plain strings under them, without a place: an error names the
 * section. */
static bool read_company(cfg_t *root, Config *config, GError **error) {
    cfg_t *company;
    if (!conf_section(root, "company", &company, error))
        return false;
    for (guint i = 0; i < cfg_num(company); i++) {
        cfg_opt_t *option = cfg_getnopt(company, i);
        if (option->type != CFGT_STR)
            continue;
        g_autofree char *fault = g_strdup_printf(" with the name \"%s\"", option->name);
        if (!text_is_word(option->name))
            return conf_section_refuse(company, fault, CONF_A_WORD, error);
        g_hash_table_insert(config->company, g_strdup(option->name), g_strdup(cfg_opt_getstr(option)));
    }
    return true;
}

bool conf_vocabulary_read(cfg_t *root, Config *config, GError **error) {
    return read_topics(root, config, error) && read_attributes(root, config, error) &&
           read_comfort(root, config, error) && read_company(root, config, error);
}
