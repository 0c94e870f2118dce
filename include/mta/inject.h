/* Hands messages back to Postfix by SMTP (libESMTP: RFC 5321, DSN RFC 3461, 8BITMIME RFC 6152, pipelined). An envelope with SMTPUTF8
 * goes through sendmail(1), because libESMTP knows none. The bytes arrive as they are given, after one Cadence-Ticket field. */
#pragma once

#include "config/config.h"

#include <glib.h>
#include <stdbool.h>

typedef enum {
    INJECT_ACCEPTED, /* Postfix said 250; by sendmail: it is in Postfix's maildrop */
    INJECT_DEFERRED, /* 4xx, no connection, connection lost: try again */
    INJECT_REFUSED,  /* 5xx */
} InjectResult;

typedef struct {
    const char *sender, *recipient;                     /* sender "" is the null sender */
    const char *mail_parameters, *recipient_parameters; /* as in message/envelope.h; what the server does not offer is left out */
    const char *ticket;                                 /* NULL: none */
    GBytes *raw;
    gpointer user;
} InjectJob;

/* Told as soon as Postfix has answered for a job, while the others are still under way: the caller commits at once. */
typedef void (*InjectDone)(const InjectJob *job, InjectResult result, const char *answer, gpointer user);

/* Hands over all jobs (of InjectJob) on one connection. Every job is told to done exactly once; without a connection all of them as
 * DEFERRED. */
void inject(const Config *config, const GPtrArray *jobs, InjectDone done, gpointer user);
