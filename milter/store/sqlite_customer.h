/* Writing what belongs to a customer. */
#pragma once

#include "sqlite_statement.h"

/* Runs a statement that changes a row only where the customer exists; PERMANENT where it changed none. */
bool customer_run(Statement *put, const char *customer, GError **error);
/* The customer's schedule is to be reckoned anew. */
bool customer_mark_stale(Connection *connection, const char *customer, GError **error);
