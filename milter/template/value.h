/* JSON values as a template sees them: two views of the same data side by side, and what of a value can be printed. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#define VALUE_NUMBER_BYTES 32

/* One value in both views. Either may be NULL: absent there. */
typedef struct {
    json_t *asked, *printed;
} Value;

/* Looks a name up in the innermost of the frames that knows its first part in either view, then follows the other parts
 * inside that; "." is the innermost frame itself. What a frame may not print is therefore absent, and not taken from a
 * frame farther out. */
Value value_find(const Value *frames, guint count, const char *name, gsize length);

/* False for what is absent, null, false, an empty list or a blank text. */
bool value_is_true(Value value);

/* A list's length; 1 for anything else. */
gsize value_count(Value value);
/* The list's item, without a printed twin where the printed list is another; for anything else the value itself. */
Value value_item(Value value, gsize index);

/* Text as it is, numbers as in JSON (100 for 100.0), true and false; NULL for the rest. Borrowed from the value or from
 * number. */
const char *value_text(const json_t *value, char number[VALUE_NUMBER_BYTES]);

/* True for NULL and for text that shows nothing: blanks, controls, characters without width. */
bool value_is_blank(const char *text);
