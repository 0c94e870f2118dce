/* What is filled in, to the byte: each encoding, charset and kind of value, and everything around it left as it was.
 * The place to fill is written {{n}} in the messages. */
#include "base/error.h"
#include "message/message.h"
#include "message/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PLACE "{{n}}"

static Message *message_of(const char *text) {
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    return message_new(raw);
}

/* Splices that put the value wherever the place stands. */
static GArray *splices_of(const MessageText *text, const char *value) {
    GArray *splices = splices_new();
    for (const char *at = strstr(text->text, PLACE); at != NULL; at = strstr(at + 1, PLACE)) {
        gsize start = (gsize)(at - text->text);
        splices_add(splices, start, start + strlen(PLACE), value, strlen(value));
    }
    return splices;
}

static Rewrite *filled(Message *message, const char *value) {
    const GPtrArray *texts = message_texts(message);
    g_autoptr(GPtrArray) splices = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    for (guint i = 0; i < texts->len; i++)
        g_ptr_array_add(splices, splices_of(g_ptr_array_index(texts, i), value));
    Rewrite *rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    if (!rewrite_fill(rewrite, message, (GArray *const *)splices->pdata, &error))
        fail_msg("%s", error->message);
    return rewrite;
}

/* The whole message with the value filled in. */
static char *fill(const char *text, const char *value) {
    g_autoptr(Message) message = message_of(text);
    g_autoptr(Rewrite) rewrite = filled(message, value);
    g_autoptr(GBytes) bytes = rewrite_apply(rewrite, message);
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void assert_filled(const char *text, const char *value, const char *wanted) {
    g_autofree char *got = fill(text, value);
    assert_string_equal(got, wanted);
}

#define PLAIN(fields, body) "From: a@b\n" fields "\n" body
#define CTE "Content-Transfer-Encoding: "
#define TYPE "Content-Type: text/plain; charset="
#define MIME "MIME-Version: 1.0\n"

static void test_values_in_every_encoding(void **state) {
    (void)state;
    static const struct {
        const char *before, *value, *after;
    } cases[] = {
        /* nothing declared */
        {PLAIN("", "Hi {{n}}!\n"), "O'Brien", PLAIN("", "Hi O'Brien!\n")},
        {PLAIN("", "Hi {{n}}!\n"), "", PLAIN("", "Hi !\n")},
        {PLAIN("", "Hi {{n}}!\n"), "a\r\nb\rc", PLAIN("", "Hi a\nb\nc!\n")},
        {PLAIN("", "Hi {{n}} = {{n}} \n"), "Łukasz",
         PLAIN("Content-Type: text/plain; charset=utf-8\n" CTE "quoted-printable\n" MIME,
               "Hi =C5=81ukasz =3D =C5=81ukasz=20\n")},
        /* CRLF */
        {"From: a@b\r\n\r\nHi {{n}}!\r\nrest\r\n", "a\nb", "From: a@b\r\n\r\nHi a\r\nb!\r\nrest\r\n"},
        {"From: a@b\r\n" MIME "\r\nHi {{n}}!\r\n", "Ł",
         "From: a@b\r\n" MIME "Content-Type: text/plain; charset=utf-8\r\n" CTE
         "quoted-printable\r\n\r\nHi =C5=81!\r\n"},
        /* 7bit: the charset holds it, and does not */
        {PLAIN(MIME TYPE "iso-8859-2; x=y\n" CTE "7bit\n", "{{n}}\n"), "Łukasz",
         PLAIN(MIME TYPE "iso-8859-2; x=y\n" CTE "quoted-printable\n", "=A3ukasz\n")},
        {PLAIN(MIME TYPE "\"us-ascii\"; x=\"y;z\"\n" CTE "7bit\n", "{{n}}\n"), "Олена",
         PLAIN(MIME TYPE "utf-8; x=\"y;z\"\n" CTE "quoted-printable\n", "=D0=9E=D0=BB=D0=B5=D0=BD=D0=B0\n")},
        /* 8bit */
        {PLAIN(MIME TYPE "utf-8\n" CTE "8bit\n", "Cześć {{n}}\n"), "Олена",
         PLAIN(MIME TYPE "utf-8\n" CTE "8bit\n", "Cześć Олена\n")},
        {PLAIN(MIME TYPE "iso-8859-2\n" CTE "8bit\n", "Cze\xB6\xE6 {{n}} \xB1\n"), "Łukasz",
         PLAIN(MIME TYPE "iso-8859-2\n" CTE "8bit\n", "Cze\xB6\xE6 \xA3ukasz \xB1\n")},
        {PLAIN(MIME TYPE "iso-8859-2\n" CTE "8bit\n", "Cze\xB6\xE6 {{n}}\n"), "Олена",
         PLAIN(MIME TYPE "utf-8\n" CTE "8bit\n", "Cześć Олена\n")},
        /* bytes that are not of the charset stay */
        {PLAIN(MIME TYPE "utf-8\n" CTE "8bit\n", "\xFF\xE4 {{n}} \xC5\n"), "Ł",
         PLAIN(MIME TYPE "utf-8\n" CTE "8bit\n", "\xFF\xE4 Ł \xC5\n")},
        {PLAIN("", "\xE4 {{n}}\n"), "Jan", PLAIN("", "\xE4 Jan\n")},
        {PLAIN(MIME TYPE "x-of-mars\n", "\xE4 {{n}}\n"), "Jan", PLAIN(MIME TYPE "x-of-mars\n", "\xE4 Jan\n")},
        {PLAIN(MIME TYPE "x-of-mars\n" CTE "8bit\n", "{{n}}\n"), "Ł", PLAIN(MIME TYPE "utf-8\n" CTE "8bit\n", "Ł\n")},
        /* quoted-printable, in place */
        {PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "=c5=9a {{=\nn}} =\n=3d\n"), "Łu = \n.",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "=c5=9a =C5=81u =3D=20\n. =\n=3d\n")},
        {PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "a={{n}}\n={{n}}1\n"), "41",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "a=3D41\n=3D411\n")},
        {PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "a=3={{n}}= =4{{n}}1\n"), "41",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "a=3D3=3D41=3D =3D4411\n")},
        {PLAIN(MIME TYPE "iso-8859-1\n" CTE "quoted-printable\n", "=e9 {{n}}\n"), "é",
         PLAIN(MIME TYPE "iso-8859-1\n" CTE "quoted-printable\n", "=e9 =E9\n")},
        {PLAIN(MIME TYPE "iso-8859-1\n" CTE "quoted-printable\n", "=e9 {{n}}\n"), "Ł",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "=C3=A9 =C5=81\n")},
        {PLAIN(MIME TYPE "iso-8859-1\n" CTE "quoted-printable\n", "only =\nASCII so far =3d {{n}}\n"), "Ł",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "only =\nASCII so far =3d =C5=81\n")},
        {PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "Hi {{n}}\n"), "",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "Hi=20\n")},
        {PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n",
               "0123456789012345678901234567890123456789012345678901234567890123 {{n}}, bye\n"),
         "Łukasz",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n",
               "0123456789012345678901234567890123456789012345678901234567890123 =C5=81ukas=\nz, bye\n")},
        /* base64: "Hi {{n}}!\n" and "\xE9{{n}}" */
        {PLAIN(MIME TYPE "utf-8\n" CTE "base64\n", "SGkge3tufX0hCg==\n\n"), "Łukasz",
         PLAIN(MIME TYPE "utf-8\n" CTE "base64\n", "SGkgxYF1a2FzeiEK\n\n")},
        {PLAIN(MIME TYPE "iso-8859-1\n" CTE "base64\n", "6Xt7bn19"), "é",
         PLAIN(MIME TYPE "iso-8859-1\n" CTE "base64\n", "6ek=")},
        {PLAIN(MIME TYPE "iso-8859-1\n" CTE "base64\n", "6Xt7bn19"), "Ł",
         PLAIN(MIME TYPE "utf-8\n" CTE "base64\n", "w6nFgQ==")},
        /* charsets of several bytes: in place where a character stands for itself, as a whole where it depends */
        {PLAIN(MIME TYPE "shift_jis\n" CTE "8bit\n", "\x83\x5C~{{n}}\n"), "表",
         PLAIN(MIME TYPE "shift_jis\n" CTE "8bit\n", "\x83\x5C~\x95\x5C\n")},
        {PLAIN(MIME TYPE "gb2312\n" CTE "8bit\n", "\xC4\xE3{{n}}\xBA\xC3\n"), "好",
         PLAIN(MIME TYPE "gb2312\n" CTE "8bit\n", "\xC4\xE3\xBA\xC3\xBA\xC3\n")},
        {PLAIN(MIME TYPE "iso-2022-jp\n" CTE "7bit\n", "\x1B$B$3\x1B(B {{n}}\n"), "Jan",
         PLAIN(MIME TYPE "utf-8\n" CTE "quoted-printable\n", "=E3=81=93 Jan\n")},
        /* the type's parameters, however they are written */
        {PLAIN(MIME "Content-Type: text/plain;\n\tcharset = us-ascii (none)\n", "{{n}}\n"), "Ł",
         PLAIN(MIME "Content-Type: text/plain;\n\tcharset=utf-8 (none)\n" CTE "quoted-printable\n", "=C5=81\n")},
        {PLAIN(MIME "content-type: TEXT/PLAIN;\n", "{{n}}\n"), "Ł",
         PLAIN(MIME "content-type: TEXT/PLAIN; charset=utf-8\n" CTE "quoted-printable\n", "=C5=81\n")},
        {PLAIN(MIME "Content-Type: text/plain; format=flowed\n", "{{n}} \n"), "Jan",
         PLAIN(MIME "Content-Type: text/plain; format=flowed\n", "Jan \n")},
        /* HTML is not escaped here: values come escaped */
        {PLAIN(MIME "Content-Type: text/html; charset=utf-8\n", "<p>{{n}}</p>\n"), "<b>x</b>",
         PLAIN(MIME "Content-Type: text/html; charset=utf-8\n", "<p><b>x</b></p>\n")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_filled(cases[i].before, cases[i].value, cases[i].after);
}

static void test_subjects(void **state) {
    (void)state;
    static const struct {
        const char *before, *value, *after;
    } cases[] = {
        {" Hi {{n}},\n  how  are you? ", "O'Brien", " Hi O'Brien,\n  how  are you? "},
        {"{{n}}", "x", "x"},
        {" {{n}}", "", " "},
        {"{{n}}", "", ""},
        {" Hi {{n}}", "a\r\nBcc: x@y", " Hi a  Bcc: x@y"},
        {" Hi {{n}}", "a\x01\x7F", " Hi a  "},
        {" Hi {{n}}", "Łukasz", " =?utf-8?B?SGkgxYF1a2Fzeg==?="},
        {" Hi {{n}}", "=?utf-8?q?x?=", " =?utf-8?B?SGkgPT91dGYtOD9xP3g/PQ==?="},
        {" =?utf-8?q?Cze=C5=9B=C4=87?= {{n}}", "O'Brien", " =?utf-8?B?Q3plxZvEhyBPJ0JyaWVu?="},
        {" =?iso-8859-1?q?Hello_?= {{n}}", "Jan", " Hello  Jan"},
        {" a\n {{n}}\n b", "", " a  b"},
        {" one two three four five six seven eight nine ten {{n}}", "",
         " one two three four five six seven eight nine ten "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *before = g_strdup_printf("To: x\nSubject:%s\nFrom: a@b\n\n{{}}\n", cases[i].before);
        g_autofree char *after = g_strdup_printf("To: x\nSubject:%s\nFrom: a@b\n\n{{}}\n", cases[i].after);
        assert_filled(before, cases[i].value, after);
    }
}

static void test_long_subjects_fold(void **state) {
    (void)state;
    g_autofree char *value = g_strnfill(1200, 'x');
    const char *values[] = {value, "Олена Олена Олена Олена Олена Олена Олена Олена Олена Олена Олена Олена Олена"};
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *raw = fill("Subject: Hi {{n}}!\n\n", values[i]),
                        *wanted = g_strdup_printf("Hi %s!", values[i]);
        g_autoptr(Message) message = message_of(raw);
        assert_string_equal(message_header(message, "subject"), wanted);
        g_auto(GStrv) lines = g_strsplit(raw, "\n", -1);
        for (guint line = 0; lines[line] != NULL; line++)
            assert_true(strlen(lines[line]) <= 76);
    }
}

#define MULTI "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{{n}} prologue\r\n"
#define ATTACHED                                                                                                       \
    "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n{{n}}\r\n"                              \
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: {{n}}\r\n\r\n{{n}}\r\n--b--\r\n{{n}} epilogue\r\n"

static void test_inner_parts_alone_change(void **state) {
    (void)state;
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"--b\r\n\r\n{{n}}\r\n",
         "--b\r\nContent-Type: text/plain; charset=utf-8\r\n" CTE "quoted-printable\r\n\r\n=C5=81\r\n"},
        {"--b\r\nX: y\r\nContent-Type: text/html;\r\n charset=ascii;\r\n x=y\r\nZ: z\r\n\r\n{{n}}\r\n\r\n",
         "--b\r\nX: y\r\nContent-Type: text/html;\r\n charset=utf-8;\r\n x=y\r\nZ: z\r\n" CTE
         "quoted-printable\r\n\r\n=C5=81\r\n\r\n"},
        {"--b\r\n" CTE "7bit\r\nContent-Type: text/plain\r\n\r\n{{n}}\r\n",
         "--b\r\n" CTE "quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n=C5=81\r\n"},
        {"--b\r\nContent-Type: text/plain\r\n" CTE "7bit\r\n\r\n{{n}}\r\n",
         "--b\r\nContent-Type: text/plain; charset=utf-8\r\n" CTE "quoted-printable\r\n\r\n=C5=81\r\n"},
        {"--b\r\n" CTE "base64\r\n\r\ne3tufX0=\r\n",
         "--b\r\n" CTE "base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nxYE=\r\n"},
        {"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; "
         "charset=utf-8\r\n" CTE "8bit\r\n\r\n{{n}}\r\n--c--\r\n",
         "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; "
         "charset=utf-8\r\n" CTE "8bit\r\n\r\nŁ\r\n--c--\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *before = g_strconcat(MULTI, cases[i].before, ATTACHED, NULL);
        g_autofree char *after = g_strconcat(MULTI, cases[i].after, ATTACHED, NULL);
        assert_filled(before, "Ł", after);
    }
}

static void test_a_boundary_may_end_the_message(void **state) {
    (void)state;
    static const char head[] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" TYPE "utf-8\r\n" CTE;
    g_autofree char *before = g_strconcat(head, "quoted-printable\r\n\r\nHi {{n}}\r\n--b--", NULL);
    g_autofree char *after = g_strconcat(head, "quoted-printable\r\n\r\nHi =C5=81\r\n--b--", NULL);
    assert_filled(before, "Ł", after);
}

static void test_long_lines_become_quoted_printable(void **state) {
    (void)state;
    g_autofree char *value = g_strnfill(990, 'x'), *longer = g_strnfill(2000, 'y');
    g_autofree char *body = g_strdup_printf("untouched %s\n{{n}}\n", longer);
    g_autofree char *before = g_strconcat("Subject: s\nContent-Type: text/html\n\n", body, NULL);
    g_autofree char *short_enough = fill(before, value);
    g_autofree char *wanted =
        g_strdup_printf("Subject: s\nContent-Type: text/html\n\nuntouched %s\n%s\n", longer, value);
    assert_string_equal(short_enough, wanted);

    g_autofree char *too_long = fill(before, longer);
    g_autoptr(Message) message = message_of(too_long);
    const MessageText *text = g_ptr_array_index(message_texts(message), 1);
    g_autofree char *read = g_strdup_printf("untouched %s\n%s\n", longer, longer);
    assert_string_equal(text->text, read);
    assert_string_equal(message_header(message, "Content-Transfer-Encoding"), "quoted-printable");
}

/* A milter is told of edits; what it then makes of the message must be what rewrite_apply makes of it. */
static void test_edits_are_in_order(void **state) {
    (void)state;
    g_autoptr(Message) message =
        message_of("cadence-class: sales\nSubject: {{n}}\nCadence-Id: 1\nCadence-Class: sales\nTo: x\n\n{{n}}\n");
    g_autoptr(Rewrite) rewrite = rewrite_new();
    rewrite_append(rewrite, "Cadence-Id", "2");
    rewrite_strip_requests(rewrite, message);
    g_autoptr(Rewrite) fill_only = filled(message, "Ł");
    assert_int_equal(fill_only->headers->len, 4);
    const GPtrArray *edits = rewrite->headers;
    static const struct {
        const char *name;
        int index;
        const char *value;
    } wanted[] = {
        {"Cadence-Class", 2, NULL}, {"Cadence-Id", 1, NULL}, {"cadence-class", 1, NULL}, {"Cadence-Id", 0, " 2"}};
    assert_int_equal(edits->len, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < edits->len; i++) {
        const HeaderEdit *edit = g_ptr_array_index(edits, i);
        assert_string_equal(edit->name, wanted[i].name);
        assert_int_equal(edit->index, wanted[i].index);
        assert_int_equal(g_strcmp0(edit->value, wanted[i].value), 0);
    }
    g_autoptr(GBytes) bytes = rewrite_apply(rewrite, message);
    g_autoptr(GBytes) expected = g_bytes_new_static("Subject: {{n}}\nTo: x\nCadence-Id: 2\n\n{{n}}\n", 42);
    assert_true(g_bytes_equal(bytes, expected));
}

static void test_appending_to_odd_messages(void **state) {
    (void)state;
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"", "A: b\r\n"},
        {"\n", "A: b\n\n"},
        {"\r\nx", "A: b\r\n\r\nx"},
        {"Subject: x", "Subject: x\r\nA: b\r\n"},
        {"Subject: x\n", "Subject: x\nA: b\n"},
        {"From a@b Mon\nSubject: x\n y\n\nz", "From a@b Mon\nSubject: x\n y\nA: b\n\nz"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Message) message = message_of(cases[i].before);
        g_autoptr(Rewrite) rewrite = rewrite_new();
        rewrite_append(rewrite, "A", "b");
        g_autoptr(GBytes) bytes = rewrite_apply(rewrite, message);
        g_autofree char *got = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
        assert_string_equal(got, cases[i].after);
    }
}

static void assert_fill_fails(const char *text, guint which, const char *value) {
    g_autoptr(Message) message = message_of(text);
    GArray *splices[3] = {NULL, NULL, NULL};
    g_autoptr(GArray) mine = splices_new();
    splices_add(mine, 0, 0, value, strlen(value));
    splices[which] = mine;
    g_autoptr(Rewrite) rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    assert_false(rewrite_fill(rewrite, message, splices, &error));
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
}

static void test_empty_parts(void **state) {
    (void)state;
    static const char start[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n", end[] = "--b--\n";
    g_autofree char *text = g_strconcat(start, "Content-Type: text/plain\n\n", end, NULL);
    g_autofree char *wanted = g_strconcat(start, "Content-Type: text/plain\n\nhello\n", end, NULL);
    g_autoptr(Message) message = message_of(text);
    g_autoptr(GArray) mine = splices_new();
    splices_add(mine, 0, 0, "hello", strlen("hello"));
    GArray *splices[] = {mine};
    g_autoptr(Rewrite) rewrite = rewrite_new();
    assert_true(rewrite_fill(rewrite, message, splices, NULL));
    g_autoptr(GBytes) bytes = rewrite_apply(rewrite, message);
    assert_int_equal(g_bytes_get_size(bytes), strlen(wanted));
    assert_memory_equal(g_bytes_get_data(bytes, NULL), wanted, strlen(wanted));

    g_autofree char *broken_off = g_strconcat(start, "Content-Type: text/plain", NULL);
    assert_fill_fails(broken_off, 0, "hello");
}

/* Whatever the encoding, a value that is a delimiter delimits nothing. */
static void test_no_text_ends_its_part(void **state) {
    (void)state;
    static const struct {
        const char *encoding, *body, *value;
    } cases[] = {
        {"7bit", "a\n{{n}}\nc", "--b"},
        {"8bit", "a\n{{n}}b\nc", "--"},
        {"7bit", "a\n-{{n}}\nc", "-b--"},
        {"quoted-printable", "a\n{{n}}\nc", "--b"},
        {"quoted-printable", "a\n-{{n}}\nc", "-b"},
        {"7bit", "a\n{{n}}\nc", "--outer"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("Content-Type: multipart/mixed; boundary=outer\n\n--outer\n"
                                                "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
                                                "Content-Transfer-Encoding: %s\n\n%s\n--b\n\nlast\n--b--\n--outer--\n",
                                                cases[i].encoding, cases[i].body);
        g_autoptr(Message) message = message_of(text);
        g_autoptr(Rewrite) rewrite = filled(message, cases[i].value);
        g_autoptr(GBytes) changed = rewrite_apply(rewrite, message);
        g_autoptr(Message) after = message_new(changed);
        const GPtrArray *texts = message_texts(after);
        g_auto(GStrv) parts = g_strsplit(cases[i].body, PLACE, -1);
        g_autofree char *wanted = g_strjoinv(cases[i].value, parts);
        assert_int_equal(texts->len, 2);
        assert_string_equal(((const MessageText *)texts->pdata[0])->text, wanted);
        assert_string_equal(((const MessageText *)texts->pdata[1])->text, "last");
    }
}

/* The blank that makes a line a fold is the text's own, and may go with it. */
static void test_no_fold_is_left_without_its_blank(void **state) {
    (void)state;
    g_autoptr(Message) message = message_of("Subject: one\n two\n\nx\n");
    g_autoptr(GArray) mine = splices_new();
    splices_add(mine, 3, 4, "Bcc: m@x.example", strlen("Bcc: m@x.example"));
    GArray *splices[] = {mine, NULL};
    g_autoptr(Rewrite) rewrite = rewrite_new();
    assert_true(rewrite_fill(rewrite, message, splices, NULL));
    assert_string_equal(((HeaderEdit *)rewrite->headers->pdata[0])->value, " oneBcc: m@x.exampletwo");
}

/* The comment has no end, so for us it takes the charset in; GMime reads on behind it. */
static void test_a_type_that_two_read_differently_is_left_alone(void **state) {
    (void)state;
    static const char text[] = "Content-Type: text/plain(; charset=iso-8859-2\n\nx\n";
    assert_fill_fails(text, 0, "Олена");
    g_autoptr(Message) message = message_of(text);
    assert_int_equal(message_texts(message)->len, 1);
}

/* Who reads it sees text, so what stands in it is found; a charset could not be written there. */
static void test_a_type_that_is_none_is_text_and_left_alone(void **state) {
    (void)state;
    static const struct {
        const char *type;
        Place place;
    } cases[] = {
        {"text", PLACE_PLAIN}, {"Text/", PLACE_PLAIN},    {"text/;charset=utf-8", PLACE_PLAIN}, {"", PLACE_PLAIN},
        {"HTML", PLACE_HTML},  {"text.html", PLACE_HTML}, {"\"text/html\"", PLACE_HTML}};
    static const char *const others[] = {"application/octet-stream", "application",
                                         "application-x-gzip; name=\"text\""};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("Content-Type: %s\n\n{{n}}\n", cases[i].type);
        assert_fill_fails(text, 0, "Ł");
        g_autoptr(Message) message = message_of(text);
        const GPtrArray *texts = message_texts(message);
        assert_int_equal(texts->len, 1);
        const MessageText *found = g_ptr_array_index(texts, 0);
        assert_int_equal(found->place, cases[i].place);
        assert_string_equal(found->text, "{{n}}\n");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *text = g_strdup_printf("Content-Type: %s\n\n{{n}}\n", others[i]);
        g_autoptr(Message) message = message_of(text);
        assert_int_equal(message_texts(message)->len, 0);
    }
}

static void test_unknown_charset_fails_and_leaves_nothing(void **state) {
    (void)state;
    g_autoptr(Message) message = message_of("Subject: {{n}}\n" TYPE "x-of-mars\n\n\xE4 {{n}}\n");
    const GPtrArray *texts = message_texts(message);
    g_autoptr(GArray) subject = splices_of(g_ptr_array_index(texts, 0), "Ł");
    g_autoptr(GArray) body = splices_of(g_ptr_array_index(texts, 1), "Ł");
    GArray *splices[] = {subject, body};
    g_autoptr(Rewrite) rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    assert_false(rewrite_fill(rewrite, message, splices, &error));
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
    assert_int_equal(rewrite->headers->len, 0);
    assert_null(rewrite->body);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_in_every_encoding),
        cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_long_subjects_fold),
        cmocka_unit_test(test_inner_parts_alone_change),
        cmocka_unit_test(test_a_boundary_may_end_the_message),
        cmocka_unit_test(test_long_lines_become_quoted_printable),
        cmocka_unit_test(test_edits_are_in_order),
        cmocka_unit_test(test_appending_to_odd_messages),
        cmocka_unit_test(test_empty_parts),
        cmocka_unit_test(test_no_text_ends_its_part),
        cmocka_unit_test(test_no_fold_is_left_without_its_blank),
        cmocka_unit_test(test_a_type_that_two_read_differently_is_left_alone),
        cmocka_unit_test(test_a_type_that_is_none_is_text_and_left_alone),
        cmocka_unit_test(test_unknown_charset_fails_and_leaves_nothing),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
