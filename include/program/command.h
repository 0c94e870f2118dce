/* What every command of cadencectl is: a function from a session to one JSON document, and one that prints such a
 * document for a person. So --json and the screen can never say different things. */
#pragma once

#include "base/secret.h"
#include "config/config.h"
#include "engine/engine.h"
#include "program/arguments.h"
#include "program/status.h"
#include "store/store.h"

#include <glib.h>
#include <jansson.h>

typedef struct {
    const Arguments *arguments;
    char *const *operands; /* the words after the command's own, NULL-terminated, as many as the command asks for */
    Instant now;
    Config *config; /* NULL for commands that need nothing */
    Store *store;   /* NULL for commands that need only the configuration */
    Engine *engine; /* NULL too */
    Secret secret;
} Session;

/* ANSWER_FAILED comes with an error and without a document; the others come with a document, unless stdout was asked to
 * take something else. */
typedef enum { ANSWER_YES, ANSWER_NO, ANSWER_FAILED } Answer;

typedef enum { NEEDS_STORE, NEEDS_CONFIG, NEEDS_NOTHING } CommandNeeds; /* what a command must have open */

typedef struct {
    const char *group, *verb; /* "customer" "import"; verb NULL where the group is the command */
    const char *operands;     /* "FILE" */
    int least, most;          /* how many operands; most -1: any number */
    CommandNeeds needs;
    ArgumentSet options;
    Answer (*run)(Session *session, json_t **document, GError **error);
    void (*print)(const json_t *document);
    const char *summary;
} Command;

/* Reads the configuration and makes store and engine ready, as far as the command needs them. */
bool session_open(Session *session, CommandNeeds needs, GError **error);
void session_close(Session *session);

/* The status that an error of any command stands for. */
ExitStatus status_of_error(const GError *error);

/* The customer of this id or address; PERMANENT where there is none. */
bool session_customer(Session *session, const char *id_or_address, Customer **out, GError **error);
/* The zone in which times are printed for a customer, who may be NULL. Borrowed from either. */
const char *session_zone(const Session *session, const Customer *customer);
/* The same by id; the default zone where there is no such customer. Free with g_free. */
char *session_zone_of(Session *session, const char *customer);

/* For commands that need no configuration: the one that is named or stands where it should; NULL without an error where
 * there is none. */
bool session_config(const Session *session, Config **out, GError **error);
/* Its classifier, else the one that is part of the program. */
Classifier *session_classifier(const Session *session, GError **error);
typedef struct TrainingSet TrainingSet;
/* What the classifier sees of labelled messages (of LabelledMessage). */
TrainingSet *training_set_read(const Classifier *classifier, const GPtrArray *messages, GError **error);

/* One document each; the keys are in cadencectl(1). */
#define COMMAND(name)                                                                                                  \
    Answer name##_run(Session *session, json_t **document, GError **error);                                            \
    void name##_print(const json_t *document)

COMMAND(command_init);
COMMAND(command_check);
COMMAND(command_try);
COMMAND(command_explain);
COMMAND(command_customer_import);
COMMAND(command_customer_show);
COMMAND(command_customer_set);
COMMAND(command_customer_export);
COMMAND(command_customer_erase);
COMMAND(command_consent_grant);
COMMAND(command_consent_withdraw);
COMMAND(command_consent_object);
COMMAND(command_consent_show);
COMMAND(command_contact_import);
COMMAND(command_contact_list);
COMMAND(command_event_add);
COMMAND(command_event_list);
COMMAND(command_held_list);
COMMAND(command_held_show);
COMMAND(command_held_release);
COMMAND(command_held_drop);
COMMAND(command_held_export);
COMMAND(command_plan);
COMMAND(command_classify_review);
COMMAND(command_classify_label);
COMMAND(command_backup);
COMMAND(command_simulate);
COMMAND(command_template_expand);
COMMAND(command_template_lint);
COMMAND(command_template_list);
COMMAND(command_template_render);
COMMAND(command_reload);
COMMAND(command_status);
COMMAND(command_classify);
COMMAND(command_classify_train);
COMMAND(command_classify_evaluate);

#undef COMMAND
