/* The write-ahead log on its way to disk, apart from the commits that write it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Wal Wal;

Wal *wal_new(const char *path); /* the store's path */
void wal_free(Wal *wal);

/* Inside a transaction that is about to be committed: wal_sync will be about the log that the commit goes to, and what
 * stands in that log before is in order. TEMPORARY otherwise, and then nothing may be committed. */
bool wal_prepare(Wal *wal, GError **error);

/* Returns when all that was committed before is on disk. UNCERTAIN where the disk does not confirm it. Not at the same
 * time as wal_prepare or a commit. */
bool wal_sync(Wal *wal, GError **error);
