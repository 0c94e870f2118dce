/* The way to Postfix that libESMTP does not know: sendmail(1). */
#pragma once

#include "mta/inject.h"

/* Hands over one job; command stands before the options of ours. Waits for the answer, at most five minutes. */
void sendmail_hand_over(char *const *command, const InjectJob *job, InjectDone done, gpointer user);
