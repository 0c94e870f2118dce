/* Consents and the addresses that come to a customer later. */
#pragma once

#include "sqlite_connection.h"

/* An address is new to this customer: what is remembered of it counts for the customer, and what the customer has
 * withdrawn is remembered of it. */
bool consent_take_address(Connection *connection, const char *customer, const char *address, GError **error);
