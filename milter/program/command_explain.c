/* Why: the verdicts that were recorded for a message, for one recipient of it, or lately for a customer, whose story is
 * told with what else happened to them. Receipts are shown as they were written at the time; nothing is judged anew, so
 * the answer stays true whatever has changed since. */
#include "program/command.h"

#include "base/error.h"
#include "documents.h"
#include "engine/reason.h"
#include "program/output.h"
#include "receipt_page.h"

#include <string.h>

#define MESSAGE_ID_LENGTH 24
#define VERDICTS_OF_CUSTOMER 100

json_t *verdict_json(const VerdictRecord *record, const char *zone) {
    json_t *receipt = record->receipt ? json_loads(record->receipt, 0, NULL) : NULL;
    json_t *remedies = reason_remedies(receipt);
    return json_pack("{s:o, s:i, s:o, s:o, s:o, s:s, s:o, s:b, s:o, s:o}", "message", output_text(record->message),
                     "ordinal", record->ordinal, "at", output_time(record->at, zone), "customer",
                     output_text(record->customer), "address", output_text(record->address), "action",
                     action_name(record->action), "until", output_time(record->until, zone), "custody",
                     (int)record->custody, "sooner", remedies, "receipt", receipt ? receipt : json_object());
}

/* ---- of a message ---- */

/* The number after the dot of a held message's id; -1 where text is a message's id alone; -2 where it is neither. */
static int ordinal_of(const char *text) {
    guint64 ordinal;
    if (strspn(text, "0123456789abcdef") != MESSAGE_ID_LENGTH)
        return -2;
    if (!text[MESSAGE_ID_LENGTH])
        return -1;
    if (text[MESSAGE_ID_LENGTH] != '.' ||
        !g_ascii_string_to_unsigned(text + MESSAGE_ID_LENGTH + 1, 10, 0, G_MAXINT, &ordinal, NULL))
        return -2;
    return (int)ordinal;
}

static bool verdicts_of_message(Session *session, const char *text, json_t *list, GError **error) {
    int ordinal = ordinal_of(text);
    if (ordinal == -2)
        return true;
    g_autofree char *message = g_strndup(text, MESSAGE_ID_LENGTH);
    g_autoptr(GPtrArray) records = NULL;
    if (!store_verdicts_of_message(session->store, message, &records, error))
        return false;
    for (guint i = 0; i < records->len; i++) {
        const VerdictRecord *record = records->pdata[i];
        g_autofree char *zone = session_zone_of(session, record->customer);
        if (ordinal == -1 || record->ordinal == ordinal)
            json_array_append_new(list, verdict_json(record, zone));
    }
    return true;
}

/* ---- of a customer ---- */

static bool add_verdicts(Session *session, const Customer *customer, json_t *document, GError **error) {
    g_autoptr(GPtrArray) records = NULL;
    if (!store_verdicts_of_customer(session->store, customer->id, VERDICTS_OF_CUSTOMER + 1, &records, error))
        return false;
    json_t *list = json_object_get(document, "verdicts");
    for (guint i = MIN(records->len, VERDICTS_OF_CUSTOMER); i-- > 0;)
        json_array_append_new(list, verdict_json(records->pdata[i], session_zone(session, customer)));
    json_object_set_new(document, "earlier", json_boolean(records->len > VERDICTS_OF_CUSTOMER));
    return true;
}

static bool add_facts(Session *session, const Customer *customer, json_t *document, GError **error) {
    g_autoptr(EventList) events = NULL;
    json_t *consents = NULL;
    if (!store_events(session->store, customer->id, &events, error) ||
        !consent_history_json(session, customer, &consents, error))
        return false;
    json_object_set_new(document, "events", events_json(events, session_zone(session, customer)));
    json_object_set_new(document, "consents", consents);
    return true;
}

static bool story_of_customer(Session *session, const char *text, json_t *document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!session_customer(session, text, &customer, error))
        return false;
    json_object_set_new(document, "customer", output_text(customer->id));
    return add_verdicts(session, customer, document, error) && add_facts(session, customer, document, error);
}

/* ---- */

/* An id that no message has may still be a customer's. */
static bool find_verdicts(Session *session, const char *text, json_t *document, GError **error) {
    g_autoptr(GError) fault = NULL;
    json_t *list = json_object_get(document, "verdicts");
    if (!verdicts_of_message(session, text, list, error))
        return false;
    if (json_array_size(list) > 0 || story_of_customer(session, text, document, &fault))
        return true;
    if (g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT))
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                    "'%s' is no message with a verdict, no held message, and no customer's id or address", text);
    else
        g_propagate_error(error, g_steal_pointer(&fault));
    return false;
}

Answer command_explain_run(Session *session, json_t **document, GError **error) {
    json_auto_t *answer = json_pack("{s:[]}", "verdicts");
    if (!find_verdicts(session, session->operands[0], answer, error))
        return ANSWER_FAILED;
    *document = g_steal_pointer(&answer);
    return ANSWER_YES;
}

/* ---- on the screen ---- */

typedef struct {
    Instant at;
    guint number; /* as they were recorded, where instants are the same */
    const json_t *entry;
    void (*print)(const json_t *entry);
} Line;

static void print_event(const json_t *event) {
    g_autofree char *time = reason_time(output_string(event, "at", ""));
    output_line("%s  event: %s", time, output_string(event, "kind", ""));
}

static void print_consent(const json_t *consent) {
    g_autofree char *time = reason_time(output_string(consent, "at", ""));
    output_line("%s  consent to \"%s\": %s", time, output_string(consent, "purpose", ""),
                output_string(consent, "state", ""));
}

static void add_lines(GArray *lines, const json_t *entries, void (*print)(const json_t *entry)) {
    size_t index;
    json_t *entry;
    json_array_foreach ((json_t *)entries, index, entry) {
        Line line = {.at = INSTANT_ALWAYS, .number = lines->len, .entry = entry, .print = print};
        instant_parse(output_string(entry, "at", ""), &line.at);
        g_array_append_val(lines, line);
    }
}

static int compare_lines(gconstpointer a, gconstpointer b) {
    const Line *one = a, *other = b;
    int order = (one->at > other->at) - (one->at < other->at);
    return order ? order : (one->number > other->number) - (one->number < other->number);
}

/* What happened to a customer is told in order of time; the verdicts on a message, by recipient. */
static void print_story(const json_t *document) {
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
    add_lines(lines, json_object_get(document, "consents"), print_consent);
    add_lines(lines, json_object_get(document, "events"), print_event);
    add_lines(lines, json_object_get(document, "verdicts"), receipt_page_print);
    if (json_object_get(document, "customer"))
        g_array_sort(lines, compare_lines);
    for (guint i = 0; i < lines->len; i++)
        g_array_index(lines, Line, i).print(g_array_index(lines, Line, i).entry);
}

void command_explain_print(const json_t *document) {
    if (json_is_true(json_object_get(document, "earlier")))
        output_line("(there are earlier verdicts, which are not shown)");
    print_story(document);
    if (json_array_size(json_object_get(document, "verdicts")) == 0)
        output_line("no verdict has been recorded for this customer");
}
