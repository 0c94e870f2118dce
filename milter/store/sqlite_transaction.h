/* A group of works as one SQLite transaction. */
#pragma once

#include "sqlite_connection.h"
#include "sqlite_wal.h"
#include "writer.h"

struct Transaction {
    Connection *connection;
};

/* What a writer's groups are run with: its user. */
typedef struct {
    Connection *connection; /* connection_sync_apart */
    Wal *wal;
} Committer;

extern const WriterBackend transaction_backend;
