/* Whether libESMTP would send a message on as it is. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* False where libESMTP 1.1 would change the header in a way that Postfix would not, or send a newline that a server may
 * take for the end of the message. With true, *lacks_message_id says that libESMTP would add a Message-Id unless told
 * not to. */
bool verbatim_by_esmtp(GBytes *raw, bool *lacks_message_id);
