/* The data that a message may carry in place of a text, for a template to be filled with (DESIGN.md section 3). */
#pragma once

#include "message/message.h"

/* What stands in the first application/json part, else in the first text/plain part that begins with "{" (and not with
 * "{{"); NULL where there is neither, or nothing in it. It is for JSON's reader to say whether it is JSON. Free with
 * g_free. */
char *context_in_body(const Message *message);
