/* Every word of a request is checked before anything is judged by it: a typing error in Cadence-Expires must not become
 * a message that never expires. Where a name is unknown the application meant something that we would not do, so that
 * is an error too. */
#include "message/request.h"

#include "field.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "Cadence-"
#define HIGHEST_PRIORITY 100
#define SHOWN_VALUE 60  /* bytes of a wrong value that an error repeats */
#define SHOWN_FAULT 300 /* bytes of what is wrong with it: a reply line of SMTP has room for 510 */

/* Reads one value into the request; on failure returns what is wrong with it, "is not …", to be freed. */
typedef char *(*Reader)(Request *request, const char *value);

/* Words of mail headers are written in any case. */
static char *read_class(Request *request, const char *value) {
    g_autofree char *name = g_ascii_strdown(value, -1);
    request->has_class = class_parse(name, &request->class);
    return request->has_class ? NULL : g_strdup("is neither relational nor sales");
}

static char *read_word(char **word, const char *value) {
    if (!text_is_word(value))
        return g_strdup("is not one word of letters, digits, '.', '_' and '-'");
    *word = g_strdup(value);
    return NULL;
}

static char *read_topic(Request *request, const char *value) {
    return read_word(&request->topic, value);
}

static char *read_campaign(Request *request, const char *value) {
    return read_word(&request->campaign, value);
}

static char *read_template(Request *request, const char *value) {
    return read_word(&request->template_name, value);
}

static char *read_priority(Request *request, const char *value) {
    gsize length = strlen(value);
    bool number = length >= 1 && length <= 3 && strspn(value, "0123456789") == length;
    int priority = number ? atoi(value) : -1;
    if (priority < 0 || priority > HIGHEST_PRIORITY)
        return g_strdup_printf("is not a number from 0 to %d", HIGHEST_PRIORITY);
    request->priority = priority;
    return NULL;
}

static char *read_expires(Request *request, const char *value) {
    bool understood = message_parse_date(value, &request->expires);
    return understood ? NULL : g_strdup("is not a date and time of RFC 5322 or RFC 3339");
}

static char *read_requires(Request *request, const char *value) {
    g_autoptr(GError) error = NULL;
    request->condition = condition_parse(value, &error);
    if (request->condition == NULL)
        return g_strdup_printf("is not a condition: %s", error->message);
    request->requires = g_strdup(value);
    return NULL;
}

static char *read_personalize(Request *request, const char *value) {
    request->personalize = g_ascii_strcasecmp(value, "yes") == 0;
    request->has_personalize = request->personalize || g_ascii_strcasecmp(value, "no") == 0;
    return request->has_personalize ? NULL : g_strdup("is neither yes nor no");
}

/* Whether it is JSON is for those to say who read it. */
static char *read_context(Request *request, const char *value) {
    if (*value != '{')
        return g_strdup("is not a JSON object");
    request->context = g_strdup(value);
    return NULL;
}

static const struct {
    const char *name;
    Reader read; /* NULL: ours, of an earlier passage or of this one; it asks for nothing */
} requests[] = {
    {"Cadence-Class", read_class},
    {"Cadence-Topic", read_topic},
    {"Cadence-Campaign", read_campaign},
    {"Cadence-Priority", read_priority},
    {"Cadence-Expires", read_expires},
    {"Cadence-Requires", read_requires},
    {"Cadence-Template", read_template},
    {"Cadence-Personalize", read_personalize},
    {"Cadence-Context", read_context},
    {"Cadence-Id", NULL},
    {"Cadence-Ticket", NULL},
};

static int find_request(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        if (g_ascii_strcasecmp(requests[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

/* A text from the message as printable ASCII of at most so many bytes. */
static char *printable(const char *text, gsize longest) {
    char *shown = g_strndup(text, longest);
    for (char *p = shown; *p != '\0'; p++) {
        if (!g_ascii_isprint(*p))
            *p = '?';
    }
    return shown;
}

static bool read_field(Request *request, const HeaderField *field, GError **error) {
    int found = find_request(field->name);
    if (found < 0) {
        g_autofree char *name = printable(field->name, SHOWN_VALUE);
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_REQUEST, "%s: there is no header of this name", name);
        return false;
    }
    if (requests[found].read == NULL)
        return true;
    if (field->index > 1) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_REQUEST, "%s is given more than once", requests[found].name);
        return false;
    }
    g_autofree char *value = field_decode(field->raw);
    g_autofree char *fault = requests[found].read(request, value);
    if (fault == NULL)
        return true;
    g_autofree char *shown = printable(value, SHOWN_VALUE), *sentence = printable(fault, SHOWN_FAULT);
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_REQUEST, "%s: \"%s\" %s", requests[found].name, shown, sentence);
    return false;
}

Request *request_read_untrusted(Message *message) {
    Request *request = g_new0(Request, 1);
    request->priority = REQUEST_DEFAULT_PRIORITY;
    request->expires = INSTANT_NEVER;
    request->ticket = g_strdup(message_header(message, "Cadence-Ticket"));
    return request;
}

Request *request_read(Message *message, GError **error) {
    g_autoptr(Request) request = request_read_untrusted(message);
    const GPtrArray *fields = message_fields(message);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(fields, i);
        bool ours = g_ascii_strncasecmp(field->name, PREFIX, strlen(PREFIX)) == 0;
        if (ours && !read_field(request, field, error))
            return NULL;
    }
    return g_steal_pointer(&request);
}

void request_free(Request *request) {
    if (request == NULL)
        return;
    g_free(request->topic);
    g_free(request->campaign);
    g_free(request->requires);
    condition_free(request->condition);
    g_free(request->template_name);
    g_free(request->context);
    g_free(request->ticket);
    g_free(request);
}
