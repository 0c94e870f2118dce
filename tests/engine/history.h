/* Histories, made by the engine and the planner themselves: what is done to a customer, and lives lived at random.
 * Included once by each test program. */
#pragma once

#include "hand_back.h"

#include "base/text.h"
#include "engine/custody.h"
#include "engine/simulate.h"

/* Every kind of rule, streams that are not enforced, exempt topics, a segment, a cadence, everything `over` knows. */
#define SCOPE                                                                                                          \
    "store { url = \"sqlite:cadence.db\" }\n"                                                                          \
    "secret = \"secret\"\n"                                                                                            \
    "templates = \"templates\"\n"                                                                                      \
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"                        \
    "stream \"staff\" { sender = {\"*@staff.example\"} enforce = false }\n"                                            \
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"sales\" }\n"              \
    "topic \"security\" { class = \"relational\" exempt = true counts = false }\n"                                     \
    "topic \"tips\" { class = \"relational\" }\n"                                                                      \
    "topic \"loans\" { class = \"sales\" consent = \"marketing\" }\n"                                                  \
    "attribute \"first_name\" { sensitivity = 0 }\n"                                                                   \
    "attribute \"tier\" { sensitivity = 0 }\n"                                                                         \
    "stream \"care\" { sender = {\"*@care.example\"} trust = true }\n"                                                 \
    "cadence \"keep in touch\" { template = \"letter\" sender = \"anna@care.example\" quiet_for = \"4d\" }\n"          \
    "policy \"vip\" {\n  cap \"a day\" { limit = 2 window = \"day\" }\n  over = {\"hold\"}\n}\n"                       \
    "segment \"vip\" { when = \"customer.tier = 'gold'\" policy = \"vip\" }\n"
#define POLICY(rules, over, then)                                                                                      \
    SCOPE "policy \"default\" {\n" rules "  over = {" over "}\n  hold { max = \"7d\" then = \"" then "\" }\n}\n"
#define CAP(limit) "  cap \"sales a week\" { class = \"sales\" limit = " #limit " window = \"7d\" }\n"

static const char *const policies[] = {
    POLICY(CAP(2), "\"rewrite\", \"hold\"", "drop"),
    POLICY(CAP(1) "  gap \"between\" { class = \"sales\" min = \"20h\" }\n", "\"rewrite\", \"hold\"", "send"),
    POLICY("  ratio { relational = 1 sales = 1 allowance = 1 window = \"5d\" }\n  first { relational = 1 }\n",
           "\"hold\"", "return"),
    POLICY(
        "  gate \"complaint\" { event = \"complaint\" until = \"resolved\" cool = \"2h\" class = \"sales\" }\n" CAP(3),
        "\"rewrite\", \"hold\"", "drop"),
    POLICY("  hours { days = \"Mon-Sat\" from = \"08:00\" until = \"20:00\" }\n  cap \"a day\" { class = \"sales\""
           " limit = 1 window = \"day\" }\n",
           "\"hold\"", "drop"),
    POLICY(
        "  hours { days = \"Mon-Sat\" from = \"14:00\" until = \"16:00\" }\n  ratio { relational = 2 sales = 1 window ="
        " \"4d\" }\n  cap \"tips\" { topic = \"tips\" limit = 1 window = \"2d\" }\n",
        "\"rewrite\", \"hold\"", "return"),
    POLICY(CAP(1), "\"rewrite\", \"refuse\"", "drop"),
    POLICY(CAP(1) "  mode = \"observe\"\n", "\"rewrite\", \"hold\"", "drop"),
};

/* ---- the world, with a template ---- */

static inline World *history_world(const char *config) {
    char *folder = g_dir_make_tmp("cadence-history-XXXXXX", NULL);
    folder_put(folder, "templates/letter/pl.txt", "Subject: Tips\n\nRead this.\n");
    folder_put(folder, "templates/letter/template.conf", "topic = \"tips\"\n");
    return world_in(folder, config);
}

/* ---- a Postfix that takes everything ---- */

typedef struct {
    World *world;
    Instant at;
    bool down;
} Postfix;

static inline void take(const Postfix *postfix, const Handover *handover) {
    g_autoptr(Judgement) judgement = hand_back(postfix->world, handover, postfix->at, NULL);
    assert_true(judgement->reply == REPLY_ACCEPT || judgement->reply == REPLY_DISCARD);
}

static inline void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass,
                           gpointer user) {
    const Postfix *postfix = user;
    for (guint i = 0; i < handovers->len; i++) {
        if (!postfix->down)
            take(postfix, handovers->pdata[i]);
        planner_handed_over(pass, handovers->pdata[i], postfix->down ? HANDOVER_DEFERRED : HANDOVER_ACCEPTED,
                            postfix->down ? "no connection" : "250 2.0.0 Ok");
    }
}

static inline void pass_at(World *world, Instant at, bool down) {
    Postfix postfix = {.world = world, .at = at, .down = down};
    const PlannerOutside outside = {deliver, say, never, &postfix};
    run_pass(world, at, &outside);
}

/* ---- what another configuration would have made of it ---- */

static inline Simulation history_simulate(World *world, const char *text, Instant since, Instant now,
                                          const SimulationOutside *outside) {
    g_autofree char *path = g_build_filename(world->folder, "new.conf", NULL);
    GError *error = NULL;
    folder_put(world->folder, "new.conf", text);
    g_autoptr(Config) config = config_load(path, &error);
    assert_null(error);
    g_autoptr(Engine) other = engine_new(config, world->store, NULL, NULL);
    Simulation sums;
    assert_true(simulate(world->engine, other, since, now, outside, &sums, &error));
    return sums;
}

static inline void show_nothing(G_GNUC_UNUSED guint64 verdicts, G_GNUC_UNUSED gpointer user) {
}

/* ---- what is done to a customer ---- */

typedef struct {
    const char *customer, *kind;
    Instant at;
} Happening;

static inline bool add_event(Transaction *transaction, gpointer user, GError **error) {
    const Happening *event = user;
    return transaction_event_add(transaction, event->customer, event->kind, event->at, error) &&
           custody_reschedule(transaction, event->customer, event->at, error);
}

static inline bool add_contact(Transaction *transaction, gpointer user, GError **error) {
    const Happening *contact = user;
    g_autofree char *id = identifier_new(contact->at);
    Contact imported = {.at = contact->at, .class = CLASS_RELATIONAL};
    return transaction_contact_put(transaction, contact->customer, id, &imported, error);
}

static inline void happen(World *world, StoreWork work, const char *customer, const char *kind, Instant at) {
    Happening happening = {customer, kind, at};
    assert_true(store_transact(world->store, work, &happening, NULL));
}

/* kind: "granted", "withdrawn" or "objected". */
static inline bool say_consent(Transaction *transaction, gpointer user, GError **error) {
    const Happening *said = user;
    Consent consent = {.purpose = (char *)"marketing", .state = CONSENT_GRANTED, .at = said->at};
    if (!g_str_equal(said->kind, "granted"))
        consent.state = g_str_equal(said->kind, "objected") ? CONSENT_OBJECTED : CONSENT_WITHDRAWN;
    return transaction_consent_put(transaction, said->customer, &consent, error) &&
           custody_reschedule(transaction, said->customer, said->at, error);
}

/* kind: "paused", a cap, or "" for no wish at all. */
static inline bool wish(Transaction *transaction, gpointer user, GError **error) {
    const Happening *wished = user;
    g_autoptr(Customer) customer = NULL;
    if (!transaction_customer(transaction, wished->customer, &customer, error))
        return false;
    bool paused = g_str_equal(wished->kind, "paused"), limited = *wished->kind && !paused;
    customer->paused_until = paused ? wished->at + 2 * DAY : INSTANT_ALWAYS;
    g_free(customer->limits);
    customer->limits = limited ? g_strdup(wished->kind) : NULL;
    return transaction_wishes_put(transaction, customer, error) &&
           custody_reschedule(transaction, wished->customer, wished->at, error);
}

static inline bool move_to(Transaction *transaction, gpointer user, GError **error) {
    const Happening *moved = user;
    g_autoptr(Customer) customer = customer_new(moved->customer);
    customer->timezone = g_strdup(moved->kind);
    return transaction_customer_put(transaction, customer, moved->at, error) &&
           custody_reschedule(transaction, moved->customer, moved->at, error);
}

static inline bool set_tier(Transaction *transaction, gpointer user, GError **error) {
    const Happening *set = user;
    AttributeValue tier = {.name = (char *)"tier", .value = (char *)set->kind, .at = set->at};
    return transaction_attribute_put(transaction, set->customer, &tier, error) &&
           custody_reschedule(transaction, set->customer, set->at, error);
}

/* ---- at random ---- */

static const char *const customers[] = {"a@home.example", "b@home.example", "c@home.example"};

static inline void send_at_random(World *world, GRand *random, int number, Instant at) {
    static const char *const fields[] = {"",
                                         "",
                                         "Cadence-Topic: tips\n",
                                         "Cadence-Topic: loans\n",
                                         "Cadence-Topic: security\n",
                                         "Cadence-Priority: 90\n",
                                         "Cadence-Priority: 10\nCadence-Topic: tips\n",
                                         "Cadence-Expires: 2026-11-29T12:00:00Z\n",
                                         "Cadence-Requires: customer.tier = 'gold'\n"};
    static const char *const bodies[] = {"Hello\n", "Hello\n", "Statement.\n{{#sales}}\nBuy.\n{{/sales}}\n",
                                         "{{#sales}}Buy.{{/sales}}\n", "Hello {{customer.first_name}}\n"};
    static const char *const recipients[] = {"a@home.example", "b@home.example", "c@home.example",
                                             "a@home.example b@home.example c@home.example"};
    g_autofree char *text = world_mail(number, fields[g_rand_int_range(random, 0, G_N_ELEMENTS(fields))],
                                       bodies[g_rand_int_range(random, 0, G_N_ELEMENTS(bodies))]);
    const char *sender = g_rand_int_range(random, 0, 6) == 0 ? "ann@staff.example" : "offers@crm.example";
    g_autoptr(Judgement) judgement = world_judge_as(
        world, sender, recipients[g_rand_int_range(random, 0, G_N_ELEMENTS(recipients))], text, at, true);
    assert_true(judgement->reply != REPLY_TEMPORARY || strstr(judgement->reply_text, "cannot be filled"));
}

/* A person acts on one held message, and the planner, which is woken, follows. */
static inline void handle_at_random(World *world, GRand *random, Instant at) {
    g_autoptr(GPtrArray) held = world_held(world);
    if (held->len == 0)
        return;
    const Custody *custody = held->pdata[g_rand_int_range(random, 0, (gint32)held->len)];
    if (!*custody->stream)
        return;
    if (g_rand_boolean(random))
        assert_true(custody_release(world->engine, custody->id, at, NULL));
    else
        assert_true(custody_drop(world->engine, custody->id, at, NULL));
    pass_at(world, at, false);
}

static inline void change_at_random(World *world, GRand *random, const char *customer, Instant at) {
    static const struct {
        StoreWork work;
        const char *kind;
    } changes[] = {{add_event, "complaint"},
                   {add_event, "resolved"},
                   {add_event, "purchase"},
                   {say_consent, "granted"},
                   {say_consent, "granted"},
                   {say_consent, "withdrawn"},
                   {say_consent, "objected"},
                   {wish, "paused"},
                   {wish, "sales 1/3d"},
                   {wish, ""},
                   {move_to, "America/Los_Angeles"},
                   {move_to, "Europe/Warsaw"},
                   {set_tier, "gold"},
                   {set_tier, "none"},
                   {add_contact, NULL}};
    gint32 i = g_rand_int_range(random, 0, G_N_ELEMENTS(changes));
    happen(world, changes[i].work, customer, changes[i].kind, at);
}

static inline void step_at_random(World *world, GRand *random, int number, Instant at) {
    const char *customer = customers[g_rand_int_range(random, 0, G_N_ELEMENTS(customers))];
    switch (g_rand_int_range(random, 0, 14)) {
    case 0:
    case 1:
        change_at_random(world, random, customer, at);
        break;
    case 2:
        handle_at_random(world, random, at);
        break;
    case 3:
    case 4:
    case 5:
        pass_at(world, at, g_rand_int_range(random, 0, 4) == 0);
        break;
    case 6:
        send_at_random(world, random, MAX(0, number - g_rand_int_range(random, 1, 4)), at); /* perhaps a retry */
        break;
    default:
        send_at_random(world, random, number, at);
    }
}

static inline void live_at_random(World *world, GRand *random, int steps, Instant *at) {
    *at = NOON;
    assert_true(store_transact(world->store, world_grant_work, (gpointer)customers[0], NULL));
    assert_true(store_transact(world->store, world_name_work, (gpointer)customers[1], NULL));
    assert_true(store_transact(world->store, world_grant_work, (gpointer)customers[2], NULL));
    for (int i = 0; i < steps; i++) {
        *at += g_rand_int_range(random, 1, g_rand_boolean(random) ? HOUR : 12 * HOUR);
        step_at_random(world, random, i, *at);
    }
}
