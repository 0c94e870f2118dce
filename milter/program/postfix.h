/* What this machine's Postfix is set to, as far as postconf(1) tells. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* False where there is no postconf. */
bool postfix_is_here(void);
/* The value of a parameter with its references resolved; NULL where it cannot be had. Free with g_free. */
char *postfix_parameter(const char *name);
/* True where master.cf has an inet service on this host:port or on this port of any address. */
bool postfix_listens(const char *server);
/* True where that service is set to ask no milter, or only others. */
bool postfix_listener_asks_others(const char *server, const char *socket, const char *queue_directory);
/* The first chrooted service of this program ("smtpd", "cleanup") in master.cf, which sees paths below the queue
 * directory alone, as "smtp/inet"; NULL: there is none. Free with g_free. */
char *postfix_chrooted(const char *program);
/* True where a milter of a list such as smtpd_milters is this socket in libmilter's form ("unix:/path",
 * "inet:port@host"). */
bool postfix_lists_milter(const char *milters, const char *socket, const char *queue_directory);
/* True where the user whom Postfix's services run as may connect to this socket file, and where that cannot be found
 * out. */
bool postfix_may_connect(const char *path);
