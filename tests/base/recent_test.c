/* What is kept is found under its own key, as long as there is room, and by any thread. */
#include "base/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 20000
#define SIZE 4000 /* of a value: four of them find room, five do not */

typedef struct {
    char *text;
} Value;

static Value *value_new(const char *text) {
    Value *value = g_atomic_rc_box_new0(Value);
    value->text = g_strdup(text);
    return value;
}

static gpointer reference(gpointer value) {
    return g_atomic_rc_box_acquire(value);
}

static void clear(gpointer value) {
    g_free(((Value *)value)->text);
}

static void release(gpointer value) {
    g_atomic_rc_box_release_full(value, clear);
}

static RecentKey key_of(int kind, const char *text) {
    return (RecentKey){kind, text, strlen(text)};
}

static void keep(Recent *recent, int kind, const char *key, const char *value, gsize size) {
    const RecentKey at = key_of(kind, key);
    Value *kept = value_new(value);
    recent_keep(recent, &at, kept, size);
    release(kept);
}

/* The value, or "nothing". */
static const char *find(Recent *recent, int kind, const char *key) {
    const RecentKey at = key_of(kind, key);
    g_autofree char *copy = g_strdup(key);
    const RecentKey elsewhere = key_of(kind, copy);
    Value *value = recent_find(recent, &at), *again = recent_find(recent, &elsewhere);
    assert_ptr_equal(value, again);
    if (value == NULL)
        return "nothing";
    release(again);
    release(value);
    return value->text; /* the memory has it still */
}

static void test_found_by_kind_and_bytes(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    assert_string_equal(find(recent, 1, "letter"), "nothing");
    keep(recent, 1, "letter", "one", 0);
    keep(recent, 2, "letter", "two", 0);
    keep(recent, 1, "", "three", 0);
    keep(recent, 1, "a letter of more than eight bytes", "four", 0);
    assert_string_equal(find(recent, 1, "letter"), "one");
    assert_string_equal(find(recent, 2, "letter"), "two");
    assert_string_equal(find(recent, 1, ""), "three");
    assert_string_equal(find(recent, 1, "a letter of more than eight bytes"), "four");
    assert_string_equal(find(recent, 1, "a letter of more than eight bytez"), "nothing");
    assert_string_equal(find(recent, 1, "lettes"), "nothing");
}

static void test_bytes_that_are_no_text(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    const RecentKey with = {0, "a\0b", 3}, without = {0, "a\0c", 3};
    Value *value = value_new("x");
    recent_keep(recent, &with, value, 0);
    assert_ptr_equal(recent_find(recent, &with), value);
    assert_null(recent_find(recent, &without));
    release(value);
    release(value);
}

static void test_the_first_to_keep_wins(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    keep(recent, 0, "key", "first", 0);
    keep(recent, 0, "key", "second", 0);
    assert_string_equal(find(recent, 0, "key"), "first");
}

static void test_what_was_not_asked_for_longest_goes(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    static const char *const keys[] = {"a", "b", "c", "d"};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        keep(recent, 0, keys[i], keys[i], SIZE);
    assert_string_equal(find(recent, 0, "a"), "a");
    keep(recent, 0, "e", "e", SIZE);
    assert_string_equal(find(recent, 0, "a"), "a");
    assert_string_equal(find(recent, 0, "b"), "nothing");
    assert_string_equal(find(recent, 0, "c"), "c");
    assert_string_equal(find(recent, 0, "e"), "e");
}

static void test_what_is_too_large_is_not_kept(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    keep(recent, 0, "small", "small", 0);
    keep(recent, 0, "large", "large", ROOM / 4);
    assert_string_equal(find(recent, 0, "large"), "nothing");
    assert_string_equal(find(recent, 0, "small"), "small");
}

static void test_keys_count_too(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    g_autofree char *large = g_strnfill(ROOM / 4, 'x');
    keep(recent, 0, large, "value", 0);
    assert_string_equal(find(recent, 0, large), "nothing");
    for (int i = 0; i < 1000; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);
        keep(recent, 0, key, key, 0);
    }
    assert_string_equal(find(recent, 0, "0"), "nothing");
    assert_string_equal(find(recent, 0, "999"), "999");
}

/* Many threads over more keys than there is room for; each finds under a key that key or nothing. */
static gpointer use(gpointer user) {
    Recent *recent = user;
    for (int i = 0; i < 5000; i++) {
        g_autofree char *text = g_strdup_printf("key %d", i % 40);
        const RecentKey key = key_of(0, text);
        Value *value = recent_find(recent, &key);
        if (value == NULL)
            keep(recent, 0, text, text, 0);
        else if (strcmp(value->text, text) != 0)
            return (gpointer) "another's value";
        g_clear_pointer(&value, release);
    }
    return NULL;
}

static void test_threads(void **state) {
    (void)state;
    g_autoptr(Recent) recent = recent_new(ROOM, reference, release);
    GThread *threads[4];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("use", use, recent);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_null(g_thread_join(threads[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_by_kind_and_bytes),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_the_first_to_keep_wins),
        cmocka_unit_test(test_what_was_not_asked_for_longest_goes),
        cmocka_unit_test(test_what_is_too_large_is_not_kept),
        cmocka_unit_test(test_keys_count_too),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
