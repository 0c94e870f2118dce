/* Why: the verdicts that were recorded for a message, for one recipient of it, or lately for a customer. Receipts are
 * shown as they were written at the time; nothing is judged anew, so the answer stays true whatever has changed since.
 */
#include "program/command.h"

#include "base/error.h"
#include "documents.h"
#include "program/output.h"

#include <string.h>

#define MESSAGE_ID_LENGTH 24
#define VERDICTS_OF_CUSTOMER 20
#define EVIDENCE_MOST 3

json_t *verdict_json(const VerdictRecord *record, const char *zone) {
    json_t *receipt = record->receipt ? json_loads(record->receipt, 0, NULL) : NULL;
    return json_pack("{s:o, s:i, s:o, s:o, s:o, s:s, s:o, s:b, s:o}", "message", output_text(record->message),
                     "ordinal", record->ordinal, "at", output_time(record->at, zone), "customer",
                     output_text(record->customer), "address", output_text(record->address), "action",
                     action_name(record->action), "until", output_time(record->until, zone), "custody",
                     (int)record->custody, "receipt", receipt ? receipt : json_object());
}

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

static bool verdicts_of_customer(Session *session, const char *text, json_t *list, GError **error) {
    g_autoptr(Customer) customer = NULL;
    g_autoptr(GPtrArray) records = NULL;
    if (!session_customer(session, text, &customer, error) ||
        !store_verdicts_of_customer(session->store, customer->id, VERDICTS_OF_CUSTOMER, &records, error))
        return false;
    for (guint i = 0; i < records->len; i++)
        json_array_append_new(list, verdict_json(records->pdata[i], session_zone(session, customer)));
    return true;
}

/* An id that no message has may still be a customer's. */
static bool find_verdicts(Session *session, const char *text, json_t *list, GError **error) {
    g_autoptr(GError) fault = NULL;
    if (!verdicts_of_message(session, text, list, error))
        return false;
    if (json_array_size(list) > 0 || verdicts_of_customer(session, text, list, &fault))
        return true;
    if (g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT))
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                    "'%s' is no message with a verdict, no held message, and no customer's id or address", text);
    else
        g_propagate_error(error, g_steal_pointer(&fault));
    return false;
}

Answer command_explain_run(Session *session, json_t **document, GError **error) {
    json_auto_t *list = json_array();
    if (!find_verdicts(session, session->operands[0], list, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:O}", "verdicts", list);
    return ANSWER_YES;
}

/* What the message was taken for, and the weightiest of why. */
static void print_class(const json_t *message) {
    const json_t *evidence = json_object_get(message, "evidence");
    size_t index;
    json_t *sentence;
    if (!json_is_string(json_object_get(message, "class")))
        return;
    output_line("    taken for %s (%s)", output_string(message, "class", ""), output_string(message, "legal", ""));
    json_array_foreach ((json_t *)evidence, index, sentence) {
        if (index < EVIDENCE_MOST)
            output_line("        %s", json_string_value(sentence));
    }
}

static void print_verdict(const json_t *verdict) {
    const json_t *receipt = json_object_get(verdict, "receipt");
    const char *until = output_string(verdict, "until", NULL);
    output_line("%s  %s  %s to %s (%s)%s%s", output_string(verdict, "at", ""), output_string(verdict, "message", ""),
                output_string(verdict, "action", ""), output_string(verdict, "address", ""),
                output_string(verdict, "customer", ""), until ? " until " : "", until ? until : "");
    print_class(json_object_get(receipt, "message"));
    output_leftovers(json_object_get(receipt, "message"));
    output_reasons(json_object_get(receipt, "reasons"));
    output_fallback(receipt);
    output_withheld(json_object_get(receipt, "withheld"));
}

void command_explain_print(const json_t *document) {
    size_t index;
    json_t *verdict;
    const json_t *verdicts = json_object_get(document, "verdicts");
    if (json_array_size(verdicts) == 0)
        output_line("no verdict has been recorded for this customer");
    json_array_foreach ((json_t *)verdicts, index, verdict) {
        print_verdict(verdict);
    }
}
