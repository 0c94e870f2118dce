/* Policies and their rules. Nothing that limits sales mail has a default: a cap whose limit was forgotten must not
 * become a cap of nothing, nor one of everything. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

#include "base/text.h"

#define NUMBER_MAX 1000000
#define A_WORD "one word of letters, digits, '.', '_' and '-'"

static Rule *add_rule(Policy *policy, RuleKind kind, const char *name) {
    Rule rule = {.kind = kind, .name = g_strdup(name ? name : ""), .filter = {.class = CLASS_ANY}};
    g_array_append_val(policy->rules, rule);
    return &g_array_index(policy->rules, Rule, policy->rules->len - 1);
}

static bool read_class(cfg_t *section, const char *name, MailClass *out, GError **error) {
    const ConfValue *class = conf_value(section, name);
    return !class || class_parse(class->text, out) || conf_value_refuse(class, "\"relational\" or \"sales\"", error);
}

/* A contact older than the store's retention is gone, so no rule may count on it. */
static bool read_reach(cfg_t *section, const char *name, const Config *config, Duration *out, GError **error) {
    static const char *const civil[] = {"day", "week", "month", NULL};
    if (!conf_section_needs(section, name, error))
        return false;
    const ConfValue *value = conf_value(section, name);
    if (g_strv_contains(civil, value->text))
        return conf_value_refuse(
            value, "a rolling window such as \"24h\" or \"30d\" (this version knows no calendar periods yet)", error);
    return conf_duration(section, name, config->retention, out, error);
}

static bool read_needed_number(cfg_t *section, const char *name, gint64 least, gint64 *out, GError **error) {
    return conf_section_needs(section, name, error) && conf_number(section, name, least, NUMBER_MAX, out, error);
}

static bool read_ratio(cfg_t *section, const Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_RATIO, NULL);
    return read_needed_number(section, "relational", 0, &rule->ratio.relational, error) &&
           read_needed_number(section, "sales", 1, &rule->ratio.sales, error) &&
           read_reach(section, "window", config, &rule->ratio.window, error) &&
           conf_number(section, "allowance", 0, NUMBER_MAX, &rule->ratio.allowance, error);
}

static bool read_cap(cfg_t *section, const Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_CAP, cfg_title(section));
    return conf_title(section, conf_check_name, "a name", error) &&
           read_class(section, "class", &rule->filter.class, error) &&
           conf_text(section, "topic", text_is_word, A_WORD, &rule->filter.topic, error) &&
           conf_text(section, "campaign", text_is_word, A_WORD, &rule->filter.campaign, error) &&
           read_needed_number(section, "limit", 0, &rule->cap.limit, error) &&
           read_reach(section, "window", config, &rule->cap.window, error);
}

static bool read_gap(cfg_t *section, const Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_GAP, cfg_title(section));
    rule->gap.has_after = conf_value(section, "after");
    return conf_title(section, conf_check_name, "a name", error) &&
           read_class(section, "class", &rule->filter.class, error) &&
           conf_text(section, "topic", text_is_word, A_WORD, &rule->filter.topic, error) &&
           read_class(section, "after", &rule->gap.after, error) &&
           read_reach(section, "min", config, &rule->gap.min, error);
}

typedef bool (*RuleReader)(cfg_t *section, const Config *config, Policy *policy, GError **error);

static bool read_rules(cfg_t *section, const char *kind, RuleReader reader, const Config *config, Policy *policy,
                       GError **error) {
    for (guint i = 0; i < cfg_size(section, kind); i++)
        if (!reader(cfg_getnsec(section, kind, i), config, policy, error))
            return false;
    return true;
}

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

static bool read_policy(cfg_t *section, const Config *config, Policy *policy, GError **error) {
    return conf_title(section, conf_check_name, "a name", error) &&
           read_rules(section, "ratio", read_ratio, config, policy, error) &&
           read_rules(section, "cap", read_cap, config, policy, error) &&
           read_rules(section, "gap", read_gap, config, policy, error) && read_over(section, policy, error) &&
           read_hold(section, policy, error) && read_mode(section, policy, error);
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

bool conf_policy_read(cfg_t *root, Config *config, GError **error) {
    for (guint i = 0; i < cfg_size(root, "policy"); i++) {
        cfg_t *section = cfg_getnsec(root, "policy", i);
        Policy *policy = add_policy(config, cfg_title(section));
        if (!read_policy(section, config, policy, error))
            return false;
        policy->hash = conf_policy_hash(policy);
    }
    if (!config_policy(config, "default")) {
        Policy *policy = add_policy(config, "default");
        policy->hash = conf_policy_hash(policy);
    }
    return true;
}
