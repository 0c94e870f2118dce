/* Contacts: what was sent to a customer before we stood in the path, and what was counted since. The same file can be
 * imported again and again: a contact's key is a digest of what its row says, with the number of rows before it that
 * say the same. */
#include "program/command.h"

#include "base/error.h"
#include "base/text.h"
#include "documents.h"
#include "engine/custody.h"
#include "program/import.h"
#include "program/jsonl.h"
#include "program/output.h"

typedef struct {
    Customer *customer;
    bool created; /* nobody had this id or address yet */
    char *topic, *campaign;
    Contact contact; /* borrows both */
    char *key;
} ContactRow;

typedef struct {
    Session *session;
    JsonlReader *reader;
    GHashTable *seen; /* digest of a row -> how often it has come */
} Source;

static void row_free(gpointer data) {
    ContactRow *row = data;
    customer_free(row->customer);
    g_free(row->topic);
    g_free(row->campaign);
    g_free(row->key);
    g_free(row);
}

static bool bad(GError **error, const char *name, const char *expected) {
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "%s is missing or wrong, expected %s", name, expected);
    return false;
}

static bool read_word(const json_t *object, const char *name, char **out, GError **error) {
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);
    if (!value || json_is_null(value))
        return true;
    if (!text || !text_is_word(text))
        return bad(error, name, TEXT_A_WORD);
    *out = g_strdup(text);
    return true;
}

static bool read_contact(const json_t *object, ContactRow *row, GError **error) {
    const char *at = json_string_value(json_object_get(object, "at"));
    const char *class = json_string_value(json_object_get(object, "class"));
    if (!at || !instant_parse(at, &row->contact.at))
        return bad(error, "\"at\"", "an RFC 3339 time, as \"2026-11-25T09:00:00+01:00\"");
    if (!class || !class_parse(class, &row->contact.class))
        return bad(error, "\"class\"", "\"relational\" or \"sales\"");
    if (!read_word(object, "topic", &row->topic, error) || !read_word(object, "campaign", &row->campaign, error))
        return false;
    row->contact.topic = row->topic;
    row->contact.campaign = row->campaign;
    return true;
}

/* Whom the engine would have enrolled for this address or id. */
static Customer *customer_enrolled(const char *text) {
    if (!address_is_plausible(text))
        return customer_new(text);
    g_autofree char *address = address_canonical(text);
    Customer *customer = customer_new(address);
    g_ptr_array_add(customer->addresses, g_steal_pointer(&address));
    return customer;
}

static bool find_customer(Session *session, const json_t *object, ContactRow *row, GError **error) {
    g_autofree char *text = jsonl_id(json_object_get(object, "customer"));
    g_autoptr(GError) fault = NULL;
    if (!text || !*text)
        return bad(error, "\"customer\"", "an id or an address");
    if (session_customer(session, text, &row->customer, &fault))
        return true;
    row->created = session->config->defaults.enroll && g_error_matches(fault, CADENCE_ERROR, CADENCE_ERROR_PERMANENT);
    if (row->created)
        row->customer = customer_enrolled(text);
    else
        g_propagate_error(error, g_steal_pointer(&fault));
    return row->created;
}

static char *digest(const ContactRow *row) {
    const Contact *contact = &row->contact;
    g_autofree char *text =
        g_strdup_printf("%s\n%" G_GINT64_FORMAT "\n%s\n%s\n%s", row->customer->id, contact->at,
                        class_name(contact->class), row->topic ? row->topic : "", row->campaign ? row->campaign : "");
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* "import-" and 24 digits of the digest, then which of the rows that say the same it is. */
static char *key_of(Source *source, const ContactRow *row) {
    g_autofree char *hash = digest(row);
    hash[24] = '\0';
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(source->seen, hash));
    char *key = g_strdup_printf("import-%s.%u", hash, before);
    g_hash_table_replace(source->seen, g_steal_pointer(&hash), GUINT_TO_POINTER(before + 1));
    return key;
}

static ContactRow *row_of_object(Source *source, const json_t *object, GError **error) {
    ContactRow *row = g_new0(ContactRow, 1);
    if (!read_contact(object, row, error) || !find_customer(source->session, object, row, error)) {
        row_free(row);
        return NULL;
    }
    row->key = key_of(source, row);
    return row;
}

static ImportResult read_row(gpointer user, gpointer *row, guint64 *line, GError **error) {
    Source *source = user;
    json_auto_t *object = NULL;
    JsonlResult result = jsonl_read(source->reader, &object, error);
    *line = jsonl_line(source->reader);
    if (result == JSONL_END)
        return IMPORT_END;
    *row = result == JSONL_OBJECT ? row_of_object(source, object, error) : NULL;
    return *row ? IMPORT_ROW : IMPORT_BAD;
}

static bool put_row(gpointer user, Transaction *transaction, gconstpointer data, GError **error) {
    const Source *source = user;
    const ContactRow *row = data;
    const char *id = row->customer->id;
    Instant now = source->session->now;
    if (row->created && !transaction_customer_put(transaction, row->customer, now, error))
        return false;
    return transaction_contact_put(transaction, id, row->key, &row->contact, error) &&
           custody_reschedule(transaction, id, now, error);
}

static const ImportKind contact_kind = {read_row, put_row, row_free, NULL};

Answer command_contact_import_run(Session *session, json_t **document, GError **error) {
    const char *path = session->operands[0];
    FILE *file = import_open(path, error);
    if (!file)
        return ANSWER_FAILED;
    Source source = {session, jsonl_reader_new(file), g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    Answer answer = import_run(session, path, &contact_kind, &source, document, error);
    g_hash_table_unref(source.seen);
    jsonl_reader_free(source.reader);
    import_close(file);
    return answer;
}

void command_contact_import_print(const json_t *document) {
    import_print(document);
}

json_t *contacts_json(const Ledger *ledger, const char *zone) {
    json_t *list = json_array();
    for (guint i = 0; i < ledger->contacts->len; i++) {
        const Contact *contact = &g_array_index(ledger->contacts, Contact, i);
        json_array_append_new(list, json_pack("{s:o, s:s, s:o, s:o, s:o}", "at", output_time(contact->at, zone),
                                              "class", class_name(contact->class), "topic", output_text(contact->topic),
                                              "campaign", output_text(contact->campaign), "message",
                                              output_text(ledger->messages->pdata[i])));
    }
    return list;
}

Answer command_contact_list_run(Session *session, json_t **document, GError **error) {
    g_autoptr(Customer) customer = NULL;
    g_autoptr(Ledger) ledger = NULL;
    if (!session_customer(session, session->operands[0], &customer, error) ||
        !store_ledger(session->store, customer->id, INSTANT_ALWAYS, &ledger, error))
        return ANSWER_FAILED;
    *document = json_pack("{s:o, s:o}", "customer", output_text(customer->id), "contacts",
                          contacts_json(ledger, session_zone(session, customer)));
    return ANSWER_YES;
}

void command_contact_list_print(const json_t *document) {
    static const OutputColumn columns[] = {
        {"at", "AT"}, {"class", "CLASS"}, {"topic", "TOPIC"}, {"campaign", "CAMPAIGN"}, {"message", "MESSAGE"}};
    output_table(json_object_get(document, "contacts"), columns, G_N_ELEMENTS(columns), "no contacts");
}
