/* Which way each job goes. SMTP is the rule: many messages on a few connections, and Postfix's verdict at once.
 * sendmail(1) takes what libESMTP cannot carry unchanged. It costs a process a message and its 250 comes from the
 * maildrop, so that a later refusal is a bounce; that is worth it for mail that SMTP would alter or could not take at
 * all. */
#include "mta/inject.h"

#include "connections.h"
#include "esmtp.h"
#include "sendmail.h"

#include <string.h>

/* libESMTP cuts a command at 1,023 bytes, and a newline in an address would be a command of its own. */
#define ADDRESS_BYTES_MAX 900

static bool address_fits_command(const char *address) {
    if (strlen(address) > ADDRESS_BYTES_MAX)
        return false;
    for (const char *at = address; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            return false;
    return true;
}

void inject(const Config *config, const GPtrArray *jobs, InjectDone done, gpointer user) {
    g_autoptr(GPtrArray) by_smtp = g_ptr_array_new();
    g_autoptr(GPtrArray) by_sendmail = g_ptr_array_new();
    for (guint i = 0; i < jobs->len; i++) {
        InjectJob *job = jobs->pdata[i];
        if (!address_fits_command(job->sender) || !address_fits_command(job->recipient))
            done(job, INJECT_REFUSED, "an address of the envelope is too long or holds control characters", user);
        else
            g_ptr_array_add(esmtp_can_carry(job) ? by_smtp : by_sendmail, job);
    }
    if (by_smtp->len > 0)
        connections_hand_over(config->inject_server, by_smtp, done, user);
    for (guint i = 0; i < by_sendmail->len; i++)
        sendmail_hand_over(config->sendmail, by_sendmail->pdata[i], done, user);
}
