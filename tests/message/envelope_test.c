/* Envelopes: recipients in order, parameters as the client spelled them. */
#include "message/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_recipients_keep_their_order(void **state) {
    (void)state;
    g_autoptr(Envelope) envelope = envelope_new("");
    assert_string_equal(envelope->sender, "");
    envelope_add_recipient(envelope, "b@x", "NOTIFY=NEVER");
    envelope_add_recipient(envelope, "a@x", NULL);
    assert_int_equal(envelope->recipients->len, 2);
    const EnvelopeRecipient *first = g_ptr_array_index(envelope->recipients, 0);
    const EnvelopeRecipient *second = g_ptr_array_index(envelope->recipients, 1);
    assert_string_equal(first->address, "b@x");
    assert_string_equal(first->parameters, "NOTIFY=NEVER");
    assert_string_equal(second->address, "a@x");
    assert_string_equal(second->parameters, "");
}

static void test_parameters(void **state) {
    (void)state;
    g_autoptr(Envelope) envelope = envelope_new("a@b");
    envelope_add_parameter(&envelope->parameters, "BODY=8BITMIME");
    envelope_add_parameter(&envelope->parameters, "SMTPUTF8");
    envelope_add_parameter(&envelope->parameters, "envid=x=y");
    assert_string_equal(envelope->parameters, "BODY=8BITMIME SMTPUTF8 envid=x=y");
    static const struct {
        const char *name, *value;
    } cases[] = {{"BODY", "8BITMIME"}, {"smtputf8", ""}, {"ENVID", "x=y"}, {"BOD", NULL}, {"RET", NULL}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = envelope_parameter(envelope->parameters, cases[i].name);
        assert_int_equal(g_strcmp0(value, cases[i].value), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recipients_keep_their_order),
        cmocka_unit_test(test_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
