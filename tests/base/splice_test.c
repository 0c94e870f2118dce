/* Splices: what is replaced is replaced, everything else is the same bytes. */
#include "base/splice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_bytes(const GArray *splices, const char *text, gsize length, const char *expected, gsize size) {
    g_autoptr(GBytes) bytes = splices_apply(splices, text, length);
    assert_int_equal(g_bytes_get_size(bytes), size);
    if (size > 0)
        assert_memory_equal(g_bytes_get_data(bytes, NULL), expected, size);
}

static void nothing_to_do_changes_nothing(void **state) {
    (void)state;
    g_autoptr(GArray) splices = splices_new();
    assert_bytes(splices, "a\0b", 3, "a\0b", 3);
    assert_bytes(splices, "", 0, "", 0);
    assert_bytes(splices, NULL, 0, "", 0);
}

static void text_is_replaced_inserted_and_deleted(void **state) {
    (void)state;
    g_autoptr(GArray) splices = splices_new();
    splices_add(splices, 0, 0, "<", 1);
    splices_add(splices, 0, 1, "", 0);
    splices_add(splices, 2, 4, "longer than it was", 6);
    splices_add(splices, 4, 4, "+", 1);
    splices_add(splices, 6, 7, NULL, 0);
    splices_add(splices, 7, 7, ">", 1);
    assert_bytes(splices, "0123\0005\377", 7, "<1longer+\0005>", 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_do_changes_nothing),
        cmocka_unit_test(text_is_replaced_inserted_and_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
