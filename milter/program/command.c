/* What the commands share: opening the house for them, finding the customer they speak of, and what their errors mean
 * to the shell. */
#include "program/command.h"

#include "base/error.h"
#include "base/text.h"

ExitStatus status_of_error(const GError *error) {
    if (error->domain == USAGE_ERROR)
        return STATUS_USAGE;
    if (error->domain != CADENCE_ERROR)
        return STATUS_NO;
    switch ((CadenceError)error->code) {
    case CADENCE_ERROR_CONFIG:
        return STATUS_CONFIGURATION;
    case CADENCE_ERROR_TEMPORARY:
    case CADENCE_ERROR_UNCERTAIN:
        return STATUS_TEMPORARY;
    case CADENCE_ERROR_PERMANENT:
    case CADENCE_ERROR_REQUEST:
        break;
    }
    return STATUS_NO;
}

/* The secret is not insisted on: only a ticket needs it, and people who may not read it may still ask. */
bool session_open(Session *session, CommandNeeds needs, GError **error) {
    if (needs == NEEDS_NOTHING)
        return true;
    session->config = config_load(session->arguments->config, error);
    if (!session->config || needs == NEEDS_CONFIG)
        return session->config != NULL;
    session->store = store_open(session->config->store_url, error);
    if (!session->store)
        return false;
    bool has_secret = secret_load(session->config->secret_path, &session->secret, NULL);
    session->engine = engine_new(session->config, session->store, has_secret ? &session->secret : NULL, error);
    return session->engine != NULL;
}

void session_close(Session *session) {
    g_clear_pointer(&session->engine, engine_free);
    g_clear_pointer(&session->store, store_close);
    g_clear_pointer(&session->config, config_unref);
}

static bool customer_by_address(Session *session, const char *text, Customer **out, GError **error) {
    g_autofree char *address = address_canonical(text);
    g_autoptr(Customer) found = NULL;
    return store_customer_by_address(session->store, address, &found, error) &&
           (!found || store_customer_by_id(session->store, found->id, out, error));
}

bool session_customer(Session *session, const char *id_or_address, Customer **out, GError **error) {
    g_autoptr(Customer) customer = NULL;
    if (!store_customer_by_id(session->store, id_or_address, &customer, error))
        return false;
    if (!customer && !customer_by_address(session, id_or_address, &customer, error))
        return false;
    if (!customer) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "no customer has the id or the address '%s'",
                    id_or_address);
        return false;
    }
    *out = g_steal_pointer(&customer);
    return true;
}

const char *session_zone(const Session *session, const Customer *customer) {
    return customer && customer->timezone ? customer->timezone : session->config->defaults.timezone;
}

char *session_zone_of(Session *session, const char *id) {
    g_autoptr(Customer) customer = NULL;
    if (id)
        store_customer_by_id(session->store, id, &customer, NULL);
    return g_strdup(session_zone(session, customer));
}

bool session_config(const Session *session, Config **out, GError **error) {
    const char *path = session->arguments->config;
    bool is_asked = !g_str_equal(path, CONFIG_DEFAULT_PATH) || g_file_test(path, G_FILE_TEST_EXISTS);
    *out = is_asked ? config_load(path, error) : NULL;
    return *out || !is_asked;
}

Classifier *session_classifier(const Session *session, GError **error) {
    g_autoptr(Config) config = NULL;
    if (!session_config(session, &config, error))
        return NULL;
    return classifier_load(config ? config->classify.model : NULL, error);
}
