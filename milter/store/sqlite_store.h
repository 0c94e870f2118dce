/* What a Store of the SQLite backend is made of. */
#pragma once

#include "sqlite_checkpoint.h"
#include "sqlite_connection.h"
#include "sqlite_planner.h"
#include "sqlite_reader.h"
#include "sqlite_transaction.h"
#include "sqlite_wake.h"
#include "store/store.h"

struct Store {
    Writer *writer;
    Committer committer; /* the writer's own */
    Checkpointer *checkpointer;
    Readers *readers;
    PlannerLock *planner;
    Wake *wake;
};
