/* Reading: fields as a milter counts them, texts, seals, fingerprints and dates; and bytes that are hardly mail. */
#include "message/message.h"

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

static void test_fields_as_a_milter_counts_them(void **state) {
    (void)state;
    g_autoptr(Message) message =
        message_of("From someone Mon\r\n folded on\r\nTo: a\r\n\tb\r\nnot a field\r\nX :  y \r\nto:c\r\n"
                   "Bad name: z\r\nEmpty:\r\n\r\nBody: no\r\n");
    static const struct {
        const char *name, *raw;
        int index;
        gsize start, end;
    } wanted[] = {
        {"To", " a\n\tb", 1, 30, 41}, {"X", "  y ", 1, 54, 63}, {"to", "c", 2, 63, 69}, {"Empty", "", 1, 82, 90}};
    const GPtrArray *fields = message_fields(message);
    assert_int_equal(fields->len, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(fields, i);
        assert_string_equal(field->name, wanted[i].name);
        assert_string_equal(field->raw, wanted[i].raw);
        assert_int_equal(field->index, wanted[i].index);
        assert_int_equal(field->start, wanted[i].start);
        assert_int_equal(field->end, wanted[i].end);
    }
}

static void test_headers_are_decoded(void **state) {
    (void)state;
    static const struct {
        const char *raw, *wanted;
    } cases[] = {
        {" plain ", "plain"},
        {"", ""},
        {" two\n\tlines", "two\tlines"},
        {" =?utf-8?q?=C5=81ukasz?= x", "Łukasz x"},
        {" =?utf-8?B?xYE=?=\n =?utf-8?B?xYE=?=", "ŁŁ"},
        {" =?utf-8?B?xYE=?= =?utf-8?B?xYE=?= =?utf-8?Q?a_b?= c", "ŁŁa b c"},
        {" =?utf-8?Q?=C5?= =?utf-8?Q?=81?=", "Ł"},
        {" a \xF6\xB2\xB6\xB3", "a \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {" raw Ł", "raw Ł"},
        {" a =? b", "a =? b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("X: 0\nsubject:%s\nSubject: second\n\n", cases[i].raw);
        g_autoptr(Message) message = message_of(text);
        assert_string_equal(message_header(message, "SUBJECT"), cases[i].wanted);
        assert_string_equal(message_header(message, "Subject"), cases[i].wanted);
        assert_null(message_header(message, "Date"));
    }
}

static void test_texts(void **state) {
    (void)state;
    g_autoptr(Message) message = message_of(
        "Subject: =?utf-8?q?=C5=81?=\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain; charset=iso-8859-2\nContent-Transfer-Encoding: quoted-printable\n\n=A3=\n!\n"
        "--b\nContent-Type: text/html; charset=utf-8\nContent-Disposition: inline; filename=x\n\n<p>\xFF\n"
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nno\n"
        "--b\nContent-Type: text/calendar\n\nno\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: no\n\nno\n"
        "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Transfer-Encoding: "
        "base64\n\nYQ0KYg==\n--c--\n"
        "--b--\n");
    static const struct {
        Place place;
        const char *text;
    } wanted[] = {{PLACE_SUBJECT, "Ł"}, {PLACE_PLAIN, "Ł!"}, {PLACE_HTML, "<p>\xEF\xBF\xBD"}, {PLACE_PLAIN, "a\r\nb"}};
    const GPtrArray *texts = message_texts(message);
    assert_int_equal(texts->len, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < texts->len; i++) {
        const MessageText *text = g_ptr_array_index(texts, i);
        assert_int_equal(text->place, wanted[i].place);
        assert_string_equal(text->text, wanted[i].text);
        assert_int_equal(text->length, strlen(wanted[i].text));
    }
}

static void test_seals(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool sealed;
    } cases[] = {
        {"Subject: x\n\nbody\n", false},
        {"DKIM-Signature: v=1\n\nbody\n", true},
        {"Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b--\n", true},
        {"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n", true},
        {"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx\n", true},
        {"Content-Type: application/x-pkcs7-mime\n\nx\n", true},
        {"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; "
         "boundary=b\n\n--b\n\nx\n--b--\n",
         true},
        {"\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n", true},
        {"Content-Transfer-Encoding: quoted-printable\n\nx\n-----BEGIN PGP MESS=\nAGE-----\n", true},
        {"\nwe wrote -----BEGIN PGP MESSAGE-----\n", false},
        {"\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n", false},
        {"Content-Type: message/rfc822\n\nDKIM-Signature: of somebody else's mail\n\nx\n", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Message) message = message_of(cases[i].text);
        assert_int_equal(message_is_sealed(message), cases[i].sealed);
        if (cases[i].sealed)
            assert_int_equal(message_texts(message)->len, 0);
    }
    static const char behind_nul[] = "Subject: x\n\na\0b\n-----BEGIN PGP MESSAGE-----\n";
    g_autoptr(GBytes) raw = g_bytes_new(behind_nul, sizeof behind_nul - 1);
    g_autoptr(Message) message = message_new(raw);
    assert_true(message_is_sealed(message));
}

static void test_what_a_person_reads(void **state) {
    (void)state;
    static const struct {
        const char *text, *plain, *html;
    } cases[] = {
        {"Subject: x\n\nbody\n", "body\n", NULL},
        {"DKIM-Signature: v=1\nContent-Type: text/html\n\n<p>a\n", NULL, "<p>a\n"},
        {"Content-Type: image/png\n\nx\n", NULL, NULL},
        {"Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsigned\n--b\n"
         "Content-Type: application/pgp-signature\n\nx\n--b--\n",
         "signed", NULL},
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/html\n\n<p>\n--b\n\ntwo\n--b--\n",
         "one\ntwo", "<p>"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Message) message = message_of(cases[i].text);
        const MessageReading *reading = message_reading(message);
        assert_int_equal(g_strcmp0(reading->plain, cases[i].plain), 0);
        assert_int_equal(g_strcmp0(reading->html, cases[i].html), 0);
        assert_int_equal(reading->plain_length, cases[i].plain ? strlen(cases[i].plain) : 0);
        assert_int_equal(reading->html_length, cases[i].html ? strlen(cases[i].html) : 0);
    }
}

static char *fingerprint_of(const char *text) {
    g_autoptr(Message) message = message_of(text);
    return message_fingerprint(message);
}

static void test_fingerprints(void **state) {
    (void)state;
    g_autofree char *id = fingerprint_of("Message-ID:\n <a@b>\n\nx"),
                    *other_body = fingerprint_of("Message-Id: <a@b>\n\ny");
    assert_string_equal(id, "<a@b>");
    assert_string_equal(other_body, id);
    g_autofree char *first = fingerprint_of("Date: d\nFrom: f\nSubject: s\nReceived: 1\n\nx");
    g_autofree char *again = fingerprint_of("Received: 2\nDate: d\nFrom: f\nSubject: s\nMessage-ID: \n\nx");
    assert_string_equal(first, again);
    static const char *const others[] = {"Date: e\nFrom: f\nSubject: s\n\nx", "Date: d\nFrom: g\nSubject: s\n\nx",
                                         "Date: d\nFrom: f\nSubject: t\n\nx", "Date: d\nFrom: f\nSubject: s\n\ny",
                                         "Date: d\nFrom: fs\nSubject:\n\nx"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *other = fingerprint_of(others[i]);
        assert_string_not_equal(first, other);
    }
}

static void test_dates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
        Instant at;
    } cases[] = {
        {"2026-11-25T09:00:00+01:00", true, 1795593600},
        {"Wed, 25 Nov 2026 09:00:00 +0100", true, 1795593600},
        {"25 Nov 2026 09:00 +0100 (CET)", true, 1795593600},
        {"25 Nov 2026 08:00:00 GMT", true, 1795593600},
        {"tomorrow", false, 0},
        {"", false, 0},
        {"2026-11-25", false, 0},
        {"25 Nov 2026", false, 0},
        {"25 Nov 2026 09:00:00", false, 0},
        {"Nov 25 2026 09:00:00 +0100", false, 0},
        {"next Wed, 25 Nov 2026 09:00:00 +0100", false, 0},
        {"31 Feb 2026 09:00:00 +0100", false, 0},
        {"25 Foo 2026 09:00:00 +0100", false, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Instant at = 7;
        if (message_parse_date(cases[i].text, &at) != cases[i].good)
            fail_msg("\"%s\"", cases[i].text);
        assert_int_equal(at, cases[i].good ? cases[i].at : 7);
    }
}

static void read_all(const char *bytes, gsize length) {
    g_autoptr(GBytes) raw = g_bytes_new(bytes, length);
    g_autoptr(Message) message = message_new(raw);
    g_autofree char *fingerprint = message_fingerprint(message);
    assert_non_null(fingerprint);
    assert_non_null(message_texts(message));
    assert_non_null(message_fields(message));
    assert_true(message_is_sealed(message) || message_header(message, "None") == NULL);
}

static void test_anything_is_a_message(void **state) {
    (void)state;
    static const char *const odd[] = {
        "",
        "\n",
        "\r\n",
        "\r",
        ":",
        ": x\n\n",
        "no header at all",
        " starts with a blank\n\nx",
        "A: b",
        "A: b\r\rx\r",
        "A\n\n",
        "Content-Type: multipart/mixed\n\n--\n",
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n--\n",
        "Content-Type: ;;;=\n\nx",
        "Content-Type: text/plain; charset=\"\n\nx",
        "Content-Transfer-Encoding: base64\n\n====!",
        "Subject: =?utf-8?B?=?=\n\n",
        "Content-Transfer-Encoding: quoted-printable\n\n=",
        "Content-Type: text/plain; charset=utf-16\n\nabc",
        "Content-Type: text/plain; charset=utf-7\n\n+",
        "Content-Type: text/plain; charset=windows-1255\n\n\xE0\xC8\xE0",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(odd); i++)
        read_all(odd[i], strlen(odd[i]));
    static const char with_nul[] = "A\0: b\nSubject: a\0b\nContent-Type: text/plain\0\n\nx\0y\n";
    read_all(with_nul, sizeof with_nul);
}

static void test_texts_keep_nul_bytes(void **state) {
    (void)state;
    static const char bytes[] = "Subject: s\n\nx\0y\n";
    g_autoptr(GBytes) raw = g_bytes_new(bytes, sizeof bytes - 1);
    g_autoptr(Message) message = message_new(raw);
    const MessageText *text = g_ptr_array_index(message_texts(message), 1);
    assert_int_equal(text->length, 4);
    assert_memory_equal(text->text, "x\0y\n", 5);
}

static void test_deep_nesting_is_left_alone(void **state) {
    (void)state;
    g_autoptr(GString) text = g_string_new("Subject: x\n");
    for (guint i = 0; i < 3000; i++)
        g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
    g_string_append(text, "Content-Type: text/plain\n\nhello\n");
    g_autoptr(Message) message = message_of(text->str);
    assert_true(message_is_sealed(message));
}

static void test_many_and_long_lines(void **state) {
    (void)state;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(text, "X%u: %u\n", i % 7, i);
    g_autofree char *line = g_strnfill(1000000, 'x');
    g_string_append_printf(text, "Subject: %s\n\n%s", line, line);
    g_autoptr(Message) message = message_of(text->str);
    const HeaderField *field = g_ptr_array_index(message_fields(message), 19999);
    assert_int_equal(field->index, 2858);
    const MessageText *body = g_ptr_array_index(message_texts(message), 1);
    assert_int_equal(body->length, 1000000);
}

/* One message a thread, many threads: what they read must not depend on one another. */
static gpointer read_often(gpointer wrong) {
    static const char text[] =
        "Subject: =?iso-8859-2?q?=A3?=\nDate: Wed, 25 Nov 2026 09:00:00 +0100\n"
        "Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n78zFzsE=\n";
    for (guint i = 0; i < 500; i++) {
        g_autoptr(Message) message = message_of(text);
        const GPtrArray *texts = message_texts(message);
        const MessageText *body = texts->len == 2 ? g_ptr_array_index(texts, 1) : NULL;
        if (g_strcmp0(message_header(message, "Subject"), "Ł") != 0 || body == NULL || strcmp(body->text, "Олена") != 0)
            g_atomic_int_inc((gint *)wrong);
    }
    return NULL;
}

static void test_many_threads(void **state) {
    (void)state;
    gint wrong = 0;
    GThread *threads[4];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("reader", read_often, &wrong);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_as_a_milter_counts_them),
        cmocka_unit_test(test_headers_are_decoded),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_seals),
        cmocka_unit_test(test_what_a_person_reads),
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_anything_is_a_message),
        cmocka_unit_test(test_texts_keep_nul_bytes),
        cmocka_unit_test(test_deep_nesting_is_left_alone),
        cmocka_unit_test(test_many_and_long_lines),
        cmocka_unit_test(test_many_threads),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
