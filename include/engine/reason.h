/* Reasons of a verdict in words that can be read to a customer. All read what reason_json wrote (engine/receipt.h). */
#pragma once

#include <jansson.h>

/* "cap "sales a week": 2 of 2, free 2026-11-25 09:00 +01:00". Free with g_free. */
char *reason_sentence(const json_t *reason);
/* The same without when it is free: what a rule counted. */
char *reason_count_sentence(const json_t *reason);

/* An RFC 3339 time as it is read out: "2026-11-25 09:00 +01:00", with seconds where there are any. Free with g_free. */
char *reason_time(const char *rfc3339);

/* What would have let the message of this receipt go sooner, the counterfactual: an array of strings such as
 * "2 more relational messages: it could have gone at once". Empty where nothing kept it. */
json_t *reason_remedies(const json_t *receipt);
