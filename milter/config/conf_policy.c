/* Policies: what is done with a message that breaks a rule. All of it has a default, for the rules alone (conf_rule.c)
 * decide what is too much, and a policy that says nothing else must be a careful one. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

static bool read_over(cfg_t *section, Policy *policy, GError **error) {
    cfg_opt_t *option = cfg_getopt(section, "over");
    const char *expected = "\"rewrite\", \"hold\", \"refuse\" or \"drop\"";
    if (!(option->flags & CFGF_MODIFIED))
        return true;
    if (!cfg_opt_size(option))
        return conf_section_refuse(section, " with an empty over", expected, error);
    g_array_set_size(policy->over, 0);
    for (guint i = 0; i < cfg_opt_size(option); i++) {
        const ConfValue *value = cfg_opt_getnptr(option, i);
        Over over;
        if (!over_parse(value->text, &over))
            return conf_value_refuse(value, expected, error);
        g_array_append_val(policy->over, over);
    }
    return true;
}

static bool read_hold(cfg_t *section, Policy *policy, GError **error) {
    cfg_t *hold;
    if (!conf_section(section, "hold", &hold, error) ||
        !conf_duration(hold, "max", G_MAXINT64, &policy->hold_max, error))
        return false;
    const ConfValue *then = conf_value(hold, "then");
    return !then || then_parse(then->text, &policy->hold_then) ||
           conf_value_refuse(then, "\"drop\", \"send\" or \"return\"", error);
}

static bool read_mode(cfg_t *section, Policy *policy, GError **error) {
    static const char *const modes[] = {"enforce", "observe", NULL};
    guint mode = 0;
    if (!conf_choice(section, "mode", modes, &mode, error))
        return false;
    policy->observe = mode == 1;
    return true;
}

static bool read_policy(cfg_t *section, Config *config, Policy *policy, GError **error) {
    return conf_title(section, conf_check_name, "a name", error) && conf_rule_read(section, config, policy, error) &&
           read_over(section, policy, error) && read_hold(section, policy, error) && read_mode(section, policy, error);
}

/* In the hands of the configuration from the start. */
static Policy *add_policy(Config *config, const char *name) {
    static const Over over[] = {OVER_REWRITE, OVER_HOLD};
    Policy *policy = g_new0(Policy, 1);
    policy->name = g_strdup(name);
    policy->rules = g_array_new(FALSE, TRUE, sizeof(Rule));
    g_array_set_clear_func(policy->rules, (GDestroyNotify)rule_clear);
    policy->over = g_array_new(FALSE, FALSE, sizeof(Over));
    g_array_append_vals(policy->over, over, G_N_ELEMENTS(over));
    policy->hold_max = 7 * 24 * 3600;
    policy->hold_then = THEN_DROP;
    g_hash_table_insert(config->policies, policy->name, policy);
    return policy;
}

static bool set_hash(Policy *policy, GError **error) {
    policy->hash = conf_policy_hash(policy, error);
    return policy->hash;
}

bool conf_policy_read(cfg_t *root, Config *config, GError **error) {
    for (guint i = 0; i < cfg_size(root, "policy"); i++) {
        cfg_t *section = cfg_getnsec(root, "policy", i);
        Policy *policy = add_policy(config, cfg_title(section));
        if (!read_policy(section, config, policy, error) || !set_hash(policy, error))
            return false;
    }
    return config_policy(config, "default") || set_hash(add_policy(config, "default"), error);
}
