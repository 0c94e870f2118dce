/* Messages from the test suites of mail parsers: whatever they are, they are read without a crash, an empty rewrite
 * leaves every byte, and a splice changes the text that it is for and nothing else. */
#include "fill_check.h"

#include "../shared_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FILES_MAX 5000 /* of the corpus */
#define TEXTS_MAX 4    /* of one message that are tried one by one */

static void collect(const char *folder, GPtrArray *files) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL && files->len < FILES_MAX;
         name = g_dir_read_name(dir)) {
        char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            collect(path, files);
            g_free(path);
        } else {
            g_ptr_array_add(files, path);
        }
    }
}

static GPtrArray *corpus_or_skip(void) {
    g_autofree char *folder = shared_data_or_skip("mime");
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    collect(folder, files);
    assert_int_not_equal(files->len, 0);
    return files;
}

static GBytes *read_file(const char *path) {
    char *bytes;
    gsize length;
    assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    return g_bytes_new_take(bytes, length);
}

static void test_empty_rewrite_is_identity(void **state) {
    (void)state;
    g_autoptr(GPtrArray) files = corpus_or_skip();
    for (guint i = 0; i < files->len; i++) {
        g_autoptr(GBytes) raw = read_file(g_ptr_array_index(files, i));
        g_autoptr(Message) message = message_new(raw);
        g_autoptr(Rewrite) rewrite = rewrite_new();
        message_texts(message);
        g_autofree char *fingerprint = message_fingerprint(message);
        assert_true(*fingerprint != '\0');
        g_autoptr(GBytes) same = rewrite_apply(rewrite, message);
        if (!g_bytes_equal(same, raw))
            fail_msg("%s is not the same", (char *)g_ptr_array_index(files, i));
    }
}

static gsize middle_of(const MessageText *text) {
    gsize middle = text->length / 2;
    while (middle > 0 && (text->text[middle] & 0xC0) == 0x80)
        middle--;
    return middle;
}

/* Inserts the words at the start, in the middle and at the end of one text. Returns the number of faults. */
static guint splice_text(Message *message, guint which, const char *words, const char *path) {
    const GPtrArray *texts = message_texts(message);
    const MessageText *text = g_ptr_array_index(texts, which);
    g_autofree GArray **splices = g_new0(GArray *, texts->len);
    g_autoptr(GArray) mine = splices_new();
    splices_add(mine, 0, 0, words, strlen(words));
    splices_add(mine, middle_of(text), middle_of(text), words, strlen(words));
    splices_add(mine, text->length, text->length, words, strlen(words));
    splices[which] = mine;
    g_autoptr(Rewrite) rewrite = rewrite_new();
    g_autoptr(GError) error = NULL;
    if (!rewrite_fill(rewrite, message, splices, &error)) {
        print_message("%s: text %u: %s\n", path, which, error->message);
        return 1;
    }
    g_autoptr(GBytes) changed = rewrite_apply(rewrite, message);
    g_autoptr(Message) after = message_new(changed);
    const char *fault = fault_of(message, after, splices);
    if (fault != NULL)
        print_message("%s: text %u: \"%s\": %s\n", path, which, words, fault);
    return fault != NULL;
}

static void test_splices_change_their_text_alone(void **state) {
    (void)state;
    static const char *const words[] = {"zz", "Łukasz, Олена; O'Brien = <b>", "a=41 b"};
    g_autoptr(GPtrArray) files = corpus_or_skip();
    guint faults = 0;
    for (guint i = 0; i < files->len; i++) {
        g_autoptr(GBytes) raw = read_file(g_ptr_array_index(files, i));
        g_autoptr(Message) message = message_new(raw);
        guint count = MIN(message_texts(message)->len, TEXTS_MAX);
        for (guint j = 0; j < count; j++) {
            for (gsize k = 0; k < G_N_ELEMENTS(words); k++)
                faults += splice_text(message, j, words[k], g_ptr_array_index(files, i));
        }
    }
    assert_int_equal(faults, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_rewrite_is_identity),
        cmocka_unit_test(test_splices_change_their_text_alone),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
