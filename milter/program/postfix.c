/* postconf(1) is asked rather than main.cf read: it knows Postfix's defaults, which differ between versions, and
 * resolves what refers to other parameters. */
#include "postfix.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#define GROUPS_MAX 256 /* of Postfix's user; further ones are not looked at */

static char *postconf_path(void) {
    char *found = g_find_program_in_path("postconf");
    if (found || !g_file_test("/usr/sbin/postconf", G_FILE_TEST_IS_EXECUTABLE))
        return found;
    return g_strdup("/usr/sbin/postconf");
}

/* Its output; NULL where it failed. */
static char *postconf(const char *option, const char *argument) {
    g_autofree char *path = postconf_path();
    g_autofree char *output = NULL;
    int status;
    char *argv[] = {path, "-x", (char *)option, (char *)argument, NULL};
    if (!path ||
        !g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, &status, NULL) ||
        !g_spawn_check_wait_status(status, NULL))
        return NULL;
    return g_steal_pointer(&output);
}

bool postfix_is_here(void) {
    g_autofree char *path = postconf_path();
    return path != NULL;
}

char *postfix_parameter(const char *name) {
    char *value = postconf("-h", name);
    return value ? g_strstrip(value) : NULL;
}

/* A line of `postconf -M`: service, type, private, unprivileged, chroot, wakeup, maximum, command and arguments. */
enum { SERVICE, TYPE, CHROOT = 4, COMMAND = 7 };

/* The services of master.cf, each with its columns; a GPtrArray of char **. */
static GPtrArray *services(void) {
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_autofree char *output = postconf("-M", NULL);
    g_auto(GStrv) lines = g_strsplit(output ? output : "", "\n", 0);
    g_autoptr(GRegex) blanks = g_regex_new("[ \t]+", 0, 0, NULL);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) columns = g_regex_split(blanks, *line, 0);
        if (g_strv_length(columns) > COMMAND)
            g_ptr_array_add(found, g_steal_pointer(&columns));
    }
    return found;
}

/* The columns of the inet service on this host:port, or on this port of any address; NULL: there is none. */
static char *const *listener(const GPtrArray *services, const char *server) {
    const char *colon = strrchr(server, ':');
    for (guint i = 0; i < services->len; i++) {
        char *const *columns = services->pdata[i];
        if (g_str_equal(columns[TYPE], "inet") &&
            (g_str_equal(columns[SERVICE], server) || g_str_equal(columns[SERVICE], colon ? colon + 1 : server)))
            return columns;
    }
    return NULL;
}

bool postfix_listens(const char *server) {
    g_autoptr(GPtrArray) found = services();
    return listener(found, server) != NULL;
}

char *postfix_chrooted(const char *program) {
    g_autoptr(GPtrArray) found = services();
    for (guint i = 0; i < found->len; i++) {
        char *const *columns = found->pdata[i];
        if (g_str_equal(columns[COMMAND], program) && g_str_equal(columns[CHROOT], "y"))
            return g_strconcat(columns[SERVICE], "/", columns[TYPE], NULL);
    }
    return NULL;
}

/* "inet:port@host" as Postfix writes it: "inet:host:port". NULL for other sockets. */
static char *inet_for_postfix(const char *socket) {
    const char *port = g_str_has_prefix(socket, "inet:") ? socket + strlen("inet:") : NULL;
    const char *at = port ? strchr(port, '@') : NULL;
    return at ? g_strdup_printf("inet:%s:%.*s", at + 1, (int)(at - port), port) : NULL;
}

/* smtpd(8) may be chrooted, so that its path to the socket is relative to the queue directory. */
static bool is_same_path(const char *milter, const char *socket, const char *queue_directory) {
    const char *ours = strchr(socket, ':');
    const char *theirs = g_str_has_prefix(milter, "unix:") ? milter + strlen("unix:") : NULL;
    if (!theirs || !ours)
        return false;
    g_autofree char *below = g_build_filename(queue_directory, theirs, NULL);
    return g_str_equal(theirs, ours + 1) || g_str_equal(below, ours + 1);
}

static bool is_same_socket(const char *milter, const char *socket, const char *queue_directory) {
    g_autofree char *inet = inet_for_postfix(socket);
    return inet ? g_ascii_strcasecmp(milter, inet) == 0 : is_same_path(milter, socket, queue_directory);
}

/* Milters stand between blanks or commas, each alone or as "{ socket, option=value … }". */
bool postfix_lists_milter(const char *milters, const char *socket, const char *queue_directory) {
    g_auto(GStrv) words = g_strsplit_set(milters, " \t\n,{}", 0);
    for (char **word = words; *word; word++) {
        if (**word && is_same_socket(*word, socket, queue_directory))
            return true;
    }
    return false;
}

/* Of an argument of master.cf, "smtpd_milters=inet:127.0.0.1:8891". */
static bool asks_others(const char *argument, const char *socket, const char *queue_directory) {
    const char *value = strchr(argument, '=');
    if (!value)
        return false;
    if (g_str_has_prefix(argument, "receive_override_options="))
        return strstr(value, "no_milters") != NULL;
    return g_str_has_prefix(argument, "smtpd_milters=") && !postfix_lists_milter(value + 1, socket, queue_directory);
}

bool postfix_listener_asks_others(const char *server, const char *socket, const char *queue_directory) {
    g_autoptr(GPtrArray) found = services();
    char *const *columns = listener(found, server);
    for (char *const *argument = columns ? columns + COMMAND : NULL; argument && *argument; argument++)
        if (asks_others(*argument, socket, queue_directory))
            return true;
    return false;
}

/* right: one of S_IROTH, S_IWOTH, S_IXOTH. */
static bool may(const struct passwd *user, const char *path, mode_t right) {
    struct stat status;
    gid_t groups[GROUPS_MAX];
    int count = GROUPS_MAX;
    getgrouplist(user->pw_name, user->pw_gid, groups, &count);
    if (stat(path, &status) != 0)
        return true;
    if (status.st_uid == user->pw_uid)
        return status.st_mode & right << 6;
    for (int i = 0; i < MIN(count, GROUPS_MAX); i++) {
        if (groups[i] == status.st_gid)
            return status.st_mode & right << 3;
    }
    return status.st_mode & right;
}

bool postfix_may_connect(const char *path) {
    g_autofree char *owner = postfix_parameter("mail_owner");
    g_autofree char *folder = g_path_get_dirname(path);
    const struct passwd *user = owner ? getpwnam(owner) : NULL;
    return !user || (may(user, folder, S_IXOTH) && may(user, path, S_IWOTH));
}
