/* New texts for a whole message, and the data that a body may hold in place of one. */
#include "message/context.h"
#include "message/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Message *message_of(const char *text) {
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    return message_new(raw);
}

static Message *replaced(const char *text, const Content *content) {
    g_autoptr(Message) message = message_of(text);
    g_autoptr(Rewrite) rewrite = rewrite_new();
    rewrite_replace(rewrite, message, content);
    g_autoptr(GBytes) whole = rewrite_apply(rewrite, message);
    return message_new(whole);
}

static guint count(const Message *message, const char *name) {
    const GPtrArray *fields = message_fields(message);
    guint found = 0;
    for (guint i = 0; i < fields->len; i++)
        found += g_ascii_strcasecmp(((const HeaderField *)fields->pdata[i])->name, name) == 0;
    return found;
}

static const char *text_at(Message *message, guint i) {
    const GPtrArray *texts = message_texts(message);
    assert_true(i < texts->len);
    return ((const MessageText *)texts->pdata[i])->text;
}

static void what_describes_the_old_body_goes(void **state) {
    (void)state;
    static const char old[] = "From: a@b.example\r\ncontent-type: text/html;\r\n charset=x\r\nSubject: one\r\n"
                              "Content-Type: text/plain\r\nContent-Disposition: attachment\r\nContent-Language: de\r\n"
                              "Content-Transfer-Encoding: base64\r\nSubject: two\r\nDate: x\r\n\r\nbody\r\n";
    const Content content = {"Łódź", "Łąka\n.\n", NULL};
    g_autoptr(Message) message = replaced(old, &content);
    static const struct {
        const char *name;
        guint count;
    } fields[] = {{"From", 1},
                  {"Date", 1},
                  {"Subject", 1},
                  {"Content-Type", 1},
                  {"MIME-Version", 1},
                  {"Content-Transfer-Encoding", 1},
                  {"Content-Language", 0},
                  {"Content-Disposition", 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (count(message, fields[i].name) != fields[i].count)
            fail_msg("%s: %u", fields[i].name, count(message, fields[i].name));
    assert_string_equal(message_header(message, "Subject"), "Łódź");
    assert_string_equal(message_header(message, "Content-Type"), "text/plain; charset=utf-8");
    assert_string_equal(text_at(message, 1), "Łąka\r\n.\r\n");
}

static void newlines_stay_those_of_the_message(void **state) {
    (void)state;
    const Content content = {"x", "a\nb\n", "<p>c</p>\n"};
    g_autoptr(Message) message = replaced("From: a@b.example\n\nold\n", &content);
    gsize length;
    const char *bytes = g_bytes_get_data(message_raw(message), &length);
    assert_null(memchr(bytes, '\r', length));
    assert_string_equal(text_at(message, 1), "a\nb\n");
    assert_string_equal(text_at(message, 2), "<p>c</p>\n");
}

static void no_text_adds_a_field_or_a_part(void **state) {
    (void)state;
    const Content content = {"x\r\nBcc: eve@evil.example\r\n\r\ny",
                             "a\r\nBcc: z\n\n--b\nContent-Type: text/html\n\nq\n", "<p>--</p>\n"};
    g_autoptr(Message) message = replaced("From: a@b.example\r\nSubject: s\r\n\r\n", &content);
    assert_int_equal(message_fields(message)->len, 4);
    assert_int_equal(message_texts(message)->len, 3);
    assert_string_equal(message_header(message, "Subject"), "x  Bcc: eve@evil.example    y");
}

static void long_lines_are_kept_short(void **state) {
    (void)state;
    g_autofree char *line = g_strnfill(5000, 'x');
    const Content content = {line, line, line};
    g_autoptr(Message) message = replaced("From: a@b.example\r\n\r\n", &content);
    gsize length, column = 0;
    const char *bytes = g_bytes_get_data(message_raw(message), &length);
    for (gsize i = 0; i < length; i++) {
        column = bytes[i] == '\n' ? 0 : column + 1;
        assert_true(column <= 200);
    }
}

static void data_is_known_by_its_type_or_its_beginning(void **state) {
    (void)state;
    static const struct {
        const char *message, *data;
    } cases[] = {
        {"\r\n{\"a\": 1}\r\n", "{\"a\": 1}\r\n"},
        {"\r\n \n\t{ x", " \n\t{ x"},
        {"\r\n{{customer.first_name}}\r\n", NULL},
        {"\r\nHello {\r\n", NULL},
        {"\r\n", NULL},
        {"", NULL},
        {"Content-Type: application/json\r\n\r\n[1]", "[1]"},
        {"Content-Type: application/json\r\n\r\n \r\n", NULL},
        {"Content-Type: application/ld+json\r\n\r\n{}", "{}"},
        {"Content-Type: text/html\r\n\r\n{}", NULL},
        {"Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n\r\ne30=\r\n", "{}"},
        {"Content-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{\"a\": \"\xb1\"}",
         "{\"a\": \"ą\"}"},
        {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{\"no\": 1}\r\n--b\r\n"
         "Content-Type: application/json\r\n\r\n{\"yes\": 1}\r\n--b--\r\n",
         "{\"yes\": 1}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Message) message = message_of(cases[i].message);
        g_autofree char *data = context_in_body(message);
        if (g_strcmp0(data, cases[i].data) != 0)
            fail_msg("case %zu: %s", i, data ? data : "nothing");
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_describes_the_old_body_goes),
        cmocka_unit_test(newlines_stay_those_of_the_message),
        cmocka_unit_test(no_text_adds_a_field_or_a_part),
        cmocka_unit_test(long_lines_are_kept_short),
        cmocka_unit_test(data_is_known_by_its_type_or_its_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
