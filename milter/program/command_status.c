/* `status`: one screen on what runs, what is held, what was decided lately and what went wrong. */
#include "program/command.h"

#include "daemons.h"
#include "program/metrics.h"
#include "program/output.h"

#include <stdio.h>

static json_t *daemon_json(const Session *session, const Daemon *daemon) {
    return json_pack("{s:o, s:I, s:b, s:o, s:o, s:b, s:o}", "name", output_text(daemon->name), "pid",
                     (json_int_t)daemon->pid, "running", (int)daemon_runs(daemon), "started",
                     output_time(daemon->started, session->config->defaults.timezone), "config",
                     output_text(daemon->config_hash), "current",
                     (int)(g_strcmp0(daemon->config_hash, session->config->hash) == 0), "note",
                     output_text(daemon->note));
}

static json_t *actions_json(const StoreRate *rate) {
    json_t *actions = json_object();
    for (guint i = 0; i < G_N_ELEMENTS(rate->actions); i++)
        json_object_set_new(actions, action_name((Action)i), json_integer((json_int_t)rate->actions[i]));
    return actions;
}

static json_t *messages_json(const StoreStatus *status) {
    return json_pack("{s:I, s:I, s:I}", "last_hour", (json_int_t)status->hour.messages, "last_day",
                     (json_int_t)status->day.messages, "day_before", (json_int_t)status->day_before.messages);
}

static json_t *status_json(const Session *session, const StoreStatus *status) {
    const char *zone = session->config->defaults.timezone;
    return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I}, s:i, s:I, s:I}",
                     "config", output_text(session->config->hash), "customers", (json_int_t)status->customers,
                     "contacts", (json_int_t)status->contacts, "verdicts", (json_int_t)status->verdicts, "held",
                     (json_int_t)status->held, "releasing", (json_int_t)status->releasing, "oldest_held",
                     output_time(status->oldest_held, zone), "next_due", output_time(status->next_due, zone),
                     "newest_verdict",
                     status->newest == INSTANT_ALWAYS ? json_null() : output_time(status->newest, zone), "messages",
                     messages_json(status), "last_hour", actions_json(&status->hour), "last_day",
                     actions_json(&status->day), "day_before", actions_json(&status->day_before), "balance",
                     "relational", (json_int_t)status->relational, "sales", (json_int_t)status->sales, "schema",
                     status->schema, "store_bytes", (json_int_t)status->size, "free_bytes", (json_int_t)status->free);
}

static json_t *daemons_json(const Session *session, const GPtrArray *daemons) {
    json_t *list = json_array();
    for (guint i = 0; i < daemons->len; i++)
        json_array_append_new(list, daemon_json(session, daemons->pdata[i]));
    return list;
}

static json_t *troubles_json(const Session *session, const GPtrArray *troubles) {
    json_t *list = json_array();
    for (guint i = 0; i < troubles->len; i++) {
        const Trouble *trouble = troubles->pdata[i];
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:s, s:I, s:o}", "at",
                                        output_time(trouble->at, session->config->defaults.timezone), "program",
                                        output_text(trouble->program), "level", trouble->error ? "error" : "warning",
                                        "count", (json_int_t)trouble->count, "text", output_text(trouble->text)));
    }
    return list;
}

Answer command_status_run(Session *session, json_t **document, GError **error) {
    StoreStatus status;
    g_autoptr(GPtrArray) daemons = NULL;
    g_autoptr(GPtrArray) troubles = NULL;
    if (session->arguments->prometheus && session->arguments->json) {
        usage_error(error, "'status' with --json and --prometheus: only one of them can go to standard output");
        return ANSWER_FAILED;
    }
    if (!store_status(session->store, session->now, &status, error) ||
        !store_daemons(session->store, &daemons, error) || !store_troubles(session->store, &troubles, error))
        return ANSWER_FAILED;
    if (session->arguments->prometheus) {
        g_autofree char *text = metrics_text(&status, daemons, session->now);
        fputs(text, stdout);
        return ANSWER_YES;
    }
    *document = status_json(session, &status);
    json_object_set_new(*document, "daemons", daemons_json(session, daemons));
    json_object_set_new(*document, "troubles", troubles_json(session, troubles));
    return ANSWER_YES;
}

/* ---- on the screen ---- */

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

static void print_absent(const json_t *document, const char *name) {
    size_t index;
    json_t *daemon;
    json_array_foreach (json_object_get(document, "daemons"), index, daemon) {
        if (g_str_equal(output_string(daemon, "name", ""), name))
            return;
    }
    output_line("%-16s does not run", name);
}

static json_int_t count_of(const json_t *document, const char *key) {
    return json_integer_value(json_object_get(document, key));
}

static void print_rate(const char *name, json_int_t hour, json_int_t day, json_int_t before) {
    output_line("%-16s %10" JSON_INTEGER_FORMAT " %10" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT, name, hour, day,
                before);
}

static void print_rates(const json_t *document) {
    const json_t *messages = json_object_get(document, "messages");
    const json_t *hour = json_object_get(document, "last_hour"), *before = json_object_get(document, "day_before");
    const char *action;
    json_t *count;
    output_line("%-16s %10s %10s %12s", "", "last hour", "last day", "day before");
    print_rate("messages", count_of(messages, "last_hour"), count_of(messages, "last_day"),
               count_of(messages, "day_before"));
    json_object_foreach (json_object_get(document, "last_day"), action, count) {
        g_autofree char *name = g_strconcat("  ", action, NULL);
        print_rate(name, count_of(hour, action), json_integer_value(count), count_of(before, action));
    }
}

static void print_held(const json_t *document) {
    if (count_of(document, "held") > 0)
        output_line("held             %" JSON_INTEGER_FORMAT ", the oldest since %s, the next due %s",
                    count_of(document, "held"), output_string(document, "oldest_held", "-"),
                    output_string(document, "next_due", "never"));
    else
        output_line("held             0");
    output_line("being released   %" JSON_INTEGER_FORMAT, count_of(document, "releasing"));
}

static void print_store(const json_t *document) {
    const json_t *balance = json_object_get(document, "balance");
    g_autofree char *size = g_format_size((guint64)count_of(document, "store_bytes"));
    g_autofree char *free = g_format_size((guint64)count_of(document, "free_bytes"));
    output_line("balance          %" JSON_INTEGER_FORMAT " relational to %" JSON_INTEGER_FORMAT
                " sales contacts in 30 days",
                count_of(balance, "relational"), count_of(balance, "sales"));
    output_line("customers        %" JSON_INTEGER_FORMAT, count_of(document, "customers"));
    output_line("contacts         %" JSON_INTEGER_FORMAT, count_of(document, "contacts"));
    output_line("verdicts         %" JSON_INTEGER_FORMAT ", the newest of %s", count_of(document, "verdicts"),
                output_string(document, "newest_verdict", "-"));
    output_line("store            %s, schema %" JSON_INTEGER_FORMAT ", %s free on its disk", size,
                count_of(document, "schema"), free);
}

static void print_trouble(const json_t *trouble) {
    json_int_t count = count_of(trouble, "count");
    g_autofree char *times = count > 1 ? g_strdup_printf(" (%" JSON_INTEGER_FORMAT " times)", count) : g_strdup("");
    output_line("%s %s %s%s: %s", output_string(trouble, "at", ""), output_string(trouble, "program", ""),
                output_string(trouble, "level", ""), times, output_string(trouble, "text", ""));
}

void command_status_print(const json_t *document) {
    size_t index;
    json_t *item;
    json_array_foreach (json_object_get(document, "daemons"), index, item) {
        print_daemon(item);
    }
    print_absent(document, "cadence-milter");
    print_absent(document, "cadence-planner");
    print_rates(document);
    print_held(document);
    print_store(document);
    json_array_foreach (json_object_get(document, "troubles"), index, item) {
        print_trouble(item);
    }
}
