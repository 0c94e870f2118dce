/* What is known of a customer, as conditions and segments ask for it. */
#pragma once

#include "calendar/calendar.h"
#include "config/config.h"
#include "store/store.h"

#include <jansson.h>

typedef struct {
    const Config *config;
    const Holidays *holidays; /* of that configuration */
    Store *store;
    const Customer *customer;
    const json_t *message; /* message.*, or NULL */
} Facts;

const char *facts_timezone(const Facts *facts);
const char *facts_locale(const Facts *facts);
/* A condition sees every attribute, whatever its sensitivity. To it customer.event.KIND is when the last event of that
 * kind was, as RFC 3339 in UTC, so that two of them compare by time; absent where there was none. */
bool facts_satisfy(const Facts *facts, const Condition *condition, bool *holds, GError **error);
/* The policy of the first segment that holds, else "default". */
bool facts_policy(const Facts *facts, const Policy **policy, GError **error);
