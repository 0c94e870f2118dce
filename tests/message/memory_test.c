/* Messages that share a memory: the same body is cut up once, and nothing of one message shows in another. */
#include "message/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PART "Content-Type: text/plain; charset=us-ascii\r\n\r\nDear {{n}},\r\n"
#define INNER "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" PART "--b--\r\n"

/* Each with the body of the one before it or another. */
static const char *const messages[] = {
    "To: a\r\n" PART,
    "Subject: {{n}}\r\nFrom: b\r\nTo: somebody with a longer name\r\n" PART,
    "Content-Type: text/html\r\nTo: c\r\n" PART,
    "X: 1\r\n" PART,
    "DKIM-Signature: x\r\n" PART,
    "no field\r\n" PART,
    "S\213ject: x\r\n" PART,
    "To: a\r\n" INNER,
    "To: a\r\nCc: b\r\nSubject: x\r\n" INNER,
    "To: a\r\n\r\nDear {{n}},\r\n",
};

static Message *message_of(const char *text, Recent *memory) {
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    Message *message = message_new(raw);
    message_use_memory(message, memory);
    return message;
}

/* What leaves with this name in place of every placeholder; "sealed" where nothing may. */
static char *filled(const char *text, const char *name, Recent *memory) {
    g_autoptr(Message) message = message_of(text, memory);
    g_autoptr(Rewrite) rewrite = rewrite_new();
    const GPtrArray *texts = message_texts(message);
    g_autoptr(GPtrArray) splices = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    if (message_is_sealed(message))
        return g_strdup("sealed");
    for (guint i = 0; i < texts->len; i++) {
        const MessageText *one = texts->pdata[i];
        const char *at = strstr(one->text, "{{n}}");
        g_ptr_array_add(splices, splices_new());
        if (at != NULL)
            splices_add(splices->pdata[i], (gsize)(at - one->text), (gsize)(at - one->text) + 5, name, strlen(name));
    }
    assert_true(rewrite_fill(rewrite, message, (GArray *const *)splices->pdata, NULL));
    g_autoptr(GBytes) leaves = rewrite_apply(rewrite, message);
    gsize length;
    const char *bytes = g_bytes_get_data(leaves, &length);
    return g_strndup(bytes, length);
}

static void test_what_leaves_is_the_same(void **state) {
    (void)state;
    g_autoptr(Recent) memory = message_memory_new();
    for (int round = 0; round < 2; round++)
        for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
            g_autofree char *with = filled(messages[i], "Łukasz", memory);
            g_autofree char *without = filled(messages[i], "Łukasz", NULL);
            assert_string_equal(with, without);
        }
}

static void read_only(char *buffer, Recent *memory) {
    g_autoptr(GBytes) raw = g_bytes_new_static(buffer, strlen(buffer));
    g_autoptr(Message) message = message_new(raw);
    message_use_memory(message, memory);
    message_texts(message);
}

/* As the milter does it: a message's bytes lie in a buffer that is another's when the message is gone. */
static void test_bodies_outlive_the_buffer_that_they_came_in(void **state) {
    (void)state;
    g_autoptr(Recent) memory = message_memory_new();
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autofree char *buffer = g_strdup(messages[i]);
        read_only(buffer, memory);
        memset(buffer, '#', strlen(buffer));
        g_autofree char *with = filled(messages[i], "Ann", memory), *without = filled(messages[i], "Ann", NULL);
        assert_string_equal(with, without);
    }
}

static const char *text_of(Message *message) {
    const MessageReading *reading = message_reading(message);
    return reading->html != NULL ? reading->html : reading->plain;
}

static void test_a_body_is_cut_up_once(void **state) {
    (void)state;
    g_autoptr(Recent) memory = message_memory_new();
    g_autoptr(Message) first = message_of(messages[0], memory), same = message_of(messages[1], memory);
    g_autoptr(Message) other = message_of(messages[2], memory), alone = message_of(messages[0], NULL);
    assert_ptr_equal(text_of(first), text_of(same));
    assert_ptr_not_equal(text_of(first), text_of(other));
    assert_ptr_not_equal(text_of(first), text_of(alone));
    assert_string_equal(text_of(first), text_of(alone));
}

static void test_texts_outlive_the_memory(void **state) {
    (void)state;
    Recent *memory = message_memory_new();
    g_autoptr(Message) message = message_of(messages[0], memory);
    const char *text = text_of(message);
    recent_free(memory);
    assert_string_equal(text, "Dear {{n}},\r\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_leaves_is_the_same),
        cmocka_unit_test(test_bodies_outlive_the_buffer_that_they_came_in),
        cmocka_unit_test(test_a_body_is_cut_up_once),
        cmocka_unit_test(test_texts_outlive_the_memory),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
