/* `reload`: the configuration is read here first, so that a broken file never gets as far as a daemon, and then each
 * daemon is asked by SIGUSR1 (libmilter stops at SIGHUP) to read it too. A daemon says what it has in its row of the
 * store; that answer, not the signal, is what is reported. Held mail is looked at when all have answered: a milter that
 * still had the old rules would hold it again, for as long as before. */
#include "program/command.h"

#include "daemons.h"
#include "engine/custody.h"
#include "program/output.h"

#include <errno.h>
#include <signal.h>

#define PATIENCE_MS 5000
#define STEP_MS 50

typedef enum { RELOAD_SILENT, RELOAD_DONE, RELOAD_KEPT, RELOAD_GONE, RELOAD_NOT_ASKED } ReloadResult;

static const char *const result_names[] = {[RELOAD_SILENT] = "silent",
                                           [RELOAD_DONE] = "reloaded",
                                           [RELOAD_KEPT] = "kept",
                                           [RELOAD_GONE] = "not running",
                                           [RELOAD_NOT_ASKED] = "not asked"};

typedef struct {
    const Daemon *before;
    ReloadResult result;
    char *note; /* what the daemon or the system says of it, or NULL */
} Reload;

static void reload_clear(gpointer reload) {
    g_free(((Reload *)reload)->note);
}

static void ask(Reload *reload) {
    if (!daemon_runs(reload->before)) {
        reload->result = RELOAD_GONE;
    } else if (kill((pid_t)reload->before->pid, SIGUSR1) != 0) {
        reload->result = RELOAD_NOT_ASKED;
        reload->note = g_strdup_printf("%s; run this as root or as the daemon's user", g_strerror(errno));
    }
}

static const Daemon *row_of(const GPtrArray *daemons, const Daemon *which) {
    for (guint i = 0; i < daemons->len; i++) {
        const Daemon *daemon = daemons->pdata[i];
        if (daemon->pid == which->pid && g_str_equal(daemon->name, which->name))
            return daemon;
    }
    return NULL;
}

/* A note that was not there before is what the daemon has to say of a file that it would not take. */
static void hear(Reload *reload, const Daemon *now, const char *hash) {
    if (!now) {
        reload->result = RELOAD_GONE;
    } else if (g_strcmp0(now->config_hash, hash) == 0) {
        reload->result = RELOAD_DONE;
    } else if (now->note && *now->note && g_strcmp0(now->note, reload->before->note) != 0) {
        reload->result = RELOAD_KEPT;
        reload->note = g_strdup(now->note);
    }
}

/* Returns how many have not answered yet. */
static guint hear_all(Session *session, GArray *reloads) {
    g_autoptr(GPtrArray) daemons = NULL;
    guint silent = 0;
    if (!store_daemons(session->store, &daemons, NULL))
        return reloads->len;
    for (guint i = 0; i < reloads->len; i++) {
        Reload *reload = &g_array_index(reloads, Reload, i);
        if (reload->result == RELOAD_SILENT)
            hear(reload, row_of(daemons, reload->before), session->config->hash);
        silent += reload->result == RELOAD_SILENT;
    }
    return silent;
}

/* All are asked before any is waited for, so that ten daemons take no longer than one. */
static GArray *reload_all(Session *session, const GPtrArray *daemons) {
    GArray *reloads = g_array_new(FALSE, TRUE, sizeof(Reload));
    g_array_set_clear_func(reloads, reload_clear);
    for (guint i = 0; i < daemons->len; i++) {
        Reload reload = {.before = daemons->pdata[i]};
        ask(&reload);
        g_array_append_val(reloads, reload);
    }
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        g_usleep(STEP_MS * 1000);
        if (hear_all(session, reloads) == 0)
            break;
    }
    return reloads;
}

/* Noted for those who have the new rules, so that they need not have it asked again. */
static bool ask_held_mail(const Session *session, const GArray *reloads, GError **error) {
    if (!custody_ask_anew(session->engine, session->now, error))
        return false;
    for (guint i = 0; i < reloads->len; i++) {
        const Reload *reload = &g_array_index(reloads, Reload, i);
        if (reload->result == RELOAD_DONE && !custody_note_asked(session->engine, reload->before->name, error))
            return false;
    }
    return true;
}

static json_t *reload_json(const Reload *reload) {
    const char *note = reload->note;
    if (reload->result == RELOAD_SILENT)
        note = "no answer within 5 s; was it started with this file? Its log knows more";
    return json_pack("{s:o, s:I, s:s, s:o}", "name", output_text(reload->before->name), "pid",
                     (json_int_t)reload->before->pid, "result", result_names[reload->result], "note",
                     output_text(note));
}

Answer command_reload_run(Session *session, json_t **document, GError **error) {
    g_autoptr(GPtrArray) daemons = NULL;
    if (!store_daemons(session->store, &daemons, error))
        return ANSWER_FAILED;
    g_autoptr(GArray) reloads = reload_all(session, daemons);
    if (!ask_held_mail(session, reloads, error))
        return ANSWER_FAILED;
    json_t *list = json_array();
    guint counts[G_N_ELEMENTS(result_names)] = {0};
    for (guint i = 0; i < reloads->len; i++) {
        const Reload *reload = &g_array_index(reloads, Reload, i);
        counts[reload->result]++;
        json_array_append_new(list, reload_json(reload));
    }
    *document = json_pack("{s:o, s:o}", "config", output_text(session->config->hash), "daemons", list);
    return counts[RELOAD_DONE] > 0 && counts[RELOAD_DONE] + counts[RELOAD_GONE] == reloads->len ? ANSWER_YES
                                                                                                : ANSWER_NO;
}

void command_reload_print(const json_t *document) {
    static const OutputColumn columns[] = {{"name", "DAEMON"}, {"pid", "PID"}, {"result", "RESULT"}, {"note", "NOTE"}};
    output_table(json_object_get(document, "daemons"), columns, G_N_ELEMENTS(columns), "no daemon runs");
}
