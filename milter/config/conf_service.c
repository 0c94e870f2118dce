/* How the daemons run: sockets, store, injection, files, user, log, and what is supposed of customers nobody told us
 * about. */
#include "conf_check.h"
#include "conf_sections.h"
#include "conf_value.h"

#include <string.h>

/* struct sockaddr_un holds 108 bytes, with the NUL. */
#define SOCKET_PATH_MAX 107

static void replace(char **out, char *text) {
    g_free(*out);
    *out = text;
}

static bool read_milter(cfg_t *root, Config *config, GError **error) {
    cfg_t *milter;
    if (!conf_section(root, "milter", &milter, error) ||
        !conf_text(milter, "socket", conf_check_socket, "\"unix:PATH\" or \"inet:PORT@HOST\"", &config->milter_socket,
                   error))
        return false;
    const ConfValue *socket = conf_value(milter, "socket");
    if (!socket || !g_str_has_prefix(socket->text, "unix:"))
        return true;
    g_autofree char *path = conf_value_path(socket, socket->text + strlen("unix:"));
    if (strlen(path) > SOCKET_PATH_MAX)
        return conf_value_refuse(socket, "an absolute path of at most 107 bytes", error);
    replace(&config->milter_socket, g_strconcat("unix:", path, NULL));
    return true;
}

static bool read_store(cfg_t *root, Config *config, GError **error) {
    cfg_t *store;
    if (!conf_section(root, "store", &store, error) ||
        !conf_text(store, "url", conf_check_store, "\"sqlite:PATH\"", &config->store_url, error) ||
        !conf_duration(store, "retention", G_MAXINT64, &config->retention, error))
        return false;
    const ConfValue *url = conf_value(store, "url");
    if (url) {
        g_autofree char *path = conf_value_path(url, url->text + strlen("sqlite:"));
        replace(&config->store_url, g_strconcat("sqlite:", path, NULL));
    }
    return true;
}

static bool check_sendmail(cfg_t *inject, GError **error) {
    cfg_opt_t *sendmail = inject ? cfg_getopt(inject, "sendmail") : NULL;
    if (!sendmail || !(sendmail->flags & CFGF_MODIFIED))
        return true;
    const ConfValue *program = cfg_opt_getnptr(sendmail, 0);
    const char *expected = "the absolute path of a program";
    if (!program)
        return conf_section_refuse(inject, " with an empty sendmail", expected, error);
    return conf_check_absolute(program->text) || conf_value_refuse(program, expected, error);
}

static bool read_inject(cfg_t *root, Config *config, GError **error) {
    cfg_t *inject;
    return conf_section(root, "inject", &inject, error) &&
           conf_text(inject, "server", conf_check_server, "\"HOST:PORT\"", &config->inject_server, error) &&
           conf_texts(inject, "from", conf_check_address, "an IP address", &config->inject_from, error) &&
           check_sendmail(inject, error) &&
           conf_texts(inject, "sendmail", conf_check_any, "", &config->sendmail, error);
}

static bool read_log(cfg_t *root, Config *config, GError **error) {
    static const char *const targets[] = {"stderr", "syslog", NULL};
    static const char *const formats[] = {"text", "json", NULL};
    guint target = config->log, format = config->log_format;
    if (!conf_choice(root, "log", targets, &target, error) || !conf_choice(root, "log_format", formats, &format, error))
        return false;
    config->log = target == 0 ? LOG_TO_STDERR : LOG_TO_SYSLOG;
    config->log_format = format == 0 ? LOG_AS_TEXT : LOG_AS_JSON;
    return true;
}

static bool read_daemon(cfg_t *root, Config *config, GError **error) {
    return conf_path(root, "secret", &config->secret_path, error) &&
           conf_path(root, "templates", &config->templates_path, error) &&
           conf_texts(root, "not_customers", conf_check_glob, "a glob on addresses", &config->not_customers, error) &&
           conf_duration(root, "retry_window", config->retention, &config->retry_window, error) &&
           conf_text(root, "user", conf_check_user, "the name of a user other than root", &config->user, error) &&
           conf_path(root, "metrics", &config->metrics, error) && read_log(root, config, error);
}

static bool read_defaults(cfg_t *root, Config *config, GError **error) {
    static const char *const unknown_customer[] = {"enroll", "ignore", NULL};
    cfg_t *defaults;
    guint unknown = config->defaults.enroll ? 0 : 1;
    if (!conf_section(root, "defaults", &defaults, error) ||
        !conf_text(defaults, "timezone", zone_is_known, "a time zone of this machine, such as \"Europe/Warsaw\",",
                   &config->defaults.timezone, error) ||
        !conf_text(defaults, "locale", conf_check_locale, "a locale such as \"pl\" or \"pl-PL\"",
                   &config->defaults.locale, error) ||
        !conf_choice(defaults, "unknown_customer", unknown_customer, &unknown, error))
        return false;
    config->defaults.enroll = unknown == 0;
    return true;
}

bool conf_service_read(cfg_t *root, Config *config, GError **error) {
    return read_milter(root, config, error) && read_store(root, config, error) && read_inject(root, config, error) &&
           read_daemon(root, config, error) && read_defaults(root, config, error);
}
