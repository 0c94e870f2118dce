/* Recipients who were enrolled by their address, and turn out to be a customer with an id. */
#pragma once

#include "sqlite_connection.h"

/* Whether the customer was made by an address alone and nothing has been said of them since: the id is that address,
 * their only one, with no attribute, setting or wish. Not while a message of theirs is between us and Postfix. */
bool adopt_may(Connection *connection, const char *stray, bool *may, GError **error);

/* All that is recorded of the stray becomes the customer's, who must exist. The address is free afterwards. */
bool adopt_stray(Connection *connection, const char *stray, const char *customer, GError **error);
