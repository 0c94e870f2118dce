/* Simulate over many: the size of a history costs time, never memory. Three customers live at random, and the store is
 * filled with copies of them. CADENCE_CUSTOMERS says how many there are to be, so that the same program measures what
 * 100,000 take. */
#include "history.h"

#include <sqlite3.h>
#include <sys/resource.h>

#define STEPS 200
#define CUSTOMERS_DEFAULT 900
#define COPIES_A_TRANSACTION 500
#define GROWTH_MAX_KIB (8 * 1024)

static int customers_wanted(void) {
    const char *text = g_getenv("CADENCE_CUSTOMERS");
    return text ? (int)g_ascii_strtoll(text, NULL, 10) : CUSTOMERS_DEFAULT;
}

/* ---- many ---- */

/* A copy's keys begin with its number, so that they are written in the order of the keys. */
static const struct {
    const char *table, *columns;
} copied[] = {
    {"customer", "p || id, timezone, locale, comfort, since, paused_until, limits, quiet"},
    {"consent", "p || customer, sequence, purpose, state, at, basis, wording, sale, source"},
    {"attribute", "p || customer, name, value, at, source"},
    {"event", "p || customer, at, kind"},
    {"contact", "p || customer, at, p || message, class, topic, campaign"},
    {"receipt", "k * 1000000 + id, text"},
    {"verdict",
     "p || customer, fingerprint, p || message, ordinal, sequence, at, action, until, custody, k * 1000000 + receipt"},
};

static void execute(sqlite3 *database, const char *sql) {
    char *fault = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &fault) != SQLITE_OK)
        fail_msg("%s: %s", sql, fault);
}

static void copy_some(sqlite3 *database, int first, int last) {
    execute(database, "BEGIN");
    for (gsize i = 0; i < G_N_ELEMENTS(copied); i++) {
        g_autofree char *sql =
            g_strdup_printf("WITH RECURSIVE n (k) AS (SELECT %d UNION ALL SELECT k + 1 FROM n WHERE k < %d),"
                            " prefix (p, k) AS (SELECT printf('%%07d-', k), k FROM n)"
                            " INSERT INTO main.%s SELECT %s FROM prefix CROSS JOIN temp.%s",
                            first, last, copied[i].table, copied[i].columns, copied[i].table);
        execute(database, sql);
    }
    execute(database, "COMMIT");
}

static void copy_customers(World *world, int copies) {
    g_autofree char *path = g_build_filename(world->folder, "cadence.db", NULL);
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    execute(database, "PRAGMA synchronous = OFF");
    for (gsize i = 0; i < G_N_ELEMENTS(copied); i++) {
        g_autofree char *sql =
            g_strdup_printf("CREATE TEMP TABLE %s AS SELECT * FROM main.%s", copied[i].table, copied[i].table);
        execute(database, sql);
    }
    for (int first = 1; first <= copies; first += COPIES_A_TRANSACTION)
        copy_some(database, first, MIN(first + COPIES_A_TRANSACTION - 1, copies));
    sqlite3_close(database);
}

/* ---- what it takes ---- */

static long peak_kib(void) {
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static double processor_seconds(void) {
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

static void count_change(G_GNUC_UNUSED const SimulationChange *change, gpointer user) {
    ++*(guint64 *)user;
}

static Simulation simulate_with(World *world, const char *text, Instant now, guint64 *changes) {
    const SimulationOutside outside = {count_change, show_nothing, changes};
    gint64 begun = g_get_monotonic_time();
    double used = processor_seconds();
    *changes = 0;
    Simulation sums = history_simulate(world, text, INSTANT_ALWAYS, now, &outside);
    print_message("%" G_GUINT64_FORMAT " customers, %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT
                  " changes: %.1f s, of the processor %.1f s, peak %ld MiB\n",
                  sums.customers, sums.messages, *changes, (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC,
                  processor_seconds() - used, peak_kib() / 1024);
    return sums;
}

/* Clang tells of its sanitizers thus, which keep what is freed. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

static void assert_grew_little(long before) {
#ifdef SANITIZED
    print_message("skipped: memory grew by %ld KiB, most of it the sanitizer's\n", peak_kib() - before);
#else
    assert_in_range(peak_kib() - before, 0, GROWTH_MAX_KIB);
#endif
}

static void the_size_of_a_history_costs_no_memory(G_GNUC_UNUSED void **state) {
    World *world = history_world(policies[0]);
    GRand *random = g_rand_new_with_seed(1);
    int copies = customers_wanted() / (int)G_N_ELEMENTS(customers) - 1;
    Instant at;
    guint64 few, many;
    live_at_random(world, random, STEPS, &at);
    Simulation one = simulate_with(world, policies[1], at, &few);
    copy_customers(world, copies);
    long peak = peak_kib();
    Simulation all = simulate_with(world, policies[1], at, &many);
    assert_grew_little(peak);
    assert_int_equal(all.messages, one.messages * (guint64)(copies + 1));
    assert_int_equal(many, few * (guint64)(copies + 1));
    simulate_with(world, policies[0], at, &many);
    assert_int_equal(many, 0);
    world_free(world);
    g_rand_free(random);
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_size_of_a_history_costs_no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
