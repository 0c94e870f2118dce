/* `try`: the whole pipeline on a file. It asks the same engine_judge as the milter does, with an envelope made up from
 * options and, where they are silent, from the header. */
#include "program/command.h"

#include "base/error.h"
#include "engine/receipt.h"
#include "files.h"
#include "program/mailboxes.h"
#include "program/output.h"

#include <glib/gstdio.h>

#define MESSAGE_MAX (128 * 1024 * 1024)

static GPtrArray *addresses_in(const Message *message, const char *const *names) {
    const GPtrArray *fields = message_fields(message);
    GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < fields->len; i++) {
        const HeaderField *field = fields->pdata[i];
        for (const char *const *name = names; *name; name++) {
            if (g_ascii_strcasecmp(field->name, *name) == 0)
                mailboxes_add(addresses, field->raw);
        }
    }
    return addresses;
}

/* "<a@b>" is taken for "a@b", and "<>" for the null sender. */
static char *bare_address(const char *address) {
    gsize length = strlen(address);
    bool bracketed = length >= 2 && address[0] == '<' && address[length - 1] == '>';
    return bracketed ? g_strndup(address + 1, length - 2) : g_strdup(address);
}

static char *sender_of(const Arguments *arguments, const Message *message) {
    if (arguments->sender)
        return bare_address(arguments->sender);
    g_autoptr(GPtrArray) from = addresses_in(message, (const char *const[]){"From", NULL});
    if (from->len > 0)
        return g_strdup(from->pdata[0]);
    g_autoptr(GPtrArray) path = addresses_in(message, (const char *const[]){"Return-Path", NULL});
    return g_strdup(path->len > 0 ? path->pdata[0] : "");
}

static void add_recipients(Envelope *envelope, const Arguments *arguments, const Message *message) {
    for (char **at = arguments->recipients; at && *at; at++) {
        g_autofree char *address = bare_address(*at);
        envelope_add_recipient(envelope, address, "");
    }
    if (arguments->recipients)
        return;
    g_autoptr(GPtrArray) addresses = addresses_in(message, (const char *const[]){"To", "Cc", "Bcc", NULL});
    for (guint i = 0; i < addresses->len; i++)
        envelope_add_recipient(envelope, addresses->pdata[i], "");
}

static Envelope *envelope_of(const Session *session, const Message *message, GError **error) {
    const Arguments *arguments = session->arguments;
    g_autofree char *sender = sender_of(arguments, message);
    g_autoptr(Envelope) envelope = envelope_new(sender);
    g_free(envelope->client);
    envelope->client = g_strdup(arguments->client ? arguments->client : "127.0.0.1");
    envelope->login = g_strdup(arguments->login);
    add_recipients(envelope, arguments, message);
    if (envelope->recipients->len > 0)
        return g_steal_pointer(&envelope);
    usage_error(error, "%s has no address in To, Cc or Bcc, expected --rcpt ADDRESS", session->operands[0]);
    return NULL;
}

/* DIR/ADDRESS.eml says what this verdict is; what an earlier one left there would not. */
static bool write_one(Session *session, const Submission *submission, const Judgement *judgement,
                      const Outcome *outcome, GError **error) {
    g_autofree char *path = file_name_in(session->arguments->output, outcome->address, ".eml");
    g_autoptr(GError) fault = NULL;
    g_autoptr(GBytes) mail = engine_compose(session->engine, submission, judgement, outcome, &fault);
    if (fault) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    if (mail)
        return file_write(path, mail, error);
    g_unlink(path);
    return true;
}

static bool write_output(Session *session, const Submission *submission, const Judgement *judgement, GError **error) {
    if (!session->arguments->output)
        return true;
    if (!directory_make(session->arguments->output, error))
        return false;
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        if (!write_one(session, submission, judgement, judgement->outcomes->pdata[i], error))
            return false;
    }
    return true;
}

/* The milter would have answered 451: nothing was decided. */
static bool is_decided(const Judgement *judgement, GError **error) {
    if (judgement->reply != REPLY_TEMPORARY)
        return true;
    g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_TEMPORARY, "%s", judgement->reply_text);
    for (guint i = 0; i < judgement->notes->len; i++)
        fprintf(stderr, "%s\n", (const char *)judgement->notes->pdata[i]);
    return false;
}

Answer command_try_run(Session *session, json_t **document, GError **error) {
    g_autoptr(GBytes) raw = file_read(session->operands[0], MESSAGE_MAX, error);
    if (!raw)
        return ANSWER_FAILED;
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_of(session, message, error);
    if (!envelope)
        return ANSWER_FAILED;
    Submission submission = {
        .envelope = envelope, .message = message, .at = session->now, .record = session->arguments->record};
    g_autoptr(Judgement) judgement = engine_judge(session->engine, &submission);
    if (!is_decided(judgement, error) || !write_output(session, &submission, judgement, error))
        return ANSWER_FAILED;
    *document = judgement_json(judgement);
    return ANSWER_YES;
}

static void print_message(const json_t *message) {
    size_t index;
    json_t *sentence;
    output_line("class %s (%s)   topic %s   stream %s", output_string(message, "class", "-"),
                output_string(message, "legal", "-"), output_string(message, "topic", "-"),
                output_string(message, "stream", "none: this mail is none of ours"));
    json_array_foreach (json_object_get(message, "evidence"), index, sentence) {
        output_line("    %s", json_string_value(sentence));
    }
    output_leftovers(message);
}

static void print_recipient(const json_t *recipient) {
    json_int_t relational = json_integer_value(json_object_get(json_object_get(recipient, "needs"), "relational"));
    const char *until = output_string(recipient, "until", NULL);
    output_line("%s (%s): %s%s%s", output_string(recipient, "address", ""),
                output_string(recipient, "customer", "no customer"), output_string(recipient, "action", ""),
                until ? " until " : "", until ? until : "");
    output_reasons(json_object_get(recipient, "reasons"));
    output_fallback(recipient);
    output_withheld(json_object_get(recipient, "withheld"));
    if (relational > 0)
        output_line("    sooner after %" JSON_INTEGER_FORMAT " more relational", relational);
}

static void print_reply(const json_t *reply) {
    if (reply)
        output_line("the sender is answered: %s %s %s", output_string(reply, "code", ""),
                    output_string(reply, "status", ""), output_string(reply, "text", ""));
}

void command_try_print(const json_t *document) {
    size_t index;
    json_t *recipient;
    print_message(json_object_get(document, "message"));
    json_array_foreach (json_object_get(document, "recipients"), index, recipient) {
        print_recipient(recipient);
    }
    print_reply(json_object_get(document, "reply"));
}
