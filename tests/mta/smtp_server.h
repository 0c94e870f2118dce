/* A scripted SMTP server on loopback for tests: answers by what the addresses say, records all that it is told.
 *
 * Recipients: "550@…", "450@…": so is RCPT answered. "data550@…", "data451@…": so is the end of the message.
 * "sequence@…": 503 to RCPT. "early@…": 250 to DATA. "close@…": the connection is closed at the end of the message,
 * unanswered; "cut@…": amid it; "gone@…": at RCPT. Senders: "mail550@…", "mail451@…". */
#pragma once

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    const char *greeting;   /* NULL: 220 */
    const char *extensions; /* "PIPELINING 8BITMIME DSN" */
    int listener;
    char *address; /* 127.0.0.1:port */
    GThread *thread;
    GMutex lock;         /* guards what follows while connections are served, each by a thread */
    GPtrArray *commands; /* of char *, complete after server_stop */
    GPtrArray *messages; /* of GString *, dots unstuffed */
    gint mails;          /* MAIL commands so far; atomic */
    gint connections;
} Server;

typedef struct {
    Server *server;
    FILE *in;
    int out;
    char *mail, *recipient; /* arguments of the commands */
    bool accepted;          /* RCPT got 250 */
    GString *message;
} Conversation;

static void server_note(Server *server, GPtrArray *list, gpointer item) {
    g_mutex_lock(&server->lock);
    g_ptr_array_add(list, item);
    g_mutex_unlock(&server->lock);
}

static void reply(Conversation *talk, const char *line) {
    g_autofree char *text = g_strconcat(line, "\r\n", NULL);
    (void)!send(talk->out, text, strlen(text), MSG_NOSIGNAL);
}

static char *read_line(Conversation *talk) {
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, talk->in);
    if (length <= 0) {
        free(line);
        return NULL;
    }
    return line;
}

static void reply_ehlo(Conversation *talk) {
    g_auto(GStrv) words = g_strsplit(talk->server->extensions, " ", -1);
    reply(talk, "250-test");
    for (gsize i = 0; words[i] != NULL && *words[i] != '\0'; i++) {
        g_autofree char *line = g_strconcat("250-", words[i], NULL);
        reply(talk, line);
    }
    reply(talk, "250 SIZE 0");
}

static const char *answer_to(const char *argument, const char *const *answers) {
    for (gsize i = 0; answers[i] != NULL; i += 2)
        if (strstr(argument, answers[i]) != NULL)
            return answers[i + 1];
    return "250 2.0.0 Ok";
}

static const char *mail_answer(const char *argument) {
    return answer_to(argument,
                     (const char *[]){"<mail550@", "550 5.7.1 not this sender", "<mail451@", "451 4.7.1 later", NULL});
}

static const char *rcpt_answer(const char *argument) {
    return answer_to(argument,
                     (const char *[]){"<550@", "550 5.1.1 no such user", "<450@", "450-4.2.1 mailbox\r\n450 4.2.1 busy",
                                      "<sequence@", "503 5.5.1 nested MAIL", NULL});
}

/* False where the connection is to be closed. */
static bool end_of_message(Conversation *talk) {
    server_note(talk->server, talk->server->messages, g_steal_pointer(&talk->message));
    if (strstr(talk->recipient, "<close@") != NULL)
        return false;
    reply(talk, answer_to(talk->recipient, (const char *[]){"<data550@", "550 5.7.1 not this content", "<data451@",
                                                            "451 4.3.0 not now", NULL}));
    talk->accepted = false;
    return true;
}

static bool take_data(Conversation *talk) {
    if (!talk->accepted) {
        reply(talk, "554 5.5.1 Error: no valid recipients");
        return true;
    }
    if (strstr(talk->recipient, "<early@") != NULL) {
        reply(talk, "250 2.0.0 Ok");
        return true;
    }
    reply(talk, "354 go on");
    talk->message = g_string_new(NULL);
    bool line_ended = true;
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, talk->in)) > 0;) {
        if (strstr(talk->recipient, "<cut@") != NULL)
            break;
        bool dot = line_ended && *line == '.';
        if (dot && length == 3 && strcmp(line, ".\r\n") == 0) {
            free(line);
            return end_of_message(talk);
        }
        g_string_append_len(talk->message, line + dot, length - dot);
        line_ended = length >= 2 && line[length - 2] == '\r';
    }
    free(line);
    return false;
}

static bool take_envelope(Conversation *talk, const char *line) {
    bool is_mail = g_str_has_prefix(line, "MAIL FROM:");
    if (!is_mail && !g_str_has_prefix(line, "RCPT TO:"))
        return false;
    const char *answer = is_mail ? mail_answer(line) : rcpt_answer(line);
    char **argument = is_mail ? &talk->mail : &talk->recipient;
    g_free(*argument);
    *argument = g_strdup(line);
    if (is_mail)
        g_atomic_int_inc(&talk->server->mails);
    talk->accepted = !is_mail && *answer == '2';
    if (strstr(line, "TO:<gone@") == NULL)
        reply(talk, answer);
    return true;
}

/* False where the connection is to be closed. */
static bool take_command(Conversation *talk, const char *line) {
    if (take_envelope(talk, line))
        return strstr(line, "TO:<gone@") == NULL;
    if (strcmp(line, "DATA") == 0)
        return take_data(talk);
    if (g_str_has_prefix(line, "EHLO "))
        reply_ehlo(talk);
    else
        reply(talk, "250 2.0.0 Ok");
    return strcmp(line, "QUIT") != 0;
}

typedef struct {
    Server *server;
    int connection;
} Visit;

static gpointer converse(gpointer data) {
    g_autofree Visit *visit = data;
    Server *server = visit->server;
    int connection = visit->connection;
    Conversation talk = {.server = server, .in = fdopen(dup(connection), "r"), .out = connection};
    reply(&talk, server->greeting != NULL ? server->greeting : "220 test ESMTP");
    bool going_on = true;
    for (char *line; going_on && (line = read_line(&talk)) != NULL; free(line)) {
        g_strchomp(line);
        server_note(server, server->commands, g_strdup(line));
        going_on = take_command(&talk, line);
    }
    if (talk.message != NULL)
        g_string_free(talk.message, TRUE);
    g_free(talk.mail);
    g_free(talk.recipient);
    fclose(talk.in);
    close(connection);
    return NULL;
}

static void join(gpointer thread) {
    g_thread_join(thread);
}

static gpointer serve(gpointer data) {
    Server *server = data;
    g_autoptr(GPtrArray) threads = g_ptr_array_new_with_free_func(join);
    for (int connection; (connection = accept(server->listener, NULL, NULL)) != -1;) {
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        g_atomic_int_inc(&server->connections);
        Visit visit = {server, connection};
        g_ptr_array_add(threads, g_thread_new("conversation", converse, g_memdup2(&visit, sizeof visit)));
    }
    return NULL;
}

static void message_free(gpointer message) {
    g_string_free(message, TRUE);
}

static void server_start(Server *server) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server->listener, (struct sockaddr *)&address, length) != 0 || listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0)
        abort();
    server->address = g_strdup_printf("127.0.0.1:%d", ntohs(address.sin_port));
    server->commands = g_ptr_array_new_with_free_func(g_free);
    server->messages = g_ptr_array_new_with_free_func(message_free);
    server->thread = g_thread_new("server", serve, server);
}

/* After this the records may be read. */
static void server_stop(Server *server) {
    shutdown(server->listener, SHUT_RDWR);
    g_thread_join(server->thread);
    close(server->listener);
}

static void server_free(Server *server) {
    g_free(server->address);
    g_ptr_array_unref(server->commands);
    g_ptr_array_unref(server->messages);
}

static guint server_count(const Server *server, const char *prefix) {
    guint count = 0;
    for (guint i = 0; i < server->commands->len; i++)
        count += g_str_has_prefix(server->commands->pdata[i], prefix);
    return count;
}
