/* Request headers: each value, each fault with its sentence, and what an untrusted stream may say. */
#include "base/error.h"
#include "message/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Request *read_request(const char *header, GError **error) {
    g_autofree char *text = g_strconcat("Subject: x\n", header, "\nbody\n", NULL);
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    g_autoptr(Message) message = message_new(raw);
    return request_read(message, error);
}

static void test_all_are_read(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Request) request =
        read_request("Cadence-Class: sales\ncadence-topic: loans\nCadence-Campaign:spring_26\nCadence-Priority: 100\n"
                     "Cadence-Expires: 2026-11-25T09:00:00+01:00\nCadence-Requires: customer.tier = 'gold'\n and true\n"
                     "Cadence-Personalize: yes\nCadence-Template: first-steps\nCadence-Context: {\"a\":\n \"=?\"}\n"
                     "Cadence-Id: 12\nCadence-Id: 13\nCadence-Ticket: t t\n",
                     &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    assert_true(request->has_class && request->class == CLASS_SALES);
    assert_string_equal(request->topic, "loans");
    assert_string_equal(request->campaign, "spring_26");
    assert_int_equal(request->priority, 100);
    assert_int_equal(request->expires, 1795593600);
    assert_string_equal(request->requires, "customer.tier = 'gold' and true");
    assert_non_null(request->condition);
    assert_true(request->has_personalize && request->personalize);
    assert_string_equal(request->template_name, "first-steps");
    assert_string_equal(request->context, "{\"a\": \"=?\"}");
    assert_string_equal(request->ticket, "t t");
}

static void test_words_are_read_in_any_case(void **state) {
    (void)state;
    g_autoptr(Request) request = read_request("Cadence-Class: Sales\nCadence-Personalize: NO\n", NULL);
    assert_non_null(request);
    assert_true(request->has_class && request->class == CLASS_SALES);
    assert_true(request->has_personalize && !request->personalize);
}

static void test_none_gives_defaults(void **state) {
    (void)state;
    g_autoptr(Request) request = read_request("X-Cadence-Foo: bar\n", NULL);
    assert_non_null(request);
    assert_false(request->has_class || request->has_personalize);
    assert_int_equal(request->priority, REQUEST_DEFAULT_PRIORITY);
    assert_true(request->expires == INSTANT_NEVER);
    assert_null(request->topic);
    assert_null(request->condition);
    assert_null(request->ticket);
}

static void test_faults_are_named(void **state) {
    (void)state;
    static const struct {
        const char *header, *sentence;
    } cases[] = {
        {"Cadence-Class: Sale\n", "Cadence-Class: \"Sale\" is neither relational nor sales"},
        {"Cadence-Class: any\n", "Cadence-Class: \"any\" is neither relational nor sales"},
        {"Cadence-Class:\n", "Cadence-Class: \"\" is neither relational nor sales"},
        {"cadence-priority: high\n", "Cadence-Priority: \"high\" is not a number from 0 to 100"},
        {"Cadence-Priority: 101\n", "Cadence-Priority: \"101\" is not a number from 0 to 100"},
        {"Cadence-Priority: -1\n", "Cadence-Priority: \"-1\" is not a number from 0 to 100"},
        {"Cadence-Priority: 5 5\n", "Cadence-Priority: \"5 5\" is not a number from 0 to 100"},
        {"Cadence-Topic: two words\n",
         "Cadence-Topic: \"two words\" is not one word of letters, digits, '.', '_' and '-'"},
        {"Cadence-Template: ../x\n", "Cadence-Template: \"../x\" is not one word of letters, digits, '.', '_' and '-'"},
        {"Cadence-Expires: soon\n", "Cadence-Expires: \"soon\" is not a date and time of RFC 5322 or RFC 3339"},
        {"Cadence-Personalize: true\n", "Cadence-Personalize: \"true\" is neither yes nor no"},
        {"Cadence-Context: [1]\n", "Cadence-Context: \"[1]\" is not a JSON object"},
        {"Cadence-Class: sales\nCADENCE-CLASS: sales\n", "Cadence-Class is given more than once"},
        {"Cadence-Prio: 5\n", "Cadence-Prio: there is no header of this name"},
        {"Cadence-Topic: \xC5\x81\x01x\n",
         "Cadence-Topic: \"???x\" is not one word of letters, digits, '.', '_' and '-'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(read_request(cases[i].header, &error));
        assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_REQUEST));
        assert_string_equal(error->message, cases[i].sentence);
    }
}

static void test_faults_fit_a_reply(void **state) {
    (void)state;
    g_autofree char *value = g_strnfill(3000, '('), *header = g_strdup_printf("Cadence-Requires: %s\n", value);
    g_autoptr(GError) error = NULL;
    assert_null(read_request(header, &error));
    assert_true(g_str_has_prefix(error->message, "Cadence-Requires: \"(((("));
    assert_true(strlen(error->message) < 450);
}

static void test_untrusted_streams_give_the_ticket_alone(void **state) {
    (void)state;
    static const char text[] = "Cadence-Class: nonsense\nCadence-Priority: 7\nCadence-Ticket:  a b \n\n";
    g_autoptr(GBytes) raw = g_bytes_new_static(text, strlen(text));
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Request) request = request_read_untrusted(message);
    assert_string_equal(request->ticket, "a b");
    assert_int_equal(request->priority, REQUEST_DEFAULT_PRIORITY);
    assert_false(request->has_class);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_are_read),        cmocka_unit_test(test_words_are_read_in_any_case),
        cmocka_unit_test(test_none_gives_defaults), cmocka_unit_test(test_faults_are_named),
        cmocka_unit_test(test_faults_fit_a_reply),  cmocka_unit_test(test_untrusted_streams_give_the_ticket_alone),
    };
    message_library_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
