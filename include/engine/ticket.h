/* Cadence-Ticket: how the milter knows mail that our own planner hands back. "<custody id> <nonce> <HMAC>"; the HMAC
 * covers the recipient too. It is single-use because the store forgets the nonce when the milter has judged the
 * message. */
#pragma once

#include "base/secret.h"

#include <stdbool.h>

char *ticket_make(const Secret *secret, const char *custody, const char *nonce, const char *recipient);
/* Reads and verifies; outputs are owned by the caller. */
bool ticket_open(const Secret *secret, const char *ticket, const char *recipient, char **custody, char **nonce);
