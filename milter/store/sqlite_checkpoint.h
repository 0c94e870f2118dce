/* Checkpoints beside the writer: what the write-ahead log holds is copied into the database by a thread of its own. */
#pragma once

#include <sqlite3.h>

typedef struct Checkpointer Checkpointer;

/* The thread starts with the first checkpoint. */
Checkpointer *checkpointer_new(const char *path);
/* No commit may be under way that tells it. */
void checkpointer_free(Checkpointer *checkpointer);

/* A sqlite3_wal_hook; user is the Checkpointer. */
int checkpointer_on_commit(void *user, sqlite3 *handle, const char *schema, int frames);
