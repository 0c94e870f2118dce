/* What a customer has said no to. */
#pragma once

#include "config/config.h"
#include "policy/class.h"
#include "store/store.h"

/* Whether this purpose is granted. */
bool consents_grant(const GPtrArray *consents, const char *purpose);

/* What stops mail of this class and topic (NULL: none) for good: CONSENTS_OBJECTION, or the purpose that the topic
 * needs and the customer has not granted. NULL: nothing. Borrowed. */
#define CONSENTS_OBJECTION "objection"
const char *consents_stop(const GPtrArray *consents, MailClass class, const Topic *topic);
