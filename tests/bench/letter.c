/* What it holds is what such mail holds in practice: the name in the Subject and in both texts, one more attribute, a
 * section about it, a link, and for the rest words. */
#include "letter.h"

#include "population.h"

#define BOUNDARY "=_benchmark"
#define OTHER_BYTES 1400 /* header, tags and boundaries of the whole */

static const char PLAIN_HEAD[] = "--" BOUNDARY "\r\n"
                                 "Content-Type: text/plain; charset=utf-8\r\n"
                                 "Content-Transfer-Encoding: 8bit\r\n\r\n"
                                 "Dear {{customer.first_name | default: \"customer\"}},\r\n\r\n"
                                 "{{#customer.city}}our branch in {{customer.city}} has an offer for "
                                 "you.{{/customer.city}}\r\n\r\n";
static const char HTML_HEAD[] = "\r\n--" BOUNDARY "\r\n"
                                "Content-Type: text/html; charset=utf-8\r\n"
                                "Content-Transfer-Encoding: 8bit\r\n\r\n"
                                "<html><body><p>Dear {{customer.first_name | default: \"customer\"}},</p>\r\n"
                                "<p>{{#customer.city}}our branch in {{customer.city}} has an offer for "
                                "you.{{/customer.city}}</p>\r\n<p><a href=\"https://www.bank.example/offer\">Read "
                                "on</a></p>\r\n";
static const char PLAIN_LINE[] = "A loan at a fixed rate, with no fee for early repayment and no paperwork.\r\n";
static const char HTML_LINE[] = "<p>A loan at a fixed rate, no fee for early repayment, no paperwork.</p>\r\n";
static const char TAIL[] = "</body></html>\r\n--" BOUNDARY "--\r\n";

static void append_lines(GString *body, const char *line, gsize until) {
    while (body->len < until)
        g_string_append(body, line);
}

GString *letter_body(gsize bytes) {
    gsize length = MAX(bytes, OTHER_BYTES) - OTHER_BYTES;
    GString *body = g_string_new(PLAIN_HEAD);
    append_lines(body, PLAIN_LINE, length / 2);
    g_string_append(body, HTML_HEAD);
    append_lines(body, HTML_LINE, length + sizeof HTML_HEAD);
    return g_string_append(body, TAIL);
}

static void add_field(Letter *letter, const char *name, char *value) {
    letter->fields[letter->field_count++] = (LetterField){name, value};
}

Letter letter_new(guint64 customer, const char *run, guint64 serial, const GString *body) {
    g_autofree char *address = population_address(customer);
    Letter letter = {.sender = g_strdup("<offers@crm.bank.example>"),
                     .recipient = g_strdup_printf("<%s>", address),
                     .body = body->str,
                     .body_length = body->len};
    add_field(&letter, "From", g_strdup(" The Bank <offers@crm.bank.example>"));
    add_field(&letter, "To", g_strdup_printf(" %s", letter.recipient));
    add_field(&letter, "Date", g_strdup(" Mon, 02 Nov 2026 09:00:00 +0100"));
    add_field(&letter, "Message-ID", g_strdup_printf(" <%s.%" G_GUINT64_FORMAT "@crm.bank.example>", run, serial));
    add_field(&letter, "Cadence-Topic", g_strdup(" loans"));
    add_field(&letter, "Subject", g_strdup(" {{customer.first_name | default: \"Good news\"}}: a loan for you"));
    add_field(&letter, "MIME-Version", g_strdup(" 1.0"));
    add_field(&letter, "Content-Type", g_strdup(" multipart/alternative; boundary=\"" BOUNDARY "\""));
    add_field(&letter, "List-Unsubscribe", g_strdup(" <https://www.bank.example/unsubscribe>"));
    return letter;
}

void letter_clear(Letter *letter) {
    g_free(letter->sender);
    g_free(letter->recipient);
    for (guint i = 0; i < letter->field_count; i++)
        g_free(letter->fields[i].value);
}

GString *letter_text(const Letter *letter) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < letter->field_count; i++)
        g_string_append_printf(text, "%s:%s\r\n", letter->fields[i].name, letter->fields[i].value);
    g_string_append(text, "\r\n");
    return g_string_append_len(text, letter->body, letter->body_length);
}
