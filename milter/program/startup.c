/* Started as root, a daemon becomes the configured user before it opens anything, and refuses to go on as root. It does
 * not refuse to start without its store: that may be a disk that comes later. */
#include "program/startup.h"

#include "base/log.h"
#include "engine/custody.h"
#include "message/message.h"
#include "troubles.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_LOOK 1     /* second: by then the daemon serves */
#define BETWEEN_LOOKS 15 /* seconds */

/* ---- options ---- */

/* GLib's own way would write "?" for "…" where no locale is set, as none is for daemons. */
static void print_as_it_is(const char *text) {
    fputs(text, stdout);
}

static bool startup_options(Startup *startup, bool has_once, int argc, char **argv, int *status) {
    g_autofree char *config = NULL;
    gboolean version = FALSE, once = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &config, "the configuration", "FILE"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &version, "print the version", NULL},
        {has_once ? "once" : NULL, 0, 0, G_OPTION_ARG_NONE, &once, "one pass, then exit", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) options = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(options, entries, NULL);
    g_set_print_handler(print_as_it_is);
    if (!g_option_context_parse(options, &argc, &argv, &error) || argc > 1) {
        fprintf(stderr, "%s: %s; try --help\n", startup->program,
                error ? error->message : "an argument where none was expected");
        *status = STATUS_USAGE;
        return false;
    }
    if (version) {
        printf("%s %s\n", startup->program, CADENCE_VERSION);
        *status = STATUS_DONE;
        return false;
    }
    startup->once = once;
    startup->config_path = config ? g_steal_pointer(&config) : g_strdup(CONFIG_DEFAULT_PATH);
    return true;
}

/* ---- user ---- */

static bool become(const Startup *startup, const char *name) {
    const struct passwd *user = getpwnam(name);
    if (!user) {
        log_error("user \"%s\" of %s does not exist: create it, or name another", name, startup->config_path);
        return false;
    }
    if (user->pw_uid == 0) {
        log_error("user \"%s\" of %s is root, as which this program does not run", name, startup->config_path);
        return false;
    }
    if (initgroups(name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0 ||
        setuid(0) == 0) {
        log_error("cannot become user \"%s\"", name);
        return false;
    }
    return true;
}

/* ---- reload ---- */

static bool put_daemon(Transaction *transaction, gpointer daemon, GError **error) {
    return transaction_daemon_put(transaction, daemon, error);
}

static bool remove_daemon(Transaction *transaction, gpointer user, GError **error) {
    const Daemon *daemon = user;
    return transaction_daemon_remove(transaction, daemon->name, daemon->pid, error);
}

static void tell_store(const Startup *startup, const char *note) {
    g_autoptr(Config) config = engine_config(startup->engine);
    g_autoptr(GError) error = NULL;
    Daemon daemon = {.name = (char *)startup->program,
                     .pid = getpid(),
                     .started = startup->started,
                     .config_hash = config->hash,
                     .note = (char *)note};
    if (!store_transact(startup->store, put_daemon, &daemon, &error))
        log_warning("the store does not answer; mail waits until it does: %s", error->message);
}

static void reload(const Startup *startup) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(startup->config_path, &error);
    if (!config || !engine_set_config(startup->engine, config, &error)) {
        log_error("not reloaded, the old configuration stays in force: %s", error->message);
        tell_store(startup, error->message);
        return;
    }
    log_info("reloaded %s; store, sockets, user and log change with a restart only", startup->config_path);
    tell_store(startup, "");
}

void startup_ask_anew(Startup *startup) {
    g_autoptr(Config) config = engine_config(startup->engine);
    g_autoptr(GError) error = NULL;
    if (g_strcmp0(startup->asked, config->hash) == 0)
        return;
    if (!custody_ask_anew_once(startup->engine, startup->program, instant_now(), &error)) {
        log_warning("held mail could not be asked anew under this configuration, it is tried again: %s",
                    error->message);
        return;
    }
    g_free(startup->asked);
    startup->asked = g_strdup(config->hash);
}

/* After a reload the held mail is left for the next look: by then 'cadencectl reload' has had it asked, for all daemons
 * together, and only who sent the signal by hand has not. */
static gpointer watch_thread(gpointer user) {
    Startup *startup = user;
    struct timespec patience = {.tv_sec = FIRST_LOOK};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    while (!g_atomic_int_get(&startup->stopping)) {
        int signal = sigtimedwait(&signals, NULL, &patience);
        if (signal == SIGUSR1 && !g_atomic_int_get(&startup->stopping))
            reload(startup);
        else
            startup_ask_anew(startup);
        troubles_tell(startup->troubles, startup->store);
        if (startup->now_and_then)
            startup->now_and_then(startup->engine);
        patience.tv_sec = BETWEEN_LOOKS;
    }
    return NULL;
}

/* All threads block the signal: this one gets it. */
static void end_watch(Startup *startup) {
    if (!startup->watch)
        return;
    g_atomic_int_set(&startup->stopping, 1);
    kill(getpid(), SIGUSR1);
    g_thread_join(g_steal_pointer(&startup->watch));
}

/* The signals that stop a daemon are waited for elsewhere: by libmilter's own thread, or by the planner's descriptor.
 * No thread may take them by their default action before. */
void startup_watch_reload(Startup *startup) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    startup->watch = g_thread_new("watch", watch_thread, startup);
}

/* ---- systemd ---- */

/* sd_notify(3) is a datagram to a socket that the environment names; a library for one sendto would be more than it
 * saves. */
static void notify_systemd(const char *state) {
    const char *path = g_getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
        return;
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + strlen(path);
    if (*path == '@')
        address.sun_path[0] = '\0';
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    if (sendto(descriptor, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, length) < 0)
        log_warning("systemd could not be told \"%s\"", state);
    close(descriptor);
}

void startup_ready(Startup *startup) {
    tell_store(startup, "");
    notify_systemd("READY=1");
    log_info("ready");
}

void startup_stopping(Startup *startup) {
    Daemon daemon = {.name = (char *)startup->program, .pid = getpid()};
    g_autoptr(GError) error = NULL;
    notify_systemd("STOPPING=1");
    end_watch(startup);
    if (!store_transact(startup->store, remove_daemon, &daemon, &error))
        log_warning("the store could not be told that we stop: %s", error->message);
    log_info("stopped");
}

/* ---- beginning and end ---- */

static bool open_parts(Startup *startup, Config *config) {
    g_autoptr(GError) error = NULL;
    if (secret_load(config->secret_path, &startup->secret, &error) &&
        (startup->store = store_open(config->store_url, &error)) &&
        (startup->engine = engine_new(config, startup->store, &startup->secret, &error)))
        return true;
    log_error("%s", error->message);
    return false;
}

static bool begin(Startup *startup, bool has_once, int argc, char **argv, int *status) {
    g_autoptr(GError) error = NULL;
    if (!startup_options(startup, has_once, argc, argv, status))
        return false;
    g_autoptr(Config) config = config_load(startup->config_path, &error);
    if (!config) {
        fprintf(stderr, "%s\n", error->message);
        *status = STATUS_CONFIGURATION;
        return false;
    }
    log_open(startup->program, config->log, config->log_format);
    startup->troubles = troubles_new(startup->program);
    umask(077);
    message_library_start();
    *status = STATUS_CONFIGURATION;
    return (getuid() != 0 || become(startup, config->user)) && open_parts(startup, config);
}

bool startup_begin(Startup *startup, const char *program, bool has_once, int argc, char **argv, int *status) {
    *startup = (Startup){.program = program, .started = instant_now()};
    if (begin(startup, has_once, argc, argv, status))
        return true;
    startup_end(startup);
    return false;
}

void startup_end(Startup *startup) {
    engine_free(startup->engine);
    store_close(startup->store);
    g_free((char *)startup->config_path);
    g_free(startup->asked);
}
