/* The envelope of a message: what SMTP said, not what the header says. Parameters keep the client's spelling. */
#pragma once

#include <glib.h>

typedef struct {
    char *address;    /* without '<' '>' */
    char *parameters; /* "NOTIFY=NEVER ORCPT=rfc822;a@b", "" where none; one blank between */
} EnvelopeRecipient;

typedef struct {
    char *sender;     /* without '<' '>'; "" is the null sender */
    char *parameters; /* "BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x"; SIZE= and AUTH= are left out, as they belong to one
                         hop */
    char *client;     /* IP address of the client, "127.0.0.1" for local mail; NULL where it is not known */
    char *login;      /* SASL login, NULL where none */
    GPtrArray *recipients; /* of EnvelopeRecipient, in the order given */
} Envelope;

Envelope *envelope_new(const char *sender);
EnvelopeRecipient *envelope_add_recipient(Envelope *envelope, const char *address, const char *parameters);
/* Adds one parameter ("NOTIFY=NEVER") to a list of them. */
void envelope_add_parameter(char **parameters, const char *parameter);
/* The value of NAME= in a list ("" for a bare NAME), NULL where it is not there. Free with g_free. */
char *envelope_parameter(const char *parameters, const char *name);
void envelope_free(Envelope *envelope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelope, envelope_free)
