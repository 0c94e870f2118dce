/* JSON written by hand is what Jansson would have written, byte for byte, and reads as what went in. */
#include "base/json_put.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

static void assert_as_jansson(GString *ours, json_t *theirs) {
    g_autofree char *expected = json_dumps(theirs, JSON_COMPACT | JSON_ENCODE_ANY);
    assert_non_null(expected);
    assert_string_equal(ours->str, expected);
    g_string_free(ours, TRUE);
    json_decref(theirs);
}

static void texts_are_escaped(void **state) {
    (void)state;
    const char *const texts[] = {"",         "plain",        "\"quoted\" \\ /", "\b\f\n\r\t", "\v\x01\x1f\x7f",
                                 "Zo\u00eb", "\u2028\u2029", "\U0001f600",      "]",          "[",
                                 "{\"a\":1}"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        GString *json = g_string_new(NULL);
        json_put_text(json, NULL, texts[i]);
        assert_as_jansson(json, json_string(texts[i]));
    }
}

static void bytes_that_are_no_text_are_replaced(void **state) {
    (void)state;
    const char *const bytes[] = {"\xff", "a\xc3", "\xed\xa0\x80 z", "\xc0\x80"};
    for (gsize i = 0; i < G_N_ELEMENTS(bytes); i++) {
        g_autofree char *valid = g_utf8_make_valid(bytes[i], -1);
        GString *json = g_string_new(NULL);
        json_put_text(json, NULL, bytes[i]);
        assert_as_jansson(json, json_string(valid));
    }
}

static void numbers_come_back_as_they_went(void **state) {
    (void)state;
    const double reals[] = {0, 1, -1, 0.98, 1.0 / 3, 1e-7, 1e300, 123456789.125};
    for (gsize i = 0; i < G_N_ELEMENTS(reals); i++) {
        g_autoptr(GString) json = g_string_new(NULL);
        json_put_real(json, NULL, reals[i]);
        json_auto_t *read = json_loads(json->str, JSON_DECODE_ANY, NULL);
        assert_true(json_is_real(read));
        assert_true(json_real_value(read) == reals[i]);
    }
    const gint64 integers[] = {0, -1, G_MAXINT64, G_MININT64};
    for (gsize i = 0; i < G_N_ELEMENTS(integers); i++) {
        GString *json = g_string_new(NULL);
        json_put_integer(json, NULL, integers[i]);
        assert_as_jansson(json, json_integer(integers[i]));
    }
}

static void members_and_elements_stand_apart(void **state) {
    (void)state;
    GString *json = g_string_new(NULL);
    json_put_begin(json, NULL, '{');
    json_put_text(json, "text", "[");
    json_put_text(json, "nothing", NULL);
    json_put_begin(json, "empty", '[');
    json_put_end(json, ']');
    json_put_begin(json, "list", '[');
    json_put_text(json, NULL, "{");
    json_put_integer(json, NULL, 2);
    json_put_begin(json, NULL, '{');
    json_put_end(json, '}');
    json_put_begin(json, NULL, '{');
    json_put_flag(json, "no", false);
    json_put_end(json, '}');
    json_put_end(json, ']');
    json_put_flag(json, "yes", true);
    json_put_end(json, '}');
    assert_as_jansson(json, json_pack("{s:s, s:n, s:[], s:[s, i, {}, {s:b}], s:b}", "text", "[", "nothing", "empty",
                                      "list", "{", 2, "no", 0, "yes", 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(bytes_that_are_no_text_are_replaced),
        cmocka_unit_test(numbers_come_back_as_they_went),
        cmocka_unit_test(members_and_elements_stand_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
