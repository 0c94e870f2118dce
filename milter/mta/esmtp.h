/* The SMTP way to Postfix: libESMTP behind the contract of mta/inject.h. */
#pragma once

#include "mta/inject.h"

/* False where the job must go through sendmail(1). */
bool esmtp_can_carry(const InjectJob *job);

/* Whether sessions may run in several threads at once: libESMTP fills a table when it reads its first answer to EHLO
 * (initatom in tokens.c of 1.1.0), without a lock. */
bool esmtp_is_greeted(void);

/* Hands over jobs that esmtp_can_carry, in one session. */
void esmtp_hand_over(const char *server, const GPtrArray *jobs, InjectDone done, gpointer user);
