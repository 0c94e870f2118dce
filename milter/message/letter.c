/* A letter is new mail, so GMime may write it. Auto-Submitted says that no person did (RFC 3834), which keeps vacation
 * programs from answering. Its text is left to the moment at which it goes, when the milter fills the template: what is
 * held for a week then has that day's name in it. */
#include "message/letter.h"

#include "alternative.h"
#include "written.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)

static void set_header(GMimeMessage *message, const char *name, const char *value) {
    if (value)
        g_mime_object_set_header(GMIME_OBJECT(message), name, value, NULL);
}

static GMimeMessage *message_of(const Letter *letter) {
    GMimeMessage *message = g_mime_message_new(TRUE);
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(letter->at);
    const char *domain = strrchr(letter->sender, '@');
    g_autofree char *id = g_strconcat(letter->id, domain ? domain : "@localhost", NULL);
    GMimeObject *body = alternative_new("", NULL);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, NULL, letter->sender);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, letter->recipient);
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, id);
    set_header(message, "Auto-Submitted", "auto-generated");
    set_header(message, "Cadence-Class", "relational");
    set_header(message, "Cadence-Topic", letter->topic);
    set_header(message, "Cadence-Template", letter->template_name);
    set_header(message, "MIME-Version", "1.0");
    g_mime_message_set_mime_part(message, body);
    g_object_unref(body);
    return message;
}

GBytes *letter_compose(const Letter *letter) {
    g_autoptr(GMimeMessage) message = message_of(letter);
    return written_bytes(GMIME_OBJECT(message), "\r\n");
}
