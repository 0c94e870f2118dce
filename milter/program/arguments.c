/* Options are GOption's. All commands share one table, because an option may stand before the words that say which
 * command it is for; which of them a command takes is asked afterwards. Values are read as file names, that is as the
 * bytes that were given: GOption would refuse UTF-8 in text where the locale is "C", as it is under cron. */
#include "program/arguments.h"

#include "config/config.h"

#include <stddef.h>

typedef struct {
    const char *name;
    char letter;
    GOptionArg kind;
    gsize offset; /* of the value in Arguments */
    guint taken;  /* the ArgumentSet it belongs to, 0: every command takes it */
    const char *summary, *value;
} Option;

static const Option options[] = {
    {"sender", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, sender), ARGUMENT_SENDER,
     "the envelope sender; default: the From address", "ADDRESS"},
    {"rcpt", 0, G_OPTION_ARG_FILENAME_ARRAY, offsetof(Arguments, recipients), ARGUMENT_RCPT,
     "a recipient, may be given again; default: To, Cc and Bcc", "ADDRESS"},
    {"login", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, login), ARGUMENT_LOGIN, "the sender's SASL login", "NAME"},
    {"client", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, client), ARGUMENT_CLIENT,
     "the client's IP address; default: 127.0.0.1", "IP"},
    {"record", 0, G_OPTION_ARG_NONE, offsetof(Arguments, record), ARGUMENT_RECORD,
     "record the verdict, count the contact and hold what is held", NULL},
    {"output", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, output), ARGUMENT_OUTPUT,
     "write what would leave to DIR/ADDRESS.eml", "DIR"},
    {"all", 0, G_OPTION_ARG_NONE, offsetof(Arguments, all), ARGUMENT_ALL, "everything that is held", NULL},
    {"at", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, event), ARGUMENT_AT,
     "when it happened (RFC 3339); default: now", "TIME"},
    {"source", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, source), ARGUMENT_SOURCE,
     "where the attributes are from; default: FILE:LINE", "TEXT"},
    {"basis", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, basis), ARGUMENT_GRANT,
     "what the grant rests on: consent (the default) or soft_optin", "BASIS"},
    {"sale", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, sale), ARGUMENT_GRANT,
     "the sale that a soft opt-in rests on, as your books call it", "REF"},
    {"wording", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, wording), ARGUMENT_GRANT,
     "the version of the words that were agreed to", "WORD"},
    {"ics", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, ics), ARGUMENT_ICS,
     "write it as a calendar too (- for stdout, and nothing else then)", "FILE"},
    {"with", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, with), ARGUMENT_WITH, "the configuration to be tried",
     "NEW.conf"},
    {"since", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, since), ARGUMENT_SINCE,
     "look at verdicts from then on (RFC 3339); default: all", "TIME"},
    {"data", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, data), ARGUMENT_EXPAND,
     "what the template's names stand for; default: nothing", "FILE.json"},
    {"partials", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, partials), ARGUMENT_EXPAND,
     "where partials are: DIR/NAME, or with .mustache, .html or .txt", "DIR"},
    {"as", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, as), ARGUMENT_EXPAND,
     "how values are escaped: html (the default) or text (not at all)", "FORM"},
    {"no-labels", 0, G_OPTION_ARG_NONE, offsetof(Arguments, no_labels), ARGUMENT_NO_LABELS,
     "leave out what people have answered to doubts", NULL},
    {"customer", 0, G_OPTION_ARG_FILENAME_ARRAY, offsetof(Arguments, customers), ARGUMENT_RENDER,
     "an id or address, may be given again; default with --browser: made-up ones", "CUSTOMER"},
    {"context", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, context), ARGUMENT_RENDER,
     "what the template sees as message.*; default: its sample.json", "FILE.json"},
    {"locale", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, locale), ARGUMENT_RENDER, "instead of the customer's own",
     "LOCALE"},
    {"browser", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, browser), ARGUMENT_RENDER,
     "write one page with subject, text and HTML side by side", "FILE.html"},
    {"prometheus", 0, G_OPTION_ARG_NONE, offsetof(Arguments, prometheus), ARGUMENT_PROMETHEUS,
     "print metrics for Prometheus", NULL},
    {"config", 'c', G_OPTION_ARG_FILENAME, offsetof(Arguments, config), 0,
     "the configuration; default: " CONFIG_DEFAULT_PATH, "FILE"},
    {"json", 0, G_OPTION_ARG_NONE, offsetof(Arguments, json), 0, "print one JSON document", NULL},
    {"now", 0, G_OPTION_ARG_FILENAME, offsetof(Arguments, now), 0, "decide as of then (RFC 3339)", "TIME"},
    {"version", 'V', G_OPTION_ARG_NONE, offsetof(Arguments, version), 0, "print the version", NULL},
    {"help", 0, G_OPTION_ARG_NONE, offsetof(Arguments, help), 0, "print this", NULL},
};

GQuark usage_error_quark(void) {
    return g_quark_from_static_string("cadence-usage-error");
}

void usage_error(GError **error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, USAGE_ERROR, 0, message);
}

/* A context whose options write into `into`, without those that the command does not take. */
static GOptionContext *context_new(Arguments *into, guint taken, const char *synopsis) {
    GOptionContext *context = g_option_context_new(synopsis);
    g_option_context_set_help_enabled(context, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];
        GOptionEntry entries[2] = {{option->name, option->letter, G_OPTION_FLAG_NONE, option->kind,
                                    (char *)into + option->offset, option->summary, option->value}};
        if (!option->taken || option->taken & taken)
            g_option_context_add_main_entries(context, entries, NULL);
    }
    return context;
}

static gboolean read_options(Arguments *arguments, char *const *argv, GError **error) {
    g_autoptr(GOptionContext) context = context_new(arguments, ~0u, NULL);
    GOptionEntry words[2] = {{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->words, NULL, NULL}};
    g_option_context_add_main_entries(context, words, NULL);
    g_auto(GStrv) copy = g_strdupv((char **)argv);
    g_autoptr(GError) fault = NULL;
    if (g_option_context_parse_strv(context, &copy, &fault))
        return TRUE;
    usage_error(error, "%s; 'cadencectl --help' lists what there is", fault->message);
    return FALSE;
}

/* text NULL is the fallback. */
static gboolean read_time(const char *option, const char *text, Instant fallback, Instant *out, GError **error) {
    *out = fallback;
    if (!text || instant_parse(text, out))
        return TRUE;
    usage_error(error, "%s '%s' is no time, expected RFC 3339 with an offset: 2026-11-25T09:00:00+01:00", option, text);
    return FALSE;
}

static gboolean read_times(Arguments *arguments, GError **error) {
    return read_time("--now", arguments->now, instant_now(), &arguments->at, error) &&
           read_time("--at", arguments->event, arguments->at, &arguments->event_at, error) &&
           read_time("--since", arguments->since, INSTANT_ALWAYS, &arguments->since_at, error);
}

Arguments *arguments_parse(char *const *argv, GError **error) {
    g_autoptr(Arguments) arguments = g_new0(Arguments, 1);
    if (!read_options(arguments, argv, error) || !read_times(arguments, error))
        return NULL;
    if (!arguments->config)
        arguments->config = g_strdup(CONFIG_DEFAULT_PATH);
    if (!arguments->words)
        arguments->words = g_new0(char *, 1);
    return g_steal_pointer(&arguments);
}

void arguments_free(Arguments *arguments) {
    g_free(arguments->config);
    g_free(arguments->now);
    g_free(arguments->event);
    g_free(arguments->with);
    g_free(arguments->since);
    g_free(arguments->sender);
    g_free(arguments->login);
    g_free(arguments->client);
    g_free(arguments->output);
    g_free(arguments->source);
    g_free(arguments->basis);
    g_free(arguments->sale);
    g_free(arguments->wording);
    g_free(arguments->ics);
    g_free(arguments->data);
    g_free(arguments->partials);
    g_free(arguments->as);
    g_free(arguments->context);
    g_free(arguments->locale);
    g_free(arguments->browser);
    g_strfreev(arguments->customers);
    g_strfreev(arguments->recipients);
    g_strfreev(arguments->words);
    g_free(arguments);
}

static gboolean was_given(const Arguments *arguments, const Option *option) {
    const char *value = (const char *)arguments + option->offset;
    if (option->kind == G_OPTION_ARG_NONE)
        return *(const gboolean *)value;
    return *(void *const *)value != NULL;
}

gboolean arguments_allow(const Arguments *arguments, ArgumentSet taken, const char *command, GError **error) {
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];
        if (option->taken && !(option->taken & taken) && was_given(arguments, option)) {
            usage_error(error, "'%s' takes no --%s; 'cadencectl %s --help' lists what it takes", command, option->name,
                        command);
            return FALSE;
        }
    }
    return TRUE;
}

char *arguments_help(const char *synopsis, const char *summary, ArgumentSet taken) {
    Arguments unused = {0};
    g_autoptr(GOptionContext) context = context_new(&unused, taken, synopsis);
    g_option_context_set_summary(context, summary);
    return g_option_context_get_help(context, TRUE, NULL);
}
