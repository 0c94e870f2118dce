/* An engine is a configuration in force, a store and a key, shared by all threads. The configuration is swapped as a
 * whole, so that a message is judged from beginning to end by one. */
#include "engine/engine.h"

#include "engine_private.h"

struct Engine {
    GMutex lock; /* guards config */
    Config *config;
    Store *store;
    const Secret *secret;
};

Engine *engine_new(Config *config, Store *store, const Secret *secret) {
    Engine *engine = g_new0(Engine, 1);
    g_mutex_init(&engine->lock);
    engine->config = config_ref(config);
    engine->store = store;
    engine->secret = secret;
    return engine;
}

void engine_free(Engine *engine) {
    if (!engine)
        return;
    config_unref(engine->config);
    g_mutex_clear(&engine->lock);
    g_free(engine);
}

Config *engine_config(Engine *engine) {
    g_mutex_lock(&engine->lock);
    Config *config = config_ref(engine->config);
    g_mutex_unlock(&engine->lock);
    return config;
}

void engine_set_config(Engine *engine, Config *config) {
    g_mutex_lock(&engine->lock);
    Config *old = engine->config;
    engine->config = config_ref(config);
    g_mutex_unlock(&engine->lock);
    config_unref(old);
}

Store *engine_store(Engine *engine) {
    return engine->store;
}

const Secret *engine_secret(Engine *engine) {
    return engine->secret;
}
