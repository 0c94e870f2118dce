/* The plan of what is held and of what cadences are going to have. The .ics file is drawn from the same document as the
 * screen and --json, so that none of the three can say something else. */
#include "program/command.h"

#include "calendar/ics_writer.h"
#include "engine/plan.h"
#include "engine/reason.h"
#include "files.h"
#include "program/output.h"

#include <stdio.h>
#include <string.h>

static json_t *planned_json(const Planned *planned) {
    const Custody *held = planned->held;
    json_t *reasons = json_loads(held->reasons, 0, NULL);
    return json_pack("{s:o, s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:s}", "at", output_time(planned->at, planned->timezone),
                     "customer", output_text(held->customer), "kind", planned->cadence ? "cadence" : "held", "id",
                     output_text(held->id), "class", class_name(held->class), "topic", output_text(held->topic),
                     "reasons", reasons ? reasons : json_array(), "deadline",
                     output_time(planned->end, planned->timezone), "then", then_name(planned->then));
}

/* "cap …; gap …": all the reasons in one line, or one in each. */
static char *sentences_of(const json_t *entry, const char *separator) {
    GString *sentences = g_string_new(NULL);
    size_t i;
    json_t *reason;
    json_array_foreach (json_object_get(entry, "reasons"), i, reason) {
        g_autofree char *sentence = reason_sentence(reason);
        g_string_append_printf(sentences, "%s%s", i ? separator : "", sentence);
    }
    return g_string_free(sentences, FALSE);
}

/* ---- the .ics file ---- */

/* A held message is known by its id. What a cadence is going to have, by the date it has it for. */
static char *uid_of(const Planned *planned, const json_t *entry) {
    const char *id = output_string(entry, "id", "");
    if (!planned->cadence)
        return g_strconcat(id, "@cadence-milter", NULL);
    return g_strdup_printf("%s/%s/%" G_GINT64_FORMAT "@cadence-milter", id, output_string(entry, "customer", ""),
                           planned->held->since);
}

/* "sales loans"; "cadence birthday" */
static char *what_of(const Planned *planned, const json_t *entry) {
    const char *topic = output_string(entry, "topic", NULL), *class = class_name(planned->held->class);
    if (planned->cadence)
        return g_strconcat("cadence ", output_string(entry, "id", ""), NULL);
    return topic ? g_strconcat(class, " ", topic, NULL) : g_strdup(class);
}

/* What does not go stands in the calendar where it ends. */
static void add_event(GArray *events, GStringChunk *strings, const Planned *planned, const json_t *entry) {
    const char *customer = output_string(entry, "customer", "");
    bool goes = planned->at != INSTANT_NEVER;
    g_autofree char *uid = uid_of(planned, entry);
    g_autofree char *what = what_of(planned, entry);
    g_autofree char *summary =
        g_strdup_printf("%s%s%s to %s", goes ? "" : then_name(planned->then), goes ? "" : ": ", what, customer);
    g_autofree char *description = sentences_of(entry, "\n");
    IcsEvent event = {.uid = g_string_chunk_insert(strings, uid),
                      .at = goes ? planned->at : planned->end,
                      .summary = g_string_chunk_insert(strings, summary),
                      .description = g_string_chunk_insert(strings, description),
                      .category = class_name(planned->held->class)};
    if (event.at != INSTANT_NEVER)
        g_array_append_val(events, event);
}

static bool write_text(const char *path, char *text, GError **error) {
    if (g_str_equal(path, "-")) {
        fputs(text, stdout);
        g_free(text);
        return true;
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    return file_write(path, bytes, error);
}

static bool write_calendar(const Session *session, const GPtrArray *plan, const json_t *entries, GError **error) {
    g_autoptr(GArray) events = g_array_sized_new(FALSE, FALSE, sizeof(IcsEvent), plan->len);
    GStringChunk *strings = g_string_chunk_new(4096);
    for (guint i = 0; i < plan->len; i++)
        add_event(events, strings, plan->pdata[i], json_array_get(entries, i));
    char *text = ics_write(events, session->now);
    g_string_chunk_free(strings);
    return write_text(session->arguments->ics, text, error);
}

/* ---- */

static bool make_plan(Session *session, GPtrArray **plan, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (session->operands[0] && !session_customer(session, session->operands[0], &customer, error))
        return false;
    return plan_make(session->engine, customer ? customer->id : NULL, session->now, plan, error);
}

Answer command_plan_run(Session *session, json_t **document, GError **error) {
    const char *ics = session->arguments->ics;
    bool to_stdout = g_strcmp0(ics, "-") == 0;
    g_autoptr(GPtrArray) plan = NULL;
    if (to_stdout && session->arguments->json) {
        usage_error(error, "'plan' with --json and --ics -: only one of them can go to standard output");
        return ANSWER_FAILED;
    }
    if (!make_plan(session, &plan, error))
        return ANSWER_FAILED;
    json_auto_t *entries = json_array();
    for (guint i = 0; i < plan->len; i++)
        json_array_append_new(entries, planned_json(plan->pdata[i]));
    if (ics && !write_calendar(session, plan, entries, error))
        return ANSWER_FAILED;
    if (!to_stdout)
        *document = json_pack("{s:O}", "plan", entries);
    return ANSWER_YES;
}

/* "cap …", and what becomes of what does not go. */
static char *why(const json_t *entry) {
    g_autofree char *sentences = sentences_of(entry, "; ");
    const char *end = output_string(entry, "deadline", NULL);
    if (json_is_string(json_object_get(entry, "at")) || !end)
        return g_strdup(*sentences                                              ? sentences
                        : g_str_equal(output_string(entry, "kind", ""), "held") ? "nothing keeps it"
                                                                                : "its own time");
    return g_strdup_printf("%s%s%s at %s", sentences, *sentences ? "; " : "", output_string(entry, "then", ""), end);
}

void command_plan_print(const json_t *document) {
    static const OutputColumn columns[] = {{"at", "AT"},       {"customer", "CUSTOMER"}, {"kind", "KIND"}, {"id", "ID"},
                                           {"class", "CLASS"}, {"topic", "TOPIC"},       {"why", "WHY"}};
    json_auto_t *rows = json_array();
    size_t i;
    json_t *entry;
    json_array_foreach (json_object_get(document, "plan"), i, entry) {
        g_autofree char *text = why(entry);
        json_t *row = json_copy(entry);
        json_object_set_new(row, "why", output_text(text));
        json_array_append_new(rows, row);
    }
    output_table(rows, columns, G_N_ELEMENTS(columns), "nothing is held, and no cadence has anything to send");
}
