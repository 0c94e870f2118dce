/* Hands messages back to Postfix by SMTP (libESMTP: RFC 5321, DSN RFC 3461, 8BITMIME RFC 6152, pipelined). The bytes
 * arrive as they are given, after one Cadence-Ticket field, but for what Postfix does to mail of its own host as well:
 * a missing Date or From is added, Return-Path is dropped, a newline that is missing at the very end is set.
 *
 * libESMTP 1.1 knows no SMTPUTF8, and it completes and prunes headers as suits a mail client. So these go through
 * sendmail(1) instead, where every end of line, CRLF or LF, is one and the same, and where ORCPT is lost because
 * sendmail has no option for it:
 *   - envelopes with SMTPUTF8 or with an address that is not ASCII;
 *   - messages with more than one of Date, From, Sender, Reply-To, To, Cc, Bcc, Message-Id or
 *     Disposition-Notification-To; with Resent-Reply-To or any Original- field;
 *   - messages without an empty line after the header, or with a NUL in a field's name;
 *   - messages with a newline that is no CRLF, which an SMTP server could take for the end of the message. */
#pragma once

#include "config/config.h"

#include <glib.h>

typedef enum {
    INJECT_ACCEPTED,  /* Postfix said 250 */
    INJECT_SUBMITTED, /* sendmail(1) took it: it is in Postfix's maildrop, and the milter has yet to see it */
    INJECT_DEFERRED,  /* try again: 4xx, no connection, connection lost, an answer about the dialogue (503, X.5.1) */
    INJECT_REFUSED,   /* 5xx; also an address that no command can hold (control characters, more than 900 bytes) */
} InjectResult;

typedef struct {
    const char *sender, *recipient; /* sender "" is the null sender */
    /* As in message/envelope.h. What the server does not offer is left out, and so is an ENVID or ORCPT that is no
     * xtext or does not fit libESMTP's 250 bytes. */
    const char *mail_parameters, *recipient_parameters;
    const char *ticket; /* NULL: none */
    GBytes *raw;
    gpointer user;
} InjectJob;

/* Told as soon as Postfix has answered for a job, while the others are still under way: the caller commits at once. It
 * may be told of several jobs by several threads at once. The answer is one line, borrowed for the call. SIGPIPE is
 * blocked in the calling thread meanwhile. */
typedef void (*InjectDone)(const InjectJob *job, InjectResult result, const char *answer, gpointer user);

/* Hands over all jobs (of InjectJob) on up to 16 connections, each with several of them; those for sendmail(1) follow,
 * one by one. Every job is told to done exactly once; without a connection all of them as DEFERRED. libESMTP cannot
 * read an IPv6 literal: "[::1]:port" is taken for "localhost:port", others defer all; a host name that has an IPv6
 * address serves. One call at a time in a process: libESMTP fills a table of its own without a lock, which only this
 * call guards. */
void inject(const Config *config, const GPtrArray *jobs, InjectDone done, gpointer user);
