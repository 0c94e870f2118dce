/* Values of the configuration with the place where they stand, and the reading of them.
 *
 * libConfuse keeps no line per value, and what a value may be is often known only when the rest of the file is. So it
 * collects text with a place, and meaning is given afterwards, with errors that still name the right line.
 *
 * The readers leave *out alone where the setting, or the whole section (NULL), is absent: defaults are set beforehand.
 */
#pragma once

#include "base/instant.h"
#include "policy/class.h"
#include "policy/condition.h"

#include <confuse.h>
#include <glib.h>
#include <stdbool.h>

/* A setting that every section has of itself: its place is that of the section's opening brace. No admin can mean it.
 */
#define CONF_HEAD "{"

typedef struct {
    const char *name; /* of the setting, borrowed from the tree */
    char *text, *file;
    int line;
} ConfValue;

/* libConfuse's parse and free callbacks of every setting. Report a setting that is given twice. */
int conf_value_take(cfg_t *section, cfg_opt_t *option, const char *text, void *result);
void conf_value_free(void *value);

/* NULL where absent. */
const ConfValue *conf_value(cfg_t *section, const char *name);
bool conf_value_refuse(const ConfValue *value, const char *expected, GError **error); /* always false */
/* A path, taken from the folder of the file in which the value stands. Absolute; free with g_free. */
char *conf_value_path(const ConfValue *value, const char *path);

bool conf_section_refuse(cfg_t *section, const char *fault, const char *expected, GError **error); /* always false */
/* The only section of this name, NULL where there is none; two are an error. */
bool conf_section(cfg_t *root, const char *name, cfg_t **out, GError **error);
/* False, with an error at the head of the section, where the setting is absent. */
bool conf_section_needs(cfg_t *section, const char *name, GError **error);

typedef bool (*ConfCheck)(const char *text);

bool conf_title(cfg_t *section, ConfCheck check, const char *expected, GError **error);
bool conf_text(cfg_t *section, const char *name, ConfCheck check, const char *expected, char **out, GError **error);
/* An empty list stays one and is no error. */
bool conf_texts(cfg_t *section, const char *name, ConfCheck check, const char *expected, char ***out, GError **error);
bool conf_bool(cfg_t *section, const char *name, bool *out, GError **error);
bool conf_number(cfg_t *section, const char *name, gint64 least, gint64 most, gint64 *out, GError **error);
/* A decimal with a point: "0.8". */
bool conf_share(cfg_t *section, const char *name, double least, double most, double *out, GError **error);
bool conf_duration(cfg_t *section, const char *name, Duration most, Duration *out, GError **error);
/* choices: NULL-terminated. *out: which of them. */
bool conf_choice(cfg_t *section, const char *name, const char *const *choices, guint *out, GError **error);
/* "relational" or "sales". */
bool conf_class(cfg_t *section, const char *name, MailClass *out, GError **error);
bool conf_condition(cfg_t *section, const char *name, Condition **out, GError **error);
bool conf_path(cfg_t *section, const char *name, char **out, GError **error);
