/* The rules of a policy. Nothing that limits sales mail has a default: a cap whose limit was forgotten must not become
 * a cap of nothing, nor one of everything. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

#include "base/text.h"

#define NUMBER_MAX 1000000

static Rule *add_rule(Policy *policy, RuleKind kind, const char *name) {
    Rule rule = {.kind = kind, .name = g_strdup(name ? name : ""), .filter = {.class = CLASS_ANY}};
    g_array_append_val(policy->rules, rule);
    return &g_array_index(policy->rules, Rule, policy->rules->len - 1);
}

/* A contact older than the store's retention is gone, so no rule may count on it. */
static bool read_window(cfg_t *section, const Config *config, Window *out, GError **error) {
    if (!conf_section_needs(section, "window", error))
        return false;
    const ConfValue *value = conf_value(section, "window");
    Window window;
    if (!window_parse(value->text, &window))
        return conf_value_refuse(value, "a duration such as \"24h\" or \"30d\", or \"day\", \"week\" or \"month\",",
                                 error);
    if (window_reach(&window) > config->retention)
        return conf_value_refuse(value, "a window not longer than the retention of the store", error);
    *out = window;
    return true;
}

static bool read_needed_number(cfg_t *section, const char *name, gint64 least, gint64 *out, GError **error) {
    return conf_section_needs(section, name, error) && conf_number(section, name, least, NUMBER_MAX, out, error);
}

static bool read_ratio(cfg_t *section, Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_RATIO, NULL);
    return read_needed_number(section, "relational", 0, &rule->ratio.relational, error) &&
           read_needed_number(section, "sales", 1, &rule->ratio.sales, error) &&
           read_window(section, config, &rule->ratio.window, error) &&
           conf_number(section, "allowance", 0, NUMBER_MAX, &rule->ratio.allowance, error);
}

static bool read_cap(cfg_t *section, Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_CAP, cfg_title(section));
    return conf_title(section, conf_check_name, "a name", error) &&
           conf_class(section, "class", &rule->filter.class, error) &&
           conf_text(section, "topic", text_is_word, CONF_A_WORD, &rule->filter.topic, error) &&
           conf_text(section, "campaign", text_is_word, CONF_A_WORD, &rule->filter.campaign, error) &&
           read_needed_number(section, "limit", 0, &rule->cap.limit, error) &&
           read_window(section, config, &rule->cap.window, error);
}

static bool read_gap(cfg_t *section, Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_GAP, cfg_title(section));
    rule->gap.has_after = conf_value(section, "after");
    return conf_title(section, conf_check_name, "a name", error) &&
           conf_class(section, "class", &rule->filter.class, error) &&
           conf_text(section, "topic", text_is_word, CONF_A_WORD, &rule->filter.topic, error) &&
           conf_class(section, "after", &rule->gap.after, error) && conf_section_needs(section, "min", error) &&
           conf_duration(section, "min", config->retention, &rule->gap.min, error);
}

static bool read_first(cfg_t *section, G_GNUC_UNUSED Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_FIRST, NULL);
    return read_needed_number(section, "relational", 0, &rule->first.relational, error);
}

/* Without an end it would never open again, and nothing comes after the last event of its own kind. */
static bool check_gate_ends(cfg_t *section, const Rule *rule, GError **error) {
    if (!rule->gate.until && !rule->gate.cool)
        return conf_section_refuse(section, " without until and cool", "at least one of them", error);
    if (g_strcmp0(rule->gate.until, rule->gate.event) == 0)
        return conf_value_refuse(conf_value(section, "until"), "a word other than that of event", error);
    return true;
}

static bool read_gate(cfg_t *section, G_GNUC_UNUSED Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_GATE, cfg_title(section));
    return conf_title(section, conf_check_name, "a name", error) &&
           conf_class(section, "class", &rule->filter.class, error) && conf_section_needs(section, "event", error) &&
           conf_text(section, "event", text_is_word, CONF_A_WORD, &rule->gate.event, error) &&
           conf_text(section, "until", text_is_word, CONF_A_WORD, &rule->gate.until, error) &&
           conf_duration(section, "cool", G_MAXINT64, &rule->gate.cool, error) && check_gate_ends(section, rule, error);
}

static void add_holidays(GPtrArray *paths, char *const *holidays) {
    for (; holidays && *holidays; holidays++)
        if (!g_ptr_array_find_with_equal_func(paths, *holidays, g_str_equal, NULL))
            g_ptr_array_add(paths, g_strdup(*holidays));
}

static bool read_hours(cfg_t *section, Config *config, Policy *policy, GError **error) {
    Rule *rule = add_rule(policy, RULE_HOURS, NULL);
    if (!conf_hours_read(section, &rule->hours, error))
        return false;
    add_holidays(config->holidays, rule->hours.holidays);
    return true;
}

typedef bool (*RuleReader)(cfg_t *section, Config *config, Policy *policy, GError **error);

static bool read_each(cfg_t *section, const char *kind, RuleReader reader, Config *config, Policy *policy,
                      GError **error) {
    for (guint i = 0; i < cfg_size(section, kind); i++)
        if (!reader(cfg_getnsec(section, kind, i), config, policy, error))
            return false;
    return true;
}

bool conf_rule_read(cfg_t *section, Config *config, Policy *policy, GError **error) {
    cfg_t *first;
    return conf_section(section, "first", &first, error) &&
           read_each(section, "ratio", read_ratio, config, policy, error) &&
           read_each(section, "cap", read_cap, config, policy, error) &&
           read_each(section, "gap", read_gap, config, policy, error) &&
           read_each(section, "first", read_first, config, policy, error) &&
           read_each(section, "gate", read_gate, config, policy, error) &&
           read_each(section, "hours", read_hours, config, policy, error);
}
