/* The request headers of DESIGN.md section 3: what a trusted stream asks of us. */
#pragma once

#include "message/message.h"
#include "policy/class.h"
#include "policy/condition.h"

#define REQUEST_DEFAULT_PRIORITY 50

typedef struct {
    bool has_class;
    MailClass class;
    char *topic, *campaign; /* words, or NULL */
    int priority;           /* 0 to 100 */
    Instant expires;        /* INSTANT_NEVER: none */
    char *requires;         /* the condition's text, or NULL */
    Condition *condition;
    bool has_personalize, personalize;
    char *template_name; /* or NULL */
    char *context;       /* a JSON object as text, or NULL */
    char *ticket;        /* Cadence-Ticket as it stands, or NULL; read from untrusted streams too */
} Request;

/* Reads them. A malformed one (wrong value, given twice, unknown Cadence- name) is CADENCE_ERROR_REQUEST with a
 * sentence that names the header and the fault and is fit for an SMTP reply. */
Request *request_read(Message *message, GError **error);
/* Only the ticket is read; the rest has its defaults. For streams without trust. */
Request *request_read_untrusted(Message *message);
void request_free(Request *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)
