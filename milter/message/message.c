/* A message is read in two steps. The header section is cut up at once: every message needs it and it costs one pass.
 * GMime parses only when a text or the seal is asked for, because most mail that passes here is counted by its header
 * alone; and only where the same body was not parsed a moment ago, because a campaign's is the same for all. */
#include "message/message.h"

#include "field.h"
#include "part.h"
#include "structure.h"
#include "subject.h"

#include <gmime/gmime.h>
#include <string.h>

struct Message {
    GBytes *raw;
    GPtrArray *fields; /* of HeaderField */
    gsize header_end, body;
    GHashTable *headers;  /* lower-case name to decoded value, as they are asked for */
    Recent *memory;       /* borrowed, or NULL */
    Structure *structure; /* NULL until asked for */
    GPtrArray *texts;     /* of MessageText, NULL until asked for; what they say belongs to the structure, and: */
    char *subject;
};

/* GMime's types and tables are made here, while there is one thread; afterwards they are only read, and each message
 * has a parser of its own. */
void message_library_start(void) {
    g_mime_init();
}

Message *message_new(GBytes *raw) {
    Message *message = g_new0(Message, 1);
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    message->raw = bytes != NULL ? g_bytes_ref(raw) : g_bytes_new_static("", 0); /* so that its bytes are never NULL */
    bytes = g_bytes_get_data(message->raw, NULL);
    message->fields = field_split(bytes, length, &message->header_end, &message->body);
    message->headers = g_hash_table_new_full(field_name_hash, field_name_equal, NULL, g_free);
    return message;
}

void message_free(Message *message) {
    if (message == NULL)
        return;
    g_bytes_unref(message->raw);
    g_hash_table_unref(message->headers);
    g_ptr_array_unref(message->fields);
    g_clear_pointer(&message->structure, structure_unref);
    g_clear_pointer(&message->texts, g_ptr_array_unref);
    g_free(message->subject);
    g_free(message);
}

void message_use_memory(Message *message, Recent *memory) {
    message->memory = memory;
}

GBytes *message_raw(const Message *message) {
    return message->raw;
}

const GPtrArray *message_fields(const Message *message) {
    return message->fields;
}

gsize message_header_end(const Message *message) {
    return message->header_end;
}

gsize message_body_start(const Message *message) {
    return message->body;
}

const char *message_newline(const Message *message) {
    gsize length;
    const char *bytes = g_bytes_get_data(message->raw, &length);
    const char *newline = memchr(bytes, '\n', length);
    bool bare = newline != NULL && (newline == bytes || newline[-1] != '\r');
    return bare ? "\n" : "\r\n";
}

static const HeaderField *first_field(const Message *message, const char *name) {
    for (guint i = 0; i < message->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(message->fields, i);
        if (g_ascii_strcasecmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

const char *message_header(Message *message, const char *name) {
    char *value = g_hash_table_lookup(message->headers, name);
    const HeaderField *field = value == NULL ? first_field(message, name) : NULL;
    if (field != NULL) {
        value = field_decode(field->raw);
        g_hash_table_insert(message->headers, (gpointer)field->name, value);
    }
    return value;
}

static const Structure *parse(Message *message) {
    if (message->structure == NULL) {
        g_auto(Entity) entity = entity_of(message->raw, message->fields, message->header_end, message->body);
        message->structure = structure_of(&entity, message->memory);
    }
    return message->structure;
}

bool message_is_sealed(Message *message) {
    return parse(message)->sealed || first_field(message, "DKIM-Signature") != NULL;
}

const GPtrArray *message_parts(Message *message) {
    return parse(message)->parts;
}

gsize message_offset(const Message *message, gsize offset) {
    return offset + message->body - message->structure->entity.body;
}

const HeaderField *message_field_of_part(const Message *message, const HeaderField *field) {
    return entity_field(&message->structure->entity, message->fields, field->start);
}

static void update(GChecksum *checksum, const char *text) {
    g_checksum_update(checksum, (const guchar *)(text != NULL ? text : ""), -1);
    g_checksum_update(checksum, (const guchar *)"\n", 1);
}

char *message_fingerprint(Message *message) {
    const char *id = message_header(message, "Message-ID");
    if (id != NULL && *id != '\0')
        return g_strdup(id);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    update(checksum, message_header(message, "Date"));
    update(checksum, message_header(message, "From"));
    update(checksum, message_header(message, "Subject"));
    gsize length;
    const guchar *bytes = g_bytes_get_data(message->raw, &length);
    g_checksum_update(checksum, bytes + message->body, (gssize)(length - message->body));
    return g_strdup(g_checksum_get_string(checksum));
}

/* Day, month, year, time and zone, perhaps after the day's name. GMime reads more than that and guesses at what is
 * missing. */
static bool is_mail_date(const char *text) {
    text += strspn(text, " ");
    const char *comma = strchr(text, ',');
    if (comma != NULL) {
        if (comma - text != 3)
            return false;
        text = comma + 1;
    }
    char month[4], zone[6];
    int day, year, hour, minute, second, used = 0;
    if (sscanf(text, " %2d %3[A-Za-z] %4d %2d:%2d%n", &day, month, &year, &hour, &minute, &used) < 5)
        return false;
    text += used;
    if (sscanf(text, ":%2d%n", &second, &used) == 1)
        text += used;
    return sscanf(text, " %5[+0-9A-Za-z-]", zone) == 1;
}

bool message_parse_date(const char *text, Instant *out) {
    if (instant_parse(text, out))
        return true;
    g_autoptr(GDateTime) date = is_mail_date(text) ? g_mime_utils_header_decode_date(text) : NULL;
    if (date == NULL)
        return false;
    *out = g_date_time_to_unix(date);
    return true;
}

static void add_text(Message *message, Place place, char *text, gsize length, gsize part) {
    MessageText *entry = g_new0(MessageText, 1);
    *entry = (MessageText){place, text, length, part};
    g_ptr_array_add(message->texts, entry);
}

const GPtrArray *message_texts(Message *message) {
    if (message->texts != NULL)
        return message->texts;
    message->texts = g_ptr_array_new_with_free_func(g_free);
    if (message_is_sealed(message))
        return message->texts;
    const HeaderField *subject = first_field(message, "Subject");
    if (subject != NULL) {
        message->subject = subject_text(subject->raw);
        add_text(message, PLACE_SUBJECT, message->subject, strlen(message->subject), TEXT_IS_SUBJECT);
    }
    const GPtrArray *parts = message_parts(message);
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = g_ptr_array_index(parts, i);
        add_text(message, part->place, part->text, part->length, i);
    }
    return message->texts;
}

const MessageReading *message_reading(Message *message) {
    return &parse(message)->reading;
}
