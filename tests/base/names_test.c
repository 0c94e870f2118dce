/* Names in the order of their bytes. */
#include "base/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void keys_come_by_their_bytes(G_GNUC_UNUSED void **state) {
    static const char *const expected[] = {"", "B", "a", "a-b", "a.b", "ab", "ł"};
    static const char *const given[] = {"ab", "ł", "a.b", "", "a-b", "B", "a"};
    g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < G_N_ELEMENTS(given); i++)
        g_hash_table_add(table, (gpointer)given[i]);
    g_autoptr(GPtrArray) names = names_of(table);
    assert_int_equal(names->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < names->len; i++)
        assert_string_equal(names->pdata[i], expected[i]);
}

static void an_empty_table_has_none(G_GNUC_UNUSED void **state) {
    g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) names = names_of(table);
    assert_int_equal(names->len, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_by_their_bytes),
        cmocka_unit_test(an_empty_table_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
