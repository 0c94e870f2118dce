/* Mail in custody, as a person handles it. Export leaves custody as it is: what is to happen to the mail is said by
 * release or drop, never implied by a look at it. */
#include "program/command.h"

#include "base/error.h"
#include "documents.h"
#include "engine/custody.h"
#include "engine/receipt.h"
#include "files.h"
#include "program/output.h"

static json_t *reasons_of(const Custody *held) {
    json_t *reasons = held->reasons ? json_loads(held->reasons, 0, NULL) : NULL;
    return reasons ? reasons : json_array();
}

/* One element of `held list`. */
static json_t *row_json(const Custody *held, const char *zone) {
    return json_pack("{s:o, s:o, s:o, s:s, s:o, s:i, s:o, s:o, s:o, s:o}", "id", output_text(held->id), "customer",
                     output_text(held->customer), "address", output_text(held->address), "class",
                     class_name(held->class), "topic", output_text(held->topic), "priority", held->priority, "since",
                     output_time(held->since, zone), "until", output_time(held->due, zone), "expires",
                     output_time(held->expires, zone), "reasons", reasons_of(held));
}

static const char *state_name(CustodyState state) {
    static const char *const names[] = {
        [CUSTODY_HELD] = "held", [CUSTODY_RELEASING] = "releasing", [CUSTODY_PASSED] = "passed"};
    return names[state];
}

/* The same with its envelope and everything else that custody knows. */
json_t *held_json(const Custody *held, const char *zone) {
    json_t *details = row_json(held, zone);
    json_auto_t *more =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:s, s:b, s:o, s:o, s:i}", "message", output_text(held->message),
                  "sender", output_text(held->sender), "recipient", output_text(held->address), "stream",
                  output_text(held->stream), "campaign", output_text(held->campaign), "state", state_name(held->state),
                  "deadline", output_time(held->deadline, zone), "then", then_name(held->then), "forced",
                  (int)held->forced, "mail_parameters", output_text(held->mail_parameters), "recipient_parameters",
                  output_text(held->recipient_parameters), "attempts", held->attempts);
    json_object_update_new(details, g_steal_pointer(&more));
    return details;
}

static json_t *details_of(Session *session, const Custody *held) {
    g_autofree char *zone = session_zone_of(session, held->customer);
    return held_json(held, zone);
}

static bool find_held(Session *session, const char *id, Custody **out, GError **error) {
    if (!store_custody(session->store, id, out, error))
        return false;
    if (!*out)
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                    "no held message has the id '%s'; 'cadencectl held list' lists them", id);
    return *out != NULL;
}

/* ---- list, show ---- */

static bool list_of(Session *session, const char *id_or_address, GPtrArray **all, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!id_or_address)
        return store_custody_list(session->store, all, error);
    return session_customer(session, id_or_address, &customer, error) &&
           store_custody_of_customer(session->store, customer->id, all, error);
}

Answer command_held_list_run(Session *session, json_t **document, GError **error) {
    g_autoptr(GPtrArray) all = NULL;
    if (!list_of(session, session->operands[0], &all, error))
        return ANSWER_FAILED;
    json_t *list = json_array();
    for (guint i = 0; i < all->len; i++) {
        const Custody *held = all->pdata[i];
        g_autofree char *zone = session_zone_of(session, held->customer);
        json_array_append_new(list, row_json(held, zone));
    }
    *document = json_pack("{s:o}", "held", list);
    return ANSWER_YES;
}

void command_held_list_print(const json_t *document) {
    static const OutputColumn columns[] = {{"id", "ID"},       {"customer", "CUSTOMER"}, {"address", "ADDRESS"},
                                           {"class", "CLASS"}, {"topic", "TOPIC"},       {"priority", "PRIORITY"},
                                           {"since", "SINCE"}, {"until", "UNTIL"}};
    output_table(json_object_get(document, "held"), columns, G_N_ELEMENTS(columns), "nothing is held");
}

Answer command_held_show_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Custody) held = NULL;
    if (!find_held(session, session->operands[0], &held, error))
        return ANSWER_FAILED;
    *document = details_of(session, held);
    return ANSWER_YES;
}

void command_held_show_print(const json_t *document) {
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)document, key, value) {
        if (json_is_string(value))
            output_line("%-21s %s", key, json_string_value(value));
        else if (json_is_integer(value))
            output_line("%-21s %" JSON_INTEGER_FORMAT, key, json_integer_value(value));
    }
    output_line("held because");
    output_reasons(json_object_get(document, "reasons"));
}

/* ---- release, drop ---- */

/* Those that are gone by the time it is their turn are no fault: the planner is at work all the while. */
static bool release_all(Session *session, json_t *released, GError **error) {
    g_autoptr(GPtrArray) all = NULL;
    if (!store_custody_list(session->store, &all, error))
        return false;
    for (guint i = 0; i < all->len; i++) {
        const Custody *held = all->pdata[i];
        g_autoptr(GError) fault = NULL;
        if (custody_release(session->engine, held->id, session->now, &fault)) {
            json_array_append_new(released, output_text(held->id));
        } else if (!g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT)) {
            g_propagate_error(error, g_steal_pointer(&fault));
            return false;
        }
    }
    return true;
}

static bool release_one(Session *session, json_t *released, GError **error) {
    const char *id = session->operands[0];
    if (!custody_release(session->engine, id, session->now, error))
        return false;
    json_array_append_new(released, output_text(id));
    return true;
}

Answer command_held_release_run(Session *session, json_t **document, GError **error) {
    bool all = session->arguments->all;
    if (all == (session->operands[0] != NULL)) {
        usage_error(error, "'held release' expects either an ID or --all");
        return ANSWER_FAILED;
    }
    json_auto_t *released = json_array();
    if (!(all ? release_all(session, released, error) : release_one(session, released, error)))
        return ANSWER_FAILED;
    *document = json_pack("{s:O}", "released", released);
    return ANSWER_YES;
}

void command_held_release_print(const json_t *document) {
    output_line("%zu released; the planner hands them to Postfix now",
                json_array_size(json_object_get(document, "released")));
}

Answer command_held_drop_run(Session *session, json_t **document, GError **error) {
    const char *id = session->operands[0];
    if (!custody_drop(session->engine, id, session->now, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:[o]}", "dropped", output_text(id));
    return ANSWER_YES;
}

void command_held_drop_print(const json_t *document) {
    output_line("%s dropped", json_string_value(json_array_get(json_object_get(document, "dropped"), 0)));
}

/* ---- export ---- */

/* A request for a template is no letter, and a placeholder is for nobody's eyes: what can be filled is, for whoever
 * sends it from elsewhere. All else leaves as it came, to the byte. */
static bool export_one(Session *session, const Custody *held, const char *directory, json_t *unfilled, GError **error) {
    g_autofree char *mail = file_name_in(directory, held->id, ".eml");
    g_autofree char *facts = file_name_in(directory, held->id, ".json");
    g_autofree char *zone = session_zone_of(session, held->customer);
    g_autoptr(GBytes) raw = NULL;
    g_autoptr(GBytes) filled = NULL;
    g_autoptr(GPtrArray) reasons = NULL;
    if (!store_custody_raw(session->store, held->message, &raw, error) ||
        !custody_fill(session->engine, held, raw, session->now, &filled, &reasons, error))
        return false;
    json_auto_t *details = held_json(held, zone);
    json_auto_t *why = reasons ? reasons_json(reasons, zone) : json_array();
    json_object_set_new(details, "filled", json_boolean(filled != NULL));
    json_object_set(details, "unfilled", why);
    if (reasons)
        json_array_append_new(unfilled, json_pack("{s:o, s:O}", "id", output_text(held->id), "reasons", why));
    return file_write(mail, filled ? filled : raw, error) && file_write_json(facts, details, error);
}

Answer command_held_export_run(Session *session, json_t **document, GError **error) {
    const char *directory = session->operands[0];
    g_autoptr(GPtrArray) all = NULL;
    if (!directory_make(directory, error) || !store_custody_list(session->store, &all, error))
        return ANSWER_FAILED;
    json_auto_t *exported = json_array();
    json_auto_t *unfilled = json_array();
    for (guint i = 0; i < all->len; i++) {
        const Custody *held = all->pdata[i];
        if (!export_one(session, held, directory, unfilled, error))
            return ANSWER_FAILED;
        json_array_append_new(exported, output_text(held->id));
    }
    *document =
        json_pack("{s:o, s:O, s:O}", "directory", output_text(directory), "exported", exported, "unfilled", unfilled);
    return ANSWER_YES;
}

void command_held_export_print(const json_t *document) {
    size_t index;
    json_t *one;
    output_line("%zu messages written to %s; they are still held",
                json_array_size(json_object_get(document, "exported")), output_string(document, "directory", ""));
    json_array_foreach (json_object_get(document, "unfilled"), index, one) {
        output_line("%s cannot be filled and is written as it came", output_string(one, "id", ""));
        output_reasons(json_object_get(one, "reasons"));
    }
}
