/* What commands print. Everything goes to stdout as UTF-8; a control character in a value is printed as '?' on the
 * screen, so that no customer's name can move the cursor. */
#pragma once

#include "base/instant.h"

#include <glib.h>
#include <jansson.h>

/* A JSON string, null for NULL; bytes that are no UTF-8 become U+FFFD. */
json_t *output_text(const char *text);
/* RFC 3339 in the zone; null for INSTANT_NEVER. */
json_t *output_time(Instant at, const char *zone);
/* The string under a key, or the fallback where there is none. Borrowed. */
const char *output_string(const json_t *object, const char *key, const char *fallback);

void output_json(const json_t *document);
void output_line(const char *format, ...) G_GNUC_PRINTF(1, 2);

typedef struct {
    const char *key, *title;
} OutputColumn;

/* An array of objects as a table, one row each; `nothing` is the line for an empty one. */
void output_table(const json_t *rows, const OutputColumn *columns, gsize count, const char *nothing);

/* Which template goes instead, where one does: of a recipient or a receipt (engine/receipt.h). */
void output_fallback(const json_t *recipient);
/* One sentence for each of an array of reasons (engine/receipt.h), indented. */
void output_reasons(const json_t *reasons);
/* The same for placeholders of other tools that a receipt's message has in it. */
void output_leftovers(const json_t *message);
/* The same for what comfort, consent or age kept back of a customer. */
void output_withheld(const json_t *withheld);
