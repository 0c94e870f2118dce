/* The SMTP way to Postfix on several connections at once. */
#pragma once

#include "mta/inject.h"

/* Hands over jobs that esmtp_can_carry. */
void connections_hand_over(const char *server, const GPtrArray *jobs, InjectDone done, gpointer user);
