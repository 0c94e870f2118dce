/* A notice is new mail, so GMime may write it: three parts, for the person, for the program, and what it is about. The
 * original goes along as opaque bytes; only newlines are made CRLF, as everything in the notice is. */
#include "message/notice.h"

#include "base/text.h"
#include "message/envelope.h"
#include "message/message.h"
#include "written.h"

#include <gmime/gmime.h>
#include <stdbool.h>
#include <string.h>

#define FULL_MAX (64 * 1024) /* bytes of an original that goes along as a whole */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMultipart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)

static char *date_text(Instant at) {
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(at);
    return date != NULL ? g_mime_utils_header_format_date(date) : g_strdup("Thu, 01 Jan 1970 00:00:00 +0000");
}

/* One line, whatever the text came from. */
static char *one_line(const char *text) {
    char *line = g_utf8_make_valid(text, -1);
    for (char *p = line; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    }
    return line;
}

/* Decodes xtext (RFC 3461, section 4), in which SMTP carries ENVID and ORCPT. */
static char *xtext_decode(const char *xtext) {
    GString *text = g_string_new(NULL);
    for (; *xtext != '\0'; xtext++) {
        if (*xtext == '+' && g_ascii_isxdigit(xtext[1]) && g_ascii_isxdigit(xtext[2])) {
            g_string_append_c(text, (char)(g_ascii_xdigit_value(xtext[1]) * 16 + g_ascii_xdigit_value(xtext[2])));
            xtext += 2;
        } else {
            g_string_append_c(text, *xtext);
        }
    }
    g_autofree char *decoded = g_string_free(text, FALSE);
    return one_line(decoded);
}

/* A field of the delivery status, which is ASCII (RFC 3464, 2.1); other characters stand as RFC 6533 writes them in
 * addresses. */
static void add_field(GString *text, const char *name, const char *value) {
    if (value == NULL)
        return;
    g_autofree char *line = one_line(value);
    g_string_append_printf(text, "%s: ", name);
    for (const char *p = line; *p != '\0'; p = g_utf8_next_char(p)) {
        if ((guint8)*p < 0x80)
            g_string_append_c(text, *p);
        else
            g_string_append_printf(text, "\\x{%X}", g_utf8_get_char(p));
    }
    g_string_append_c(text, '\n');
}

static void add_date(GString *text, const char *name, Instant at) {
    g_autofree char *date = date_text(at);
    add_field(text, name, date);
}

static char *original_recipient(const Notice *notice) {
    g_autofree char *parameter = envelope_parameter(notice->recipient_parameters, "ORCPT");
    const char *address = parameter != NULL ? strchr(parameter, ';') : NULL;
    if (address == NULL)
        return NULL;
    g_autofree char *decoded = xtext_decode(address + 1);
    return g_strdup_printf("%.*s; %s", (int)(address - parameter), parameter, decoded);
}

static char *status_text(const Notice *notice) {
    GString *text = g_string_new(NULL);
    g_autofree char *envid = envelope_parameter(notice->mail_parameters, "ENVID");
    g_autofree char *envelope_id = envid != NULL ? xtext_decode(envid) : NULL;
    g_autofree char *mta = g_strdup_printf("dns; %s", notice->reporting_host);
    const char *address_type = g_str_is_ascii(notice->recipient) ? "rfc822" : "utf-8"; /* RFC 6533, section 3 */
    g_autofree char *final = g_strdup_printf("%s; %s", address_type, notice->recipient);
    g_autofree char *original = original_recipient(notice);
    g_autofree char *diagnostic = g_strdup_printf("smtp; 550 %s %s", notice->status, notice->reason);
    add_field(text, "Original-Envelope-Id", envelope_id);
    add_field(text, "Reporting-MTA", mta);
    add_date(text, "Arrival-Date", notice->arrived);
    g_string_append_c(text, '\n');
    add_field(text, "Original-Recipient", original);
    add_field(text, "Final-Recipient", final);
    add_field(text, "Action", "failed");
    add_field(text, "Status", notice->status);
    add_field(text, "Diagnostic-Code", diagnostic);
    add_date(text, "Last-Attempt-Date", notice->at);
    return g_string_free(text, FALSE);
}

static char *person_text(const Notice *notice) {
    g_autofree char *recipient = one_line(notice->recipient), *reason = one_line(notice->reason);
    g_autofree char *arrived = date_text(notice->arrived);
    return g_strdup_printf("This is the mail system at host %s.\n\n"
                           "Your message of %s could not be delivered to\n\n    %s\n\n%s\n\n"
                           "It will not be tried again. The message is known here as %s.\n",
                           notice->reporting_host, arrived, recipient, reason, notice->id);
}

static GMimePart *add_part(GMimeMultipart *report, const char *type, const char *subtype, GBytes *bytes) {
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autoptr(GMimePart) part = g_mime_part_new_with_type(type, subtype);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data != NULL ? data : "", length);
    g_autoptr(GMimeDataWrapper) content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_multipart_add(report, GMIME_OBJECT(part));
    return part;
}

/* Takes the text. */
static GMimePart *add_text(GMimeMultipart *report, const char *type, const char *subtype, char *text) {
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    GMimePart *part = add_part(report, type, subtype, bytes);
    if (!g_str_is_ascii(text))
        g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return part;
}

static bool wants_full(const Notice *notice) {
    g_autofree char *ret = envelope_parameter(notice->mail_parameters, "RET");
    return ret != NULL && g_ascii_strcasecmp(ret, "FULL") == 0 && g_bytes_get_size(notice->raw) <= FULL_MAX;
}

static char *header_text(GBytes *raw) {
    g_autoptr(Message) message = message_new(raw);
    const GPtrArray *fields = message_fields(message);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(fields, i);
        g_string_append_printf(text, "%s:%s\n", field->name, field->raw);
    }
    return g_string_free(text, FALSE);
}

/* Nested mail must not be encoded (RFC 2046, 5.2.1), so it goes as 8bit whatever is in it. */
static void add_original(GMimeMultipart *report, const Notice *notice) {
    bool full = wants_full(notice);
    GMimePart *part = full ? add_part(report, "message", "rfc822", notice->raw)
                           : add_text(report, "text", "rfc822-headers", header_text(notice->raw));
    if (full)
        g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_8BIT);
}

static GMimeMultipart *compose_report(const Notice *notice) {
    GMimeMultipart *report = g_mime_multipart_new_with_subtype("report");
    g_autofree char *boundary = g_uuid_string_random();
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(report), "report-type", "delivery-status");
    g_mime_multipart_set_boundary(report, boundary);
    GMimePart *person = add_text(report, "text", "plain", person_text(notice));
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(person), "charset", "utf-8");
    add_text(report, "message", "delivery-status", status_text(notice));
    add_original(report, notice);
    return report;
}

static GMimeMessage *compose_message(const Notice *notice) {
    GMimeMessage *message = g_mime_message_new(TRUE);
    g_autoptr(GMimeMultipart) report = compose_report(notice);
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(notice->at);
    g_autofree char *from = g_strdup_printf("MAILER-DAEMON@%s", notice->reporting_host);
    g_autofree char *to = one_line(notice->sender);
    g_autofree char *unique = identifier_new(notice->at);
    g_autofree char *id = g_strdup_printf("%s@%s", unique, notice->reporting_host);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, "Mail Delivery System", from);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, to);
    g_mime_message_set_subject(message, "Undelivered Mail Returned to Sender", NULL);
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, id);
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-replied", NULL);
    g_mime_object_set_header(GMIME_OBJECT(message), "MIME-Version", "1.0", NULL);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(report));
    return message;
}

GBytes *notice_compose(const Notice *notice) {
    g_autoptr(GMimeMessage) message = compose_message(notice);
    return written_bytes(GMIME_OBJECT(message), "\r\n");
}
