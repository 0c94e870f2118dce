/* The writer: two threads that bring the works of all threads to disk, in groups. One runs works and commits, the other
 * waits for the disk. It knows no backend: it is given the functions that run a group inside one transaction. */
#pragma once

#include "store/store.h"

#define WRITER_GROUP_MAX 256 /* jobs in one group */

typedef struct Writer Writer;

typedef struct {
    StoreWork work;
    gpointer user;
    GError *error; /* the outcome: NULL is durable success */
} WriterJob;

/* What the writer does with a group: jobs are of WriterJob, in order of arrival, at least one. */
typedef struct {
    /* Runs the last of the jobs in the transaction in which the others ran before it; begins that for a single one.
     * False where no other job may join the group. May run jobs more than once. */
    bool (*run)(const GPtrArray *jobs, gpointer user);
    /* Ends the transaction, after which all jobs without an error are done but not yet durable. False where there are
     * none, and nothing was written. */
    bool (*commit)(const GPtrArray *jobs, gpointer user);
    /* Returns when all that was committed before is durable; UNCERTAIN where it may not be. Called on the other thread,
     * while jobs of the next group are run; never while anything is committed. */
    bool (*sync)(gpointer user, GError **error);
} WriterBackend;

/* The backend is borrowed. TEMPORARY where the system gives no thread. */
Writer *writer_new(const WriterBackend *backend, gpointer user, GError **error);
/* Finishes what is queued. No thread may be inside writer_run or enter it. */
void writer_free(Writer *writer);

/* So many more works are on their way to writer_run, fewer where negative. From any thread. */
void writer_expect(Writer *writer, int works);

/* From any thread but the writer's own: waits for the outcome of one work. */
bool writer_run(Writer *writer, StoreWork work, gpointer user, GError **error);
