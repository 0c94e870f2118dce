/* Retention never stops the mail: while years of records are forgotten, whoever else writes to the store is served. */
#include "engine/planner.h"
#include "world.h"

#define CUSTOMERS 400
#define VERDICTS_EACH 150  /* 60,000 verdicts: dozens of steps */
#define LONGEST_US 1000000 /* half of what a writer waits before it gives up */
#define RETENTION (400 * (Instant)DAY)

static bool fill_work(Transaction *transaction, gpointer user, GError **error) {
    const int *customer = user;
    g_autofree char *name = g_strdup_printf("C%d", *customer);
    for (int i = 0; i < VERDICTS_EACH; i++) {
        g_autofree char *message = g_strdup_printf("%s-%d", name, i);
        Contact contact = {.at = i, .class = CLASS_RELATIONAL};
        VerdictRecord verdict = {.message = message,
                                 .customer = name,
                                 .address = "a@b.example",
                                 .at = i,
                                 .until = INSTANT_NEVER,
                                 .receipt = "{\"evidence\": [\"as long as a receipt is, more or less\"]}"};
        if (!transaction_contact_put(transaction, name, message, &contact, error) ||
            !transaction_verdict_add(transaction, &verdict, error))
            return false;
    }
    return true;
}

static gpointer prune_thread(gpointer user) {
    World *world = user;
    g_autoptr(GError) error = NULL;
    bool pruned = planner_prune(world->engine, RETENTION + DAY, &error);
    return GINT_TO_POINTER(pruned);
}

static guint64 verdicts_in(Store *store) {
    StoreStatus status;
    assert_true(store_status(store, NOON, &status, NULL));
    return status.verdicts;
}

static bool write_work(Transaction *transaction, gpointer user, GError **error) {
    const int *number = user;
    g_autofree char *message = g_strdup_printf("new-%d", *number);
    Contact contact = {.at = NOON, .class = CLASS_SALES};
    return transaction_contact_put(transaction, "C1", message, &contact, error);
}

/* The milter is another process: it has a store of its own on the same file. */
static void others_write_while_it_runs(G_GNUC_UNUSED void **state) {
    World *world = world_new(world_config);
    for (int customer = 0; customer < CUSTOMERS; customer++)
        assert_true(store_transact(world->store, fill_work, &customer, NULL));
    Store *milter = store_open(world->config->store_url, NULL);
    gint64 longest = 0;
    int written = 0;
    GThread *pruning = g_thread_new("prune", prune_thread, world);
    for (; verdicts_in(milter) > 0; written++) {
        g_autoptr(GError) error = NULL;
        gint64 begun = g_get_monotonic_time();
        if (!store_transact(milter, write_work, &written, &error))
            fail_msg("write %d: %s", written, error->message);
        longest = MAX(longest, g_get_monotonic_time() - begun);
        g_usleep(1000);
    }
    assert_true(GPOINTER_TO_INT(g_thread_join(pruning)));
    print_message("%d writes meanwhile, the longest took %d ms\n", written, (int)(longest / 1000));
    assert_true(written >= 100); /* without a pause it is about as many as there are steps */
    assert_true(longest < LONGEST_US);
    store_close(milter);
    world_free(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_write_while_it_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
