/* Segments: which customers have which policy. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

static bool read_when(cfg_t *section, Segment *segment, GError **error) {
    segment->text = g_strstrip(g_strdup(conf_value(section, "when")->text));
    return conf_condition(section, "when", &segment->when, error);
}

static bool read_policy_name(cfg_t *section, const Config *config, Segment *segment, GError **error) {
    const ConfValue *policy = conf_value(section, "policy");
    segment->policy = g_strdup(policy->text);
    return config_policy(config, policy->text) || conf_value_refuse(policy, "the name of a policy of this file", error);
}

static bool read_segment(cfg_t *section, const Config *config, Segment *segment, GError **error) {
    return conf_title(section, conf_check_name, "a name", error) && conf_section_needs(section, "when", error) &&
           conf_section_needs(section, "policy", error) && read_when(section, segment, error) &&
           read_policy_name(section, config, segment, error);
}

bool conf_segment_read(cfg_t *root, Config *config, GError **error) {
    for (guint i = 0; i < cfg_size(root, "segment"); i++) {
        cfg_t *section = cfg_getnsec(root, "segment", i);
        Segment *segment = g_new(Segment, 1);
        *segment = (Segment){.name = g_strdup(cfg_title(section))};
        g_ptr_array_add(config->segments, segment);
        if (!read_segment(section, config, segment, error))
            return false;
    }
    return true;
}
