/* A small world for the engine's tests: a configuration, a store in a folder of its own, a key, and mail as text.
 * Included once by each test program. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../folder.h"
#include "engine/engine.h"
#include "engine/ticket.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOON 1795348800 /* 2026-11-22T12:00:00Z */
#define DAY 86400
#define HOUR 3600

typedef struct {
    char *folder;
    Config *config;
    Store *store;
    Secret secret;
    Engine *engine;
} World;

static const char world_config[] =
    "store { url = \"sqlite:cadence.db\" }\n"
    "secret = \"secret\"\n"
    "not_customers = {\"*@bank.example\", \"*@xn--bcher-kva.example\"}\n"
    "defaults { timezone = \"Europe/Warsaw\" locale = \"pl\" unknown_customer = \"enroll\" }\n"
    "stream \"staff\" { sender = {\"*@staff.example\"} enforce = false }\n"
    "stream \"crm\" { sender = {\"*@crm.example\"} trust = true personalize = true class = \"sales\" }\n"
    "topic \"security\" { class = \"relational\" exempt = true counts = false }\n"
    "topic \"tips\" { class = \"relational\" }\n"
    "topic \"loans\" { class = \"sales\" consent = \"marketing\" }\n"
    "attribute \"first_name\" { sensitivity = 0 }\n"
    "attribute \"travel_country\" { sensitivity = 3 }\n"
    "policy \"default\" {\n"
    "  cap \"sales a week\" { class = \"sales\" limit = 2 window = \"7d\" }\n"
    "  over = {\"rewrite\", \"hold\"}\n"
    "  hold { max = \"7d\" then = \"drop\" }\n"
    "}\n";

static inline void world_open(World *world) {
    g_autofree char *conf = g_build_filename(world->folder, "cadence.conf", NULL);
    GError *error = NULL;
    world->config = config_load(conf, &error);
    assert_null(error);
    assert_true(store_create(world->config->store_url, &error));
    world->store = store_open(world->config->store_url, &error);
    assert_non_null(world->store);
    assert_true(secret_create(world->config->secret_path, &error));
    assert_true(secret_load(world->config->secret_path, &world->secret, &error));
    world->engine = engine_new(world->config, world->store, &world->secret, &error);
    assert_non_null(world->engine);
}

/* Takes over the folder's name. */
static inline World *world_in(char *folder, const char *config) {
    World *world = g_new0(World, 1);
    world->folder = folder;
    folder_put(folder, "cadence.conf", config);
    world_open(world);
    return world;
}

static inline World *world_new(const char *config) {
    return world_in(g_dir_make_tmp("cadence-engine-XXXXXX", NULL), config);
}

static inline void world_set_config(World *world, const char *text) {
    g_autofree char *path = g_build_filename(world->folder, "cadence.conf", NULL);
    GError *error = NULL;
    folder_put(world->folder, "cadence.conf", text);
    config_unref(world->config);
    world->config = config_load(path, &error);
    assert_null(error);
    assert_true(engine_set_config(world->engine, world->config, NULL));
}

static inline void world_free(World *world) {
    engine_free(world->engine);
    store_close(world->store);
    config_unref(world->config);
    folder_remove(world->folder);
    g_free(world->folder);
    g_free(world);
}

/* Judges `text` ('\n' newlines) from sender to the recipients (blank-separated), which the submission then is of. */
static inline Judgement *world_submit(World *world, const char *sender, const char *recipients, const char *text,
                                      Submission submission) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    g_autoptr(GBytes) raw = g_bytes_new(crlf, strlen(crlf));
    g_autoptr(Message) message = message_new(raw);
    g_autoptr(Envelope) envelope = envelope_new(sender);
    g_auto(GStrv) addresses = g_strsplit(recipients, " ", -1);
    envelope->client = g_strdup("127.0.0.1");
    for (char **address = addresses; *address; address++)
        envelope_add_recipient(envelope, *address, "");
    submission.envelope = envelope;
    submission.message = message;
    return engine_judge(world->engine, &submission);
}

static inline Judgement *world_judge_as(World *world, const char *sender, const char *recipients, const char *text,
                                        Instant at, bool record) {
    return world_submit(world, sender, recipients, text, (Submission){.at = at, .record = record, .deliver = true});
}

/* As the milter would, by the clock. */
static inline Judgement *world_judge_live(World *world, const char *recipients, const char *text, Instant at) {
    return world_submit(world, "offers@crm.example", recipients, text,
                        (Submission){.at = at, .live = true, .record = true, .deliver = true});
}

static inline Judgement *world_judge(World *world, const char *recipients, const char *text, Instant at) {
    return world_judge_as(world, "offers@crm.example", recipients, text, at, true);
}

/* A plain message that differs from others by its number. */
static inline char *world_mail(int number, const char *fields, const char *body) {
    return g_strdup_printf("From: offers@crm.example\nSubject: number %d\nMessage-ID: <%d@crm.example>\n%s\n%s", number,
                           number, fields, body);
}

static inline const Outcome *world_outcome(const Judgement *judgement, guint i) {
    assert_true(i < judgement->outcomes->len);
    return judgement->outcomes->pdata[i];
}

/* Judges a new message with these fields and returns what happened to its only recipient. */
static inline Action world_send(World *world, const char *recipient, int number, const char *fields, Instant at) {
    g_autofree char *text = world_mail(number, fields, "Hello\n");
    g_autoptr(Judgement) judgement = world_judge(world, recipient, text, at);
    return world_outcome(judgement, 0)->action;
}

static inline guint world_contacts(World *world, const char *customer) {
    g_autoptr(Ledger) ledger = NULL;
    assert_true(store_ledger(world->store, customer, INSTANT_ALWAYS, &ledger, NULL));
    return ledger->contacts->len;
}

static inline GPtrArray *world_held(World *world) {
    GPtrArray *held = NULL;
    assert_true(store_custody_list(world->store, &held, NULL));
    return held;
}

static inline bool world_grant_work(Transaction *transaction, gpointer customer, GError **error) {
    Customer person = {.id = customer, .addresses = g_ptr_array_new(), .comfort = -1};
    g_ptr_array_add(person.addresses, customer);
    Consent consent = {.purpose = (char *)"marketing", .state = CONSENT_GRANTED, .at = NOON};
    bool done = transaction_customer_put(transaction, &person, NOON, error) &&
                transaction_consent_put(transaction, customer, &consent, error);
    g_ptr_array_unref(person.addresses);
    return done;
}

static inline bool world_name_work(Transaction *transaction, gpointer customer, GError **error) {
    AttributeValue name = {.name = (char *)"first_name", .value = (char *)"Anna", .at = NOON, .source = (char *)"test"};
    return world_grant_work(transaction, customer, error) &&
           transaction_attribute_put(transaction, customer, &name, error);
}
