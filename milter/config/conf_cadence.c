/* Cadences: what the planner sends must be relational, and must come from a stream that is trusted and enforced, or the
 * milter would neither believe nor fill it. All of that is known from files, so it is said here and not when the first
 * mail is due. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

#include "base/text.h"

#include <string.h>

#define FROM_CUSTOMER "customer."
#define FROM_SINCE "customer.since"
#define ANY_LOCAL_PART "*@"
#define OWN_LOCAL_PART "cadence@"

static Cadence *cadence_new(cfg_t *section) {
    const ConfValue *head = conf_value(section, CONF_HEAD);
    Cadence *cadence = g_new(Cadence, 1);
    *cadence =
        (Cadence){.name = g_strdup(cfg_title(section)), .place = g_strdup_printf("%s:%d", head->file, head->line)};
    return cadence;
}

static bool read_template(cfg_t *section, const Config *config, Cadence *cadence, GError **error) {
    const ConfValue *name = conf_value(section, "template");
    const TemplateFolder *folder = config_template(config, name->text);
    g_autofree char *expected = g_strdup_printf("the name of a folder in %s", config->templates_path);
    if (!folder)
        return conf_value_refuse(name, expected, error);
    if (folder->class != TEMPLATE_CLASS_OPEN && folder->class != TEMPLATE_CLASS_RELATIONAL)
        return conf_value_refuse(name, "a template with class = \"relational\", as a cadence sends it,", error);
    cadence->template = g_strdup(name->text);
    cadence->topic = g_strdup(folder->topic);
    return true;
}

/* ---- the sender ---- */

/* The stream that mail of this sender belongs to when it has no login, no field and no client but ourselves. */
static const Stream *stream_of(const Config *config, const char *sender) {
    for (guint i = 0; i < config->streams->len; i++) {
        const Stream *stream = config->streams->pdata[i];
        if (!stream->login && !stream->client && !stream->header &&
            (!stream->sender || glob_matches_any(stream->sender, sender)))
            return stream;
    }
    return NULL;
}

static bool set_sender(Cadence *cadence, const Config *config, const char *address) {
    const Stream *stream = stream_of(config, address);
    if (!stream || !stream->trust || !stream->enforce)
        return false;
    cadence->sender = g_strdup(address);
    cadence->stream = stream;
    return true;
}

/* The address that a stream's glob gives away: itself, or with "*@DOMAIN" one of ours in that domain; NULL: none. */
static char *address_of_glob(const char *glob) {
    g_autofree char *address = g_str_has_prefix(glob, ANY_LOCAL_PART)
                                   ? g_strconcat(OWN_LOCAL_PART, glob + strlen(ANY_LOCAL_PART), NULL)
                                   : g_strdup(glob);
    return strpbrk(address, "*?") || !address_is_plausible(address) ? NULL : g_steal_pointer(&address);
}

static bool suppose_sender(cfg_t *section, const Config *config, Cadence *cadence, GError **error) {
    for (guint i = 0; i < config->streams->len; i++) {
        const Stream *stream = config->streams->pdata[i];
        for (char **glob = stream->sender; glob && *glob; glob++) {
            g_autofree char *address = address_of_glob(*glob);
            if (address && set_sender(cadence, config, address))
                return true;
        }
    }
    return conf_section_refuse(section, " without sender", "\"sender = ...\", as no trusted stream has a domain,",
                               error);
}

static bool read_sender(cfg_t *section, const Config *config, Cadence *cadence, GError **error) {
    const ConfValue *sender = conf_value(section, "sender");
    if (!sender)
        return suppose_sender(section, config, cadence, error);
    if (!address_is_plausible(sender->text))
        return conf_value_refuse(sender, "a mail address", error);
    return set_sender(cadence, config, sender->text) ||
           conf_value_refuse(sender, "an address of a stream with trust = true that is enforced", error);
}

/* ---- when ---- */

static bool read_from(cfg_t *section, Cadence *cadence, GError **error) {
    const ConfValue *from = conf_value(section, "from");
    const char *name = from->text + strlen(FROM_CUSTOMER);
    if (g_str_equal(from->text, FROM_SINCE))
        return true;
    if (!g_str_has_prefix(from->text, FROM_CUSTOMER) || !text_is_word(name))
        return conf_value_refuse(from, "\"customer.since\" or \"customer.NAME\", an attribute that holds a date,",
                                 error);
    cadence->from = g_strdup(name);
    return true;
}

static bool read_at(cfg_t *section, Cadence *cadence, GError **error) {
    return conf_minute_read(section, "at", &cadence->at, error) &&
           (cadence->at < MINUTES_A_DAY ||
            conf_value_refuse(conf_value(section, "at"), "a time of the day before \"24:00\"", error));
}

static bool read_rule(cfg_t *section, Cadence *cadence, GError **error) {
    if (conf_value(section, "quiet_for"))
        return conf_value_refuse(conf_value(section, "quiet_for"), "either quiet_for or rrule", error);
    return conf_section_needs(section, "from", error) && conf_section_needs(section, "at", error) &&
           conf_text(section, "rrule", conf_check_name, "a rule of RFC 5545", &cadence->rrule, error) &&
           read_from(section, cadence, error) && read_at(section, cadence, error);
}

static bool refuse_without_rule(cfg_t *section, const char *name, GError **error) {
    const ConfValue *value = conf_value(section, name);
    return !value || conf_value_refuse(value, "it only beside rrule", error);
}

static bool read_quiet(cfg_t *section, const Config *config, Cadence *cadence, GError **error) {
    if (!conf_value(section, "quiet_for"))
        return conf_section_refuse(section, " without rrule and quiet_for", "one of the two", error);
    return conf_duration(section, "quiet_for", config->retention, &cadence->quiet_for, error) &&
           refuse_without_rule(section, "from", error) && refuse_without_rule(section, "at", error);
}

/* The zone counts, since it is that of every customer who has none of their own. */
static char *hash_of(cfg_t *section, const Config *config, const Cadence *cadence) {
    const ConfValue *when = conf_value(section, "when");
    g_autofree char *text =
        g_strdup_printf("%s\n%s\n%d\n%" G_GINT64_FORMAT "\n%s\n%s", cadence->rrule ? cadence->rrule : "",
                        cadence->from ? cadence->from : "", cadence->at, cadence->quiet_for, when ? when->text : "",
                        config->defaults.timezone);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    return g_strndup(digest, 16);
}

static bool read_cadence(cfg_t *section, const Config *config, Cadence *cadence, GError **error) {
    if (!conf_title(section, conf_check_name, "a name", error) || !conf_section_needs(section, "template", error) ||
        !read_template(section, config, cadence, error) || !read_sender(section, config, cadence, error) ||
        !conf_condition(section, "when", &cadence->when, error))
        return false;
    if (!(conf_value(section, "rrule") ? read_rule(section, cadence, error)
                                       : read_quiet(section, config, cadence, error)))
        return false;
    cadence->hash = hash_of(section, config, cadence);
    return true;
}

bool conf_cadence_read(cfg_t *root, Config *config, GError **error) {
    for (guint i = 0; i < cfg_size(root, "cadence"); i++) {
        cfg_t *section = cfg_getnsec(root, "cadence", i);
        Cadence *cadence = cadence_new(section);
        g_ptr_array_add(config->cadences, cadence);
        if (!read_cadence(section, config, cadence, error))
            return false;
    }
    return true;
}
