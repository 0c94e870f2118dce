/* Withdrawals as they are remembered of an address, which itself cannot be read back. */
#pragma once

#include "sqlite_connection.h"
#include "store/store.h"

/* Replaces what was remembered of this address and purpose, where it is newer or goes further. */
bool withdrawal_put(Connection *connection, const char *address, const Consent *withdrawn, GError **error);
/* Of Consent, by purpose. */
bool withdrawals_read(Connection *connection, const char *address, GPtrArray **out, GError **error);
