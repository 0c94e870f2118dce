/* Another try of a message: its customers get the verdicts of the first, whoever else it goes to now. */
#include "world.h"

static int setup(void **state) {
    *state = world_new(world_config);
    return 0;
}

static int teardown(void **state) {
    world_free(*state);
    return 0;
}

static void a_retry_gets_the_same_verdict_and_counts_once(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", "Hello\n");
    g_autoptr(Judgement) first = world_judge(world, "a@home.example", text, NOON);
    g_autoptr(Judgement) again = world_judge(world, "a@home.example", text, NOON + HOUR);
    assert_string_equal(first->id, again->id);
    assert_int_equal(world_outcome(again, 0)->action, ACTION_PASS);
    assert_int_equal(world_contacts(world, "a@home.example"), 1);

    g_autoptr(Judgement) late = world_judge(world, "a@home.example", text, NOON + 6 * DAY);
    assert_string_not_equal(first->id, late->id);
    assert_int_equal(world_contacts(world, "a@home.example"), 2);
}

/* Else one Message-ID, used again every day, would be let through every day and counted once. */
static void the_window_begins_with_the_first_try(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", "Hello\n");
    g_autoptr(Judgement) first = world_judge(world, "a@home.example", text, NOON);
    g_autoptr(Judgement) again = world_judge(world, "a@home.example", text, NOON + 4 * DAY);
    g_autoptr(Judgement) late = world_judge(world, "a@home.example", text, NOON + 6 * DAY);
    assert_string_equal(first->id, again->id);
    assert_string_not_equal(first->id, late->id);
    assert_int_equal(world_contacts(world, "a@home.example"), 2);
}

static void a_retry_to_further_customers_loses_nobody(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++) {
        world_send(world, "a@home.example", i, "", NOON);
        world_send(world, "b@home.example", i, "", NOON);
    }
    g_autofree char *text = world_mail(7, "", "Hello\n");
    g_autoptr(Judgement) first = world_judge(world, "a@home.example", text, NOON);
    assert_int_equal(first->reply, REPLY_DISCARD);
    g_autoptr(Judgement) more = world_judge(world, "b@home.example a@home.example", text, NOON);
    assert_int_equal(more->reply, REPLY_DISCARD);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 2);
    for (guint i = 0; i < held->len; i++) {
        const Custody *custody = held->pdata[i];
        g_autoptr(Custody) found = NULL;
        assert_true(store_custody(world->store, custody->id, &found, NULL));
        assert_string_equal(found->customer, custody->customer);
    }
}

static void a_held_message_that_is_tried_again_is_held_once(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON);
    for (int i = 0; i < 3; i++)
        assert_int_equal(world_send(world, "a@home.example", 7, "", NOON + i), ACTION_HOLD);
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 1);
}

/* As of a colleague who redirects it: Resent- fields do not change the Message-ID. */
static void the_same_message_from_another_stream_is_no_retry(void **state) {
    World *world = *state;
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON);
    g_autofree char *text = world_mail(7, "", "Hello\n");
    g_autoptr(Judgement) held = world_judge(world, "a@home.example", text, NOON);
    for (int i = 0; i < 2; i++) {
        g_autoptr(Judgement) sent = world_judge_as(world, "ann@staff.example", "a@home.example", text, NOON + i, true);
        assert_int_equal(sent->reply, REPLY_ACCEPT);
        assert_int_equal(world_outcome(sent, 0)->action, ACTION_PASS);
        assert_string_not_equal(sent->id, held->id);
    }
    assert_int_equal(world_contacts(world, "a@home.example"), 3);
    g_autoptr(Judgement) again = world_judge(world, "a@home.example", text, NOON + 2);
    assert_string_equal(again->id, held->id);
    assert_int_equal(world_outcome(again, 0)->action, ACTION_HOLD);
}

#define NAMED "Hello {{customer.first_name | default: 'you'}}\n"

static bool is_held(const World *world, const char *id, const char *customer, const char *address) {
    g_autoptr(Custody) found = NULL;
    assert_true(store_custody(world->store, id, &found, NULL));
    return found && g_str_equal(found->customer, customer) && g_str_equal(found->address, address);
}

static bool is_held_as(const World *world, const char *message, int ordinal, const char *address) {
    g_autofree char *id = g_strdup_printf("%s.%d", message, ordinal);
    return is_held(world, id, address, address);
}

/* The text that was filled in place for the first of them cannot be, once somebody gets it as it came. */
static void somebody_else_in_front_takes_nobodys_place(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", NAMED);
    g_autoptr(Judgement) first = world_judge(world, "a@home.example b@home.example", text, NOON);
    assert_true(outcome_stays(world_outcome(first, 0)));
    assert_true(is_held_as(world, first->id, 1, "b@home.example"));
    g_autoptr(Judgement) again = world_judge(world, "clerk@bank.example b@home.example a@home.example", text, NOON);
    assert_int_equal(again->reply, REPLY_ACCEPT);
    assert_string_equal(again->id, first->id);
    assert_true(outcome_stays(world_outcome(again, 0)));
    assert_true(is_held_as(world, first->id, 0, "a@home.example"));
    assert_true(is_held_as(world, first->id, 1, "b@home.example"));
    assert_int_equal(world_contacts(world, "a@home.example"), 1);
}

static void tries_to_one_customer_each_and_then_to_both_keep_their_places(void **state) {
    World *world = *state;
    g_autofree char *text = world_mail(1, "", NAMED);
    g_autoptr(Judgement) one = world_judge(world, "a@home.example", text, NOON);
    g_autoptr(Judgement) other = world_judge(world, "b@home.example", text, NOON);
    g_autoptr(Judgement) both = world_judge(world, "b@home.example a@home.example clerk@bank.example", text, NOON);
    assert_int_equal(both->reply, REPLY_ACCEPT);
    assert_true(is_held_as(world, one->id, 0, "a@home.example"));
    assert_true(is_held_as(world, other->id, 0, "b@home.example"));
}

static bool put_two_addresses(Transaction *transaction, gpointer id, GError **error) {
    g_autoptr(Customer) person = customer_new(id);
    g_ptr_array_add(person->addresses, g_strdup("a@home.example"));
    g_ptr_array_add(person->addresses, g_strdup("a@work.example"));
    return transaction_customer_put(transaction, person, NOON, error);
}

/* As of servers that send to each recipient in a session of its own. */
static void a_customers_other_address_gets_a_copy_of_its_own(void **state) {
    World *world = *state;
    assert_true(store_transact(world->store, put_two_addresses, (gpointer) "C1", NULL));
    for (int i = 0; i < 2; i++)
        world_send(world, "a@home.example", i, "", NOON);
    g_autofree char *text = world_mail(7, "", "Hello\n");
    g_autoptr(Judgement) home = world_judge(world, "a@home.example", text, NOON);
    for (int i = 0; i < 3; i++) {
        g_autoptr(Judgement) work = world_judge(world, i ? "A@work.example" : "a@work.example", text, NOON + i);
        assert_int_equal(world_outcome(work, 0)->action, ACTION_HOLD);
        assert_int_equal(work->reply, REPLY_DISCARD);
        assert_string_equal(work->id, home->id);
    }
    g_autoptr(GPtrArray) held = world_held(world);
    assert_int_equal(held->len, 2);
    g_autofree char *first = g_strdup_printf("%s.0", home->id), *second = g_strdup_printf("%s.1", home->id);
    assert_true(is_held(world, first, "C1", "a@home.example"));
    assert_true(is_held(world, second, "C1", "a@work.example"));
    g_autoptr(GPtrArray) verdicts = NULL;
    assert_true(store_verdicts_of_message(world->store, home->id, &verdicts, NULL));
    assert_int_equal(verdicts->len, 2);
}

/* A program that gives two messages one Message-ID: the second is taken for another try of the first, which passed. */
static void another_try_that_cannot_be_filled_goes_nowhere(void **state) {
    const char *const texts[] = {"Hello {{no such thing}}\n", "Hello {{customer.first_name}}\n"};
    for (int i = 0; i < 2; i++) {
        g_autofree char *first = world_mail(i, "", "Hello\n"), *second = world_mail(i, "", texts[i]);
        g_autoptr(Judgement) passed = world_judge(*state, "a@home.example", first, NOON);
        g_autoptr(Judgement) again = world_judge(*state, "a@home.example", second, NOON + 1);
        assert_int_equal(world_outcome(passed, 0)->action, ACTION_PASS);
        assert_string_equal(again->id, passed->id);
        assert_int_equal(again->reply, REPLY_TEMPORARY);
        assert_non_null(strstr(again->reply_text, "cannot be filled"));
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_retry_gets_the_same_verdict_and_counts_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_window_begins_with_the_first_try, setup, teardown),
        cmocka_unit_test_setup_teardown(a_retry_to_further_customers_loses_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(a_held_message_that_is_tried_again_is_held_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_message_from_another_stream_is_no_retry, setup, teardown),
        cmocka_unit_test_setup_teardown(somebody_else_in_front_takes_nobodys_place, setup, teardown),
        cmocka_unit_test_setup_teardown(tries_to_one_customer_each_and_then_to_both_keep_their_places, setup, teardown),
        cmocka_unit_test_setup_teardown(a_customers_other_address_gets_a_copy_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(another_try_that_cannot_be_filled_goes_nowhere, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
