/* Whatever the message, what is filled in stands where it was put, and nothing else changes. The first four bytes say
 * which text is changed, from where, how much of it goes, and what comes instead. */
#include "fuzz.h"

#include "../message/fill_check.h"

#define CHOICE_BYTES 4

static const char *const words[] = {
    "zz", "", "Łukasz, Олена; O'Brien = <b>", "a=41 b", "{{customer.id}} --b", "=?utf-8?Q?x?=", "名前",
};

static gsize character_at(const MessageText *text, gsize at) {
    while (at > 0 && (text->text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static GArray *splices_of(const MessageText *text, const uint8_t *choice) {
    GArray *splices = splices_new();
    gsize start = character_at(text, text->length * choice[1] / 255);
    gsize end = character_at(text, MIN(text->length, start + choice[2] % 32));
    const char *word = words[choice[3] % G_N_ELEMENTS(words)];
    splices_add(splices, start, MAX(start, end), word, strlen(word));
    return splices;
}

/* Bytes of no character may make one with their new neighbours, what stood before "-----BEGIN PGP MESSAGE" on its line
 * may be what is gone, and a field that was as long as it may be already may grow. */
static bool may_read_otherwise(const Message *before, const MessageText *text, Message *after) {
    return memmem(text->text, text->length, "\xEF\xBF\xBD", 3) != NULL || message_is_sealed(after) ||
           longest_line(message_raw(before)) >= 998;
}

static void fill(Message *message, guint which, const uint8_t *choice) {
    const GPtrArray *texts = message_texts(message);
    g_autofree GArray **splices = g_new0(GArray *, texts->len);
    g_autoptr(GArray) mine = splices_of(texts->pdata[which], choice);
    g_autoptr(Rewrite) rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    splices[which] = mine;
    if (!rewrite_fill(rewrite, message, splices, &error)) {
        g_assert(error != NULL && rewrite->body == NULL && rewrite->headers->len == 0);
        return;
    }
    g_autoptr(GBytes) changed = rewrite_apply(rewrite, message);
    g_autoptr(Message) after = message_new(changed);
    if (may_read_otherwise(message, texts->pdata[which], after))
        return;
    g_assert_cmpstr(fault_of(message, after, splices), ==, NULL);
}

/* What comes by SMTP has newlines of one kind and ends in one; what lies in a file may have LF alone. */
static GBytes *mail_of(const uint8_t *bytes, size_t length, const char *newline) {
    g_autoptr(GString) text = g_string_sized_new(length);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            g_string_append(text, newline);
        else if (bytes[i] != '\r')
            g_string_append_c(text, (char)bytes[i]);
    }
    g_string_append(text, newline);
    return g_bytes_new(text->str, text->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        message_library_start();
        g_once_init_leave(&started, 1);
    }
    if (length < CHOICE_BYTES)
        return 0;
    const char *newline = bytes[0] & 0x80 ? "\n" : "\r\n";
    g_autoptr(GBytes) raw = mail_of(bytes + CHOICE_BYTES, length - CHOICE_BYTES, newline);
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Rewrite) nothing = rewrite_new();
    g_autoptr(GBytes) same = rewrite_apply(nothing, message);
    g_assert(g_bytes_equal(same, raw));
    guint count = message_texts(message)->len;
    if (count > 0)
        fill(message, bytes[0] % count, bytes);
    return 0;
}
