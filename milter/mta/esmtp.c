/* One libESMTP session for a share of the jobs, one message and one recipient each, so that each answer belongs to a
 * job.
 *
 * Read in libESMTP 1.1.0 and heeded here: it does not guard itself against SIGPIPE; its timeouts are milliseconds; a
 * write that times out is skipped silently; SMTP_EV_MESSAGESENT alone tells that a message was taken; after a refused
 * recipient the next MAIL can be given an answer that is not its own (503 or X.5.1); encode_xtext can write past its
 * 256 bytes; a missing 8BITMIME ends the session; what chunks lead to (hide_chunking). */
#include "esmtp.h"

#include "message/envelope.h"
#include "verbatim.h"
#include "xtext.h"

#include <errno.h>
#include <libesmtp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define XTEXT_BYTES_MAX 250
#define ANSWER_BYTES_MAX 512
#define CHUNKING "CHUNKING"
/* Longer than the hour that smtpd(8) waits for cleanup(8): the server gives up first, and no skipped write can be
 * followed by a 250. */
#define TRANSFER_MILLISECONDS (2 * 3600 * 1000L)

typedef struct {
    InjectDone done;
    gpointer user;
    GPtrArray *deliveries; /* of Delivery */
    bool lacks_8bitmime;   /* the server does not offer it */
    char *complaint;       /* the last 4xx or 5xx that belongs to no job */
} Batch;

typedef struct {
    Batch *batch;
    const InjectJob *job;
    bool lacks_message_id;
    GBytes *parts[2]; /* our own fields, the message */
    guint next;       /* the part to be read next */
    bool complete;    /* all of it has been read */
    bool settled;     /* done has been told */
} Delivery;

bool esmtp_can_carry(const InjectJob *job) {
    bool lacks_message_id;
    g_autofree char *utf8 = envelope_parameter(job->mail_parameters, "SMTPUTF8");
    return utf8 == NULL && g_str_is_ascii(job->sender) && g_str_is_ascii(job->recipient) &&
           verbatim_by_esmtp(job->raw, &lacks_message_id);
}

/* A field that is prohibited is dropped and yet counts as seen: this keeps libESMTP from adding a Message-Id of its
 * own. */
static GBytes *own_fields(const char *ticket, bool lacks_message_id) {
    GString *fields = g_string_new(NULL);
    if (ticket != NULL)
        g_string_append_printf(fields, "Cadence-Ticket: %s\r\n", ticket);
    if (lacks_message_id)
        g_string_append(fields, "Message-Id: prohibited\r\n");
    return g_string_free_to_bytes(fields);
}

static Delivery *delivery_new(Batch *batch, const InjectJob *job) {
    Delivery *delivery = g_new0(Delivery, 1);
    delivery->batch = batch;
    delivery->job = job;
    verbatim_by_esmtp(job->raw, &delivery->lacks_message_id);
    delivery->parts[0] = own_fields(job->ticket, delivery->lacks_message_id);
    delivery->parts[1] = g_bytes_ref(job->raw);
    return delivery;
}

static void delivery_free(gpointer data) {
    Delivery *delivery = data;
    g_bytes_unref(delivery->parts[0]);
    g_bytes_unref(delivery->parts[1]);
    g_free(delivery);
}

/* libESMTP's message callback: the next bytes, none at the end; without length it asks to begin anew. */
static const char *delivery_read(G_GNUC_UNUSED void **context, int *length, void *data) {
    Delivery *delivery = data;
    if (length == NULL) {
        delivery->next = 0;
        delivery->complete = false;
        return NULL;
    }
    gsize size = 0;
    const char *bytes = NULL;
    while (size == 0 && delivery->next < G_N_ELEMENTS(delivery->parts))
        bytes = g_bytes_get_data(delivery->parts[delivery->next++], &size);
    delivery->complete = size == 0;
    *length = (int)size;
    return bytes;
}

static void delivery_settle(Delivery *delivery, InjectResult result, const char *answer) {
    if (delivery->settled)
        return;
    delivery->settled = true;
    delivery->batch->done(delivery->job, result, answer, delivery->batch->user);
}

static InjectResult status_result(const smtp_status_t *status, bool complete) {
    if (status->code / 100 == 2)
        return complete ? INJECT_ACCEPTED : INJECT_DEFERRED;
    bool about_sequence =
        status->code == 503 || (status->enh_class == 5 && status->enh_subject == 5 && status->enh_detail == 1);
    return status->code / 100 == 5 && !about_sequence ? INJECT_REFUSED : INJECT_DEFERRED;
}

static char *status_answer(const smtp_status_t *status) {
    g_autoptr(GString) answer = g_string_new(NULL);
    g_string_printf(answer, "%d ", status->code);
    if (status->enh_class != 0)
        g_string_append_printf(answer, "%d.%d.%d ", status->enh_class, status->enh_subject, status->enh_detail);
    g_string_append(answer, status->text != NULL ? status->text : "");
    for (char *at = answer->str; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            *at = ' ';
    return g_strchomp(g_string_free(g_steal_pointer(&answer), FALSE));
}

static void delivery_answered(Delivery *delivery, const smtp_status_t *status) {
    if (status->code == 0)
        return; /* the connection is lost */
    g_autofree char *answer = status_answer(status);
    g_clear_pointer(&delivery->batch->complaint, g_free);
    delivery_settle(delivery, status_result(status, delivery->complete), answer);
}

/* An answer to MAIL or RCPT decides only if it is no. */
static void delivery_halfway(Delivery *delivery, const smtp_status_t *status) {
    if (status->code / 100 != 2)
        delivery_answered(delivery, status);
}

static gint greeted; /* atomic: some session has come past EHLO */

bool esmtp_is_greeted(void) {
    return g_atomic_int_get(&greeted);
}

/* libESMTP writes a message in pieces, of which Nagle's algorithm holds back the second until the server has something
 * to say, 40 ms each time, and gives nobody its socket. All TCP sockets of this process are libESMTP's, so all may be
 * asked not to wait, as often as one is new. */
static void send_at_once(void) {
    g_autoptr(GDir) descriptors = g_dir_open("/proc/self/fd", 0, NULL);
    const int yes = 1;
    for (const char *name; descriptors && (name = g_dir_read_name(descriptors)) != NULL;)
        setsockopt(atoi(name), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void on_event(G_GNUC_UNUSED smtp_session_t session, int event, void *data, ...) {
    Batch *batch = data;
    va_list arguments;
    va_start(arguments, data);
    if (event == SMTP_EV_CONNECT) {
        send_at_once();
    } else if (event == SMTP_EV_MAILSTATUS) {
        g_atomic_int_set(&greeted, 1);
        va_arg(arguments, const char *);
        smtp_message_t message = va_arg(arguments, smtp_message_t);
        delivery_halfway(smtp_message_get_application_data(message), smtp_reverse_path_status(message));
    } else if (event == SMTP_EV_RCPTSTATUS) {
        va_arg(arguments, const char *);
        smtp_recipient_t recipient = va_arg(arguments, smtp_recipient_t);
        delivery_halfway(smtp_recipient_get_application_data(recipient), smtp_recipient_status(recipient));
    } else if (event == SMTP_EV_MESSAGESENT) {
        smtp_message_t message = va_arg(arguments, smtp_message_t);
        delivery_answered(smtp_message_get_application_data(message), smtp_message_transfer_status(message));
    } else if (event == SMTP_EV_EXTNA_8BITMIME) {
        batch->lacks_8bitmime = true;
    }
    va_end(arguments);
}

/* Where the connection is lost while it owes more than two answers, libESMTP calls what stands before its table of
 * states, and dies. A message in chunks is owed three and more; by DATA, two at the most. So it is not to know of
 * chunks. */
static void hide_chunking(char *answer, gsize length) {
    for (gsize i = 0; i + strlen(CHUNKING) <= length; i++)
        if (g_ascii_strncasecmp(answer + i, CHUNKING, strlen(CHUNKING)) == 0)
            answer[i] = 'X';
}

/* libESMTP shows what it has read before it looks at it itself, in a buffer of its own that may be written to. What the
 * server says against the whole session is kept, such as a greeting of 421: there is no other call that tells it. */
static void on_traffic(const char *bytes, int length, int writing, void *data) {
    Batch *batch = data;
    if (writing || length < 3)
        return;
    hide_chunking((char *)bytes, (gsize)length);
    if (bytes[0] != '4' && bytes[0] != '5')
        return;
    gsize line = 0;
    while (line < (gsize)MIN(length, ANSWER_BYTES_MAX) && !g_ascii_iscntrl(bytes[line]))
        line++;
    g_free(batch->complaint);
    batch->complaint = g_strndup(bytes, line);
}

/* The value of NAME= decoded, NULL where it is absent or does not fit. */
static char *xtext_parameter(const char *parameters, const char *name) {
    g_autofree char *value = envelope_parameter(parameters, name);
    g_autofree char *text = value != NULL ? xtext_decode(value) : NULL;
    if (text == NULL || xtext_length(text) > XTEXT_BYTES_MAX)
        return NULL;
    return g_steal_pointer(&text);
}

static bool add_mail_parameters(smtp_message_t message, const char *parameters, bool lacks_8bitmime) {
    g_autofree char *body = envelope_parameter(parameters, "BODY");
    g_autofree char *ret = envelope_parameter(parameters, "RET");
    g_autofree char *envid = xtext_parameter(parameters, "ENVID");
    bool added = true;
    if (body != NULL && !lacks_8bitmime && g_ascii_strcasecmp(body, "8BITMIME") == 0)
        added = smtp_8bitmime_set_body(message, E8bitmime_8BITMIME);
    else if (body != NULL && !lacks_8bitmime && g_ascii_strcasecmp(body, "7BIT") == 0)
        added = smtp_8bitmime_set_body(message, E8bitmime_7BIT);
    if (added && ret != NULL && g_ascii_strcasecmp(ret, "FULL") == 0)
        added = smtp_dsn_set_ret(message, Ret_FULL);
    else if (added && ret != NULL && g_ascii_strcasecmp(ret, "HDRS") == 0)
        added = smtp_dsn_set_ret(message, Ret_HDRS);
    return added && (envid == NULL || smtp_dsn_set_envid(message, envid));
}

/* "SUCCESS,FAILURE"; words that RFC 3461 does not know are left out. */
static enum notify_flags notify_flags(const char *list) {
    static const struct {
        const char *word;
        int flag;
    } words[] = {{"SUCCESS", Notify_SUCCESS}, {"FAILURE", Notify_FAILURE}, {"DELAY", Notify_DELAY}};
    if (g_ascii_strcasecmp(list, "NEVER") == 0)
        return Notify_NEVER;
    int flags = Notify_NOTSET;
    g_auto(GStrv) given = g_strsplit(list, ",", -1);
    for (gsize i = 0; given[i] != NULL; i++)
        for (gsize j = 0; j < G_N_ELEMENTS(words); j++)
            if (g_ascii_strcasecmp(given[i], words[j].word) == 0)
                flags |= words[j].flag;
    return (enum notify_flags)flags;
}

static bool add_recipient_parameters(smtp_recipient_t recipient, const char *parameters) {
    g_autofree char *notify = envelope_parameter(parameters, "NOTIFY");
    g_autofree char *original = xtext_parameter(parameters, "ORCPT");
    if (notify != NULL && !smtp_dsn_set_notify(recipient, notify_flags(notify)))
        return false;
    char *address = original != NULL ? strchr(original, ';') : NULL;
    if (address == NULL)
        return true;
    *address++ = '\0';
    return smtp_dsn_set_orcpt(recipient, original, address);
}

static bool session_add(smtp_session_t session, Delivery *delivery) {
    const InjectJob *job = delivery->job;
    smtp_message_t message = smtp_add_message(session);
    smtp_recipient_t recipient = message != NULL ? smtp_add_recipient(message, job->recipient) : NULL;
    if (recipient == NULL)
        return false;
    smtp_message_set_application_data_release(message, delivery, NULL);
    smtp_recipient_set_application_data_release(recipient, delivery, NULL);
    smtp_size_set_estimate(message, g_bytes_get_size(delivery->parts[0]) + g_bytes_get_size(delivery->parts[1]));
    return smtp_set_reverse_path(message, job->sender) && smtp_set_messagecb(message, delivery_read, delivery) &&
           (!delivery->lacks_message_id || smtp_set_header_option(message, "Message-Id", Hdr_PROHIBIT, 1)) &&
           add_mail_parameters(message, job->mail_parameters, delivery->batch->lacks_8bitmime) &&
           add_recipient_parameters(recipient, job->recipient_parameters);
}

static bool session_prepare(smtp_session_t session, const char *server, Batch *batch) {
    if (!smtp_set_server(session, server) || !smtp_set_eventcb(session, on_event, batch) ||
        !smtp_set_monitorcb(session, on_traffic, batch, 0) ||
        smtp_set_timeout(session, Timeout_TRANSFER, TRANSFER_MILLISECONDS) == 0)
        return false;
    for (guint i = 0; i < batch->deliveries->len; i++)
        if (!session_add(session, batch->deliveries->pdata[i]))
            return false;
    return true;
}

/* A write to a connection that the server has closed raises SIGPIPE in this thread; it is taken off again before it can
 * be seen. */
static void start_without_sigpipe(smtp_session_t session) {
    sigset_t sigpipe, before, pending;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    smtp_start_session(session);
    if (!sigismember(&pending, SIGPIPE))
        while (sigtimedwait(&sigpipe, NULL, &(struct timespec){0}) == -1 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void batch_run(Batch *batch, const char *server) {
    smtp_session_t session = smtp_create_session();
    if (session == NULL)
        return;
    if (session_prepare(session, server, batch))
        start_without_sigpipe(session);
    smtp_destroy_session(session);
}

/* "host:port" for libESMTP, to which the first colon ends the host; NULL where it cannot be written so. */
static char *server_for_esmtp(const char *server) {
    if (*server != '[')
        return g_strdup(server);
    return g_str_has_prefix(server, "[::1]") ? g_strconcat("localhost", server + strlen("[::1]"), NULL) : NULL;
}

static void batch_defer_rest(Batch *batch, const char *reason) {
    for (guint i = 0; i < batch->deliveries->len; i++)
        delivery_settle(batch->deliveries->pdata[i], INJECT_DEFERRED, reason);
}

void esmtp_hand_over(const char *server, const GPtrArray *jobs, InjectDone done, gpointer user) {
    Batch batch = {.done = done, .user = user, .deliveries = g_ptr_array_new_with_free_func(delivery_free)};
    for (guint i = 0; i < jobs->len; i++)
        g_ptr_array_add(batch.deliveries, delivery_new(&batch, jobs->pdata[i]));
    g_autofree char *host_and_port = server_for_esmtp(server);
    char reason[ANSWER_BYTES_MAX] = "inject.server: an IPv6 literal; give a host name that has that address";
    if (host_and_port != NULL) {
        batch_run(&batch, host_and_port);
        if (batch.lacks_8bitmime)
            batch_run(&batch, host_and_port);
        smtp_strerror(smtp_errno(), reason, sizeof reason);
    }
    g_autofree char *complaint = batch.complaint;
    batch_defer_rest(&batch, complaint != NULL ? complaint : reason);
    g_ptr_array_unref(batch.deliveries);
}
