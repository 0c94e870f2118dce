/* `status`: one screen on what runs, what is held and what was decided lately. */
#include "program/command.h"

#include "daemons.h"
#include "program/output.h"

static json_t *daemon_json(const Session *session, const Daemon *daemon) {
    return json_pack("{s:o, s:I, s:b, s:o, s:o, s:b, s:o}", "name", output_text(daemon->name), "pid",
                     (json_int_t)daemon->pid, "running", (int)daemon_runs(daemon), "started",
                     output_time(daemon->started, session->config->defaults.timezone), "config",
                     output_text(daemon->config_hash), "current",
                     (int)(g_strcmp0(daemon->config_hash, session->config->hash) == 0), "note",
                     output_text(daemon->note));
}

static json_t *actions_json(const StoreStatus *status) {
    json_t *actions = json_object();
    for (guint i = 0; i < G_N_ELEMENTS(status->day.actions); i++)
        json_object_set_new(actions, action_name((Action)i), json_integer((json_int_t)status->day.actions[i]));
    return actions;
}

Answer command_status_run(Session *session, json_t **document, GError **error) {
    StoreStatus status;
    g_autoptr(GPtrArray) daemons = NULL;
    if (!store_status(session->store, session->now, &status, error) || !store_daemons(session->store, &daemons, error))
        return ANSWER_FAILED;
    json_t *list = json_array();
    for (guint i = 0; i < daemons->len; i++)
        json_array_append_new(list, daemon_json(session, daemons->pdata[i]));
    *document = json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:i}", "daemons", list, "config",
                          output_text(session->config->hash), "customers", (json_int_t)status.customers, "contacts",
                          (json_int_t)status.contacts, "verdicts", (json_int_t)status.verdicts, "held",
                          (json_int_t)status.held, "releasing", (json_int_t)status.releasing, "oldest_held",
                          output_time(status.oldest_held, session->config->defaults.timezone), "last_day",
                          actions_json(&status), "schema", status.schema);
    return ANSWER_YES;
}

static void print_daemon(const json_t *daemon) {
    const char *note = output_string(daemon, "note", "");
    if (json_is_true(json_object_get(daemon, "running")))
        output_line("%-16s runs since %s (pid %" JSON_INTEGER_FORMAT "), %s", output_string(daemon, "name", ""),
                    output_string(daemon, "started", ""), json_integer_value(json_object_get(daemon, "pid")),
                    json_is_true(json_object_get(daemon, "current"))
                        ? "with the configuration as it stands"
                        : "with an older configuration: cadencectl reload");
    else
        output_line("%-16s does not run; it ended without saying so", output_string(daemon, "name", ""));
    if (*note)
        output_line("                 %s", note);
}

static json_int_t count_of(const json_t *document, const char *key) {
    return json_integer_value(json_object_get(document, key));
}

void command_status_print(const json_t *document) {
    size_t index;
    const char *action;
    json_t *item;
    const json_t *daemons = json_object_get(document, "daemons");
    if (json_array_size(daemons) == 0)
        output_line("no daemon runs");
    json_array_foreach ((json_t *)daemons, index, item) {
        print_daemon(item);
    }
    output_line("customers        %" JSON_INTEGER_FORMAT, count_of(document, "customers"));
    output_line("contacts         %" JSON_INTEGER_FORMAT, count_of(document, "contacts"));
    output_line("held             %" JSON_INTEGER_FORMAT ", the oldest since %s", count_of(document, "held"),
                output_string(document, "oldest_held", "-"));
    output_line("being released   %" JSON_INTEGER_FORMAT, count_of(document, "releasing"));
    output_line("verdicts         %" JSON_INTEGER_FORMAT ", in the last day:", count_of(document, "verdicts"));
    json_object_foreach (json_object_get(document, "last_day"), action, item) {
        output_line("  %-14s %" JSON_INTEGER_FORMAT, action, json_integer_value(item));
    }
}
