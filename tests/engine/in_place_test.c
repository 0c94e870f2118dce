/* Personalised in place, from the door to the bytes that leave: messages of mail parsers' test suites, and names that
 * nobody should have, in each place that a name can stand. */
#include "world.h"

#include "../message/fill_check.h"
#include "../shared_data.h"

#include <jansson.h>
#include <libxml/HTMLparser.h>

#define PERSON "ann@home.example"
#define TAG "{{customer.first_name}}"
#define NAME "Łukasz <b> & \"Олена\""
#define TEXTS_MAX 3 /* of one message that are tried one by one */

static const char config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"relational\" }\n"
    "attribute \"first_name\" { sensitivity = 0 }\n";

static bool put_name(Transaction *transaction, gpointer name, GError **error) {
    AttributeValue value = {.name = (char *)"first_name", .value = name, .at = NOON};
    g_autoptr(Customer) person = customer_new(PERSON);
    g_ptr_array_add(person->addresses, g_strdup(PERSON));
    return transaction_customer_put(transaction, person, NOON, error) &&
           transaction_attribute_put(transaction, PERSON, &value, error);
}

static void name_person(World *world, const char *name) {
    assert_true(store_transact(world->store, put_name, (gpointer)name, NULL));
}

static int setup(void **state) {
    *state = world_new(config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

/* What leaves of the message, NULL where nothing does; without the two fields that we add. */
static GBytes *leaves(World *world, GBytes *raw) {
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_new("a@crm.example");
    envelope->client = g_strdup("192.0.2.1");
    envelope_add_recipient(envelope, PERSON, "");
    Submission submission = {.envelope = envelope, .message = message, .at = NOON, .deliver = true};
    g_autoptr(Judgement) judgement = engine_judge(world->engine, &submission);
    if (judgement->reply != REPLY_ACCEPT)
        return NULL;
    Rewrite *rewrite = judgement->rewrite;
    for (guint i = rewrite->headers->len; i > 0; i--) {
        const HeaderEdit *edit = rewrite->headers->pdata[i - 1];
        if (edit->index == 0 && g_str_has_prefix(edit->name, "Cadence-"))
            g_ptr_array_remove_index(rewrite->headers, i - 1);
    }
    return rewrite_apply(rewrite, message);
}

/* ---- the suites ---- */

static void collect(const char *folder, GPtrArray *files) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
        char *path = g_build_filename(folder, name, NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
            g_ptr_array_add(files, path);
            continue;
        }
        collect(path, files);
        g_free(path);
    }
}

/* Messages as SMTP brings them: with CRLF, to us who have no request in them. */
static GBytes *read_mail(const char *path) {
    g_autofree char *bytes = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    g_autoptr(GString) text = g_string_sized_new(length);
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            g_string_append(text, "\r\n");
        else if (bytes[i] != '\r')
            g_string_append_c(text, bytes[i]);
    }
    return g_bytes_new(text->str, text->len);
}

/* The message with the words at the end of one text, of HTML at its start, where it is certain that they stand between
 * elements; NULL where they cannot be put there. */
static GBytes *with_words(Message *message, guint which, const char *words) {
    const GPtrArray *texts = message_texts(message);
    const MessageText *text = texts->pdata[which];
    g_autofree GArray **splices = g_new0(GArray *, texts->len);
    g_autoptr(GArray) mine = splices_new();
    g_autoptr(Rewrite) rewrite = rewrite_new();
    gsize at = text->place == PLACE_HTML ? 0 : text->length;
    splices_add(mine, at, at, words, strlen(words));
    splices[which] = mine;
    return rewrite_fill(rewrite, message, splices, NULL) ? rewrite_apply(rewrite, message) : NULL;
}

static const char *shown(Place place) {
    return place == PLACE_HTML ? "Łukasz &lt;b&gt; &amp; &quot;Олена&quot;" : NAME;
}

/* The message that has the tag in it leaves as if the name had been put there. */
static guint fill_one(World *world, GBytes *raw, guint which, const char *path) {
    g_autoptr(Message) message = message_new(raw);
    const MessageText *text = message_texts(message)->pdata[which];
    g_autoptr(GBytes) tagged = with_words(message, which, TAG);
    g_autoptr(GBytes) wanted = with_words(message, which, shown(text->place));
    if (!tagged || !wanted)
        return 0;
    g_autoptr(GBytes) left = leaves(world, tagged);
    if (!left) {
        print_message("%s: text %u: was not let through\n", path, which);
        return 1;
    }
    g_autoptr(Message) got = message_new(left);
    g_autoptr(Message) expected = message_new(wanted);
    g_autofree GArray **nothing = g_new0(GArray *, message_texts(expected)->len);
    const char *fault = fault_of(expected, got, nothing);
    if (fault)
        print_message("%s: text %u: %s\n", path, which, fault);
    return fault != NULL;
}

static bool has_tags_of_its_own(Message *message) {
    const GPtrArray *texts = message_texts(message);
    for (guint i = 0; i < texts->len; i++) {
        const MessageText *text = texts->pdata[i];
        if (memmem(text->text, text->length, "{{", 2) || memchr(text->text, '\0', text->length))
            return true;
    }
    return false;
}

static void messages_of_parsers_are_filled_and_else_untouched(void **state) {
    World *world = *state;
    g_autofree char *folder = shared_data_or_skip("mime");
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    collect(folder, files);
    assert_int_not_equal(files->len, 0);
    name_person(world, NAME);
    guint faults = 0;
    for (guint i = 0; i < files->len; i++) {
        const char *path = files->pdata[i];
        g_autoptr(GBytes) raw = read_mail(path);
        g_autoptr(GBytes) left = leaves(world, raw);
        if (!left || !g_bytes_equal(left, raw)) {
            print_message("%s: changed with nothing to fill in\n", path);
            faults++;
        }
        g_autoptr(Message) message = message_new(raw);
        for (guint j = 0; !has_tags_of_its_own(message) && j < MIN(message_texts(message)->len, TEXTS_MAX); j++)
            faults += fill_one(world, raw, j, path);
    }
    assert_int_equal(faults, 0);
}

/* ---- the names ---- */

static const char letter[] =
    "From: a@crm.example\nTo: ann@home.example\nSubject: Dla " TAG ", Zofia\nMIME-Version: 1.0\n"
    "Content-Type: multipart/alternative; boundary=b\n\n"
    "--b\nContent-Type: text/plain; charset=us-ascii\n\nHello\n" TAG "\n--\nus\n"
    "--b\nContent-Type: text/html; charset=iso-8859-2\nContent-Transfer-Encoding: quoted-printable\n\n"
    "<p title=3D\"" TAG "\">Hello <b>" TAG "</b>!<br><i>us</i></p>\n"
    "--b--\n";

static GBytes *letter_bytes(void) {
    g_auto(GStrv) lines = g_strsplit(letter, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    return g_bytes_new(crlf, strlen(crlf));
}

static void note_element(void *shape, const xmlChar *name, const xmlChar **attributes) {
    g_string_append_printf(shape, "<%s", (const char *)name);
    for (; attributes && *attributes; attributes += 2)
        g_string_append_printf(shape, " %s", (const char *)*attributes);
    g_string_append_c(shape, '>');
}

static void note_end(void *shape, const xmlChar *name) {
    g_string_append_printf(shape, "</%s>", (const char *)name);
}

static void append_html(GString *shape, const MessageText *text) {
    xmlSAXHandler events = {.startElement = note_element, .endElement = note_end};
    htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&events, shape, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    htmlParseChunk(parser, text->text, (int)text->length, 1);
    htmlFreeParserCtxt(parser);
}

static guint lines_in(const MessageText *text) {
    guint lines = 0;
    for (gsize i = 0; i < text->length; i++)
        lines += text->text[i] == '\n';
    return lines;
}

/* Fields, parts, lines, elements: everything but the words. Free with g_free. */
static char *shape_of(GBytes *raw) {
    g_autoptr(Message) message = message_new(raw);
    const GPtrArray *fields = message_fields(message), *texts = message_texts(message);
    GString *shape = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++)
        g_string_append_printf(shape, "%s\n", ((const HeaderField *)fields->pdata[i])->name);
    for (guint i = 0; i < texts->len; i++) {
        const MessageText *text = texts->pdata[i];
        g_string_append_printf(shape, "text %d, %u lines\n", (int)text->place, lines_in(text));
        if (text->place == PLACE_HTML)
            append_html(shape, text);
    }
    return g_string_free(shape, FALSE);
}

static json_t *naughty_strings(void) {
    g_autofree char *path = shared_data("names/blns.json");
    return path ? json_load_file(path, JSON_ALLOW_NUL, NULL) : NULL;
}

/* Written here so that something is tried where the list is not there. */
static const char *const names[] = {
    "<script>alert(1)</script>",
    "\"><img src=x>",
    "' onclick='x",
    "\r\nBcc: m@mail.example\r\n\r\n<p>",
    "--b\r\n\r\nx",
    "=?utf-8?Q?=0D=0A?=",
    "{{customer.id}} {{{x",
    "&lt;b&gt; &#60;",
    "--b--",
    "--b",
    "-",
    "</p></b><hr>",
    "]]> --> */ <!--",
    "\xE2\x80\xA8line\xC2\x85",
    "=3D=3Cb=3E",
};

static void try_name(World *world, GBytes *raw, const char *name, const char *expected) {
    name_person(world, name);
    g_autoptr(GBytes) left = leaves(world, raw);
    if (!left) /* it shows nothing, and so is no name */
        return;
    g_autofree char *shape = shape_of(left);
    if (strcmp(shape, expected) != 0)
        fail_msg("\"%s\" makes\n%s\nof\n%s", name, shape, expected);
    assert_in_range(longest_line(left), 0, 998);
}

static void no_name_changes_the_shape_of_a_letter(void **state) {
    World *world = *state;
    g_autoptr(GBytes) raw = letter_bytes();
    name_person(world, "Ann");
    g_autoptr(GBytes) plain = leaves(world, raw);
    g_autofree char *expected = shape_of(plain);
    assert_non_null(strstr(expected, "<p title>"));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        try_name(world, raw, names[i], expected);
    json_auto_t *strings = naughty_strings();
    size_t i;
    json_t *string;
    json_array_foreach (strings, i, string)
        try_name(world, raw, json_string_value(string), expected);
}

#define EVERY(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        EVERY(messages_of_parsers_are_filled_and_else_untouched),
        EVERY(no_name_changes_the_shape_of_a_letter),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
