/* A message is cut up by its Content- fields and its body alone. What comes of that must be what GMime makes of the
 * whole message, however malformed: so both ways are gone here, for every message and for random damage to each. */
#include "../../milter/message/structure.h"

#include "../shared_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../milter/message/field.h"

#define DAMAGED 300 /* of each message */
#define LARGEST (64 * 1024)

static const char *const messages[] = {
    "",
    "\r\n",
    "\r\ntext",
    "text",
    "text\n\nmore",
    "To: a",
    "To: a\r\n",
    "Content-Type: text/html",
    "Content-Type: text/html\r\n",
    "To: a\r\n\r\nHello\r\n",
    "From a@b Mon Nov  2\nTo: a\n\ntext\n",
    ">From a@b\nContent-Type: text/html\n\ntext\n",
    "no field\r\nContent-Type: text/html\r\n\r\n<p>x\r\n",
    "To: a\r\nno field\r\nContent-Type: text/html\r\n\r\n<p>x\r\n",
    "Content-Type: text/html\r\n : nameless\r\n\r\n<p>x\r\n",
    " folded\r\nContent-Type: text/html\r\n\r\n<p>x\r\n",
    "Content-Type : text/html\r\n\r\n<p>x\r\n",
    "Content-Type: text/html\r\nTo: a\r\nContent-Type: text/plain\r\n\r\n<p>x\r\n",
    "content-TYPE:\r\n text/html;\r\n charset=iso-8859-2\r\nX\xc3\xa9: y\r\n\r\n<p>\xb1\r\n",
    "Subject: x\nContent-Type: multipart/mixed; boundary=b\nContent-Disposition: attachment\n\n--b\n\none\n--b--\n",
    "Content-Disposition: attachment\nContent-Type: text/plain\n\ntext\n",
    "DKIM-Signature: x\nContent-Type: multipart/signed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n",
    "From: a\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\nTo: c\r\n\r\nbefore\r\n"
    "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=C5=81=\r\nb\r\n"
    "--b\r\nContent-Type: multipart/related; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>\r\n--c--\r\n"
    "--b\r\nno field\r\nContent-Type: text/html\r\n\r\nx\r\n--b\r\n--b--\r\nbehind\r\n",
    "Content-Type: message/rfc822\n\nSubject: inner\n\ntext\n",
    "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: inner\n\ntext\n--b\n\nno field\n\ntext\n--b--\n",
    "Content-Transfer-Encoding: base64\nSubject: x\n\nYQ0KYg==\n",
};

static char *text_of(const HeaderField *field) {
    return g_strdup(field != NULL ? field->raw : "none");
}

/* A part in one line, its offsets in the message. */
static void describe(const Part *part, gsize moved, GString *out) {
    g_autofree char *type = text_of(part->type), *encoding = text_of(part->encoding);
    g_string_append_printf(out,
                           "%d at %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT
                           "%s%s, type%s, encoding%s %d, in %u: %" G_GSIZE_FORMAT " %s\n",
                           part->place, part->start + moved, part->end + moved, part->top ? ", top" : "",
                           part->fields_found ? "" : ", fields lost", type, encoding, part->encoded_as,
                           part->boundaries->len, part->length, part->text);
}

static char *structure_text(const Entity *entity, gsize body) {
    g_autoptr(Structure) structure = structure_new(entity);
    GString *text = g_string_new(structure->sealed ? "sealed\n" : "");
    for (guint i = 0; i < structure->parts->len; i++)
        describe(structure->parts->pdata[i], body - entity->body, text);
    return g_string_free(text, FALSE);
}

/* Whether both ways give the same. */
static bool agrees(GBytes *raw) {
    gsize length, header_end, body;
    const char *bytes = g_bytes_get_data(raw, &length);
    g_autoptr(GPtrArray) fields = field_split(bytes, length, &header_end, &body);
    g_auto(Entity) entity = entity_of(raw, fields, header_end, body);
    const Entity all = {.bytes = raw, .body = body, .whole = true};
    g_autofree char *ours = structure_text(&entity, body), *whole = structure_text(&all, body);
    if (strcmp(ours, whole) == 0)
        return true;
    print_message("--- message\n%.*s\n--- by its entity\n%s--- whole\n%s", (int)length, bytes, ours, whole);
    return false;
}

/* Inserts what parsers stumble over, or takes something out. */
static void damage(GRand *random, GString *text) {
    static const char *const words[] = {"\r\n",
                                        "\n",
                                        "\r",
                                        " ",
                                        ":",
                                        "--b\r\n",
                                        "--b--\n",
                                        "From a@b\n",
                                        "Content-Type: text/html\r\n",
                                        "Content-Type: multipart/mixed; boundary=b\n",
                                        "content-transfer-encoding: base64\n",
                                        "X : y\n",
                                        "no field\n",
                                        "\xff",
                                        "-----BEGIN PGP MESSAGE\n"};
    gsize at = (gsize)g_rand_int_range(random, 0, (gint)text->len + 1);
    if (g_rand_boolean(random))
        g_string_insert(text, (gssize)at, words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
    else
        g_string_erase(text, (gssize)at, (gssize)MIN((gsize)5, text->len - at));
}

static guint count_disagreements(GRand *random, const char *bytes, gsize length) {
    g_autoptr(GBytes) message = g_bytes_new_static(bytes, length);
    guint disagreements = !agrees(message);
    for (int i = 0; i < DAMAGED; i++) {
        GString *text = g_string_new_len(bytes, (gssize)length);
        for (int times = g_rand_int_range(random, 1, 4); times > 0; times--)
            damage(random, text);
        g_autoptr(GBytes) damaged = g_bytes_new_static(text->str, text->len);
        disagreements += !agrees(damaged);
        g_string_free(text, TRUE);
    }
    return disagreements;
}

static void test_entity_is_cut_up_as_the_whole_message(void **state) {
    (void)state;
    GRand *random = g_rand_new_with_seed(2045);
    guint disagreements = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
        disagreements += count_disagreements(random, messages[i], strlen(messages[i]));
    g_rand_free(random);
    assert_int_equal(disagreements, 0);
}

static void test_entity_holds_what_matters_and_no_more(void **state) {
    (void)state;
    static const struct {
        const char *message, *entity;
        bool whole;
    } cases[] = {
        {"To: a\r\nContent-Type: text/plain\r\nX: y\r\n\r\nHello\r\n", "Content-Type: text/plain\r\n\r\nHello\r\n",
         false},
        {"content-type:\n x\nTo: a\nContent-X: z\n\nHello\n", "content-type:\n x\nContent-X: z\n\nHello\n", false},
        {"\nHello\n", "\nHello\n", false},
        {"To: a\nno field\n\nHello\n", "To: a\nno field\n\nHello\n", true},
        {"To: a\n", "To: a\n", true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize header_end, body, length = strlen(cases[i].message);
        g_autoptr(GBytes) raw = g_bytes_new_static(cases[i].message, length);
        g_autoptr(GPtrArray) fields = field_split(cases[i].message, length, &header_end, &body);
        g_auto(Entity) entity = entity_of(raw, fields, header_end, body);
        g_autoptr(GBytes) wanted = g_bytes_new_static(cases[i].entity, strlen(cases[i].entity));
        assert_true(g_bytes_equal(entity.bytes, wanted));
        assert_int_equal(entity.whole, cases[i].whole);
        assert_int_equal(g_bytes_get_size(entity.bytes) - entity.body, length - body);
    }
}

static void test_messages_of_parsers_suites(void **state) {
    (void)state;
    g_autofree char *folder = shared_data_or_skip("mime/mimekit");
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    assert_non_null(dir);
    GRand *random = g_rand_new_with_seed(5322);
    guint disagreements = 0;
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL), *bytes = NULL;
        gsize length;
        assert_true(g_file_get_contents(path, &bytes, &length, NULL));
        disagreements += length <= LARGEST ? count_disagreements(random, bytes, length) : 0;
    }
    g_rand_free(random);
    assert_int_equal(disagreements, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entity_is_cut_up_as_the_whole_message),
        cmocka_unit_test(test_entity_holds_what_matters_and_no_more),
        cmocka_unit_test(test_messages_of_parsers_suites),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
