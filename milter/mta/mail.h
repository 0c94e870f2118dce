/* One message as the milter protocol brings it, until it is judged. */
#pragma once

#include "engine/engine.h"

#include <sys/socket.h>

typedef struct Mail Mail;

/* arguments as libmilter gives them: the address, then ESMTP parameters. login may be NULL. All is copied. */
Mail *mail_new(char *const *arguments, const char *client, const char *login);
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

void mail_add_recipient(Mail *mail, char *const *arguments);
/* value with its leading blank (SMFIP_HDR_LEADSPC), folds as LF and blank. */
void mail_add_header(Mail *mail, const char *name, const char *value);
/* Ends the header at the first call. */
void mail_add_body(Mail *mail, const guint8 *bytes, gsize length);

/* Judges as of now and writes down everything. Nothing is added to the mail afterwards. */
Judgement *mail_judge(Mail *mail, Engine *engine);

/* One line a verdict, and one for each note. queue may be NULL. */
void mail_log(const Mail *mail, const Judgement *judgement, const char *queue);

/* The numeric address of a client, NULL where it is none of IPv4 and IPv6. Free with g_free. */
char *client_address(const struct sockaddr *address);

/* The text as one line of an SMTP reply that libmilter takes: printable ASCII, '%' doubled, at most 491 bytes. Free
 * with g_free. */
char *reply_line(const char *text);

/* Whether some process accepts connections on this Unix socket. */
bool socket_is_served(const char *path);
