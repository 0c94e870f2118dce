/* A policy: rules, and what is done with a message that breaks them. */
#pragma once

#include "policy/rule.h"

typedef enum { OVER_REWRITE, OVER_HOLD, OVER_REFUSE, OVER_DROP } Over;
typedef enum { THEN_DROP, THEN_SEND, THEN_RETURN } Then; /* what becomes of a held message at its deadline */

const char *over_name(Over over); /* "rewrite" … */
bool over_parse(const char *name, Over *out);
const char *then_name(Then then); /* "drop" … */
bool then_parse(const char *name, Then *out);

typedef struct {
    char *name;
    GArray *rules; /* of Rule */
    GArray *over;  /* of Over, tried in order; where none applies the message is refused */
    Duration hold_max;
    Then hold_then;
    bool observe; /* decide and record, let everything pass */
    char *hash;   /* 16 hexadecimal digits over everything that changes a verdict; the order of rules does not */
} Policy;

void policy_free(Policy *policy);
