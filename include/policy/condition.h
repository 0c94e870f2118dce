/* Conditions: the language of Cadence-Requires, of segments and of templates (DESIGN.md section 7).
 *
 *   or-expression of:  customer.NAME  message.NAME  'text'  "text"  12  -3.5  true  false
 *                      = != < <= > >=   and or not   ( )   has(customer.NAME)
 *
 * A name without a value is absent; a comparison with an absent value is false, whichever the operator. Numbers compare
 * as numbers where both sides read as numbers, else as text by bytes. A bare name is true iff its value is "true" or a
 * number other than 0. At most 1,000 bytes and 32 levels of nesting. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Condition Condition;

/* The value of "customer.NAME" or "message.NAME" as text, NULL where absent. Borrowed until the call returns. */
typedef const char *(*ConditionLookup)(const char *name, gpointer user);

/* CADENCE_ERROR_PERMANENT with the column and what was expected. */
Condition *condition_parse(const char *text, GError **error);
bool condition_holds(const Condition *condition, ConditionLookup lookup, gpointer user);
/* Adds every name that is asked for ("customer.NAME", "message.NAME") to a set of owned strings. */
void condition_collect_names(const Condition *condition, GHashTable *names);
void condition_free(Condition *condition);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Condition, condition_free)
