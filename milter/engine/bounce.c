/* A notice is a message of our own with an identifier of its own. It has the stream "", so nobody judges it, and it is
 * dropped when it could not be handed over for five days, as Postfix would do with its own. */
#include "bounce.h"

#include "base/text.h"
#include "message/envelope.h"

#include <string.h>

#define NOTICE_LIFE (5 * 24 * 3600)

static bool is_wanted(const Notice *notice) {
    g_autofree char *notify = envelope_parameter(notice->recipient_parameters, "NOTIFY");
    g_autofree char *upper = notify ? g_ascii_strup(notify, -1) : NULL;
    return *notice->sender && (!upper || strstr(upper, "FAILURE"));
}

bool bounce_take(Transaction *transaction, const Notice *notice, GError **error) {
    if (!is_wanted(notice))
        return true;
    Notice complete = *notice;
    complete.reporting_host = g_get_host_name();
    g_autoptr(GBytes) raw = notice_compose(&complete);
    g_autofree char *message = identifier_new(notice->at);
    g_autofree char *id = g_strdup_printf("%s.0", message);
    g_autofree char *customer = address_canonical(notice->sender);
    Custody custody = {.id = id,
                       .message = message,
                       .customer = customer,
                       .address = (char *)notice->sender,
                       .sender = "",
                       .state = CUSTODY_HELD,
                       .class = CLASS_RELATIONAL,
                       .stream = "",
                       .priority = 100,
                       .since = notice->at,
                       .due = notice->at,
                       .expires = INSTANT_NEVER,
                       .deadline = notice->at + NOTICE_LIFE,
                       .then = THEN_DROP,
                       .mail_parameters = "BODY=8BITMIME",
                       .recipient_parameters = "",
                       .reasons = "[]"};
    return transaction_custody_take(transaction, &custody, raw, error);
}
