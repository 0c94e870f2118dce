/* Only what Postfix would do (3.7, milter8.c; bench.py listens to both and compares): smtpd(8) says connection and
 * envelope, cleanup(8) the rest on the same connection, and a milter keeps its connection for as many messages as the
 * SMTP client sends. Macros come before every command, each line of the header as well. */
#include "mta.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <libmilter/mfdef.h>
#include <string.h>

#define OFFERED_ACTIONS 0x1ff     /* all that there are */
#define OFFERED_PROTOCOL 0x1fffff /* all that a milter may do without, and what it may leave unanswered */
#define CHUNK 65535

static bool fail(GError **error, const char *what, const Packet *packet) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: the milter said '%c' %.*s", what, packet->command,
                (int)packet->length, packet->data);
    return false;
}

/* ---- commands ---- */

static void put_strings(Mta *mta, char command, char first, const char *const *strings) {
    g_autoptr(GByteArray) data = g_byte_array_new();
    if (first)
        g_byte_array_append(data, (const guint8 *)&first, 1);
    for (; *strings; strings++)
        g_byte_array_append(data, (const guint8 *)*strings, (guint)strlen(*strings) + 1);
    wire_put(&mta->wire, command, data->data, data->len);
}

/* The answer to a command that lets the milter say nothing but that it goes on. */
static bool await_continue(Mta *mta, guint32 unanswered, const char *what, GError **error) {
    Packet packet;
    if (mta->protocol & unanswered)
        return true;
    if (!wire_get(&mta->wire, &packet, error))
        return false;
    return packet.command == SMFIR_CONTINUE || packet.command == SMFIR_SKIP || fail(error, what, &packet);
}

static bool say(Mta *mta, char command, guint32 unanswered, const char *const *macros, const char *const *strings,
                GError **error) {
    const char what[] = {command, '\0'};
    put_strings(mta, SMFIC_MACRO, command, macros);
    put_strings(mta, command, '\0', strings);
    return await_continue(mta, unanswered, what, error);
}

/* What smtpd(8) says: the macros even where the milter does without the command. */
static bool say_of_envelope(Mta *mta, char command, guint32 left_out, guint32 unanswered, const char *const *macros,
                            const char *const *strings, GError **error) {
    if (!(mta->protocol & left_out))
        return say(mta, command, unanswered, macros, strings, error);
    put_strings(mta, SMFIC_MACRO, command, macros);
    return true;
}

/* ---- a connection ---- */

static bool negotiate(Mta *mta, GError **error) {
    const guint32 offer[] = {htonl(SMFI_PROT_VERSION), htonl(OFFERED_ACTIONS), htonl(OFFERED_PROTOCOL)};
    guint32 answer[3];
    Packet packet;
    wire_put(&mta->wire, SMFIC_OPTNEG, offer, sizeof offer);
    if (!wire_get(&mta->wire, &packet, error))
        return false;
    if (packet.command != SMFIC_OPTNEG || packet.length < sizeof answer)
        return fail(error, "negotiation", &packet);
    memcpy(answer, packet.data, sizeof answer);
    mta->protocol = ntohl(answer[2]);
    return true;
}

static bool greet(Mta *mta, GError **error) {
    static const char *const macros[] = {"j",
                                         "mail.bank.example",
                                         "{daemon_name}",
                                         "mail.bank.example",
                                         "{daemon_addr}",
                                         "127.0.0.1",
                                         "v",
                                         "Postfix 3.7.11",
                                         NULL};
    static const char *const none[] = {NULL}, *const helo[] = {"app.bank.example", NULL};
    static const char client[] = "app.bank.example\0004\031\000192.0.2.1"; /* its last '\0' counts */
    put_strings(mta, SMFIC_MACRO, SMFIC_CONNECT, macros);
    if (!(mta->protocol & SMFIP_NOCONNECT)) {
        wire_put(&mta->wire, SMFIC_CONNECT, client, sizeof client);
        if (!await_continue(mta, SMFIP_NR_CONN, "connection", error))
            return false;
    }
    return say_of_envelope(mta, SMFIC_HELO, SMFIP_NOHELO, SMFIP_NR_HELO, none, helo, error);
}

bool mta_open(Mta *mta, const char *path, GError **error) {
    mta->protocol = 0;
    return wire_open(&mta->wire, path, error) && negotiate(mta, error) && greet(mta, error);
}

void mta_close(Mta *mta) {
    wire_put(&mta->wire, SMFIC_ABORT, "", 0);
    wire_put(&mta->wire, SMFIC_QUIT, "", 0);
    send(mta->wire.descriptor, mta->wire.out->data, mta->wire.out->len, MSG_NOSIGNAL);
    wire_close(&mta->wire);
}

/* ---- a message ---- */

static const char *const queue_id[] = {"i", "4XqN2k1Wm9zJ3", NULL};

static bool say_envelope(Mta *mta, const Letter *letter, GError **error) {
    static const char *const mail_macros[] = {
        "{mail_addr}", "offers@crm.bank.example", "{mail_host}", "[127.0.0.1]:10025", "{mail_mailer}", "smtp", NULL};
    static const char *const recipient_macros[] = {
        "{rcpt_addr}", "1c@customers.example", "{rcpt_host}", "[127.0.0.1]:10025", "{rcpt_mailer}", "smtp", NULL};
    const char *const mail[] = {letter->sender, NULL}, *const recipient[] = {letter->recipient, NULL};
    const char *const nothing[] = {NULL};
    return say_of_envelope(mta, SMFIC_MAIL, SMFIP_NOMAIL, SMFIP_NR_MAIL, mail_macros, mail, error) &&
           say_of_envelope(mta, SMFIC_RCPT, SMFIP_NORCPT, SMFIP_NR_RCPT, recipient_macros, recipient, error) &&
           say_of_envelope(mta, SMFIC_DATA, SMFIP_NODATA, SMFIP_NR_DATA, queue_id, nothing, error);
}

static bool say_header(Mta *mta, const Letter *letter, GError **error) {
    const char *const nothing[] = {NULL};
    for (guint i = 0; i < letter->field_count && !(mta->protocol & SMFIP_NOHDRS); i++) {
        bool blank = mta->protocol & SMFIP_HDR_LEADSPC;
        const char *const field[] = {letter->fields[i].name, letter->fields[i].value + (blank ? 0 : 1), NULL};
        if (!say(mta, SMFIC_HEADER, SMFIP_NR_HDR, queue_id, field, error))
            return false;
    }
    return mta->protocol & SMFIP_NOEOH || say(mta, SMFIC_EOH, SMFIP_NR_EOH, queue_id, nothing, error);
}

static bool say_body(Mta *mta, const Letter *letter, GError **error) {
    if (mta->protocol & SMFIP_NOBODY)
        return true;
    for (gsize at = 0; at < letter->body_length; at += CHUNK) {
        put_strings(mta, SMFIC_MACRO, SMFIC_BODY, queue_id);
        wire_put(&mta->wire, SMFIC_BODY, letter->body + at, MIN(letter->body_length - at, CHUNK));
        if (!await_continue(mta, SMFIP_NR_BODY, "body", error))
            return false;
    }
    return true;
}

static bool take_edit(const Packet *packet, Verdict *verdict, GError **error) {
    if (!strchr("hmb-", packet->command)) /* added, changed, new body, recipient deleted */
        return fail(error, "end of message", packet);
    if (memmem(packet->data, packet->length, "{{", 2))
        return fail(error, "a placeholder is left", packet);
    verdict->rewritten |= packet->command == SMFIR_REPLBODY;
    return true;
}

static bool is_final(const Packet *packet) {
    return packet->command == SMFIR_CONTINUE || packet->command == SMFIR_DISCARD ||
           (packet->command == SMFIR_REPLYCODE && packet->data[0] == '5');
}

static bool await_verdict(Mta *mta, Verdict *verdict, GError **error) {
    Packet packet;
    gint64 asked = g_get_monotonic_time();
    *verdict = (Verdict){0};
    if (!wire_get(&mta->wire, &packet, error))
        return false;
    while (!is_final(&packet))
        if (!take_edit(&packet, verdict, error) || !wire_get(&mta->wire, &packet, error))
            return false;
    verdict->decided = g_get_monotonic_time() - asked;
    verdict->discarded = packet.command == SMFIR_DISCARD;
    verdict->refused = packet.command == SMFIR_REPLYCODE;
    return true;
}

/* smtpd(8) says an abort after each message, whatever became of it, and one more before it quits. */
bool mta_say(Mta *mta, const Letter *letter, Verdict *verdict, GError **error) {
    if (!say_envelope(mta, letter, error) || !say_header(mta, letter, error) || !say_body(mta, letter, error))
        return false;
    put_strings(mta, SMFIC_MACRO, SMFIC_BODYEOB, queue_id);
    wire_put(&mta->wire, SMFIC_BODYEOB, "", 0);
    bool said = await_verdict(mta, verdict, error);
    wire_put(&mta->wire, SMFIC_ABORT, "", 0);
    return said;
}
