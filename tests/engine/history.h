/* Histories, made by the engine and the planner themselves: what is done to a customer, and lives lived at random.
 * Included once by each test program. */
#pragma once

#include "world.h"

#include "base/text.h"
#include "engine/custody.h"
#include "engine/planner.h"

/* Every kind of rule, streams that are not enforced, exempt topics, everything `over` knows. */
#define SCOPE                                                                                                          \
    "store { url = \"sqlite:cadence.db\" }\n"                                                                          \
    "secret = \"secret\"\n"                                                                                            \
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"                        \
    "stream \"staff\" { sender = {\"*@staff.example\"} enforce = false }\n"                                            \
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"sales\" }\n"              \
    "topic \"security\" { class = \"relational\" exempt = true counts = false }\n"                                     \
    "topic \"tips\" { class = \"relational\" }\n"                                                                      \
    "topic \"loans\" { class = \"sales\" consent = \"marketing\" }\n"                                                  \
    "attribute \"first_name\" { sensitivity = 0 }\n"
#define POLICY(rules, over, then)                                                                                      \
    SCOPE "policy \"default\" {\n" rules "  over = {" over "}\n  hold { max = \"7d\" then = \"" then "\" }\n}\n"
#define CAP(limit) "  cap \"sales a week\" { class = \"sales\" limit = " #limit " window = \"7d\" }\n"

static const char *const policies[] = {
    POLICY(CAP(2), "\"rewrite\", \"hold\"", "drop"),
    POLICY(CAP(1) "  gap \"between\" { class = \"sales\" min = \"20h\" }\n", "\"rewrite\", \"hold\"", "send"),
    POLICY("  ratio { relational = 2 sales = 1 window = \"5d\" }\n  first { relational = 1 }\n", "\"hold\"", "return"),
    POLICY(
        "  gate \"complaint\" { event = \"complaint\" until = \"resolved\" cool = \"2h\" class = \"sales\" }\n" CAP(3),
        "\"rewrite\", \"hold\"", "drop"),
    POLICY("  hours { days = \"Mon-Sat\" from = \"08:00\" until = \"20:00\" }\n  cap \"a day\" { class = \"sales\""
           " limit = 1 window = \"day\" }\n",
           "\"hold\"", "drop"),
    POLICY(CAP(1), "\"rewrite\", \"refuse\"", "drop"),
    POLICY(CAP(1) "  mode = \"observe\"\n", "\"rewrite\", \"hold\"", "drop"),
};

/* ---- a Postfix that takes everything ---- */

typedef struct {
    World *world;
    Instant at;
    bool down;
} Postfix;

static inline void hand_over(Postfix *postfix, const Handover *handover, PlannerPass *pass) {
    gsize length;
    const char *bytes = g_bytes_get_data(handover->raw, &length);
    GString *text = g_string_new(NULL);
    if (handover->ticket)
        g_string_append_printf(text, "Cadence-Ticket: %s\r\n", handover->ticket);
    g_string_append_len(text, bytes, (gssize)length);
    g_autoptr(GBytes) raw = g_string_free_to_bytes(text);
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_new(handover->custody->sender);
    envelope->client = g_strdup("127.0.0.1");
    envelope_add_recipient(envelope, handover->custody->address, handover->custody->recipient_parameters);
    Submission submission = {
        .envelope = envelope, .message = message, .at = postfix->at, .record = true, .deliver = true};
    g_autoptr(Judgement) judgement = engine_judge(postfix->world->engine, &submission);
    assert_true(judgement->reply == REPLY_ACCEPT || judgement->reply == REPLY_DISCARD);
    planner_handed_over(pass, handover, HANDOVER_ACCEPTED, "250 2.0.0 Ok");
}

static inline void deliver(G_GNUC_UNUSED const Config *config, const GPtrArray *handovers, PlannerPass *pass,
                           gpointer user) {
    Postfix *postfix = user;
    for (guint i = 0; i < handovers->len; i++)
        if (postfix->down)
            planner_handed_over(pass, handovers->pdata[i], HANDOVER_DEFERRED, "no connection");
        else
            hand_over(postfix, handovers->pdata[i], pass);
}

static inline void say_nothing(G_GNUC_UNUSED const char *line, G_GNUC_UNUSED gpointer user) {
}

static inline bool never_stop(G_GNUC_UNUSED gpointer user) {
    return false;
}

static inline void pass_at(World *world, Instant at, bool down) {
    Postfix postfix = {.world = world, .at = at, .down = down};
    PlannerOutside outside = {deliver, say_nothing, never_stop, &postfix};
    PlannerCounts counts;
    bool locked;
    assert_true(planner_pass(world->engine, at, 1000, &outside, &locked, &counts, NULL));
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
    assert_true(judgement->reply != REPLY_TEMPORARY);
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

static inline void step_at_random(World *world, GRand *random, int number, Instant at) {
    const char *customer = customers[g_rand_int_range(random, 0, G_N_ELEMENTS(customers))];
    switch (g_rand_int_range(random, 0, 14)) {
    case 0:
        happen(world, add_event, customer, g_rand_boolean(random) ? "complaint" : "resolved", at);
        break;
    case 1:
        happen(world, add_contact, customer, NULL, at);
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
