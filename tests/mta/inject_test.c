#include "fixture.h"
#include "smtp_server.h"

#define HEADER "Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nFrom: a@example.org\r\nMessage-ID: <1@example.org>\r\n"
#define PLAIN HEADER "Subject: hello\r\n\r\nhello\r\n"
#define TICKET "Cadence-Ticket: t1\r\n"
#define USUAL "PIPELINING 8BITMIME DSN ENHANCEDSTATUSCODES"

typedef struct {
    const char *name;
    const char *raw;
    gsize length; /* 0: up to the NUL */
} Sample;

#define WITH_NUL HEADER "\r\nbe\0fore\r\n"
#define NUL_IN_NAME "X\0Y: 1\r\n" HEADER "\r\nbody\r\n"

static const Sample BY_SMTP[] = {
    {"plain", PLAIN, 0},
    {"no Message-Id, no To", "Date: x\r\nFrom: a\r\n\r\nbody\r\n", 0},
    {"Bcc and To", HEADER "To: b@example.org\r\nBcc: c@example.org\r\n\r\nbody\r\n", 0},
    {"lower case", "date: x\r\nfrom: a\r\nmessage-id: <1>\r\n\r\nbody\r\n", 0},
    {"8-bit header and body", HEADER "Subject: \xc5\xbb\xf3\xff\r\n\r\nza\xc5\xbc\xf3\xc5\x82\xc4\x87\r\n", 0},
    {"folded", HEADER "Subject: one\r\n two\r\n\tthree:\r\n  \r\nX: y\r\n\r\n body\r\n", 0},
    {"mbox line and a line without colon",
     "From a@b Mon Nov  2 10:00:00 2026\r\n" HEADER "no colon here\r\n: empty name\r\n\r\nbody\r\n", 0},
    {"space before the colon", HEADER "Subject : x\r\nTo : y\r\n\r\nbody\r\n", 0},
    {"fields of a kind",
     "Received: 1\r\nReceived: 2\r\n" HEADER "X-A: 1\r\nX-A: 2\r\nContent-A: 1\r\nContent-A: 2\r\n\r\n\r\n", 0},
    {"resent",
     "Resent-To: a\r\nResent-To: b\r\nResent-Date: x\r\n" HEADER "Delivered-To: a\r\nErrors-To: b\r\n\r\nbody\r\n", 0},
    {"dots", HEADER ".X: header\r\nX:\r\n\r\n.\r\n..\r\n.a\r\na.\r\n\r\n.\r\nmore\r\n", 0},
    {"no final newline", HEADER "\r\nbody", 0},
    {"no body", HEADER "\r\n", 0},
    {"only CR", HEADER "X: a\rb\r\n\r\nbody\r.\r\r\nmore\r\n", 0},
    {"NUL in the body", WITH_NUL, sizeof WITH_NUL - 1},
};

static const Sample BY_SENDMAIL[] = {
    {"Original-Recipient", "Original-Recipient: rfc822;a\r\n" PLAIN, 0},
    {"another Original- field", "original-message-id: 1\r\n" PLAIN, 0},
    {"Resent-Reply-To", "Resent-Reply-To: a\r\n" PLAIN, 0},
    {"two To", "To: a\r\nTo: b\r\n" PLAIN, 0},
    {"two From", "From: a\r\n" PLAIN, 0},
    {"two Message-Id", "Message-Id: <2>\r\n" PLAIN, 0},
    {"no empty line", HEADER, 0},
    {"no body, half a header", HEADER "Subject: x", 0},
    {"begins with a blank", " x\r\n" PLAIN, 0},
    {"LF only", "Date: x\nFrom: a\n\nbody\n", 0},
    {"a lone LF before a dot", HEADER "\r\nbody\n.\r\nMAIL FROM:<evil@example.org>\r\n", 0},
    {"NUL in a name", NUL_IN_NAME, sizeof NUL_IN_NAME - 1},
    {"nothing", "", 0},
};

static GBytes *sample_bytes(const Sample *sample) {
    return g_bytes_new_static(sample->raw, sample->length != 0 ? sample->length : strlen(sample->raw));
}

static GString *with_ticket(const char *ticket, GBytes *raw) {
    gsize length;
    const char *bytes = g_bytes_get_data(raw, &length);
    return g_string_append_len(g_string_new(ticket), bytes, (gssize)length);
}

static void assert_same_bytes(const char *name, const GString *expected, const char *bytes, gsize length) {
    if (expected->len == length && memcmp(expected->str, bytes, length) == 0)
        return;
    g_autofree char *want = g_strescape(expected->str, NULL);
    g_autofree char *have = g_strndup(bytes, length);
    g_autofree char *shown = g_strescape(have, NULL);
    fail_msg("%s: expected %zu bytes \"%s\", got %zu bytes \"%s\"", name, expected->len, want, length, shown);
}

/* All samples in one session. */
static void check_bytes_by_smtp(const char *extensions) {
    Server server = {.extensions = extensions};
    InjectJob jobs[G_N_ELEMENTS(BY_SMTP)];
    for (gsize i = 0; i < G_N_ELEMENTS(BY_SMTP); i++)
        jobs[i] = job_to("r@example.org", sample_bytes(&BY_SMTP[i]));
    server_start(&server);
    GHashTable *told = inject_all(server.address, "/nonexistent", jobs, G_N_ELEMENTS(jobs), &server);
    server_stop(&server);
    assert_int_equal(server.messages->len, G_N_ELEMENTS(jobs));
    assert_int_equal(server_count(&server, "EHLO"), 1);
    for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++) {
        assert_int_equal(told_of(told, &jobs[i])->result, INJECT_ACCEPTED);
        GString *expected = with_ticket(TICKET, jobs[i].raw);
        if (!g_str_has_suffix(expected->str, "\r\n") && strcmp(BY_SMTP[i].name, "no final newline") == 0)
            g_string_append(expected, "\r\n");
        const GString *message = server.messages->pdata[i];
        assert_same_bytes(BY_SMTP[i].name, expected, message->str, message->len);
        g_string_free(expected, TRUE);
        g_bytes_unref(jobs[i].raw);
    }
    g_hash_table_unref(told);
    server_free(&server);
}

static void bytes_arrive_as_given(G_GNUC_UNUSED void **state) {
    check_bytes_by_smtp(USUAL);
    check_bytes_by_smtp("");
    check_bytes_by_smtp(USUAL " CHUNKING");
}

static void bytes_arrive_without_ticket(G_GNUC_UNUSED void **state) {
    Server server = {.extensions = USUAL};
    g_autoptr(GBytes) raw = bytes_of("Date: x\r\nFrom: a\r\n\r\nbody\r\n");
    InjectJob job = job_to("r@example.org", raw);
    job.ticket = NULL;
    server_start(&server);
    GHashTable *told = inject_all(server.address, "/nonexistent", &job, 1, &server);
    server_stop(&server);
    assert_string_equal(((GString *)server.messages->pdata[0])->str, "Date: x\r\nFrom: a\r\n\r\nbody\r\n");
    g_hash_table_unref(told);
    server_free(&server);
}

static void long_lines_and_bodies_arrive(G_GNUC_UNUSED void **state) {
    g_autofree char *line = g_strnfill(20000, 'x');
    GString *text = g_string_new(HEADER "X-Long: ");
    g_string_append_printf(text, "%s\r\n %s\r\n\r\n", line, line);
    for (int i = 0; i < 20; i++)
        g_string_append_printf(text, ".%s\r\n", line);
    g_autoptr(GBytes) raw = g_string_free_to_bytes(text);
    static const char *const offers[] = {USUAL, USUAL " CHUNKING"};
    for (gsize offer = 0; offer < G_N_ELEMENTS(offers); offer++) {
        Server server = {.extensions = offers[offer]};
        InjectJob job = job_to("r@example.org", raw);
        server_start(&server);
        GHashTable *told = inject_all(server.address, "/nonexistent", &job, 1, &server);
        server_stop(&server);
        GString *expected = with_ticket(TICKET, raw);
        const GString *message = server.messages->pdata[0];
        assert_same_bytes("long", expected, message->str, message->len);
        g_string_free(expected, TRUE);
        g_hash_table_unref(told);
        server_free(&server);
    }
}

/* What Postfix adds to mail of its own host, and drops from it, may as well be added and dropped before. */
static void only_what_postfix_would_do_itself_is_changed(G_GNUC_UNUSED void **state) {
    static const struct {
        const char *raw, *added, *dropped, *kept;
    } cases[] = {
        {"From: a\r\nX: 1\r\n\r\nbody\r\n", "\r\nDate: ", NULL, "From: a\r\nX: 1\r\n"},
        {"Date: x\r\nX: 1\r\n\r\nbody\r\n", "\r\nFrom: s@example.org\r\n", NULL, "Date: x\r\nX: 1\r\n"},
        {"Return-Path: <a@example.org>\r\n" PLAIN, NULL, "Return-Path", "Subject: hello\r\n\r\nhello\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Server server = {.extensions = USUAL};
        g_autoptr(GBytes) raw = bytes_of(cases[i].raw);
        InjectJob job = job_to("r@example.org", raw);
        server_start(&server);
        GHashTable *told = inject_all(server.address, "/nonexistent", &job, 1, &server);
        server_stop(&server);
        assert_int_equal(told_of(told, &job)->result, INJECT_ACCEPTED);
        const char *message = ((GString *)server.messages->pdata[0])->str;
        assert_true(cases[i].added == NULL || strstr(message, cases[i].added) != NULL);
        assert_true(cases[i].dropped == NULL || strstr(message, cases[i].dropped) == NULL);
        assert_non_null(strstr(message, cases[i].kept));
        assert_true(g_str_has_suffix(message, strstr(cases[i].raw, "\r\n\r\n")));
        g_hash_table_unref(told);
        server_free(&server);
    }
}

/* As sendmail(1) sees it: every CRLF is LF. */
static GString *expected_input(GBytes *raw) {
    g_autoptr(GString) text = with_ticket(TICKET, raw);
    GString *input = g_string_new(NULL);
    for (gsize i = 0; i < text->len; i++)
        if (text->str[i] != '\r' || text->str[i + 1] != '\n')
            g_string_append_c(input, text->str[i]);
    return input;
}

static void what_libesmtp_would_alter_goes_through_sendmail(G_GNUC_UNUSED void **state) {
    Server server = {.extensions = USUAL};
    server_start(&server);
    for (gsize i = 0; i < G_N_ELEMENTS(BY_SENDMAIL); i++) {
        Sendmail sendmail = sendmail_new(0, "");
        g_autoptr(GBytes) raw = sample_bytes(&BY_SENDMAIL[i]);
        InjectJob job = job_to("r@example.org", raw);
        GHashTable *told = inject_all(server.address, sendmail.path, &job, 1, NULL);
        gsize length = 0;
        g_autofree char *input = sendmail_record(&sendmail, "input", &length);
        GString *expected = expected_input(raw);
        assert_same_bytes(BY_SENDMAIL[i].name, expected, input != NULL ? input : "", length);
        assert_int_equal(told_of(told, &job)->result, INJECT_SUBMITTED);
        g_string_free(expected, TRUE);
        g_hash_table_unref(told);
        sendmail_free(&sendmail);
    }
    server_stop(&server);
    assert_int_equal(server.connections, 0);
    server_free(&server);
}

static void each_answer_belongs_to_its_job(G_GNUC_UNUSED void **state) {
    static const struct {
        const char *sender, *recipient;
        InjectResult result;
        const char *answer;
    } cases[] = {
        {"s@example.org", "1@example.org", INJECT_ACCEPTED, "250 2.0.0 Ok"},
        {"s@example.org", "550@example.org", INJECT_REFUSED, "550 5.1.1 no such user"},
        {"s@example.org", "450@example.org", INJECT_DEFERRED, "450 4.2.1 mailbox  busy"},
        {"s@example.org", "data550@example.org", INJECT_REFUSED, "550 5.7.1 not this content"},
        {"s@example.org", "data451@example.org", INJECT_DEFERRED, "451 4.3.0 not now"},
        {"mail550@example.org", "2@example.org", INJECT_REFUSED, "550 5.7.1 not this sender"},
        {"mail451@example.org", "3@example.org", INJECT_DEFERRED, "451 4.7.1 later"},
        {"s@example.org", "sequence@example.org", INJECT_DEFERRED, "503 5.5.1 nested MAIL"},
        {"", "4@example.org", INJECT_ACCEPTED, "250 2.0.0 Ok"},
    };
    static const char *const offers[] = {USUAL, "ENHANCEDSTATUSCODES", USUAL " CHUNKING"};
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    for (gsize offer = 0; offer < G_N_ELEMENTS(offers); offer++) {
        Server server = {.extensions = offers[offer]};
        InjectJob jobs[G_N_ELEMENTS(cases)];
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            jobs[i] = job_to(cases[i].recipient, raw);
            jobs[i].sender = cases[i].sender;
        }
        server_start(&server);
        GHashTable *told = inject_all(server.address, "/nonexistent", jobs, G_N_ELEMENTS(jobs), &server);
        server_stop(&server);
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            assert_int_equal(told_of(told, &jobs[i])->result, cases[i].result);
            assert_string_equal(told_of(told, &jobs[i])->answer, cases[i].answer);
            assert_int_equal(told_of(told, &jobs[i])->mails, i + 1); /* before the next message was begun */
        }
        assert_int_equal(server_count(&server, "EHLO"), 1);
        assert_int_equal(server_count(&server, "MAIL FROM:<>"), 1);
        g_hash_table_unref(told);
        server_free(&server);
    }
}

static void many_messages_go_on_a_few_connections(G_GNUC_UNUSED void **state) {
    enum { COUNT = 300 };
    Server server = {.extensions = USUAL};
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    InjectJob jobs[COUNT];
    for (int i = 0; i < COUNT; i++)
        jobs[i] = job_to("r@example.org", raw);
    server_start(&server);
    GHashTable *told = inject_all(server.address, "/nonexistent", jobs, COUNT, &server);
    server_stop(&server);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(told_of(told, &jobs[i])->result, INJECT_ACCEPTED);
    }
    assert_int_equal(server.messages->len, COUNT);
    assert_in_range(server.connections, 2, 16);
    assert_int_equal(server_count(&server, "EHLO"), server.connections);
    g_hash_table_unref(told);
    server_free(&server);
}

/* libESMTP itself does not outlive this where it sends a message in chunks. */
static void a_connection_lost_with_answers_due_defers_all(G_GNUC_UNUSED void **state) {
    static const char *const offers[] = {USUAL, "", USUAL " CHUNKING", "Pipelining CHUNKING 8BITMIME"};
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    for (gsize offer = 0; offer < G_N_ELEMENTS(offers); offer++) {
        Server server = {.extensions = offers[offer]};
        InjectJob jobs[] = {job_to("gone@example.org", raw), job_to("1@example.org", raw)};
        server_start(&server);
        GHashTable *told = inject_all(server.address, "/nonexistent", jobs, G_N_ELEMENTS(jobs), &server);
        server_stop(&server);
        for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++)
            assert_int_equal(told_of(told, &jobs[i])->result, INJECT_DEFERRED);
        g_hash_table_unref(told);
        server_free(&server);
    }
}

static void lost_connections_defer_the_rest(G_GNUC_UNUSED void **state) {
    static const char *const recipients[] = {"close@example.org", "cut@example.org"};
    static const char *const offers[] = {USUAL, "", USUAL " CHUNKING"};
    g_autofree char *body = g_strnfill(2 << 20, 'x');
    g_autofree char *text = g_strconcat(HEADER "\r\n", body, "\r\n", NULL);
    g_autoptr(GBytes) raw = bytes_of(text);
    for (gsize i = 0; i < G_N_ELEMENTS(recipients); i++) {
        for (gsize offer = 0; offer < G_N_ELEMENTS(offers); offer++) {
            Server server = {.extensions = offers[offer]};
            InjectJob jobs[] = {job_to("1@example.org", raw), job_to(recipients[i], raw), job_to("2@example.org", raw)};
            server_start(&server);
            GHashTable *told = inject_all(server.address, "/nonexistent", jobs, G_N_ELEMENTS(jobs), &server);
            server_stop(&server);
            assert_int_equal(told_of(told, &jobs[0])->result, INJECT_ACCEPTED);
            assert_int_equal(told_of(told, &jobs[1])->result, INJECT_DEFERRED);
            assert_int_equal(told_of(told, &jobs[2])->result, INJECT_DEFERRED);
            assert_true(*told_of(told, &jobs[2])->answer != '\0');
            g_hash_table_unref(told);
            server_free(&server);
        }
    }
}

/* 250 to DATA itself: whatever it means, no message was sent. */
static void nothing_is_accepted_unsent(G_GNUC_UNUSED void **state) {
    Server server = {.extensions = USUAL};
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    InjectJob jobs[] = {job_to("early@example.org", raw), job_to("r@example.org", raw)};
    server_start(&server);
    GHashTable *told = inject_all(server.address, "/nonexistent", jobs, G_N_ELEMENTS(jobs), &server);
    server_stop(&server);
    assert_int_equal(told_of(told, &jobs[0])->result, INJECT_DEFERRED);
    assert_int_equal(told_of(told, &jobs[1])->result, INJECT_DEFERRED);
    g_hash_table_unref(told);
    server_free(&server);
}

static void no_connection_defers_all(G_GNUC_UNUSED void **state) {
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    InjectJob jobs[] = {job_to("1@example.org", raw), job_to("2@example.org", raw)};
    Server closed = {.extensions = USUAL};
    server_start(&closed);
    server_stop(&closed);
    const char *addresses[] = {closed.address, "[2001:db8::1]:25", "127.0.0.1:nosuchservice", "[::1]:nosuchservice"};
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        GHashTable *told = inject_all(addresses[i], "/nonexistent", jobs, G_N_ELEMENTS(jobs), NULL);
        assert_int_equal(told_of(told, &jobs[0])->result, INJECT_DEFERRED);
        assert_int_equal(told_of(told, &jobs[1])->result, INJECT_DEFERRED);
        assert_true(*told_of(told, &jobs[1])->answer != '\0');
        g_hash_table_unref(told);
    }
    server_free(&closed);
}

static void a_refusing_greeting_defers_all(G_GNUC_UNUSED void **state) {
    static const char *const greetings[] = {"421 4.3.2 too many connections", "554 5.3.2 no service"};
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    for (gsize i = 0; i < G_N_ELEMENTS(greetings); i++) {
        Server server = {.greeting = greetings[i], .extensions = USUAL};
        InjectJob jobs[] = {job_to("1@example.org", raw), job_to("2@example.org", raw)};
        server_start(&server);
        GHashTable *told = inject_all(server.address, "/nonexistent", jobs, G_N_ELEMENTS(jobs), &server);
        server_stop(&server);
        assert_int_equal(told_of(told, &jobs[0])->result, INJECT_DEFERRED);
        assert_int_equal(told_of(told, &jobs[1])->result, INJECT_DEFERRED);
        assert_string_equal(told_of(told, &jobs[0])->answer, greetings[i]);
        g_hash_table_unref(told);
        server_free(&server);
    }
}

static void parameters_reach_the_server(G_GNUC_UNUSED void **state) {
    g_autofree char *long_envid = g_strnfill(300, 'e');
    g_autofree char *too_long = g_strconcat("ENVID=", long_envid, NULL);
    const struct {
        const char *extensions, *mail, *rcpt, *mail_command, *rcpt_command;
    } cases[] = {
        {USUAL, "BODY=8BITMIME RET=HDRS ENVID=x+2By", "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+2Bb@c",
         "MAIL FROM:<s@example.org> SIZE=133 RET=HDRS ENVID=x+2By BODY=8BITMIME",
         "RCPT TO:<r@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+2Bb@c"},
        {USUAL, "ret=full body=7bit", "notify=never", "MAIL FROM:<s@example.org> SIZE=133 RET=FULL BODY=7BIT",
         "RCPT TO:<r@example.org> NOTIFY=NEVER"},
        {USUAL, "ENVID=a+2", "NOTIFY=DELAY ORCPT=nonsense", "MAIL FROM:<s@example.org> SIZE=133",
         "RCPT TO:<r@example.org> NOTIFY=DELAY"},
        {USUAL, too_long, "", "MAIL FROM:<s@example.org> SIZE=133", "RCPT TO:<r@example.org>"},
        {"8BITMIME", "BODY=8BITMIME RET=HDRS", "NOTIFY=NEVER", "MAIL FROM:<s@example.org> SIZE=133 BODY=8BITMIME",
         "RCPT TO:<r@example.org>"},
        {"", "BODY=8BITMIME RET=HDRS", "NOTIFY=NEVER", "MAIL FROM:<s@example.org> SIZE=133", "RCPT TO:<r@example.org>"},
    };
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Server server = {.extensions = cases[i].extensions};
        InjectJob job = job_to("r@example.org", raw);
        job.mail_parameters = cases[i].mail;
        job.recipient_parameters = cases[i].rcpt;
        server_start(&server);
        GHashTable *told = inject_all(server.address, "/nonexistent", &job, 1, &server);
        server_stop(&server);
        assert_int_equal(told_of(told, &job)->result, INJECT_ACCEPTED);
        bool asked_twice = server.connections == 2; /* EHLO and QUIT of the session without 8BITMIME stand before */
        assert_string_equal(server.commands->pdata[asked_twice ? 3 : 1], cases[i].mail_command);
        assert_string_equal(server.commands->pdata[asked_twice ? 4 : 2], cases[i].rcpt_command);
        g_hash_table_unref(told);
        server_free(&server);
    }
}

static void addresses_can_give_no_commands(G_GNUC_UNUSED void **state) {
    g_autofree char *too_long = g_strnfill(901, 'a');
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    const char *addresses[] = {"a@b>\r\nRCPT TO:<c@d", too_long};
    Server server = {.extensions = USUAL};
    server_start(&server);
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        InjectJob job = job_to(addresses[i], raw);
        GHashTable *told = inject_all(server.address, "/nonexistent", &job, 1, &server);
        assert_int_equal(told_of(told, &job)->result, INJECT_REFUSED);
        g_hash_table_unref(told);
    }
    server_stop(&server);
    assert_int_equal(server.connections, 0);
    server_free(&server);
}

static void envelopes_in_utf8_go_through_sendmail(G_GNUC_UNUSED void **state) {
    static const struct {
        const char *sender, *recipient, *mail, *rcpt, *arguments;
    } cases[] = {
        {"s@example.org", "r@example.org", "SMTPUTF8", "", "-G\n-i\n-f\ns@example.org\n--\nr@example.org\n"},
        {"", "-z\xc3\xb3@example.org", "BODY=8bitmime RET=HDRS ENVID=a+2Bb", "NOTIFY=never ORCPT=rfc822;a@b",
         "-G\n-i\n-f\n<>\n-B\n8BITMIME\n-R\nHDRS\n-V\na+b\n-N\nNEVER\n--\n-z\xc3\xb3@example.org\n"},
        {"\xc5\xbc@example.org", "r@example.org", "", "NOTIFY=SUCCESS,DELAY",
         "-G\n-i\n-f\n\xc5\xbc@example.org\n-N\nSUCCESS,DELAY\n--\nr@example.org\n"},
    };
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sendmail sendmail = sendmail_new(0, "");
        InjectJob job = job_to(cases[i].recipient, raw);
        job.sender = cases[i].sender;
        job.mail_parameters = cases[i].mail;
        job.recipient_parameters = cases[i].rcpt;
        GHashTable *told = inject_all("127.0.0.1:1", sendmail.path, &job, 1, NULL);
        assert_int_equal(told_of(told, &job)->result, INJECT_SUBMITTED);
        g_autofree char *arguments = sendmail_record(&sendmail, "arguments", NULL);
        assert_non_null(arguments);
        assert_string_equal(arguments, cases[i].arguments);
        g_hash_table_unref(told);
        sendmail_free(&sendmail);
    }
}

static void sendmail_tells_by_its_exit_status(G_GNUC_UNUSED void **state) {
    static const struct {
        int status;
        const char *complaint, *answer;
        InjectResult result;
    } cases[] = {
        {0, "", "sendmail ended with exit status 0", INJECT_SUBMITTED},
        {75, "sendmail: warning: later\nmore", "sendmail: warning: later", INJECT_DEFERRED},
        {65, "sendmail: fatal: bad data", "sendmail: fatal: bad data", INJECT_REFUSED},
        {67, "", "sendmail ended with exit status 67", INJECT_REFUSED},
        {68, "", "sendmail ended with exit status 68", INJECT_REFUSED},
        {69, "", "sendmail ended with exit status 69", INJECT_DEFERRED},
        {77, "", "sendmail ended with exit status 77", INJECT_DEFERRED},
        {1, "", "sendmail ended with exit status 1", INJECT_DEFERRED},
    };
    g_autofree char *body = g_strnfill(1 << 20, 'x');
    g_autofree char *text = g_strconcat(HEADER "\r\n", body, "\r\n", NULL);
    g_autoptr(GBytes) raw = bytes_of(text);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sendmail sendmail = sendmail_new(cases[i].status, cases[i].complaint);
        InjectJob job = job_to("r\xc3\xb3@example.org", raw);
        GHashTable *told = inject_all("127.0.0.1:1", sendmail.path, &job, 1, NULL);
        assert_int_equal(told_of(told, &job)->result, cases[i].result);
        assert_string_equal(told_of(told, &job)->answer, cases[i].answer);
        g_hash_table_unref(told);
        sendmail_free(&sendmail);
    }
}

static void a_missing_sendmail_defers(G_GNUC_UNUSED void **state) {
    g_autoptr(GBytes) raw = bytes_of(PLAIN);
    InjectJob job = job_to("r\xc3\xb3@example.org", raw);
    GHashTable *told = inject_all("127.0.0.1:1", "/nonexistent/sendmail", &job, 1, NULL);
    assert_int_equal(told_of(told, &job)->result, INJECT_DEFERRED);
    assert_non_null(strstr(told_of(told, &job)->answer, "/nonexistent/sendmail"));
    g_hash_table_unref(told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_arrive_as_given),
        cmocka_unit_test(bytes_arrive_without_ticket),
        cmocka_unit_test(long_lines_and_bodies_arrive),
        cmocka_unit_test(only_what_postfix_would_do_itself_is_changed),
        cmocka_unit_test(what_libesmtp_would_alter_goes_through_sendmail),
        cmocka_unit_test(each_answer_belongs_to_its_job),
        cmocka_unit_test(many_messages_go_on_a_few_connections),
        cmocka_unit_test(a_connection_lost_with_answers_due_defers_all),
        cmocka_unit_test(lost_connections_defer_the_rest),
        cmocka_unit_test(nothing_is_accepted_unsent),
        cmocka_unit_test(no_connection_defers_all),
        cmocka_unit_test(a_refusing_greeting_defers_all),
        cmocka_unit_test(parameters_reach_the_server),
        cmocka_unit_test(addresses_can_give_no_commands),
        cmocka_unit_test(envelopes_in_utf8_go_through_sendmail),
        cmocka_unit_test(sendmail_tells_by_its_exit_status),
        cmocka_unit_test(a_missing_sendmail_defers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
