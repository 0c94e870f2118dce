/* The message is put together again as it crossed the wire, in one buffer with CRLF newlines: custody keeps these
 * bytes, and the engine splices by their offsets. Postfix gives a header's folds as LF; the body comes as it is, in
 * chunks that may split anything. */
#include "mail.h"

#include "base/instant.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/reason.h"
#include "engine/receipt.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define USUAL_BYTES 8192  /* of a message: it grows beyond, but need not grow to it */
#define REPLY_LONGEST 490 /* with code, status and CRLF a line of at most 512 bytes, RFC 5321 4.5.3.1.5 */

struct Mail {
    Envelope *envelope;
    GByteArray *raw;
    bool in_body;
};

/* ---- putting together ---- */

static bool belongs_to_one_hop(const char *parameter) {
    return g_ascii_strncasecmp(parameter, "SIZE=", 5) == 0 || g_ascii_strncasecmp(parameter, "AUTH=", 5) == 0;
}

static void add_parameters(char **parameters, char *const *arguments) {
    for (; *arguments; arguments++)
        if (!belongs_to_one_hop(*arguments))
            envelope_add_parameter(parameters, *arguments);
}

Mail *mail_new(char *const *arguments, const char *client, const char *login) {
    g_autofree char *sender = address_of_path(arguments[0]);
    Mail *mail = g_new0(Mail, 1);
    mail->envelope = envelope_new(sender);
    mail->envelope->client = g_strdup(client);
    mail->envelope->login = g_strdup(login);
    add_parameters(&mail->envelope->parameters, arguments + 1);
    mail->raw = g_byte_array_sized_new(USUAL_BYTES);
    return mail;
}

void mail_free(Mail *mail) {
    if (!mail)
        return;
    envelope_free(mail->envelope);
    g_byte_array_unref(mail->raw);
    g_free(mail);
}

void mail_add_recipient(Mail *mail, char *const *arguments) {
    g_autofree char *address = address_of_path(arguments[0]);
    EnvelopeRecipient *recipient = envelope_add_recipient(mail->envelope, address, "");
    add_parameters(&recipient->parameters, arguments + 1);
}

static void append(Mail *mail, const void *bytes, gsize length) {
    g_byte_array_append(mail->raw, bytes, (guint)length);
}

static void append_with_crlf(Mail *mail, const char *text) {
    for (const char *line = text; *line;) {
        gsize length = strcspn(line, "\n");
        append(mail, line, length);
        line += length;
        if (*line == '\n') {
            append(mail, "\r\n", 2);
            line++;
        }
    }
}

void mail_add_header(Mail *mail, const char *name, const char *value) {
    append(mail, name, strlen(name));
    append(mail, ":", 1);
    append_with_crlf(mail, value);
    append(mail, "\r\n", 2);
}

static void begin_body(Mail *mail) {
    if (!mail->in_body)
        append(mail, "\r\n", 2);
    mail->in_body = true;
}

void mail_add_body(Mail *mail, const guint8 *bytes, gsize length) {
    begin_body(mail);
    append(mail, bytes, length);
}

/* ---- judging ---- */

Judgement *mail_judge(Mail *mail, Engine *engine) {
    begin_body(mail);
    g_autoptr(GBytes) raw = g_bytes_new_static(mail->raw->data, mail->raw->len);
    g_autoptr(Message) message = message_new(raw);
    Submission submission = {.envelope = mail->envelope,
                             .message = message,
                             .at = instant_now(),
                             .live = true,
                             .record = true,
                             .deliver = true};
    return engine_judge(engine, &submission);
}

/* ---- logging ---- */

static char *reasons_line(const Outcome *outcome) {
    GString *line = g_string_new(NULL);
    for (guint i = 0; i < outcome->reasons->len; i++) {
        json_auto_t *json = reason_json(outcome->reasons->pdata[i], outcome->timezone);
        g_autofree char *sentence = reason_sentence(json);
        g_string_append_printf(line, "%s%s", i == 0 ? ": " : "; ", sentence);
    }
    return g_string_free(line, FALSE);
}

static void log_outcome(const Judgement *judgement, const Outcome *outcome, const char *queue) {
    g_autofree char *reasons = reasons_line(outcome);
    const LogField fields[] = {
        {"id", judgement->id},
        {"queue", queue},
        {"stream", judgement->stream},
        {"topic", judgement->topic},
        {"campaign", judgement->campaign},
        {"to", outcome->address},
        {"customer", outcome->customer},
        {"class", class_name(outcome->class)},
        {"action", action_name(outcome->action)},
        {NULL, NULL},
    };
    log_info_about(fields, "%s: queue=%s stream=%s to=<%s> class=%s %s%s", judgement->id, queue ? queue : "-",
                   judgement->stream, outcome->address, class_name(outcome->class), action_name(outcome->action),
                   reasons);
}

static void log_trouble(const Mail *mail, const Judgement *judgement, const char *queue, const char *text) {
    const char *sender = mail->envelope->sender;
    const LogField fields[] = {
        {"id", judgement->id}, {"queue", queue}, {"stream", judgement->stream}, {"from", sender}, {NULL, NULL}};
    log_warning_about(fields, "%s: queue=%s from=<%s>: %s", judgement->id ? judgement->id : "-", queue ? queue : "-",
                      sender, text);
}

void mail_log(const Mail *mail, const Judgement *judgement, const char *queue) {
    for (guint i = 0; i < judgement->notes->len; i++)
        log_trouble(mail, judgement, queue, judgement->notes->pdata[i]);
    if (judgement->reply_text) {
        g_autofree char *reply =
            g_strjoin(" ", judgement->reply_code, judgement->reply_status, judgement->reply_text, NULL);
        log_trouble(mail, judgement, queue, reply);
        if (judgement->reply == REPLY_TEMPORARY)
            log_remember(true, reply);
    }
    for (guint i = 0; judgement->stream && i < judgement->outcomes->len && judgement->reply != REPLY_TEMPORARY; i++)
        log_outcome(judgement, judgement->outcomes->pdata[i], queue);
}

/* ---- small things of the wire ---- */

char *client_address(const struct sockaddr *address) {
    char text[INET6_ADDRSTRLEN];
    const void *number = NULL;
    if (address && address->sa_family == AF_INET)
        number = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    else if (address && address->sa_family == AF_INET6)
        number = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    return number && inet_ntop(address->sa_family, number, text, sizeof text) ? g_strdup(text) : NULL;
}

char *reply_line(const char *text) {
    GString *line = g_string_sized_new(REPLY_LONGEST);
    for (; *text && line->len < REPLY_LONGEST; text++) {
        if (*text == '%')
            g_string_append_c(line, '%');
        g_string_append_c(line, g_ascii_isprint(*text) ? *text : '?');
    }
    return g_string_free(line, FALSE);
}

bool socket_is_served(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
        return false;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool served = descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return served;
}
