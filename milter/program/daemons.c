/* A pid alone proves nothing, because the system gives it out again; the name of its program does well enough. Both the
 * name and whether the process has ended without anybody having asked after it (a zombie) stand in proc(5)'s stat: "pid
 * (name) state …". */
#include "daemons.h"

#include <string.h>

bool daemon_runs(const Daemon *daemon) {
    g_autofree char *path = g_strdup_printf("/proc/%" G_GINT64_FORMAT "/stat", daemon->pid);
    g_autofree char *begin = g_strdup_printf("%" G_GINT64_FORMAT " (%s) ", daemon->pid, daemon->name);
    g_autofree char *stat = NULL;
    if (!g_file_get_contents(path, &stat, NULL, NULL) || !g_str_has_prefix(stat, begin))
        return false;
    return !strchr("ZX", stat[strlen(begin)]);
}

guint daemons_running(const GPtrArray *daemons, const char *name) {
    guint running = 0;
    for (guint i = 0; i < daemons->len; i++) {
        const Daemon *daemon = daemons->pdata[i];
        running += g_str_equal(daemon->name, name) && daemon_runs(daemon);
    }
    return running;
}
