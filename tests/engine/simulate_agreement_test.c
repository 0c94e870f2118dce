/* What simulate says of another policy is what comes of sending the same mail under it: the same life is lived in two
 * worlds, and one is foretold from the other. Postfix and the planner are always at hand here; nothing but the policy
 * differs. */
#include "history.h"

#define MAILS 60
#define LIVES_DEFAULT 21
#define END (NOON + 60 * DAY) /* everything is settled */

typedef struct {
    const char *customer, *fields, *body;
    const char *said; /* of a consent just before; NULL: nothing */
    Instant at;
} Mail;

typedef struct {
    char *id;
    Action action;
    Instant went; /* INSTANT_NEVER: not, or it counts for nothing */
} Fate;

static guint32 lives(void) {
    const char *text = g_getenv("CADENCE_HISTORIES");
    return text ? (guint32)g_ascii_strtoull(text, NULL, 10) : LIVES_DEFAULT;
}

/* ---- one life ---- */

static void write_mails(Mail *mails, GRand *random) {
    static const char *const fields[] = {"",
                                         "",
                                         "Cadence-Topic: tips\n",
                                         "Cadence-Topic: tips\n",
                                         "Cadence-Topic: tips\n",
                                         "Cadence-Topic: loans\n",
                                         "Cadence-Priority: 90\n",
                                         "Cadence-Priority: 10\nCadence-Topic: tips\n",
                                         "Cadence-Expires: 2026-11-29T12:00:00Z\n",
                                         "Cadence-Expires: 2026-12-09T00:00:00Z\n"};
    static const char *const bodies[] = {"Hello\n", "Hello\n", "Statement.\n{{#sales}}\nBuy.\n{{/sales}}\n",
                                         "{{#sales}}Buy.{{/sales}}\n", "Hello {{customer.first_name}}\n"};
    static const char *const said[] = {"granted", "granted", "withdrawn", "objected"};
    Instant at = NOON;
    for (int i = 0; i < MAILS; i++) {
        at += g_rand_int_range(random, 1, 6 * HOUR);
        mails[i] = (Mail){.customer = customers[g_rand_int_range(random, 0, G_N_ELEMENTS(customers))],
                          .fields = fields[g_rand_int_range(random, 0, G_N_ELEMENTS(fields))],
                          .body = bodies[g_rand_int_range(random, 0, G_N_ELEMENTS(bodies))],
                          .at = at};
        if (g_rand_int_range(random, 0, 12) == 0)
            mails[i].said = said[g_rand_int_range(random, 0, G_N_ELEMENTS(said))];
    }
}

/* The planner wakes at every instant at which it has something to do. */
static void wait_until(World *world, Instant x) {
    Instant next, last = INSTANT_ALWAYS;
    for (;;) {
        assert_true(planner_next(world->engine, &next, NULL));
        if (next > x)
            return;
        assert_true(next > last);
        pass_at(world, last = next, false);
    }
}

/* Cadences would send at other times under another policy, which simulate does not foretell. */
static char *without_cadences(const char *policy) {
    GString *text = g_string_new(policy);
    assert_true(g_string_replace(text, "quiet_for = \"4d\"", "quiet_for = \"300d\"", 1) > 0);
    return g_string_free(text, FALSE);
}

static void read_contacts(World *world, Fate *fates, const char *customer) {
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(world->store, customer, INSTANT_ALWAYS, &ledger, NULL));
    for (int i = 0; i < MAILS; i++)
        for (guint k = 0; k < ledger->contacts->len; k++)
            if (g_str_equal(ledger->messages->pdata[k], fates[i].id))
                fates[i].went = g_array_index(ledger->contacts, Contact, k).at;
}

static World *live(const char *policy, const Mail *mails, Fate *fates) {
    g_autofree char *config = without_cadences(policy);
    World *world = history_world(config);
    assert_true(store_transact(world->store, world_grant_work, (gpointer)customers[0], NULL));
    assert_true(store_transact(world->store, world_name_work, (gpointer)customers[1], NULL));
    assert_true(store_transact(world->store, world_grant_work, (gpointer)customers[2], NULL));
    for (int i = 0; i < MAILS; i++) {
        g_autofree char *text = world_mail(i, mails[i].fields, mails[i].body);
        wait_until(world, mails[i].at - 2);
        if (mails[i].said)
            happen(world, say_consent, mails[i].customer, mails[i].said, mails[i].at - 2);
        wait_until(world, mails[i].at);
        g_autoptr(Judgement) judgement = world_judge(world, mails[i].customer, text, mails[i].at);
        fates[i] = (Fate){g_strdup(judgement->id), world_outcome(judgement, 0)->action, INSTANT_NEVER};
    }
    wait_until(world, END);
    for (gsize i = 0; i < G_N_ELEMENTS(customers); i++)
        read_contacts(world, fates, customers[i]);
    return world;
}

/* ---- foretelling the other ---- */

static void note_change(const SimulationChange *change, gpointer user) {
    Fate *fates = user;
    for (int i = 0; i < MAILS; i++)
        if (g_str_equal(fates[i].id, change->id)) {
            assert_int_equal(fates[i].action, change->was);
            assert_int_equal(fates[i].went, change->went);
            fates[i].action = change->would_be;
            fates[i].went = change->would_go;
            return;
        }
    fail_msg("%s was never sent", change->id);
}

static void foretell(World *world, const char *policy, Fate *fates) {
    g_autofree char *text = without_cadences(policy);
    const SimulationOutside outside = {note_change, show_nothing, fates};
    Simulation sums = history_simulate(world, text, INSTANT_ALWAYS, END, &outside);
    assert_int_equal(sums.after.waiting, 0);
}

static void compare(const Fate *foretold, const Fate *lived, const Mail *mails, guint32 life) {
    for (int i = 0; i < MAILS; i++) {
        bool moved = foretold[i].action == ACTION_HOLD; /* by how much is not told */
        if (foretold[i].action != lived[i].action || (!moved && foretold[i].went != lived[i].went))
            fail_msg("life %u, mail %d to %s: %s at %" G_GINT64_FORMAT " was foretold, and %s at %" G_GINT64_FORMAT
                     " came",
                     life, i, mails[i].customer, action_name(foretold[i].action), foretold[i].went,
                     action_name(lived[i].action), lived[i].went);
    }
}

static void fates_clear(Fate *fates) {
    for (int i = 0; i < MAILS; i++)
        g_free(fates[i].id);
}

static void the_other_policy_does_what_was_foretold(G_GNUC_UNUSED void **state) {
    for (guint32 life = 0; life < lives(); life++) {
        GRand *random = g_rand_new_with_seed(life);
        const char *policy = policies[g_rand_int_range(random, 0, G_N_ELEMENTS(policies))];
        const char *other = policies[g_rand_int_range(random, 0, G_N_ELEMENTS(policies))];
        Mail mails[MAILS];
        Fate foretold[MAILS], lived[MAILS];
        write_mails(mails, random);
        World *world = live(policy, mails, foretold), *another = live(other, mails, lived);
        foretell(world, other, foretold);
        compare(foretold, lived, mails, life);
        fates_clear(foretold);
        fates_clear(lived);
        world_free(world);
        world_free(another);
        g_rand_free(random);
    }
}

int main(void) {
    message_library_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_other_policy_does_what_was_foretold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
