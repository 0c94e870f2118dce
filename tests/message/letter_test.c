/* Letters are read back by our own reader: what was put in comes out. */
#include "message/letter.h"
#include "message/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Message *compose(const char *recipient) {
    Letter letter = {.sender = "care@bank.example",
                     .recipient = recipient,
                     .template_name = "first-steps",
                     .topic = "tips",
                     .id = "6921",
                     .at = 1795348800};
    g_autoptr(GBytes) raw = letter_compose(&letter);
    return message_new(raw);
}

static void what_was_put_in_comes_out(void **state) {
    (void)state;
    g_autoptr(Message) message = compose("anna@home.example");
    assert_string_equal(message_header(message, "From"), "care@bank.example");
    assert_string_equal(message_header(message, "To"), "anna@home.example");
    assert_string_equal(message_header(message, "Message-ID"), "<6921@bank.example>");
    assert_string_equal(message_header(message, "Cadence-Template"), "first-steps");
    assert_string_equal(message_header(message, "Cadence-Class"), "relational");
    assert_string_equal(message_header(message, "Cadence-Topic"), "tips");
    assert_string_equal(message_header(message, "Auto-Submitted"), "auto-generated");
    Instant date;
    assert_true(message_parse_date(message_header(message, "Date"), &date));
    assert_int_equal(date, 1795348800);
}

static void it_has_no_text_of_its_own(void **state) {
    (void)state;
    g_autoptr(Message) message = compose("anna@home.example");
    assert_null(message_header(message, "Subject"));
    const GPtrArray *texts = message_texts(message);
    assert_int_equal(texts->len, 1);
    assert_string_equal(((const MessageText *)texts->pdata[0])->text, "");
}

static void lines_end_in_crlf(void **state) {
    (void)state;
    g_autoptr(Message) message = compose("anna@home.example");
    gsize length;
    const char *bytes = g_bytes_get_data(message_raw(message), &length);
    for (gsize i = 0; i < length; i++) {
        assert_true((unsigned char)bytes[i] < 0x80);
        assert_true(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_comes_out),
        cmocka_unit_test(it_has_no_text_of_its_own),
        cmocka_unit_test(lines_end_in_crlf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
