/* Windows by name. */
#include "policy/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR 3600
#define DAY (24 * HOUR)

static void windows_have_a_kind_and_a_reach(void **state) {
    (void)state;
    static const struct {
        const char *text;
        WindowKind kind;
        Duration reach;
    } cases[] = {
        {"90s", WINDOW_ROLLING, 90},           {"48h", WINDOW_ROLLING, 48 * HOUR},
        {"2w", WINDOW_ROLLING, 14 * DAY},      {"day", WINDOW_DAY, DAY + HOUR},
        {"week", WINDOW_WEEK, 7 * DAY + HOUR}, {"month", WINDOW_MONTH, 31 * DAY + HOUR},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Window window;
        assert_true(window_parse(cases[i].text, &window));
        assert_int_equal(window.kind, cases[i].kind);
        assert_int_equal(window_reach(&window), cases[i].reach);
    }
}

static void other_text_leaves_the_window_alone(void **state) {
    (void)state;
    static const char *const texts[] = {"", "Day", "days", "day ", "0d", "7", "-7d", "year", "1 day"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        Window window = {WINDOW_WEEK, 77};
        assert_false(window_parse(texts[i], &window));
        assert_int_equal(window.kind, WINDOW_WEEK);
        assert_int_equal(window.length, 77);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_have_a_kind_and_a_reach),
        cmocka_unit_test(other_text_leaves_the_window_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
