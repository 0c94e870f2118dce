/* Any bytes are a message: nothing that the engine asks of one may go wrong. */
#include "fuzz.h"

#include "message/message.h"
#include "message/request.h"

static void ask(Message *message) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Request) request = request_read(message, &error);
    g_assert((request == NULL) == (error != NULL));
    const GPtrArray *fields = message_fields(message);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        g_assert(field->start < field->end && field->end <= g_bytes_get_size(message_raw(message)));
    }
    g_free(message_fingerprint(message));
    message_header(message, "Subject");
    message_texts(message);
    message_reading(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        message_library_start();
        g_once_init_leave(&started, 1);
    }
    g_autoptr(GBytes) raw = g_bytes_new(bytes, length);
    g_autoptr(Message) message = message_new(raw);
    ask(message);
    return 0;
}
