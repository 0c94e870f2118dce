/* The envelope as plain values. Parameters stay one text, as the client spelled them: they are only carried on to the
 * next server, and a list of pairs would have to be put together again for that. */
#include "message/envelope.h"

#include <string.h>

static void recipient_free(gpointer data) {
    EnvelopeRecipient *recipient = data;
    g_free(recipient->address);
    g_free(recipient->parameters);
    g_free(recipient);
}

Envelope *envelope_new(const char *sender) {
    Envelope *envelope = g_new0(Envelope, 1);
    envelope->sender = g_strdup(sender);
    envelope->parameters = g_strdup("");
    envelope->recipients = g_ptr_array_new_with_free_func(recipient_free);
    return envelope;
}

EnvelopeRecipient *envelope_add_recipient(Envelope *envelope, const char *address, const char *parameters) {
    EnvelopeRecipient *recipient = g_new0(EnvelopeRecipient, 1);
    recipient->address = g_strdup(address);
    recipient->parameters = g_strdup(parameters != NULL ? parameters : "");
    g_ptr_array_add(envelope->recipients, recipient);
    return recipient;
}

void envelope_add_parameter(char **parameters, const char *parameter) {
    char *longer = **parameters == '\0' ? g_strdup(parameter) : g_strconcat(*parameters, " ", parameter, NULL);
    g_free(*parameters);
    *parameters = longer;
}

char *envelope_parameter(const char *parameters, const char *name) {
    gsize length = strlen(name);
    g_auto(GStrv) words = g_strsplit(parameters, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (g_ascii_strncasecmp(*word, name, length) != 0)
            continue;
        if ((*word)[length] == '=')
            return g_strdup(*word + length + 1);
        if ((*word)[length] == '\0')
            return g_strdup("");
    }
    return NULL;
}

void envelope_free(Envelope *envelope) {
    if (envelope == NULL)
        return;
    g_free(envelope->sender);
    g_free(envelope->parameters);
    g_free(envelope->client);
    g_free(envelope->login);
    g_ptr_array_unref(envelope->recipients);
    g_free(envelope);
}
