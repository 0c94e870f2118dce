/* What is worked out of a text once serves all who share the memory, and no other text. */
#include "../../milter/engine/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static MessageText text_of(Place place, const char *text) {
    return (MessageText){.place = place, .text = (char *)text, .length = strlen(text)};
}

static void test_a_text_is_compiled_once_for_each_form(void **state) {
    (void)state;
    g_autoptr(Memory) memory = memory_new();
    const MessageText plain = text_of(PLACE_PLAIN, "<a href={{x}}>"), html = text_of(PLACE_HTML, "<a href={{x}}>");
    g_autoptr(Template) first = memory_template(memory, &plain, NULL);
    g_autoptr(Template) again = memory_template(memory, &plain, NULL);
    g_autoptr(Template) other = memory_template(memory, &html, NULL);
    assert_non_null(first);
    assert_ptr_equal(first, again);
    assert_ptr_not_equal(first, other);
}

static void test_a_template_outlives_the_memory(void **state) {
    (void)state;
    Memory *memory = memory_new();
    const MessageText text = text_of(PLACE_PLAIN, "{{#sales}}x{{/sales}}");
    g_autoptr(Template) template = memory_template(memory, &text, NULL);
    memory_free(memory);
    assert_true(template_has_section(template, "sales"));
}

static void test_a_fault_is_told_each_time(void **state) {
    (void)state;
    g_autoptr(Memory) memory = memory_new();
    const MessageText text = text_of(PLACE_SUBJECT, "{{x");
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        assert_null(memory_template(memory, &text, &error));
        assert_non_null(error);
    }
}

static void test_leftovers_by_kind(void **state) {
    (void)state;
    static const char text[] = "<!-- *|NAME|* --> {{name}} [FIRST_NAME]";
    static const struct {
        LeftoverText kind;
        guint found;
    } cases[] = {{{false, false}, 2}, {{false, true}, 3}, {{true, false}, 1}, {{true, true}, 2}};
    g_autoptr(Memory) memory = memory_new();
    for (int round = 0; round < 2; round++)
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            g_autoptr(GPtrArray) found = memory_leftovers(memory, text, strlen(text), &cases[i].kind);
            g_autoptr(GPtrArray) again = memory_leftovers(memory, text, strlen(text), &cases[i].kind);
            assert_int_equal(found->len, cases[i].found);
            assert_ptr_equal(found, again);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_is_compiled_once_for_each_form),
        cmocka_unit_test(test_a_template_outlives_the_memory),
        cmocka_unit_test(test_a_fault_is_told_each_time),
        cmocka_unit_test(test_leftovers_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
