/* The command line of cadencectl: options, which may stand before, between or after the words, and the words
 * themselves.
 * "--" ends the options; "-" is a word. */
#pragma once

#include "base/instant.h"

#include <glib.h>

/* What the caller asked for is not what the program offers; the message says what was expected. */
#define USAGE_ERROR (usage_error_quark())
GQuark usage_error_quark(void);
void usage_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The options that only some commands take. */
typedef enum {
    ARGUMENT_SENDER = 1 << 0,
    ARGUMENT_RCPT = 1 << 1,
    ARGUMENT_LOGIN = 1 << 2,
    ARGUMENT_CLIENT = 1 << 3,
    ARGUMENT_RECORD = 1 << 4,
    ARGUMENT_OUTPUT = 1 << 5,
    ARGUMENT_ALL = 1 << 6,
    ARGUMENT_AT = 1 << 7,
    ARGUMENT_GRANT = 1 << 8, /* --basis, --sale, --wording */
    ARGUMENT_ICS = 1 << 9,
    ARGUMENT_SOURCE = 1 << 10,
    ARGUMENT_WITH = 1 << 11,
    ARGUMENT_SINCE = 1 << 12,
    ARGUMENT_EXPAND = 1 << 13, /* --data, --partials, --as */
    ARGUMENT_RENDER = 1 << 14, /* --customer, --context, --locale, --browser */
    ARGUMENT_NO_LABELS = 1 << 15,
    ARGUMENT_PROMETHEUS = 1 << 16,
} ArgumentSet;

typedef struct {
    gboolean help, version, json, record, all, no_labels, prometheus;
    char *config;     /* never NULL */
    char *now;        /* as given, NULL where it was not */
    Instant at;       /* what `now` says, else the present */
    char *event;      /* the value of --at as given, NULL where it was not */
    Instant event_at; /* what `event` says, else the same as `at` */
    char *with;       /* NULL where it was not given */
    char *since;      /* the value of --since as given, NULL where it was not */
    Instant since_at; /* what `since` says, else INSTANT_ALWAYS */
    char *sender, *login, *client, *output, *ics, *source;
    char *basis, *sale, *wording;
    char *data, *partials, *as;
    char *context, *locale, *browser;
    char **customers;  /* NULL where there is none */
    char **recipients; /* NULL where there is none */
    char **words;      /* never NULL */
} Arguments;

/* argv as main gets it, NULL-terminated. USAGE_ERROR for an unknown option, a missing value, a time that is none. */
Arguments *arguments_parse(char *const *argv, GError **error);
void arguments_free(Arguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arguments, arguments_free)

/* Fails (USAGE_ERROR, naming the option) where an option was given that the command does not take. */
gboolean arguments_allow(const Arguments *arguments, ArgumentSet taken, const char *command, GError **error);

/* What --help prints for a command. Free with g_free. */
char *arguments_help(const char *synopsis, const char *summary, ArgumentSet taken);
