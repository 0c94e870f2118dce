/* Streams: which mail is ours, what may be done to it, and how its class is told. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

/* An empty list would match nothing and so switch the stream off, which nobody means. */
static bool read_globs(cfg_t *section, const char *name, ConfCheck check, const char *expected, char ***out,
                       GError **error) {
    if (!conf_texts(section, name, check, expected, out, error))
        return false;
    if (!*out || **out)
        return true;
    g_autofree char *fault = g_strdup_printf(" with an empty %s", name);
    return conf_section_refuse(section, fault, expected, error);
}

static bool read_senders(cfg_t *section, Stream *stream, GError **error) {
    return read_globs(section, "sender", conf_check_glob, "a glob on addresses", &stream->sender, error) &&
           read_globs(section, "login", conf_check_glob, "a glob on login names", &stream->login, error) &&
           read_globs(section, "client", conf_check_ip_glob, "a glob on IP addresses, such as \"192.0.2.*\",",
                      &stream->client, error) &&
           read_globs(section, "header", conf_check_header, "\"Name: glob\"", &stream->header, error);
}

static bool read_class(cfg_t *section, Stream *stream, GError **error) {
    static const char *const names[] = {"auto", "relational", "sales", NULL};
    static const StreamClass classes[] = {STREAM_CLASS_AUTO, STREAM_CLASS_RELATIONAL, STREAM_CLASS_SALES};
    guint which = 0;
    if (!conf_choice(section, "class", names, &which, error))
        return false;
    stream->class = classes[which];
    return true;
}

static bool read_uncertain(cfg_t *section, Stream *stream, GError **error) {
    static const char *const names[] = {"sales", "relational", "hold", NULL};
    static const Uncertain answers[] = {UNCERTAIN_SALES, UNCERTAIN_RELATIONAL, UNCERTAIN_HOLD};
    guint which = 0;
    if (!conf_choice(section, "uncertain", names, &which, error))
        return false;
    stream->uncertain = answers[which];
    return true;
}

static bool read_stream(cfg_t *section, Stream *stream, GError **error) {
    return conf_title(section, conf_check_name, "a name", error) && read_senders(section, stream, error) &&
           conf_bool(section, "trust", &stream->trust, error) &&
           conf_bool(section, "enforce", &stream->enforce, error) &&
           conf_bool(section, "personalize", &stream->personalize, error) &&
           conf_bool(section, "tag", &stream->tag, error) &&
           conf_bool(section, "strict_placeholders", &stream->strict_placeholders, error) &&
           read_class(section, stream, error) && conf_bool(section, "verify", &stream->verify, error) &&
           read_uncertain(section, stream, error);
}

/* What stands in them is for the classifier to read; that nothing can be read is a fault of this line. */
static bool check_model(cfg_t *classify, const char *path, GError **error) {
    g_autoptr(GError) reason = NULL;
    g_autofree char *weights = NULL;
    if (!path || g_file_get_contents(path, &weights, NULL, &reason))
        return true;
    g_autofree char *expected =
        g_strdup_printf("readable weights, as 'cadencectl classify train' writes them (%s),", reason->message);
    return conf_value_refuse(conf_value(classify, "model"), expected, error);
}

static bool read_classify(cfg_t *root, Config *config, GError **error) {
    cfg_t *classify;
    return conf_section(root, "classify", &classify, error) &&
           conf_share(classify, "certain", 0.5, 1, &config->classify.certain, error) &&
           conf_path(classify, "model", &config->classify.model, error) &&
           check_model(classify, config->classify.model, error);
}

static bool read_streams(cfg_t *root, Config *config, GError **error) {
    bool strict = false;
    if (!conf_bool(root, "strict_placeholders", &strict, error))
        return false;
    for (guint i = 0; i < cfg_size(root, "stream"); i++) {
        cfg_t *section = cfg_getnsec(root, "stream", i);
        Stream *stream = g_new(Stream, 1);
        *stream =
            (Stream){.name = g_strdup(cfg_title(section)), .enforce = true, .tag = true, .strict_placeholders = strict};
        g_ptr_array_add(config->streams, stream);
        if (!read_stream(section, stream, error))
            return false;
    }
    return true;
}

bool conf_stream_read(cfg_t *root, Config *config, GError **error) {
    return read_classify(root, config, error) && read_streams(root, config, error);
}
