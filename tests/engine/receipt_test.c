/* What is stored with a verdict. */
#include "world.h"

#include <jansson.h>

static int setup(void **state) {
    *state = world_new(world_config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static json_t *last_receipt(World *world, const char *customer) {
    g_autoptr(GPtrArray) records = NULL;
    assert_true(store_verdicts_of_customer(world->store, customer, 1, &records, NULL));
    json_t *receipt = json_loads(((VerdictRecord *)records->pdata[0])->receipt, 0, NULL);
    assert_non_null(receipt);
    return receipt;
}

static void assert_asked(World *world, const char *customer, const char *expected) {
    json_auto_t *receipt = last_receipt(world, customer);
    g_autofree char *asked = json_dumps(json_object_get(receipt, "asked"), JSON_COMPACT);
    assert_string_equal(asked, expected);
    assert_true(json_is_string(json_object_get(receipt, "policy_hash")));
    assert_string_equal(json_string_value(json_object_get(receipt, "policy")), "default");
}

static void a_receipt_names_every_rule_that_was_asked_and_its_count(void **state) {
    World *world = *state;
    static const char cap[] = "[{\"rule\":\"cap\",\"name\":\"sales a week\",\"have\":%d,\"limit\":2}]";
    for (int i = 0; i < 3; i++) { /* the third is held */
        g_autofree char *expected = g_strdup_printf(cap, i);
        world_send(world, "a@home.example", i, "", NOON);
        assert_asked(world, "a@home.example", expected);
    }
    world_send(world, "a@home.example", 4, "Cadence-Topic: tips\n", NOON);
    assert_asked(world, "a@home.example", "[]");
    world_send(world, "a@home.example", 5, "Cadence-Topic: security\n", NOON);
    assert_asked(world, "a@home.example", "[]");
    world_send(world, "a@home.example", 6, "Cadence-Topic: loans\n", NOON);
    assert_asked(world, "a@home.example", "[]");
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_receipt_names_every_rule_that_was_asked_and_its_count, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
