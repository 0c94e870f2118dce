/* Message and complaints pass through files in memory, not pipes, so that neither side ever waits for the other and no
 * SIGPIPE can arise. Newlines become LF, as sendmail(1) expects. The exit codes are those of sysexits.h: only what
 * speaks of the message itself is taken for a refusal, all that speaks of the machine or its settings (EX_UNAVAILABLE,
 * EX_NOPERM, EX_USAGE too) is worth another try, since no mail may be lost. postdrop(1) tries for ever where its queue
 * is unwritable, hence the time limit. */
#include "sendmail.h"

#include "message/envelope.h"
#include "xtext.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define WAIT_MILLISECONDS (300 * 1000)
#define COMPLAINT_BYTES_MAX 512

/* Adds "-X value" where there is a value; takes it over. */
static void add_option(GPtrArray *arguments, const char *option, char *value) {
    if (value == NULL)
        return;
    g_ptr_array_add(arguments, g_strdup(option));
    g_ptr_array_add(arguments, value);
}

static char *parameter_upper(const char *parameters, const char *name) {
    g_autofree char *value = envelope_parameter(parameters, name);
    return value != NULL ? g_ascii_strup(value, -1) : NULL;
}

/* -G: relayed mail, to which Postfix adds nothing. "<>" is the null sender for every sendmail(1). */
static GPtrArray *arguments_new(char *const *command, const InjectJob *job) {
    GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; command[i] != NULL; i++)
        g_ptr_array_add(arguments, g_strdup(command[i]));
    g_ptr_array_add(arguments, g_strdup("-G"));
    g_ptr_array_add(arguments, g_strdup("-i"));
    add_option(arguments, "-f", g_strdup(*job->sender != '\0' ? job->sender : "<>"));
    add_option(arguments, "-B", parameter_upper(job->mail_parameters, "BODY"));
    add_option(arguments, "-R", parameter_upper(job->mail_parameters, "RET"));
    g_autofree char *envid = envelope_parameter(job->mail_parameters, "ENVID");
    add_option(arguments, "-V", envid != NULL ? xtext_decode(envid) : NULL);
    add_option(arguments, "-N", parameter_upper(job->recipient_parameters, "NOTIFY"));
    add_option(arguments, "--", g_strdup(job->recipient));
    g_ptr_array_add(arguments, NULL);
    return arguments;
}

static GString *message_with_lf(const InjectJob *job) {
    gsize length;
    const char *at = g_bytes_get_data(job->raw, &length);
    const char *end = at + length, *newline;
    GString *message = g_string_sized_new(length + 128);
    if (job->ticket != NULL)
        g_string_append_printf(message, "Cadence-Ticket: %s\n", job->ticket);
    while (at < end && (newline = memmem(at, end - at, "\r\n", 2)) != NULL) {
        g_string_append_len(message, at, newline - at);
        g_string_append_c(message, '\n');
        at = newline + 2;
    }
    return g_string_append_len(message, at, end - at);
}

/* A file in memory that holds the text, to be read from its start; -1 with errno. */
static int memory_file(const char *text, gsize length) {
    int file = memfd_create("cadence", MFD_CLOEXEC);
    gsize written = 0;
    while (file != -1 && written < length) {
        ssize_t count = pwrite(file, text + written, length - written, (off_t)written);
        if (count == -1 && errno == EINTR)
            continue;
        if (count == -1) {
            close(file);
            return -1;
        }
        written += count;
    }
    return file;
}

/* The exit status of waitpid(2); false where the child had to be killed. */
static bool wait_for_child(GPid child, int *status) {
    int handle = pidfd_open(child, 0);
    struct pollfd ended = {.fd = handle, .events = POLLIN};
    int ready = -1;
    do
        ready = handle != -1 ? poll(&ended, 1, WAIT_MILLISECONDS) : 1;
    while (ready == -1 && errno == EINTR);
    if (ready != 1)
        kill(child, SIGKILL);
    while (waitpid(child, status, 0) == -1 && errno == EINTR)
        ;
    if (handle != -1)
        close(handle);
    return ready == 1;
}

static InjectResult exit_result(int status) {
    if (!WIFEXITED(status))
        return INJECT_DEFERRED;
    switch (WEXITSTATUS(status)) {
    case EX_OK:
        return INJECT_SUBMITTED;
    case EX_DATAERR:
    case EX_NOUSER:
    case EX_NOHOST:
        return INJECT_REFUSED;
    default:
        return INJECT_DEFERRED;
    }
}

/* The first line of what sendmail said, else its exit status. */
static char *exit_answer(int status, int complaints) {
    char text[COMPLAINT_BYTES_MAX];
    ssize_t length = pread(complaints, text, sizeof text - 1, 0);
    text[MAX(length, 0)] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    if (*text != '\0')
        return g_strdup(text);
    if (WIFEXITED(status))
        return g_strdup_printf("sendmail ended with exit status %d", WEXITSTATUS(status));
    return g_strdup_printf("sendmail was ended by signal %d", WTERMSIG(status));
}

static InjectResult run(const GPtrArray *arguments, int message, int complaints, char **answer) {
    g_autoptr(GError) error = NULL;
    GPid child;
    int status = 0;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL;
    if (!g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)arguments->pdata, NULL, flags, NULL, NULL, message,
                                          -1, complaints, NULL, NULL, 0, &child, NULL, NULL, NULL, &error)) {
        *answer = g_strdup(error->message);
        return INJECT_DEFERRED;
    }
    if (!wait_for_child(child, &status)) {
        *answer = g_strdup_printf("sendmail did not end within %d s and was killed", WAIT_MILLISECONDS / 1000);
        return INJECT_DEFERRED;
    }
    *answer = exit_answer(status, complaints);
    return exit_result(status);
}

void sendmail_hand_over(char *const *command, const InjectJob *job, InjectDone done, gpointer user) {
    g_autoptr(GPtrArray) arguments = arguments_new(command, job);
    g_autoptr(GString) text = message_with_lf(job);
    g_autofree char *answer = NULL;
    InjectResult result = INJECT_DEFERRED;
    int message = memory_file(text->str, text->len);
    int complaints = memory_file("", 0);
    if (message == -1 || complaints == -1)
        answer = g_strdup_printf("no memory to hand the message to sendmail: %s", g_strerror(errno));
    else
        result = run(arguments, message, complaints, &answer);
    if (message != -1)
        close(message);
    if (complaints != -1)
        close(complaints);
    done(job, result, answer, user);
}
