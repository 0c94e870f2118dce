/* Nobody makes a ticket without the key. */
#include "fuzz.h"

#include "engine/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const Secret secret = {.key = {7}};
    g_autofree char *text = g_strndup((const char *)bytes, length), *custody = NULL, *nonce = NULL;
    g_assert(!ticket_open(&secret, text, "ann@mail.example", &custody, &nonce));
    return 0;
}
