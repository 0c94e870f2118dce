/* Letters are read back by our own reader: what was put in comes out. */
#include "message/letter.h"
#include "message/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Message *compose(const char *subject, const char *text, const char *html) {
    Letter letter = {.sender = "care@bank.example",
                     .recipient = "anna@home.example",
                     .subject = subject,
                     .text = text,
                     .html = html,
                     .topic = "tips",
                     .id = "6921",
                     .at = 1795348800};
    g_autoptr(GBytes) raw = letter_compose(&letter);
    return message_new(raw);
}

static const char *text_at(Message *message, guint i, Place place) {
    const GPtrArray *texts = message_texts(message);
    assert_true(i < texts->len);
    const MessageText *text = texts->pdata[i];
    assert_int_equal(text->place, place);
    return text->text;
}

static void what_was_put_in_comes_out(void **state) {
    (void)state;
    const char *subject =
        "Żółw i {{customer.first_name | default: \"gość\"}} na bardzo długim spacerze po plaży w Sopocie";
    g_autoptr(Message) message =
        compose(subject, "Witaj, {{customer.first_name}}! Łąka.\n.\nFrom me\n", "<p>Łąka</p>\n");
    assert_string_equal(text_at(message, 0, PLACE_SUBJECT), subject);
    assert_string_equal(text_at(message, 1, PLACE_PLAIN), "Witaj, {{customer.first_name}}! Łąka.\r\n.\r\nFrom me\r\n");
    assert_string_equal(text_at(message, 2, PLACE_HTML), "<p>Łąka</p>\r\n");
    assert_string_equal(message_header(message, "From"), "care@bank.example");
    assert_string_equal(message_header(message, "To"), "anna@home.example");
    assert_string_equal(message_header(message, "Message-ID"), "<6921@bank.example>");
    assert_string_equal(message_header(message, "Cadence-Topic"), "tips");
    assert_string_equal(message_header(message, "Cadence-Personalize"), "yes");
    assert_string_equal(message_header(message, "Auto-Submitted"), "auto-generated");
    Instant date;
    assert_true(message_parse_date(message_header(message, "Date"), &date));
    assert_int_equal(date, 1795348800);
}

static void without_html_it_is_one_part(void **state) {
    (void)state;
    g_autoptr(Message) message = compose("Hello", "Hello\n", NULL);
    assert_non_null(strstr(message_header(message, "Content-Type"), "text/plain"));
    assert_int_equal(message_texts(message)->len, 2);
}

static void it_is_seven_bit_with_short_lines_that_end_in_crlf(void **state) {
    (void)state;
    g_autofree char *line = g_strnfill(3000, 'x');
    g_autofree char *text = g_strconcat(line, "ż\n", NULL);
    g_autoptr(Message) message = compose("Łódź", text, text);
    gsize length, column = 0;
    const char *bytes = g_bytes_get_data(message_raw(message), &length);
    for (gsize i = 0; i < length; i++) {
        assert_true((unsigned char)bytes[i] < 0x80);
        column = bytes[i] == '\n' ? 0 : column + 1;
        assert_true(column <= 200);
        assert_true(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_comes_out),
        cmocka_unit_test(without_html_it_is_one_part),
        cmocka_unit_test(it_is_seven_bit_with_short_lines_that_end_in_crlf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
