/* An engine is a configuration in force, a store and a key, shared by all threads. The configuration is swapped as a
 * whole, so that a message is judged from beginning to end by one. */
#include "engine/engine.h"

#include "engine_private.h"

struct Engine {
    GMutex lock; /* guards config, holidays, repertoire and classifier */
    Config *config;
    Holidays *holidays;
    Repertoire *repertoire;
    SharedClassifier *classifier;
    Memory *memory;
    Store *store;
    const Secret *secret;
};

Engine *engine_new(Config *config, Store *store, const Secret *secret, GError **error) {
    g_autoptr(Holidays) holidays = holidays_load(config->holidays, error);
    g_autoptr(Repertoire) repertoire = holidays ? repertoire_load(config, error) : NULL;
    g_autoptr(SharedClassifier) classifier = repertoire ? shared_classifier_load(config, error) : NULL;
    if (!classifier)
        return NULL;
    Engine *engine = g_new0(Engine, 1);
    g_mutex_init(&engine->lock);
    engine->config = config_ref(config);
    engine->holidays = g_steal_pointer(&holidays);
    engine->repertoire = g_steal_pointer(&repertoire);
    engine->classifier = g_steal_pointer(&classifier);
    engine->memory = memory_new();
    engine->store = store;
    engine->secret = secret;
    return engine;
}

void engine_free(Engine *engine) {
    if (!engine)
        return;
    config_unref(engine->config);
    holidays_unref(engine->holidays);
    repertoire_unref(engine->repertoire);
    shared_classifier_unref(engine->classifier);
    memory_free(engine->memory);
    g_mutex_clear(&engine->lock);
    g_free(engine);
}

void engine_rules(Engine *engine, Config **config, Holidays **holidays) {
    g_mutex_lock(&engine->lock);
    *config = config_ref(engine->config);
    *holidays = holidays_ref(engine->holidays);
    g_mutex_unlock(&engine->lock);
}

void engine_in_force(Engine *engine, Repertoire **repertoire, Holidays **holidays) {
    g_mutex_lock(&engine->lock);
    *repertoire = repertoire_ref(engine->repertoire);
    *holidays = holidays_ref(engine->holidays);
    g_mutex_unlock(&engine->lock);
}

Repertoire *engine_repertoire(Engine *engine) {
    g_mutex_lock(&engine->lock);
    Repertoire *repertoire = repertoire_ref(engine->repertoire);
    g_mutex_unlock(&engine->lock);
    return repertoire;
}

SharedClassifier *engine_classifier(Engine *engine) {
    g_mutex_lock(&engine->lock);
    SharedClassifier *classifier = shared_classifier_ref(engine->classifier);
    g_mutex_unlock(&engine->lock);
    return classifier;
}

Config *engine_config(Engine *engine) {
    g_mutex_lock(&engine->lock);
    Config *config = config_ref(engine->config);
    g_mutex_unlock(&engine->lock);
    return config;
}

bool engine_set_config(Engine *engine, Config *config, GError **error) {
    g_autoptr(Holidays) holidays = holidays_load(config->holidays, error);
    g_autoptr(Repertoire) repertoire = holidays ? repertoire_load(config, error) : NULL;
    g_autoptr(SharedClassifier) classifier = repertoire ? shared_classifier_load(config, error) : NULL;
    if (!classifier)
        return false;
    g_mutex_lock(&engine->lock);
    Config *old_config = engine->config;
    Holidays *old_holidays = engine->holidays;
    Repertoire *old_repertoire = engine->repertoire;
    SharedClassifier *old_classifier = engine->classifier;
    engine->config = config_ref(config);
    engine->holidays = g_steal_pointer(&holidays);
    engine->repertoire = g_steal_pointer(&repertoire);
    engine->classifier = g_steal_pointer(&classifier);
    g_mutex_unlock(&engine->lock);
    config_unref(old_config);
    holidays_unref(old_holidays);
    repertoire_unref(old_repertoire);
    shared_classifier_unref(old_classifier);
    return true;
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
