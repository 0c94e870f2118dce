/* Delivery status notifications of ours (RFC 3464 in RFC 3462's multipart/report), for recipients that are refused out
 * of a message with others, and for held mail that is returned. */
#pragma once

#include "base/instant.h"

#include <glib.h>

typedef struct {
    const char *reporting_host;                         /* this host's name */
    const char *sender;                                 /* who gets the notice; never "" */
    const char *recipient;                              /* who did not get the message */
    const char *mail_parameters, *recipient_parameters; /* ENVID, RET and ORCPT are honoured */
    const char *status;                                 /* "5.7.1" */
    const char *reason;                                 /* one sentence */
    const char *id;                                     /* the Cadence-Id of the message */
    Instant arrived, at;
    GBytes *raw; /* the message; its header section goes along, or all of it with RET=FULL and at most 64 KiB */
} Notice;

/* The whole message with CRLF newlines, Auto-Submitted: auto-replied, ready to be sent from the null sender. */
GBytes *notice_compose(const Notice *notice);
