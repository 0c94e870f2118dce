/* Values as templates get them: UTF-8 without control characters, so that none can add a line or a header whatever a
 * template does with it. */
#pragma once

#include <jansson.h>

json_t *value_of_text(const char *text);
/* Stored text: true and false become booleans, JSON lists and objects themselves; all else, numbers too, stays text, so
 * that "007" is printed as it came. */
json_t *value_of_attribute(const char *text);
/* A copy of any JSON value with all its texts clean. */
json_t *value_clean(const json_t *value);
