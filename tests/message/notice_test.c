/* Notices: what a mail program reads in them, and what must not get into them. */
#include "message/message.h"
#include "message/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *compose(const char *mail_parameters, const char *recipient_parameters, const char *reason,
                     const char *original) {
    g_autoptr(GBytes) raw = g_bytes_new(original, strlen(original));
    const Notice notice = {.reporting_host = "mx.example",
                           .sender = "crm@bank.example",
                           .recipient = "ann@example.com",
                           .mail_parameters = mail_parameters,
                           .recipient_parameters = recipient_parameters,
                           .status = "5.7.1",
                           .reason = reason,
                           .id = "0123",
                           .arrived = 1795593600,
                           .at = 1795593660,
                           .raw = raw};
    g_autoptr(GBytes) bytes = notice_compose(&notice);
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static Message *message_of(const char *text) {
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    return message_new(raw);
}

static void assert_lines_end_in_crlf(const char *text) {
    for (const char *newline = strchr(text, '\n'); newline != NULL; newline = strchr(newline + 1, '\n'))
        assert_true(newline > text && newline[-1] == '\r');
    assert_true(g_str_has_suffix(text, "\r\n"));
}

static void assert_holds(const char *text, const char *part) {
    if (strstr(text, part) == NULL)
        fail_msg("[%s] is not in [%s]", part, text);
}

static void test_header(void **state) {
    (void)state;
    g_autofree char *text = compose("", "", "No consent.", "Subject: x\n\nbody\n");
    g_autoptr(Message) message = message_of(text);
    assert_lines_end_in_crlf(text);
    assert_string_equal(message_header(message, "From"), "Mail Delivery System <MAILER-DAEMON@mx.example>");
    assert_string_equal(message_header(message, "To"), "crm@bank.example");
    assert_string_equal(message_header(message, "Auto-Submitted"), "auto-replied");
    assert_string_equal(message_header(message, "Date"), "Wed, 25 Nov 2026 08:01:00 +0000");
    assert_string_equal(message_header(message, "MIME-Version"), "1.0");
    assert_true(g_str_has_prefix(message_header(message, "Content-Type"), "multipart/report;"));
    assert_holds(message_header(message, "Content-Type"), "report-type=delivery-status");
    assert_true(g_str_has_suffix(message_header(message, "Message-Id"), "@mx.example>"));
    const MessageText *person = g_ptr_array_index(message_texts(message), 1);
    assert_holds(person->text, "ann@example.com");
    assert_holds(person->text, "No consent.");
    assert_holds(person->text, "0123");
}

static void test_status_honours_the_envelope(void **state) {
    (void)state;
    g_autofree char *text =
        compose("RET=HDRS ENVID=q+2B7", "NOTIFY=FAILURE ORCPT=rfc822;an+2Bn@example.com", "No.", "A: b\n\nx\n");
    assert_holds(text, "\r\nOriginal-Envelope-Id: q+7\r\nReporting-MTA: dns; mx.example\r\n"
                       "Arrival-Date: Wed, 25 Nov 2026 08:00:00 +0000\r\n\r\n"
                       "Original-Recipient: rfc822; an+n@example.com\r\nFinal-Recipient: rfc822; ann@example.com\r\n"
                       "Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 No.\r\n");
    assert_holds(text, "Content-Type: text/rfc822-headers\r\n\r\nA: b\r\n");
    assert_null(strstr(text, "\r\nx\r\n"));
}

static void test_the_whole_message_goes_along_if_wanted_and_small(void **state) {
    (void)state;
    g_autofree char *text = compose("RET=FULL", "", "No.", "A: b\r\n\r\nx\n");
    assert_lines_end_in_crlf(text);
    assert_holds(text, "Content-Type: message/rfc822\r\n");
    assert_holds(text, "\r\nA: b\r\n\r\nx\r\n");
    g_autofree char *body = g_strnfill(65536, 'x'), *large = g_strconcat("A: b\n\n", body, NULL);
    g_autofree char *headers = compose("RET=FULL", "", "No.", large);
    assert_holds(headers, "Content-Type: text/rfc822-headers\r\n");
    assert_null(strstr(headers, "xxxx"));
}

static void test_nothing_gets_a_line_of_its_own(void **state) {
    (void)state;
    g_autofree char *text =
        compose("ENVID=a+0D+0ABcc:+20x", "ORCPT=rfc822;a+0AStatus:+202.0.0", "Ł\r\nStatus: 2.0.0", "A: Ł\n\n");
    assert_null(strstr(text, "\nBcc"));
    assert_null(strstr(text, "\nStatus: 2"));
    assert_true(g_str_is_ascii(text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_status_honours_the_envelope),
        cmocka_unit_test(test_the_whole_message_goes_along_if_wanted_and_small),
        cmocka_unit_test(test_nothing_gets_a_line_of_its_own),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
