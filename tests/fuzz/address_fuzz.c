/* Addresses as they stand in a header, and ESMTP parameters as they came with the envelope. */
#include "fuzz.h"

#include "../../milter/mta/xtext.h"

#include "base/text.h"
#include "message/envelope.h"
#include "program/mailboxes.h"

#include <string.h>

static void mailboxes(const char *text) {
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
    mailboxes_add(addresses, text);
    for (guint i = 0; i < addresses->len; i++)
        g_assert(address_is_plausible(addresses->pdata[i]) && !strpbrk(addresses->pdata[i], "\r\n"));
}

static void parameters(const char *text) {
    g_autoptr(Envelope) envelope = envelope_new(text);
    envelope_add_recipient(envelope, text, text);
    envelope_add_parameter(&envelope->parameters, text);
    g_autofree char *value = envelope_parameter(text, "ENVID");
    g_autofree char *decoded = value ? xtext_decode(value) : NULL;
    g_assert(!decoded || xtext_length(decoded) <= 3 * strlen(value));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    g_autofree char *text = g_strndup((const char *)bytes, length);
    mailboxes(text);
    parameters(text);
    return 0;
}
