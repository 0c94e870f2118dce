/* The configuration file as plain structs (DESIGN.md section 6). Read once, never changed after, shared by reference: a
 * reload makes a new Config and the old one lives on until the last message that began under it has ended. */
#pragma once

#include "base/instant.h"
#include "base/log.h"
#include "policy/condition.h"
#include "policy/policy.h"

#include <glib.h>
#include <stdbool.h>

#define CONFIG_DEFAULT_PATH "/etc/cadence/cadence.conf"

typedef enum { STREAM_CLASS_AUTO, STREAM_CLASS_RELATIONAL, STREAM_CLASS_SALES } StreamClass;
/* What a message is counted as whose text does not tell its class. */
typedef enum { UNCERTAIN_SALES, UNCERTAIN_RELATIONAL, UNCERTAIN_HOLD } Uncertain;

typedef struct {
    char *name;
    char **sender; /* globs on the envelope sender; NULL: not asked. All lists that are given must match */
    char **login;  /* globs on the SASL login */
    char **client; /* globs on the client's IP address */
    char **header; /* "Name: glob" */
    bool trust, enforce, personalize, tag; /* defaults: false, true, false, true */
    bool strict_placeholders; /* what other tools left unfilled holds a message; default: that of the file, false */
    StreamClass class;        /* default: auto */
    bool verify;              /* what is declared relational and reads as sales is sales; default: false */
    Uncertain uncertain;      /* default: sales */
} Stream;

typedef struct {
    char *name;
    MailClass class;
    bool exempt, counts; /* defaults: false, true */
    char *consent;       /* purpose, or NULL */
} Topic;

typedef struct {
    char *name; /* "*" declares the rest */
    int sensitivity;
    char *consent;    /* purpose, or NULL */
    Duration max_age; /* 0: none */
} Attribute;

typedef struct {
    char *name;
    char *text; /* of the condition, without blanks around it */
    Condition *when;
    char *policy;
} Segment;

/* What a template may say. Mixed: relational, with a {{#sales}} section. Open: its template.conf does not say. */
typedef enum {
    TEMPLATE_CLASS_OPEN,
    TEMPLATE_CLASS_RELATIONAL,
    TEMPLATE_CLASS_SALES,
    TEMPLATE_CLASS_MIXED,
} TemplateClass;

/* The folder of texts that templates share; the others below templates are templates. */
#define TEMPLATES_PARTIALS "partials"

/* A folder of templates, and what its template.conf says. */
typedef struct {
    char *name;     /* of the folder, a word */
    char *path;     /* the folder */
    char *settings; /* its template.conf, which need not be there */
    TemplateClass class;
    char *topic;          /* declared and of that class (of a mixed one: relational), or NULL */
    char *requires;       /* the text of a condition, or NULL */
    Condition *condition; /* the same, or NULL */
    char *fallback;       /* the relational template that stands in for this one, or NULL */
    int fallback_line;    /* of template.conf */
    char *locale;         /* the template's default locale, NULL: the configuration's */
} TemplateFolder;

/* Relational mail that the planner sends of itself: by a rule, or when nothing relational went for so long. */
typedef struct {
    char *name;
    char *place;          /* "file:line" of its section */
    char *template;       /* name of a folder below templates */
    char *topic;          /* the template's, or NULL */
    char *sender;         /* envelope sender and From */
    const Stream *stream; /* the one that the sender's mail belongs to: trusted and enforced */
    char *rrule;          /* as it stands, NULL: quiet_for; what it says is for calendar/ to find out */
    char *from;           /* the attribute from which the rule begins, a date; NULL: the day the customer came */
    int at;               /* minute of the day, by the customer's clock */
    Duration quiet_for;   /* 0: rrule */
    Condition *when;      /* NULL: always */
    char *hash;           /* 16 hexadecimal digits over everything that changes whom it reaches, and when */
} Cadence;

typedef struct {
    char *milter_socket; /* libmilter's form: "unix:/path", "inet:port@host" */
    char *store_url;     /* "sqlite:/path" */
    Duration retention;
    char *inject_server; /* "host:port" */
    char **inject_from;  /* addresses from which tickets are accepted; default 127.0.0.1 and ::1 */
    char **sendmail;     /* argv that stands before the recipient, for SMTPUTF8; default {"/usr/sbin/sendmail"} */
    char *secret_path;
    char *templates_path;
    char **not_customers; /* globs */
    Duration retry_window;
    char *user;
    LogTarget log;
    LogFormat log_format;
    char *metrics; /* the file that the planner keeps for Prometheus; NULL: none */
    struct {
        char *timezone, *locale;
        bool enroll; /* unknown_customer */
    } defaults;
    struct {
        double certain; /* confidence from which a text tells its class: 0.5 to 1; default 0.8 */
        char *model;    /* NULL: the one that is part of the program */
    } classify;
    int comfort;            /* comfort { default } */
    GHashTable *company;    /* name -> value: what templates see as company.NAME; the last of two equal names counts */
    GPtrArray *streams;     /* of Stream, in the order of the file */
    GPtrArray *segments;    /* of Segment, in the order of the file */
    GPtrArray *cadences;    /* of Cadence, in the order of the file */
    GPtrArray *holidays;    /* of char *: every .ics file that hours of a policy name, absolute, each once */
    GHashTable *topics;     /* name -> Topic */
    GHashTable *templates;  /* name -> TemplateFolder: all below templates_path whose name is a word */
    GHashTable *attributes; /* name -> Attribute */
    GHashTable *policies;   /* name -> Policy; "default" is always there (without rules if the file has none) */
    char *path;
    char *hash; /* 16 hexadecimal digits over the file, all that it includes, and the calendars of its policies */
} Config;

/* Reads and checks the whole file. Every error is CADENCE_ERROR_CONFIG, "file:line: what was found, what was expected":
 * unknown names, wrong types, values out of range, a segment whose policy there is none, a cadence whose sender is of
 * no trusted stream, twice the same name; so it is for the template.conf of every template. Relative paths (templates,
 * secret, includes, unix:, sqlite:, holidays) are taken from the folder of the file in which they stand. Threads that
 * load at the same time take turns: libConfuse's lexer is global. */
Config *config_load(const char *path, GError **error);
Config *config_ref(Config *config);
void config_unref(Config *config);

const Topic *config_topic(const Config *config, const char *name); /* NULL: undeclared; name may be NULL */
/* Whether no rule is asked about its mail of this class, CLASS_ANY while that is not known: a topic that helps exempts
 * nothing that reads as sales. topic NULL: false. */
bool topic_exempts(const Topic *topic, MailClass class);
/* Whether not_customers names the address, whose globs may be of either spelling where it has two. */
bool config_is_no_customer(const Config *config, const char *canonical, const char *written);
const Attribute *config_attribute(const Config *config, const char *name); /* falls back on "*"; NULL: undeclared */
/* What a text means by customer.WORD: the attribute whose name is the longest part of the word up to a dot that is
 * declared, else "*"; NULL: undeclared. *length is that of the name, of the whole word with "*" and NULL. */
const Attribute *config_attribute_of(const Config *config, const char *word, gsize *length);
/* What every customer has without a declaration: "id", "locale", "timezone". */
bool attribute_is_built_in(const char *name);
const TemplateFolder *config_template(const Config *config, const char *name); /* NULL: there is none */
const Stream *config_stream(const Config *config, const char *name); /* NULL: there is none; name may be NULL */
const Policy *config_policy(const Config *config, const char *name);

/* "relational", "sales", "mixed"; NULL for an open one. */
const char *template_class_name(TemplateClass class);

/* What is allowed and yet will bite: rules that nothing can meet, waits longer than hold.max, what no customer ever
 * gets. Of char *, sentences that name the policy and the rule; those of policies first, by name. Only what is certain
 * from the file alone. */
GPtrArray *config_warnings(const Config *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_unref)
