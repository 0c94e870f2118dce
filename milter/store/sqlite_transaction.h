/* A group of works as one SQLite transaction. */
#pragma once

#include "sqlite_connection.h"
#include "store/store.h"

struct Transaction {
    Connection *connection;
};

/* A WriterCommit; user is the writer's Connection. */
void transaction_run_group(const GPtrArray *jobs, gpointer user);
