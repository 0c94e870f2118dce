/* libmilter's callbacks around one engine. Collect: the callbacks gather envelope and bytes, nothing else. Judge:
 * engine_judge at end of message, when all recipients are known; never earlier, because transactions die. Apply: what
 * Postfix is told, headers and recipients first and the body last, as a body in two runs is refused (451 4.3.5).
 *
 * libmilter runs the callbacks of one connection on several threads, one after the other: a session lives in
 * libmilter's private data and nowhere else. A connection carries many messages; a message begins at MAIL, and every
 * ending forgets it. */
#include "mta/milter.h"

#include "base/error.h"
#include "base/log.h"
#include "mail.h"
#include "pool.h"

#include <libmilter/mfapi.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST_PACKET                                                                                                 \
    (1 << 20) /* Postfix sends a header field whole, up to its header_size_limit of 102,400 bytes or more */
#define MACHINE_PATIENCE 300 /* seconds that a silent MTA is waited for: Postfix's own content timeout */

/* Nothing is said before the end of message, so the mail server need not wait for us at each line of the header. Where
 * it cannot do without an answer, libmilter gives one in our place. */
#define UNANSWERED (SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_BODY)

/* What callbacks serve: libmilter hands them no pointer of ours before the first connection. Set once, before any
 * thread starts. */
static Engine *served;
static Pool *pool;

typedef struct {
    char *client; /* NULL where the MTA does not say: never to be taken for the injecting host */
    Mail *mail;   /* the message under way, or NULL */
} Session;

/* The store is told of every message from its beginning until it is judged or given up. */
static void session_begin_mail(Session *session, Mail *mail) {
    session->mail = mail;
    store_expect(engine_store(served), 1);
}

/* NULL where none is under way. */
static Mail *session_take_mail(Session *session) {
    if (session->mail)
        store_expect(engine_store(served), -1);
    return g_steal_pointer(&session->mail);
}

static void session_forget_mail(Session *session) {
    mail_free(session_take_mail(session));
}

/* ---- collect ---- */

static sfsistat on_negotiate(SMFICTX *context, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
                             unsigned long *pf0, unsigned long *pf1, unsigned long *pf2, unsigned long *pf3) {
    const unsigned long actions = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_DELRCPT | SMFIF_SETSYMLIST;
    (void)f2, (void)f3;
    if ((f0 & actions) != actions || !(f1 & SMFIP_HDR_LEADSPC)) {
        log_error(
            "the mail server offers too little of the milter protocol: version 6 is needed (milter_protocol = 6)");
        return SMFIS_REJECT;
    }
    if (smfi_setsymlist(context, SMFIM_ENVFROM, (char *)"{auth_authen}") != MI_SUCCESS ||
        smfi_setsymlist(context, SMFIM_EOM, (char *)"i") != MI_SUCCESS)
        log_warning("the mail server was not asked for {auth_authen} and i: streams by login may not match");
    *pf0 = actions;
    *pf1 = SMFIP_HDR_LEADSPC | UNANSWERED | (f1 & (SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_NODATA | SMFIP_NOEOH));
    *pf2 = *pf3 = 0;
    return SMFIS_CONTINUE;
}

static Session *session_of(SMFICTX *context) {
    Session *session = smfi_getpriv(context);
    if (!session) {
        session = g_new0(Session, 1);
        smfi_setpriv(context, session);
        pool_session_begins(pool);
    }
    return session;
}

static sfsistat on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address) {
    Session *session = session_of(context);
    char *client = client_address((const struct sockaddr *)address);
    (void)host;
    g_free(session->client);
    session->client = client;
    return SMFIS_NOREPLY;
}

static sfsistat on_mail(SMFICTX *context, char **arguments) {
    Session *session = session_of(context);
    session_forget_mail(session);
    session_begin_mail(session, mail_new(arguments, session->client, smfi_getsymval(context, (char *)"{auth_authen}")));
    return SMFIS_NOREPLY;
}

static sfsistat on_recipient(SMFICTX *context, char **arguments) {
    Session *session = session_of(context);
    if (session->mail)
        mail_add_recipient(session->mail, arguments);
    return SMFIS_NOREPLY;
}

static sfsistat on_header(SMFICTX *context, char *name, char *value) {
    Session *session = session_of(context);
    if (session->mail)
        mail_add_header(session->mail, name, value);
    return SMFIS_NOREPLY;
}

/* A last piece of body may come with the end of message (from Sendmail; Postfix sends none), and libmilter then takes
 * "no reply" to that piece for the verdict and never asks for ours. Only at the end of message it lets a field be
 * changed, which tells the two apart: to delete one that no message has changes nothing. */
static bool is_end_of_message(SMFICTX *context) {
    return smfi_chgheader(context, (char *)"Cadence-Id", G_MAXINT, NULL) == MI_SUCCESS;
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t length) {
    Session *session = session_of(context);
    if (session->mail)
        mail_add_body(session->mail, bytes, length);
    return is_end_of_message(context) ? SMFIS_CONTINUE : SMFIS_NOREPLY;
}

/* ---- apply ---- */

static bool apply_header(SMFICTX *context, const HeaderEdit *edit) {
    char *name = edit->name, *value = edit->value;
    if (edit->index == 0)
        return smfi_addheader(context, name, value) == MI_SUCCESS;
    return smfi_chgheader(context, name, edit->index, value) == MI_SUCCESS;
}

static bool apply_headers(SMFICTX *context, const Rewrite *rewrite) {
    for (guint i = 0; i < rewrite->headers->len; i++)
        if (!apply_header(context, rewrite->headers->pdata[i]))
            return false;
    return true;
}

static bool apply_recipients(SMFICTX *context, const Judgement *judgement) {
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = judgement->outcomes->pdata[i];
        if (!outcome_stays(outcome) && smfi_delrcpt(context, outcome->address) != MI_SUCCESS)
            return false;
    }
    return true;
}

static bool apply_body(SMFICTX *context, GBytes *body) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data(body, &length);
    if (length == 0)
        return smfi_replacebody(context, (unsigned char *)"", 0) == MI_SUCCESS;
    for (gsize at = 0; at < length; at += MILTER_CHUNK_SIZE)
        if (smfi_replacebody(context, (unsigned char *)bytes + at, (int)MIN(length - at, MILTER_CHUNK_SIZE)) !=
            MI_SUCCESS)
            return false;
    return true;
}

static sfsistat apply_accept(SMFICTX *context, const Judgement *judgement) {
    const Rewrite *rewrite = judgement->rewrite;
    if (apply_recipients(context, judgement) && apply_headers(context, rewrite) &&
        (!rewrite->body || apply_body(context, rewrite->body)))
        return SMFIS_CONTINUE;
    log_error("%s: the mail server did not take our edits: check its milter settings",
              judgement->id ? judgement->id : "-");
    return SMFIS_TEMPFAIL;
}

/* libmilter keeps a reply that is set and not used for the next message: it is set here, just before it is used. A
 * percent sign would be a format, a line over 980 bytes an error. */
static sfsistat apply_reply(SMFICTX *context, const Judgement *judgement, sfsistat status) {
    g_autofree char *line = reply_line(judgement->reply_text);
    if (smfi_setreply(context, judgement->reply_code, judgement->reply_status, line) != MI_SUCCESS)
        log_warning("%s: the reply could not be set: %s", judgement->id ? judgement->id : "-", line);
    return status;
}

static sfsistat apply(SMFICTX *context, const Judgement *judgement) {
    switch (judgement->reply) {
    case REPLY_ACCEPT:
        return apply_accept(context, judgement);
    case REPLY_DISCARD:
        return SMFIS_DISCARD;
    case REPLY_REFUSE:
        return apply_reply(context, judgement, SMFIS_REJECT);
    case REPLY_TEMPORARY:
        break;
    }
    return apply_reply(context, judgement, SMFIS_TEMPFAIL);
}

/* ---- judge ---- */

static sfsistat on_end_of_message(SMFICTX *context) {
    Session *session = session_of(context);
    g_autoptr(Mail) mail = session_take_mail(session);
    if (!mail)
        return SMFIS_CONTINUE;
    pool_worker_waits(pool);
    g_autoptr(Judgement) judgement = mail_judge(mail, served);
    pool_worker_goes_on(pool);
    mail_log(mail, judgement, smfi_getsymval(context, (char *)"i"));
    return apply(context, judgement);
}

static sfsistat on_abort(SMFICTX *context) {
    session_forget_mail(session_of(context));
    return SMFIS_CONTINUE;
}

/* May be the only callback of a connection: then there is no session. */
static sfsistat on_close(SMFICTX *context) {
    Session *session = smfi_getpriv(context);
    if (!session)
        return SMFIS_CONTINUE;
    smfi_setpriv(context, NULL);
    session_forget_mail(session);
    pool_session_ends(pool);
    g_free(session->client);
    g_free(session);
    return SMFIS_CONTINUE;
}

/* ---- serving ---- */

static const struct smfiDesc description = {
    .xxfi_name = (char *)"cadence-milter",
    .xxfi_version = SMFI_VERSION,
    .xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_DELRCPT | SMFIF_SETSYMLIST,
    .xxfi_connect = on_connect,
    .xxfi_envfrom = on_mail,
    .xxfi_envrcpt = on_recipient,
    .xxfi_header = on_header,
    .xxfi_body = on_body,
    .xxfi_eom = on_end_of_message,
    .xxfi_abort = on_abort,
    .xxfi_close = on_close,
    .xxfi_negotiate = on_negotiate,
};

/* A socket file that a killed process left behind is in the way; one that somebody listens on is not ours to remove. */
static bool remove_stale_socket(const char *socket, GError **error) {
    struct stat status;
    if (!g_str_has_prefix(socket, "unix:") || lstat(socket + strlen("unix:"), &status) != 0 ||
        !S_ISSOCK(status.st_mode))
        return true;
    if (socket_is_served(socket + strlen("unix:"))) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s: another process listens there", socket);
        return false;
    }
    unlink(socket + strlen("unix:"));
    return true;
}

/* The socket is for our group, which Postfix's user must join. */
static bool open_for_group(void) {
    mode_t before = umask(007);
    bool opened = smfi_opensocket(false) == MI_SUCCESS;
    umask(before);
    return opened;
}

static bool open_socket(const char *socket, GError **error) {
    if (!remove_stale_socket(socket, error))
        return false;
    smfi_setmaxdatasize(LONGEST_PACKET);
    if (smfi_setconn((char *)socket) == MI_SUCCESS && smfi_register(description) == MI_SUCCESS &&
        smfi_settimeout(MACHINE_PATIENCE) == MI_SUCCESS && open_for_group())
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                "%s: cannot listen there: the folder must exist and be ours, the port be free", socket);
    return false;
}

bool milter_serve(Engine *engine, void (*ready)(gpointer user), gpointer user, GError **error) {
    g_autoptr(Config) config = engine_config(engine);
    served = engine;
    pool = pool_new(config->milter_socket);
    if (!open_socket(config->milter_socket, error))
        return false;
    ready(user);
    if (smfi_main() == MI_SUCCESS)
        return true;
    g_set_error_literal(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "libmilter stopped with a failure");
    return false;
}
