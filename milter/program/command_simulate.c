/* What another policy would have done with the mail of the past. The store is that of the configuration in force; of
 * the other one only policies and segments are tried.
 *
 * As many verdicts may change as were ever given. --json lists them all, by way of a spool; a person sees the first. */
#include "engine/simulate.h"

#include "engine/receipt.h"
#include "json_spool.h"
#include "program/command.h"
#include "program/output.h"
#include "program/progress.h"

#define CHANGES_ON_SCREEN 20
#define LEFT_OUT "an older release recorded them, and kept too little to judge them again"

typedef struct {
    JsonSpool *spool; /* NULL: for a person */
    json_t *first;    /* then: the first of the changes */
    guint64 changes;
    Progress progress;
} Report;

/* ---- the document ---- */

static json_t *change_json(const SimulationChange *change) {
    const char *zone = change->timezone;
    return json_pack("{s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "id", output_text(change->id), "customer",
                     output_text(change->customer), "at", output_time(change->at, zone), "was",
                     action_name(change->was), "would_be", action_name(change->would_be), "reasons",
                     reasons_json(change->reasons, zone), "went", output_time(change->went, zone), "would_go",
                     output_time(change->would_go, zone));
}

static void add_change(const SimulationChange *change, gpointer user) {
    Report *report = user;
    report->changes++;
    if (!report->spool && report->changes > CHANGES_ON_SCREEN)
        return;
    json_t *json = change_json(change);
    if (report->spool)
        json_spool_add(report->spool, json);
    else
        json_array_append(report->first, json);
    json_decref(json);
}

static void show_progress(guint64 verdicts, gpointer user) {
    Report *report = user;
    progress_show(&report->progress, verdicts);
}

static json_t *actions_json(const SimulationSide *side) {
    json_t *json = json_object();
    for (Action action = ACTION_PASS; action <= ACTION_DROP; action++)
        json_object_set_new(json, action_name(action), json_integer((json_int_t)side->actions[action]));
    return json;
}

static json_t *held_json(const SimulationSide *side) {
    return json_pack("{s:I, s:I, s:I, s:I}", "released", (json_int_t)side->released, "ended", (json_int_t)side->ended,
                     "waiting", (json_int_t)side->waiting, "mean_wait_seconds",
                     (json_int_t)(side->released > 0 ? side->waited / (Duration)side->released : 0));
}

static json_t *pair_json(guint64 messages, guint64 customers) {
    return json_pack("{s:I, s:I}", "messages", (json_int_t)messages, "customers", (json_int_t)customers);
}

static json_t *left_out_json(const Simulation *sums) {
    json_t *json = pair_json(sums->left_out, sums->left_out_customers);
    json_object_set_new(json, "why", sums->left_out > 0 ? json_string(LEFT_OUT) : json_null());
    return json;
}

static json_t *document_of(const Simulation *sums, const Report *report) {
    return json_pack("{s:o, s:o, s:O, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:{s:o, s:o}}", "before",
                     actions_json(&sums->before), "after", actions_json(&sums->after), "changed", report->first,
                     "changes", (json_int_t)report->changes, "messages", (json_int_t)sums->messages, "customers",
                     (json_int_t)sums->customers, "moved", (json_int_t)sums->moved, "spared",
                     pair_json(sums->spared, sums->spared_customers), "let_through",
                     pair_json(sums->let_through, sums->let_through_customers), "left_out", left_out_json(sums), "held",
                     "before", held_json(&sums->before), "after", held_json(&sums->after));
}

/* The document with the spooled changes where they belong. */
static void print_spooled(const json_t *document, JsonSpool *spool) {
    const char *key, *before = "{\n";
    json_t *value;
    json_object_foreach ((json_t *)document, key, value) {
        printf("%s  \"%s\": ", before, key);
        before = ",\n";
        if (g_str_equal(key, "changed"))
            json_spool_print(spool);
        else
            json_dumpf(value, stdout, JSON_ENCODE_ANY);
    }
    puts("\n}");
}

/* ---- the run ---- */

static bool run_with(Session *session, Config *config, Report *report, Simulation *sums, GError **error) {
    SimulationOutside outside = {.changed = add_change, .progress = show_progress, .user = report};
    StoreStatus status;
    g_autoptr(Engine) other = engine_new(config, session->store, NULL, error);
    if (!other || !store_status(session->store, session->now, &status, error))
        return false;
    progress_start(&report->progress, status.verdicts);
    bool done = simulate(session->engine, other, session->arguments->since_at, session->now, &outside, sums, error);
    progress_end(&report->progress);
    return done;
}

static void report_clear(Report *report) {
    json_spool_free(report->spool);
    json_decref(report->first);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Report, report_clear)

Answer command_simulate_run(Session *session, json_t **document, GError **error) {
    g_auto(Report) report = {.first = json_array()};
    Simulation sums;
    if (!session->arguments->with) {
        usage_error(error, "'simulate' without --with, expected the configuration to be tried: --with NEW.conf");
        return ANSWER_FAILED;
    }
    g_autoptr(Config) config = config_load(session->arguments->with, error);
    if (!config || (session->arguments->json && !(report.spool = json_spool_new(error))) ||
        !run_with(session, config, &report, &sums, error) || (report.spool && !json_spool_end(report.spool, error)))
        return ANSWER_FAILED;
    json_auto_t *whole = document_of(&sums, &report);
    if (report.spool)
        print_spooled(whole, report.spool);
    else
        *document = g_steal_pointer(&whole);
    return ANSWER_YES;
}

/* ---- for a person ---- */

static json_int_t number(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static void print_counts(const json_t *document) {
    static const OutputColumn columns[] = {{"verdict", "VERDICT"}, {"before", "BEFORE"}, {"after", "AFTER"}};
    const json_t *before = json_object_get(document, "before"), *after = json_object_get(document, "after");
    json_auto_t *rows = json_array();
    const char *action;
    json_t *count;
    json_object_foreach ((json_t *)before, action, count)
        json_array_append_new(rows, json_pack("{s:s, s:O, s:O}", "verdict", action, "before", count, "after",
                                              json_object_get(after, action)));
    output_table(rows, columns, G_N_ELEMENTS(columns), "");
}

static char *wait_text(json_int_t seconds) {
    if (seconds >= 48 * 3600)
        return g_strdup_printf("%.1f days", (double)seconds / 86400);
    if (seconds >= 3600)
        return g_strdup_printf("%.1f hours", (double)seconds / 3600);
    return g_strdup_printf("%.0f minutes", (double)seconds / 60);
}

static void print_held(const json_t *document, const char *side) {
    const json_t *held = json_object_get(json_object_get(document, "held"), side);
    g_autofree char *wait = wait_text(number(held, "mean_wait_seconds"));
    output_line("held, %s: %" JSON_INTEGER_FORMAT " left after %s on average, %" JSON_INTEGER_FORMAT
                " were dropped or returned, %" JSON_INTEGER_FORMAT " wait still",
                side, number(held, "released"), wait, number(held, "ended"), number(held, "waiting"));
}

static void print_pair(const json_t *document, const char *key, const char *sentence) {
    const json_t *pair = json_object_get(document, key);
    output_line("%s: %" JSON_INTEGER_FORMAT " messages, %" JSON_INTEGER_FORMAT " customers", sentence,
                number(pair, "messages"), number(pair, "customers"));
}

static void print_changes(const json_t *document) {
    size_t i;
    json_t *change, *changed = json_object_get(document, "changed");
    json_int_t others = number(document, "changes") - (json_int_t)json_array_size(changed);
    json_array_foreach (changed, i, change) {
        const char *go = output_string(change, "would_go", NULL);
        output_line("%s  %s  %s: %s, would be %s%s%s", output_string(change, "at", ""), output_string(change, "id", ""),
                    output_string(change, "customer", ""), output_string(change, "was", ""),
                    output_string(change, "would_be", ""), go ? ", leaving " : "", go ? go : "");
        output_reasons(json_object_get(change, "reasons"));
    }
    if (others > 0)
        output_line("… and %" JSON_INTEGER_FORMAT " more; --json lists them all", others);
}

static void print_left_out(const json_t *document) {
    const json_t *left_out = json_object_get(document, "left_out");
    const char *why = output_string(left_out, "why", NULL);
    if (why)
        output_line("left out: %" JSON_INTEGER_FORMAT " messages, %" JSON_INTEGER_FORMAT " customers: %s",
                    number(left_out, "messages"), number(left_out, "customers"), why);
}

void command_simulate_print(const json_t *document) {
    print_counts(document);
    print_held(document, "before");
    print_held(document, "after");
    print_pair(document, "spared", "went out, and would not have");
    print_pair(document, "let_through", "did not go out, and would have");
    output_line("%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " verdicts change, and %" JSON_INTEGER_FORMAT
                " messages are held until another time",
                number(document, "changes"), number(document, "messages"), number(document, "moved"));
    print_left_out(document);
    print_changes(document);
}
