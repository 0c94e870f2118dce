/* An engine is a configuration in force, a store and a key, shared by all threads. The configuration is swapped as a
 * whole, so that a message is judged from beginning to end by one. */
#include "engine/engine.h"

#include "engine_private.h"

/* A configuration, and what was read of the files that it names. */
typedef struct {
    Config *config;
    Holidays *holidays;
    Repertoire *repertoire;
    SharedClassifier *classifier;
} InForce;

struct Engine {
    GMutex lock; /* guards in_force */
    InForce in_force;
    Memory *memory;
    Store *store;
    const Secret *secret;
};

static bool in_force_load(Config *config, InForce *out, GError **error) {
    g_autoptr(Holidays) holidays = holidays_load(config->holidays, error);
    g_autoptr(Repertoire) repertoire = holidays ? repertoire_load(config, error) : NULL;
    g_autoptr(SharedClassifier) classifier = repertoire ? shared_classifier_load(config, error) : NULL;
    if (!classifier)
        return false;
    *out = (InForce){.config = config_ref(config),
                     .holidays = g_steal_pointer(&holidays),
                     .repertoire = g_steal_pointer(&repertoire),
                     .classifier = g_steal_pointer(&classifier)};
    return true;
}

static void in_force_clear(InForce *in_force) {
    config_unref(in_force->config);
    holidays_unref(in_force->holidays);
    repertoire_unref(in_force->repertoire);
    shared_classifier_unref(in_force->classifier);
}

Engine *engine_new(Config *config, Store *store, const Secret *secret, GError **error) {
    InForce in_force;
    if (!in_force_load(config, &in_force, error))
        return NULL;
    Engine *engine = g_new0(Engine, 1);
    g_mutex_init(&engine->lock);
    engine->in_force = in_force;
    engine->memory = memory_new();
    engine->store = store;
    engine->secret = secret;
    return engine;
}

void engine_free(Engine *engine) {
    if (!engine)
        return;
    in_force_clear(&engine->in_force);
    memory_free(engine->memory);
    g_mutex_clear(&engine->lock);
    g_free(engine);
}

bool engine_set_config(Engine *engine, Config *config, GError **error) {
    InForce in_force;
    if (!in_force_load(config, &in_force, error))
        return false;
    g_mutex_lock(&engine->lock);
    InForce old = engine->in_force;
    engine->in_force = in_force;
    g_mutex_unlock(&engine->lock);
    in_force_clear(&old);
    return true;
}

void engine_rules(Engine *engine, Config **config, Holidays **holidays) {
    g_mutex_lock(&engine->lock);
    *config = config_ref(engine->in_force.config);
    *holidays = holidays_ref(engine->in_force.holidays);
    g_mutex_unlock(&engine->lock);
}

void engine_in_force(Engine *engine, Repertoire **repertoire, Holidays **holidays) {
    g_mutex_lock(&engine->lock);
    *repertoire = repertoire_ref(engine->in_force.repertoire);
    *holidays = holidays_ref(engine->in_force.holidays);
    g_mutex_unlock(&engine->lock);
}

Repertoire *engine_repertoire(Engine *engine) {
    g_mutex_lock(&engine->lock);
    Repertoire *repertoire = repertoire_ref(engine->in_force.repertoire);
    g_mutex_unlock(&engine->lock);
    return repertoire;
}

SharedClassifier *engine_classifier(Engine *engine) {
    g_mutex_lock(&engine->lock);
    SharedClassifier *classifier = shared_classifier_ref(engine->in_force.classifier);
    g_mutex_unlock(&engine->lock);
    return classifier;
}

Config *engine_config(Engine *engine) {
    g_mutex_lock(&engine->lock);
    Config *config = config_ref(engine->in_force.config);
    g_mutex_unlock(&engine->lock);
    return config;
}

Store *engine_store(Engine *engine) {
    return engine->store;
}

const Secret *engine_secret(Engine *engine) {
    return engine->secret;
}

const Memory *engine_memory(Engine *engine) {
    return engine->memory;
}
