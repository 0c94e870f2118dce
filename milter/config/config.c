/* The configuration as one value that never changes after loading. It is counted by reference rather than locked: a
 * message keeps the rules it began under, and a reload cannot change a verdict half-way.
 *
 * Loading has two steps: conf_grammar turns the file into a tree of texts with places, and the conf_sections give them
 * meaning. Both are under one lock, since the tree and its freeing belong to libConfuse, whose lexer is global. */
#include "config/config.h"

#include "conf_grammar.h"
#include "conf_sections.h"

#include "base/names.h"
#include "base/text.h"

#include <string.h>

#define DAY (24 * 3600)

static GMutex confuse_lock;

static void stream_free(Stream *stream) {
    g_free(stream->name);
    g_strfreev(stream->sender);
    g_strfreev(stream->login);
    g_strfreev(stream->client);
    g_strfreev(stream->header);
    g_free(stream);
}

static void topic_free(Topic *topic) {
    g_free(topic->name);
    g_free(topic->consent);
    g_free(topic);
}

static void attribute_free(Attribute *attribute) {
    g_free(attribute->name);
    g_free(attribute->consent);
    g_free(attribute);
}

static void segment_free(Segment *segment) {
    g_free(segment->name);
    g_free(segment->text);
    condition_free(segment->when);
    g_free(segment->policy);
    g_free(segment);
}

static void cadence_free(Cadence *cadence) {
    g_free(cadence->name);
    g_free(cadence->place);
    g_free(cadence->template);
    g_free(cadence->topic);
    g_free(cadence->sender);
    g_free(cadence->rrule);
    g_free(cadence->from);
    g_clear_pointer(&cadence->when, condition_free);
    g_free(cadence->hash);
    g_free(cadence);
}

static void template_folder_free(TemplateFolder *folder) {
    g_free(folder->name);
    g_free(folder->path);
    g_free(folder->settings);
    g_free(folder->topic);
    g_free(folder->requires);
    g_clear_pointer(&folder->condition, condition_free);
    g_free(folder->fallback);
    g_free(folder->locale);
    g_free(folder);
}

static char **strings(const char *first, const char *second) {
    const char *list[] = {first, second, NULL};
    return g_strdupv((char **)list);
}

static void set_defaults(Config *config) {
    config->milter_socket = g_strdup("unix:/run/cadence/milter.sock");
    config->store_url = g_strdup("sqlite:/var/lib/cadence/cadence.db");
    config->retention = 400 * DAY;
    config->inject_server = g_strdup("127.0.0.1:10025");
    config->inject_from = strings("127.0.0.1", "::1");
    config->sendmail = strings("/usr/sbin/sendmail", NULL);
    config->secret_path = g_strdup("/etc/cadence/secret");
    config->templates_path = g_strdup("/etc/cadence/templates");
    config->not_customers = strings(NULL, NULL);
    config->retry_window = 5 * DAY;
    config->user = g_strdup("cadence");
    config->log = LOG_TO_STDERR;
    config->log_format = LOG_AS_TEXT;
    config->classify.certain = 0.8;
    config->defaults.timezone = g_strdup("UTC");
    config->defaults.locale = g_strdup("en");
    config->defaults.enroll = true;
    config->comfort = 1;
}

static Config *config_new(const char *path) {
    Config *config = g_atomic_rc_box_new0(Config);
    config->company = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    config->streams = g_ptr_array_new_with_free_func((GDestroyNotify)stream_free);
    config->segments = g_ptr_array_new_with_free_func((GDestroyNotify)segment_free);
    config->cadences = g_ptr_array_new_with_free_func((GDestroyNotify)cadence_free);
    config->holidays = g_ptr_array_new_with_free_func(g_free);
    config->topics = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)topic_free);
    config->templates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_folder_free);
    config->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)attribute_free);
    config->policies = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)policy_free);
    config->path = g_strdup(path);
    set_defaults(config);
    return config;
}

/* A holiday more is another configuration, though the file says the same: it is in the policies' hashes. */
static void hash_policies_too(Config *config) {
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GPtrArray) names = names_of(config->policies);
    g_checksum_update(checksum, (guchar *)config->hash, -1);
    for (guint i = 0; i < names->len; i++)
        g_checksum_update(checksum, (guchar *)config_policy(config, names->pdata[i])->hash, -1);
    g_free(config->hash);
    config->hash = g_strndup(g_checksum_get_string(checksum), 16);
}

static Config *load(const char *path, GError **error) {
    g_autoptr(Config) config = config_new(path);
    g_autoptr(cfg_t) root = conf_grammar_read(path, &config->hash, error);
    if (!root || !conf_service_read(root, config, error) || !conf_stream_read(root, config, error) ||
        !conf_vocabulary_read(root, config, error) || !conf_policy_read(root, config, error) ||
        !conf_segment_read(root, config, error) || !conf_template_read(config, error) ||
        !conf_cadence_read(root, config, error))
        return NULL;
    hash_policies_too(config);
    return g_steal_pointer(&config);
}

Config *config_load(const char *path, GError **error) {
    g_mutex_lock(&confuse_lock);
    Config *config = load(path, error);
    g_mutex_unlock(&confuse_lock);
    return config;
}

static void clear(Config *config) {
    g_free(config->milter_socket);
    g_free(config->store_url);
    g_free(config->inject_server);
    g_strfreev(config->inject_from);
    g_strfreev(config->sendmail);
    g_free(config->secret_path);
    g_free(config->templates_path);
    g_strfreev(config->not_customers);
    g_free(config->user);
    g_free(config->metrics);
    g_free(config->defaults.timezone);
    g_free(config->defaults.locale);
    g_free(config->classify.model);
    g_hash_table_unref(config->company);
    g_ptr_array_unref(config->streams);
    g_ptr_array_unref(config->segments);
    g_ptr_array_unref(config->cadences);
    g_ptr_array_unref(config->holidays);
    g_hash_table_unref(config->topics);
    g_hash_table_unref(config->templates);
    g_hash_table_unref(config->attributes);
    g_hash_table_unref(config->policies);
    g_free(config->path);
    g_free(config->hash);
}

Config *config_ref(Config *config) {
    return g_atomic_rc_box_acquire(config);
}

void config_unref(Config *config) {
    g_atomic_rc_box_release_full(config, (GDestroyNotify)clear);
}

const Topic *config_topic(const Config *config, const char *name) {
    return name ? g_hash_table_lookup(config->topics, name) : NULL;
}

const Attribute *config_attribute(const Config *config, const char *name) {
    const Attribute *attribute = g_hash_table_lookup(config->attributes, name);
    return attribute ? attribute : g_hash_table_lookup(config->attributes, "*");
}

const Attribute *config_attribute_of(const Config *config, const char *word, gsize *length) {
    g_autofree char *name = g_strdup(word);
    for (char *end = name + strlen(name); end; end = strrchr(name, '.')) {
        *end = '\0';
        const Attribute *attribute = g_hash_table_lookup(config->attributes, name);
        *length = (gsize)(end - name);
        if (attribute)
            return attribute;
    }
    *length = strlen(word);
    return g_hash_table_lookup(config->attributes, "*");
}

bool topic_exempts(const Topic *topic, MailClass class) {
    return topic && topic->exempt && (topic->class == CLASS_SALES || class != CLASS_SALES);
}

bool config_is_no_customer(const Config *config, const char *canonical, const char *written) {
    return glob_matches_any(config->not_customers, canonical) || glob_matches_any(config->not_customers, written);
}

bool attribute_is_built_in(const char *name) {
    static const char *const names[] = {"id", "locale", "timezone", NULL};
    return g_strv_contains(names, name);
}

const TemplateFolder *config_template(const Config *config, const char *name) {
    return g_hash_table_lookup(config->templates, name);
}

const Stream *config_stream(const Config *config, const char *name) {
    for (guint i = 0; i < config->streams->len; i++) {
        const Stream *stream = config->streams->pdata[i];
        if (g_strcmp0(stream->name, name) == 0)
            return stream;
    }
    return NULL;
}

const Policy *config_policy(const Config *config, const char *name) {
    return g_hash_table_lookup(config->policies, name);
}
