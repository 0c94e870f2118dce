/* One pass over the field. Only four things matter: quotes and comments, in which nothing else does; "<" and ">",
 * between which stands the address; ":" which ends a group's name; and "," or ";" which end a mailbox. */
#include "program/mailboxes.h"

#include "base/text.h"

#include <stdbool.h>

typedef struct {
    GString *text;  /* outside of comments; the address, where no angle brackets come */
    bool has_angle; /* text is what stood between angle brackets, the mailbox is complete */
    bool in_angle;
} Mailbox;

/* Past the closing quote, which is kept with what it encloses: a local part may be quoted. */
static const char *take_quoted(const char *at, GString *text) {
    const char *begin = at++;
    while (*at && *at != '"')
        at += at[0] == '\\' && at[1] ? 2 : 1;
    at += *at == '"';
    g_string_append_len(text, begin, at - begin);
    return at;
}

static const char *skip_comment(const char *at) {
    int depth = 0;
    for (; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return at;
}

static void finish(Mailbox *mailbox, GPtrArray *addresses) {
    g_strstrip(mailbox->text->str);
    if (address_is_plausible(mailbox->text->str))
        g_ptr_array_add(addresses, g_strdup(mailbox->text->str));
    g_string_truncate(mailbox->text, 0);
    mailbox->has_angle = mailbox->in_angle = false;
}

static void take_character(Mailbox *mailbox, char character, GPtrArray *addresses) {
    if (character == '<') {
        g_string_truncate(mailbox->text, 0);
        mailbox->in_angle = true;
    } else if (character == '>' && mailbox->in_angle) {
        mailbox->in_angle = false;
        mailbox->has_angle = true;
    } else if (character == ':' && !mailbox->has_angle) {
        g_string_truncate(mailbox->text, 0);
    } else if (character == ';' || (character == ',' && !mailbox->in_angle)) {
        finish(mailbox, addresses);
    } else if (!mailbox->has_angle && character != '\r' && character != '\n') {
        g_string_append_c(mailbox->text, character);
    }
}

void mailboxes_add(GPtrArray *addresses, const char *field) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) ignored = g_string_new(NULL);
    Mailbox mailbox = {.text = text};
    while (*field) {
        if (*field == '"')
            field = take_quoted(field, mailbox.has_angle ? ignored : text);
        else if (*field == '(')
            field = skip_comment(field);
        else
            take_character(&mailbox, *field++, addresses);
    }
    finish(&mailbox, addresses);
}
