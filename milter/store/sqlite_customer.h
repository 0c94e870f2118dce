/* Writing what belongs to a customer. */
#pragma once

#include "sqlite_statement.h"

/* Runs a statement that changes a row only where the customer exists; PERMANENT where it changed none. */
bool customer_run(Statement *put, const char *customer, GError **error);
