/* The SMTP way to Postfix: libESMTP behind the contract of mta/inject.h. */
#pragma once

#include "mta/inject.h"

/* False where the job must go through sendmail(1). */
bool esmtp_can_carry(const InjectJob *job);

/* Hands over jobs that esmtp_can_carry, in one session. */
void esmtp_hand_over(const char *server, const GPtrArray *jobs, InjectDone done, gpointer user);
