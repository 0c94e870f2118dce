/* A ticket says which custody, which hand-over of it (the nonce) and proves who made it. The recipient is under the
 * HMAC though not in the text: a ticket taken from one message opens no other. */
#include "engine/ticket.h"

#include <glib.h>

static char *signed_text(const char *custody, const char *nonce, const char *recipient) {
    return g_strdup_printf("ticket %s %s %s", custody, nonce, recipient);
}

char *ticket_make(const Secret *secret, const char *custody, const char *nonce, const char *recipient) {
    g_autofree char *text = signed_text(custody, nonce, recipient);
    g_autofree char *signature = secret_sign(secret, text);
    return g_strdup_printf("%s %s %s", custody, nonce, signature);
}

bool ticket_open(const Secret *secret, const char *ticket, const char *recipient, char **custody, char **nonce) {
    g_auto(GStrv) parts = g_strsplit(ticket, " ", 4);
    if (g_strv_length(parts) != 3)
        return false;
    g_autofree char *text = signed_text(parts[0], parts[1], recipient);
    if (!secret_verify(secret, text, parts[2]))
        return false;
    *custody = g_strdup(parts[0]);
    *nonce = g_strdup(parts[1]);
    return true;
}
