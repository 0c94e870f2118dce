/* Addresses out of a header field (RFC 5322 section 3.4), and never one that is none. */
#include "program/mailboxes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void finds_addresses(void **state) {
    static const struct {
        const char *field, *addresses;
    } examples[] = {
        {" a@b.example", "a@b.example"},
        {" a@b, c@d", "a@b c@d"},
        {" Anna <a@b>,\n\tBob <c@d>", "a@b c@d"},
        {" \"Nowak, Anna\" <a@b>", "a@b"},
        {" \"a@x, <b@y>\" <a@b>", "a@b"},
        {" \"quote \\\" <x@y>\" <a@b>", "a@b"},
        {" a@b (c@d, e@f), g@h", "a@b g@h"},
        {" (one (two) \\) x@y) a@b", "a@b"},
        {" Team: a@b, C <c@d>; e@f", "a@b c@d e@f"},
        {" undisclosed-recipients:;", ""},
        {" <>", ""},
        {" no address here", ""},
        {" Łukasz <łukasz@b>", "łukasz@b"},
        {" \"open", ""},
        {" (open <a@b>", ""},
        {" <a@b", "a@b"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
        mailboxes_add(found, examples[i].field);
        g_ptr_array_add(found, NULL);
        g_autofree char *joined = g_strjoinv(" ", (char **)found->pdata);
        assert_string_equal(joined, examples[i].addresses);
    }
    (void)state;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_addresses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
