/* Reading values. libConfuse could check numbers itself, but takes 010 for eight, lets the second of two equal settings
 * win, and knows no places after parsing; so every setting is a pointer option of ours that holds its text and where it
 * stands. */
#include "conf_value.h"

#include "conf_error.h"

int conf_value_take(cfg_t *section, cfg_opt_t *option, const char *text, void *result) {
    /* An option without default has a number to spare: the line on which the setting was given. The first value of an
     * assignment is alone in the option; those that follow in a list, or by +=, are not. */
    if (option->nvalues == 1 && option->def.number) {
        cfg_error(section, "'%s' given a second time", option->name);
        return -1;
    }
    option->def.number = section->line;
    ConfValue *value = g_new(ConfValue, 1);
    *value = (ConfValue){option->name, g_strdup(text), g_strdup(section->filename), section->line};
    *(void **)result = value;
    return 0;
}

void conf_value_free(void *value) {
    ConfValue *taken = value;
    g_free(taken->text);
    g_free(taken->file);
    g_free(taken);
}

const ConfValue *conf_value(cfg_t *section, const char *name) {
    return section ? cfg_getptr(section, name) : NULL;
}

bool conf_value_refuse(const ConfValue *value, const char *expected, GError **error) {
    return conf_refuse(error, value->file, value->line, "%s = \"%s\" was found, %s was expected", value->name,
                       value->text, expected);
}

char *conf_value_path(const ConfValue *value, const char *path) {
    g_autofree char *folder = g_path_get_dirname(value->file);
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    return g_canonicalize_filename(path, absolute);
}

bool conf_section_refuse(cfg_t *section, const char *fault, const char *expected, GError **error) {
    const ConfValue *head = conf_value(section, CONF_HEAD);
    const char *title = cfg_title(section);
    g_autofree char *quoted = title ? g_strdup_printf(" \"%s\"", title) : g_strdup("");
    return conf_refuse(error, head->file, head->line, "%s%s%s was found, %s was expected", cfg_name(section), quoted,
                       fault, expected);
}

bool conf_section(cfg_t *root, const char *name, cfg_t **out, GError **error) {
    guint count = cfg_size(root, name);
    if (count > 1)
        return conf_section_refuse(cfg_getnsec(root, name, 1), " a second time", "one section of this name", error);
    *out = count ? cfg_getnsec(root, name, 0) : NULL;
    return true;
}

bool conf_section_needs(cfg_t *section, const char *name, GError **error) {
    if (cfg_size(section, name))
        return true;
    g_autofree char *fault = g_strdup_printf(" without %s", name);
    g_autofree char *expected = g_strdup_printf("\"%s = ...\"", name);
    return conf_section_refuse(section, fault, expected, error);
}

bool conf_title(cfg_t *section, ConfCheck check, const char *expected, GError **error) {
    return check(cfg_title(section)) || conf_section_refuse(section, "", expected, error);
}

bool conf_text(cfg_t *section, const char *name, ConfCheck check, const char *expected, char **out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    if (!check(value->text))
        return conf_value_refuse(value, expected, error);
    g_free(*out);
    *out = g_strdup(value->text);
    return true;
}

bool conf_texts(cfg_t *section, const char *name, ConfCheck check, const char *expected, char ***out, GError **error) {
    cfg_opt_t *option = section ? cfg_getopt(section, name) : NULL;
    if (!option || !(option->flags & CFGF_MODIFIED))
        return true;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < cfg_opt_size(option); i++) {
        const ConfValue *value = cfg_opt_getnptr(option, i);
        if (!check(value->text))
            return conf_value_refuse(value, expected, error);
        g_ptr_array_add(texts, g_strdup(value->text));
    }
    g_ptr_array_add(texts, NULL);
    g_strfreev(*out);
    *out = (char **)g_ptr_array_steal(texts, NULL);
    return true;
}

bool conf_bool(cfg_t *section, const char *name, bool *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    int truth = cfg_parse_boolean(value->text);
    if (truth == CFG_FAIL)
        return conf_value_refuse(value, "true or false", error);
    *out = truth;
    return true;
}

bool conf_number(cfg_t *section, const char *name, gint64 least, gint64 most, gint64 *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value || g_ascii_string_to_signed(value->text, 10, least, most, out, NULL))
        return true;
    g_autofree char *expected =
        g_strdup_printf("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, least, most);
    return conf_value_refuse(value, expected, error);
}

bool conf_share(cfg_t *section, const char *name, double least, double most, double *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    char *end;
    double share = g_ascii_strtod(value->text, &end);
    if (!*end && share >= least && share <= most) {
        *out = share;
        return true;
    }
    g_autofree char *expected = g_strdup_printf("a number from %.1f to %.1f", least, most);
    return conf_value_refuse(value, expected, error);
}

bool conf_duration(cfg_t *section, const char *name, Duration most, Duration *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    Duration duration;
    if (!duration_parse(value->text, &duration))
        return conf_value_refuse(value, "a duration such as \"90s\", \"15m\", \"48h\", \"7d\" or \"2w\"", error);
    if (duration > most) {
        g_autofree char *longest = duration_format(most);
        g_autofree char *expected = g_strdup_printf("at most \"%s\", the retention of the store,", longest);
        return conf_value_refuse(value, expected, error);
    }
    *out = duration;
    return true;
}

bool conf_choice(cfg_t *section, const char *name, const char *const *choices, guint *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    for (guint i = 0; choices[i]; i++) {
        if (g_str_equal(choices[i], value->text)) {
            *out = i;
            return true;
        }
    }
    g_autofree char *names = g_strjoinv("\" or \"", (char **)choices);
    g_autofree char *expected = g_strdup_printf("\"%s\"", names);
    return conf_value_refuse(value, expected, error);
}

bool conf_class(cfg_t *section, const char *name, MailClass *out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    return !value || class_parse(value->text, out) || conf_value_refuse(value, "\"relational\" or \"sales\"", error);
}

bool conf_condition(cfg_t *section, const char *name, Condition **out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    g_autoptr(GError) reason = NULL;
    Condition *condition = condition_parse(value->text, &reason);
    if (!condition) {
        g_autofree char *expected = g_strdup_printf("a condition (%s)", reason->message);
        return conf_value_refuse(value, expected, error);
    }
    *out = condition;
    return true;
}

bool conf_path(cfg_t *section, const char *name, char **out, GError **error) {
    const ConfValue *value = conf_value(section, name);
    if (!value)
        return true;
    if (!*value->text)
        return conf_value_refuse(value, "a path", error);
    g_free(*out);
    *out = conf_value_path(value, value->text);
    return true;
}
